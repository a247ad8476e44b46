import type { ReachingCommand } from '../../servers/command-reach.js';

/** A place in a log. */
export interface LogPlace {
  readonly path: string;
  /** File offset in bytes. */
  readonly offset: number;
}

/** A command that the target answered with an error. */
export interface FailedCommand extends LogPlace {
  /** In lower case. */
  readonly command: string;
  /** Its first key, or whatever its first argument is; cut after 1 KiB. */
  readonly key: Uint8Array;
  /** As the server gave it, or one sentence of ours. */
  readonly error: string;
}

/**
 * What became of the commands of a log. SELECT, MULTI and EXEC are not counted:
 * commands = done + failed + lost + reaching + idle + elsewhere + unfinished + unsent.
 */
export interface LogReplay {
  readonly commands: number;
  readonly done: number;
  readonly failed: number;
  /** The first ones of them. */
  readonly failures: readonly FailedCommand[];
  /** Nobody knows whether they were carried out: the connection broke. */
  readonly lost: number;
  /** Not sent, as they reach outside of the data. */
  readonly reaching: number;
  /** By command; `path` and `offset` of the first one. */
  readonly reachingCommands: readonly ReachingCommand[];
  /** Not sent, as they change nothing. */
  readonly idle: number;
  /** Not sent: of databases that are not wanted. */
  readonly elsewhere: number;
  /** Not sent: of a transaction without its end. */
  readonly unfinished: number;
  /** Read, and not sent any more. */
  readonly unsent: number;
  /** Seconds since the epoch: of the last annotation that was passed. */
  readonly lastTimestamp: number | undefined;
  /** Where the time began that was not wanted. */
  readonly until: LogPlace | undefined;
  /** The last file ends inside a command: nothing behind this place takes effect. */
  readonly torn: (LogPlace & { readonly message: string }) | undefined;
  /** Why it ended early; everything before this place is done, and something behind it may be. */
  readonly stopped: (LogPlace & { readonly reason: string }) | undefined;
}
