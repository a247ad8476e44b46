import type { Told } from '../disposable/server-log.js';
import type { Cut, Refusal } from '../repair/plan.js';
import type { ReachingCommand } from '../servers/command-reach.js';

/**
 * `made`: the RDB holds what the log says. `incomplete`: it holds what every whole command of the log says, and the end of
 * the log is missing, or commands failed. `refused`: the log is damaged, or reaches beyond the data; no server was started.
 * `failed`: the server did not load it.
 */
export type MaterializeVerdict = 'made' | 'incomplete' | 'refused' | 'failed';

/** Why a server did not load the log. */
export interface MaterializeFailure {
  readonly kind: string;
  /** Null when a signal ended it. 0 is no success. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The server's own lines about it: text that may quote the log. */
  readonly lines: readonly string[];
}

/** What became of an append-only file or set. */
export interface MaterializeReport {
  readonly verdict: MaterializeVerdict;
  /** The RDB is there, and nothing is missing from it. */
  readonly complete: boolean;
  readonly path: string;
  readonly kind: 'aof' | 'aof-set';
  /** As asked for, ms since the epoch. */
  readonly untilMs: number | null;
  /** When the last command that is in it was written, as far as the log says so, ms since the epoch. */
  readonly lastTimestampMs: number | null;
  /** The server that made it. */
  readonly server: { readonly name: 'redis' | 'valkey'; readonly version: string; readonly path: string } | null;
  /** Commands that were executed. */
  readonly commands: number;
  /** What was left out of the log, and why; null for nothing. */
  readonly cut: Cut | null;
  /** Why no server was started. */
  readonly refusals: readonly Refusal[];
  /** Commands that reach beyond the data. */
  readonly reaching: readonly ReachingCommand[];
  /** Commands that the server refused while it loaded the log, and its first lines about them. */
  readonly failedCommands: Told;
  readonly failure: MaterializeFailure | null;
  /** Of the RDB. */
  readonly rdbVersion: number | null;
  readonly bytes: number;
  readonly databases: readonly { readonly db: number; readonly keys: number; readonly expires: number }[];
  readonly keys: number;
  readonly functions: number;
  readonly durationMs: number;
}
