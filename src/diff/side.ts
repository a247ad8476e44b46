import type { Kernels } from '../bytes/kernels/kernels.js';
import type { Finding } from '../keyspace/finding.js';
import type { SeenKey, SeenMeaning } from './change.js';
import type { Marks } from './marks.js';
import type { MeaningBlock } from './meaning-block.js';
import type { RecordTable } from './record-table.js';

/** What both sides work with. */
export interface SideTools {
  readonly kernels: Kernels;
  readonly block: MeaningBlock;
  /** Expiries are no part of the meaning. */
  readonly ignoreTtl: boolean;
}

/** How one input of a side ended. */
export interface SideInput {
  readonly path: string;
  readonly kind: 'rdb' | 'aof' | 'aof-set';
  /** Of the content, any gzip taken off. */
  readonly bytes: number;
  readonly keys: number;
  /** Keys that were left out since they had expired before a running server was copied. */
  readonly expired: number;
  /** Only of a running server: keys that went while they were read. */
  readonly vanished?: number;
  /** False when the input ended before the end of its data: keys behind that place are not known. */
  readonly complete: boolean;
  readonly outcome: 'sound' | 'damaged' | 'unknown';
  /** File offset behind the data, or of what could not be read. */
  readonly end: number;
  readonly rdbVersion: number | null;
  readonly producer: { readonly name: string; readonly version: string | null } | null;
  /** The moment the file was made, ms since the epoch. */
  readonly createdAtMs: number | null;
  readonly findings: readonly Finding[];
}

/** Sums of the keys of a type in a database. */
export interface SideCount {
  readonly db: number;
  readonly type: string;
  keys: number;
  bytes: number;
}

/** What the first look found. */
export interface SideReport {
  readonly inputs: readonly SideInput[];
  /** Numbers that were given out: those of keys that no filter let pass included. */
  readonly numbers: number;
  readonly counts: readonly SideCount[];
}

/** One of the two datasets that are compared. */
export interface Side {
  /**
   * Looks at every key once, in an order of its own that is always the same, and appends a record for each to the table.
   * Rejects with the system's error; what is wrong with an input is in the report.
   */
  first(tools: SideTools, table: RecordTable): Promise<SideReport>;
  /** Looks again at the keys that have a mark, in the same order. What it tells is good until `tell` returns. */
  again(
    tools: SideTools,
    marks: Marks,
    tell: (mark: number, key: SeenKey, meaning: SeenMeaning) => void,
  ): Promise<void>;
}
