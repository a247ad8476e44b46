// What a rehearsal tells. Sizes are bytes, moments and durations ms.
import type { LogKind } from '../disposable/server-log.js';
import type { ReachingCommand } from '../servers/command-reach.js';
import type { ServerLineage } from '../servers/releases.js';
import type { Via } from './options.js';

/** How a rehearsal ended. */
export type Verdict =
  /** The server loaded the backup, and what could be compared is equal. */
  | 'restored'
  /** The server loaded it, and holds something else. */
  | 'different'
  /** The server did not load it. */
  | 'failed'
  /** It was not started: the backup holds commands that reach beside the data. */
  | 'refused'
  /** The server loaded it, and this release cannot tell whether all of it is there. */
  | 'unknown';

/** How what the server holds was held against the backup. */
export type Comparison =
  /** Every key: type, value, expiry, and function libraries. */
  | 'keys'
  /** Commands follow the dump: keys of the dump that none of them can have changed, and no others. */
  | 'unwritten'
  /** Commands make up the backup, or may have changed all of its keys: only a server can tell what comes out. It executed them. */
  | 'executed'
  /** There was no server to compare. */
  | 'nothing';

/** One database of the backup, beside what the server held of it. */
export interface RehearsedDatabase {
  readonly db: number;
  /** Keys in the backup; null when only executing its commands tells. */
  readonly keys: number | null;
  /** Keys in the dump that commands follow; null where there are none. */
  readonly base: number | null;
  /** Keys of the backup, or of that dump, that were held against what the server has. */
  readonly compared: number;
  /**
   * Keys that had expired when the drill began: a server that starts as a master drops them. A server that starts in
   * a drill keeps them, so they are found; they are not loaded into a running one.
   */
  readonly expired: number;
  /** Keys that the server held: behind commands, all of them; else those of the backup, different ones among them. */
  readonly found: number;
  readonly missing: number;
  /** Another type, value or expiry. */
  readonly different: number;
  /** Values of modules that the server saved as other bytes: they may mean the same. */
  readonly unsure: number;
  /** The server has them, and the backup has not. */
  readonly extra: number;
}

/** A key that is not as it should be. */
export interface KeyDifference {
  readonly change: 'missing' | 'different' | 'extra' | 'unsure';
  readonly db: number;
  readonly key: Uint8Array;
  readonly what: readonly ('type' | 'value' | 'expire' | 'fieldExpire')[];
  readonly type: string;
}

/** Why a server did not load a backup. */
export interface RehearsalFailure {
  readonly kind: LogKind | 'timeout' | 'load';
  /** Null when a signal ended it, or when it was still running. 0 is no success. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Its own words: text that may quote the backup. */
  readonly lines: readonly string[];
  /**
   * Of a log that ends inside a command: what a server with `aof-load-truncated yes` (the default) makes of it. Null when that was
   * not tried.
   */
  readonly salvage: Salvage | null;
}

/** What a real restart would do with a log whose end is cut. */
export interface Salvage {
  /** It starts. */
  readonly starts: boolean;
  readonly keys: number;
  /** What it says of the cut. */
  readonly lines: readonly string[];
}

/** What the server used when it had loaded everything, in bytes. */
export interface RehearsedMemory {
  /** All of it: `used_memory`. */
  readonly used: number;
  /** `used_memory_dataset`. */
  readonly dataset: number | null;
  /** Of `used`: keys, and the tables by which they are found. Null when the server does not say. */
  readonly keys: number | null;
  /** What these keys are estimated to take in this release with its allocator; null for an allocator that is not known. */
  readonly estimated: number | null;
  /** `estimated` by `keys`; null without one of them, and below 1 MiB, where passing buffers count too much. */
  readonly ratio: number | null;
  /** Keys of modules, which are estimated by what they have in a dump. */
  readonly unknownKeys: number;
  /** What the server used when it wrote the dump, by the dump. */
  readonly atSave: number | null;
}

/** Function libraries, by their code. */
export interface RehearsedFunctions {
  /** In the backup. */
  readonly libraries: number;
  readonly found: number;
  readonly missing: number;
  readonly extra: number;
}

/** What a drill found. */
export interface RehearsalReport {
  readonly verdict: Verdict;
  /** The backup could be read here to its end. */
  readonly complete: boolean;
  /** As given. */
  readonly path: string;
  readonly kind: 'rdb' | 'aof' | 'aof-set';
  /** Of the content. */
  readonly bytes: number;
  /** Commands of the log; 0 for a dump. */
  readonly commands: number;
  readonly rdbVersion: number | null;
  readonly producer: { readonly name: ServerLineage; readonly version: string | null } | null;
  /** How the backup got into the server. */
  readonly via: Via;
  /** The server of the drill; null when none was started. */
  readonly server: { readonly name: ServerLineage; readonly version: string; readonly path: string } | null;
  readonly compared: Comparison;
  /** From the start of the server until it had loaded everything: an estimate of the time of a real recovery. */
  readonly readyMs: number | null;
  /** Of the whole drill. */
  readonly durationMs: number;
  readonly memory: RehearsedMemory | null;
  /** The command that may have written to every key, in lower case, where that kept keys from being compared. */
  readonly wroteAll: string | null;
  readonly databases: readonly RehearsedDatabase[];
  readonly functions: RehearsedFunctions | null;
  /** The first ones, as many as were asked for. */
  readonly differences: readonly KeyDifference[];
  /** There are more differences than that. */
  readonly limited: boolean;
  /** Commands that failed while the log was executed, and the first lines of the server about them. */
  readonly failedCommands: { readonly count: number; readonly lines: readonly string[] };
  readonly failure: RehearsalFailure | null;
  /** Commands that reach beside the data. */
  readonly reaching: readonly ReachingCommand[];
  /** What somebody should know, one sentence each. */
  readonly warnings: readonly string[];
}
