import type { Role } from '../aof/manifest.js';
import type { FindingCode, Severity } from '../errors.js';

/** What a repair may do. */
export interface RepairOptions {
  /** Cut before the first annotation that is later than this, ms since the epoch. */
  readonly untilMs?: number;
  /** Cut where damage begins, too, and lose what lies behind it. Default: such an input is refused. */
  readonly truncateAtDamage?: boolean;
  /** Bytes read so far, of as many as there are when that is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/** Something that is wrong with the input, or worth a word. */
export interface RepairFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The file that it is about; the directory for a set as a whole. */
  readonly path: string;
  /** In that file (in its content, for a gzip), in bytes; null when it belongs to no place. */
  readonly offset: number | null;
  readonly message: string;
}

/** Why nothing is written. */
export interface Refusal extends RepairFinding {
  /** `truncate-at-damage`: it can be cut there, when that is asked for. */
  readonly remedy: 'truncate-at-damage' | null;
  /** The input may be sound: it is newer than this release knows, or packed in a way that it does not read. */
  readonly unknown: boolean;
}

/** What a regular file looked like when it was read. */
export interface FileState {
  readonly size: number;
  readonly modifiedNs: bigint;
}

/** What becomes of one file of the input. */
export interface PlannedPart {
  readonly path: string;
  /** In the set; null for a single file. */
  readonly name: string | null;
  readonly role: Role | null;
  readonly seq: bigint | null;
  /** Of its content; null for one that could not be read. */
  readonly bytes: number | null;
  /** How many of them are copied, from the first one on. */
  readonly keptBytes: number;
  /** It is not in the copy at all. */
  readonly dropped: boolean;
  /** Bytes of the RDB in front of the log; 0 for none. */
  readonly rdbBytes: number;
  /** Whole commands, as far as it could be read. */
  readonly commands: number;
  readonly keptCommands: number;
  /** Its first and last annotation, ms since the epoch, as far as it could be read. */
  readonly firstTimestampMs: number | null;
  readonly lastTimestampMs: number | null;
  readonly state: FileState | undefined;
}

/**
 * Why something is left out. `tail`: the end of the last part is missing, and nothing is lost that was whole. `until`: as
 * asked for. `damage`: it cannot be read on, or a file is missing.
 */
export type CutReason = 'tail' | 'until' | 'damage';

/** What a copy leaves out, and why. */
export interface Cut {
  readonly reason: CutReason;
  /** The finding that it is made for; null for `until`. */
  readonly code: FindingCode | null;
  /** The file that is cut, or the first one that is left out. */
  readonly path: string;
  /** From here on, in bytes. */
  readonly offset: number;
  /** Left out in all, later parts included. */
  readonly bytes: number;
  /** Whole commands among them that could be read. */
  readonly commands: number;
  /** How many of the bytes could not be read as commands. */
  readonly unreadBytes: number;
  /** Parts that are left out as a whole. */
  readonly droppedParts: number;
  /** When what is left out was written, by the annotations around it, ms since the epoch. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** What a repaired copy would be, and whether it may be written. */
export interface RepairPlan {
  readonly input: string;
  readonly kind: 'aof' | 'aof-set';
  /** A gzip around a single file: the copy has its content. */
  readonly gzip: boolean;
  /** The directory that must not be written to; undefined for a single file. */
  readonly directory: string | undefined;
  readonly parts: readonly PlannedPart[];
  /** Of a set: what is written as its manifest. */
  readonly manifest: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  /** undefined when everything is copied. */
  readonly cut: Cut | undefined;
  readonly kept: { readonly bytes: number; readonly commands: number; readonly lastTimestampMs: number | null };
  /** What holds for the copy, too, and why it was cut. */
  readonly findings: readonly RepairFinding[];
  /** When there are some, nothing may be written. */
  readonly refusals: readonly Refusal[];
}

/** It is not about what the input holds: there is no such file, no room, something stands in the way. */
export class RepairError extends Error {
  override name = 'RepairError';
}

/** The input is an RDB without commands behind it: there is nothing that could be cut. */
export class NoLogError extends RepairError {}
