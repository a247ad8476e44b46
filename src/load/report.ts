// What a load tells when it is over.
import type { Finding } from '../keyspace/finding.js';
import type { Restart } from '../live/bulk/bulk-target.js';
import type { LogReplay } from './log/log-replay.js';

/** A key as it stands in the input. */
export interface ToldKey {
  readonly db: number;
  /** The first 1024 bytes of its name. */
  readonly key: Uint8Array;
  readonly type: string;
  /** File offset in the input, where the key begins. */
  readonly offset: number;
  /** What happened to it: the error of the server, or one sentence of ours. */
  readonly detail: string;
}

/** Keys with the same fate, the first ones in full. */
export interface KeyGroup {
  /** The first word of the server's error (`OOM`, `WRONGTYPE`), or a word of ours (`NOT_TRIED`, `NO_ANSWER`). */
  readonly reason: string;
  keys: number;
  readonly first: ToldKey[];
}

/** Something that an operator should know, and that counts no key. */
export interface LoadWarning {
  readonly code: string;
  readonly message: string;
}

/** The code of a warning: the comparison that was wanted broke off. */
export const NOT_VERIFIED = 'NOT_VERIFIED';

/** What became of the function libraries. */
export interface FunctionReport {
  /** In the input. */
  readonly libraries: number;
  readonly loaded: number;
  /** There already, with the same name, and left as they are. */
  readonly skipped: number;
  readonly failed: readonly { readonly name: string; readonly detail: string }[];
}

/** What holding the target against the input found. */
export interface VerifiedReport {
  /** How long the comparison took, within `seconds` of the whole. */
  readonly seconds: number;
  /** Keys that were loaded, and were looked for. */
  readonly compared: number;
  readonly equal: number;
  /** Not there. */
  readonly missing: number;
  /** There with another value or another expiry. */
  readonly different: number;
  /** Values of modules that the target saves as other bytes, and that may mean the same. */
  readonly unsure: number;
  /** Keys whose expiry passed before they were compared. */
  readonly expired: number;
  readonly first: readonly { readonly db: number; readonly key: Uint8Array; readonly what: readonly string[] }[];
  /** Function libraries that this load brought, and the names of those that a node does not have with the same code; null: none, or not asked. */
  readonly functions: { readonly compared: number; readonly missing: readonly string[] } | null;
}

/** What a journal of a run before said. */
export interface JournalReport {
  readonly path: string;
  /** There was one, and this run went on from it. */
  readonly resumed: boolean;
  /** A server of the target was restarted since: what the journal calls loaded was offered again. */
  readonly restarted: boolean;
}

/** Keys of one type, and how they go to the target. */
export interface TypePlan {
  readonly type: string;
  restore: number;
  commands: number;
  /** Keys that exist at the target. */
  existing: number;
}

/** The result of a load. `keys` = `loaded` + `skipped` + `expired` + `conflicted` + `failed`, always. */
export interface LoadReport {
  readonly input: {
    readonly path: string;
    readonly kind: 'rdb' | 'aof' | 'aof-set';
    readonly rdbVersion: number | null;
    readonly producer: { readonly name: string; readonly version: string | null } | null;
    readonly createdAtMs: number | null;
    /** All keys in it. */
    readonly keys: number;
    /** Commands follow its keys. */
    readonly hasLog: boolean;
    readonly findings: readonly Finding[];
  };
  readonly target: {
    /** The URL without its password. */
    readonly url: string;
    readonly lineage: 'redis' | 'valkey';
    readonly version: string;
    readonly cluster: boolean;
  };
  /** Nothing was written: the counts say what would happen. */
  readonly dryRun: boolean;
  /** Every wanted key was tried. False after an interruption, or an error that no later key could escape. */
  readonly complete: boolean;
  readonly interrupted: boolean;
  /** Why it stopped before the last key. */
  readonly stopped: string | null;
  /** Keys of the input that the filters let pass. */
  readonly keys: number;
  readonly loaded: number;
  /** Left as they were, as the user wanted: they exist, or a run before loaded them. */
  readonly skipped: number;
  /** Of those, what the journal says a run before loaded. */
  readonly loadedBefore: number;
  /** Not sent, since their expiry had passed. */
  readonly expired: number;
  /** They exist at the target, and nobody said what to do about that. */
  readonly conflicted: number;
  readonly failed: number;
  /** Keys that had to be sent again, as a server lost them after it had acknowledged them. */
  readonly reloaded: number;
  readonly failures: readonly KeyGroup[];
  readonly conflicts: readonly KeyGroup[];
  /** Loaded, but without something that commands cannot carry over. */
  readonly partly: { readonly keys: number; readonly first: readonly ToldKey[] };
  /** What is never carried over, in words. */
  readonly notes: readonly string[];
  /** Keys without the prefix that was to be taken off: they keep their names. */
  readonly withoutPrefix: number;
  readonly functions: FunctionReport | null;
  readonly restarts: readonly Restart[];
  readonly warnings: readonly LoadWarning[];
  readonly types: readonly TypePlan[] | null;
  /** The commands behind the keys of an append-only set; null where there are none, or they were not begun. */
  readonly log: LogReplay | null;
  readonly journal: JournalReport | null;
  readonly verified: VerifiedReport | null;
  readonly startedAtMs: number;
  readonly seconds: number;
  /** What must never be: the sums do not match, and this says how. Null otherwise. */
  readonly discrepancy: string | null;
}

/** Whether everything that was wanted is there, as it was; or may be, when `verified.unsure` is not 0. */
export function isAllThere(report: LoadReport): boolean {
  const { conflicted, failed, complete, partly, functions, log, verified, discrepancy } = report;
  return (
    complete &&
    conflicted + failed + partly.keys === 0 &&
    (functions?.failed.length ?? 0) === 0 &&
    (log === null || (log.stopped === undefined && log.failed + log.lost + log.unsent === 0)) &&
    (verified === null || verified.missing + verified.different + (verified.functions?.missing.length ?? 0) === 0) &&
    discrepancy === null
  );
}
