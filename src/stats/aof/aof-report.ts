// What `stats` tells of an append-only file or set.
import type { StatsReport } from '../report.js';
import type { BusyKey, WrittenPrefixes } from './key-writes.js';
import type { RatePoint } from './rate.js';
import type { Written } from './written.js';

export type { BusyKey, WrittenPrefixes } from './key-writes.js';
export type { WrittenPrefix } from './prefix-writes.js';
export type { RatePoint } from './rate.js';
export type { Written } from './written.js';

/** What was counted of the commands of one name. */
export interface CommandCount {
  /** In lower case. */
  readonly name: string;
  readonly calls: number;
  readonly bytes: number;
}

/** One file. */
export interface FileStats {
  readonly path: string;
  readonly role: 'base' | 'incr' | 'file';
  readonly bytes: number;
  /** Bytes and keys of the RDB that it begins with; null when there is none. */
  readonly rdbBytes: number | null;
  readonly rdbKeys: number | null;
  readonly commands: number;
}

/** Statistics of an append-only file or set. */
export interface AofStats {
  readonly path: string;
  readonly kind: 'aof' | 'aof-set';
  /** Of all files. */
  readonly bytes: number;
  /** False when a file could not be read to its end: what lies behind is not counted. */
  readonly complete: boolean;
  /** Why it is not, a sentence for each file. */
  readonly stops: readonly string[];
  readonly files: readonly FileStats[];
  /** Most calls first. */
  readonly commands: readonly CommandCount[];
  /** All writes to keys. */
  readonly written: Written;
  /** The keys written most often, and those to which most bytes were written. */
  readonly busiest: { readonly byWrites: readonly BusyKey[]; readonly byBytes: readonly BusyKey[] };
  readonly prefixes: WrittenPrefixes;
  /** Writes that may be missing from a key's count; 0 when all counts are exact. */
  readonly writesMissedAtMost: number;
  readonly firstTimestamp: number | null;
  readonly lastTimestamp: number | null;
  /** Over time, where the log has annotations. `step`: seconds that a point covers. */
  readonly rate: { readonly step: number; readonly points: readonly RatePoint[] };
  /** The data of the RDB that the log begins with; null when there is none, or nobody counted it. */
  readonly dump: StatsReport | null;
  /** The data at the end of the log, where a server told it; null or absent where nobody did. */
  readonly dataset?: StatsReport | null;
}
