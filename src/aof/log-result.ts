import type { FindingCode } from '../errors.js';
import type { Tally } from './command-table.js';
import type { Tail } from './tail.js';

/** Where and why the walk of a log ended before the end of the file. */
export interface LogFault {
  readonly code: FindingCode;
  /** File offset of the element that could not be read; of its record when the file ends inside it. */
  readonly offset: number;
  readonly message: string;
  /** File offset of the record that could not be read. */
  readonly recordAt: number;
  /**
   * To a server the file ends inside a record: with `aof-load-truncated yes` it cuts the last file there, and starts. Where
   * `claimed` is more than there is memory, Redis 8 and Valkey die instead.
   */
  readonly shortRead: boolean;
  /** The length that the argument at hand claims, in bytes, when the file does not have so many. */
  readonly claimed: number | undefined;
  /** What lies behind. */
  readonly tail: Tail;
}

/** What a log was found to be. Offsets are file offsets in bytes. */
export interface LogResult {
  /** Where it began: 0, or behind an RDB. */
  readonly start: number;
  /** The end of the file. */
  readonly end: number;
  /** Undefined for a log that was read to its end. */
  readonly fault: LogFault | undefined;
  readonly commands: number;
  /** By name, the most frequent first. */
  readonly tallies: readonly Tally[];
  /** End of the last complete command, as servers read: where they cut after a short read. */
  readonly completeUpTo: number;
  /** What check tools call `ok_up_to`: before the first thing that they mind, and before an open MULTI. */
  readonly okUpTo: number;
  /** The MULTI that has no EXEC. */
  readonly openMultiAt: number | undefined;
  /**
   * Where the file can be cut without losing anything that takes effect: before an open MULTI, else behind
   * the last complete command or annotation.
   */
  readonly safeUpTo: number;
  readonly annotations: number;
  /** Seconds since the epoch: the first and the last `#TS` of the file. */
  readonly firstTimestamp: number | undefined;
  readonly lastTimestamp: number | undefined;
  /** The database that a next command would go to. */
  readonly db: number;
  readonly highestDb: number;
  /** How many problems of each code were found and not told: after the first 1000 of a code, they are only counted. */
  readonly untold: Readonly<Partial<Record<FindingCode, number>>>;
}
