import type { FilterOptions } from '../keyspace/filters.js';
import type { NowOption } from '../keyspace/moment-of-file.js';
import type { MappingOptions } from './key-mapping.js';
import type { LogPart } from './log/replay.js';
import type { ConflictPolicy, LoadMode } from './units/options.js';

/** Where a load is. */
export interface LoadProgress {
  readonly phase: 'survey' | 'load' | 'again' | 'verify' | 'log';
  /** Bytes of the input that this phase has read, and all of them where known. */
  readonly done: number;
  readonly total: number | undefined;
  /** Keys that are loaded so far. */
  readonly keys: number;
}

export interface LoadOptions extends MappingOptions {
  /** Default `auto`: RESTORE where the target takes it, commands where it does not. */
  readonly mode?: LoadMode;
  /** Default `fail`: nothing is overwritten. */
  readonly onConflict?: ConflictPolicy;
  /** Files whose commands come behind the keys; see `openLoadInput`. */
  readonly log?: readonly LogPart[];
  /** No commands behind this moment, ms since the epoch. */
  readonly untilMs?: number;
  /** Keys whose expiry has passed; default `skip`. */
  readonly expired?: 'skip' | 'load';
  readonly filter?: FilterOptions;
  /** What time to live counts from; default the clock. */
  readonly now?: NowOption;
  /** Keys a second; default as many as possible. */
  readonly rate?: number;
  /** Nothing is written. */
  readonly dryRun?: boolean;
  /** Path of the journal. */
  readonly journal?: string;
  /** Function libraries; default true. */
  readonly functions?: boolean;
  /** Compares afterwards. */
  readonly verify?: boolean;
  /** Bytes for the tables of that comparison. */
  readonly maxMemory?: number;
  /** Default the system's temporary directory. */
  readonly tmpDir?: string;
  /** Ends the load as soon as it can. */
  readonly signal?: AbortSignal;
  /** Called now and then. */
  readonly onProgress?: (progress: LoadProgress) => void;
}
