// What `stats` tells of one or several dumps. Sizes are bytes, moments and durations ms unless a name says otherwise.
import type { Finding } from '../keyspace/finding.js';
import type { ChecksumStatus } from '../rdb/checksum-report.js';
import type { AllocatorName } from '../servers/memory/allocator.js';

/** Sums over some keys. */
export interface Totals {
  readonly keys: number;
  /** Keys that expire. */
  readonly expires: number;
  /** What the keys take in the file: attributes, type, name and value. */
  readonly bytes: number;
  /** Estimated MEMORY USAGE of all of them. */
  readonly memory: number;
  /** Items, members, fields, entries; a string counts as one. */
  readonly elements: number;
}

/** The keys of one database. */
export interface DatabaseStats extends Totals {
  readonly db: number;
}

/** By type, as TYPE answers: types of modules by their own name. */
export interface TypeStats extends Totals {
  readonly type: string;
}

/** By type and encoding. */
export interface EncodingStats extends TypeStats {
  readonly encoding: string;
}

/** All keys whose names begin with `prefix`, which ends with a separator. */
export interface PrefixStats extends Totals {
  readonly prefix: Uint8Array;
  /** 1 for what stands before the first separator. */
  readonly depth: number;
  /** What may be missing from each number at most: they are lower bounds then. Undefined where they are exact. */
  readonly missing: Totals | undefined;
  /** The next level, most memory first. */
  readonly children: readonly PrefixStats[];
}

/** What names begin with, up to a separator. */
export interface PrefixReport {
  readonly separators: readonly string[];
  /** Of the separators: seen in the names rather than given. */
  readonly guessed: boolean;
  readonly depth: number;
  /** All numbers of those that are listed are exact. */
  readonly exact: boolean;
  /** What a prefix, or a hash tag, that is not listed has at most; undefined when none has more memory than those that are. */
  readonly unlisted: Totals | undefined;
  /** Keys without any separator in the first 256 bytes of their names: prefixes end there. */
  readonly without: Totals;
  /** The first level, most memory first. Prefixes that are not among the largest are left out. */
  readonly tree: readonly PrefixStats[];
  /** How many prefixes there are in all; within some percent when `distinctExact` is false. */
  readonly distinct: number;
  readonly distinctExact: boolean;
}

/** One of the biggest keys; its name is cut to 1024 bytes, as in the next. */
export interface KeyStats {
  readonly db: number;
  readonly key: Uint8Array;
  readonly type: string;
  readonly encoding: string;
  readonly bytes: number;
  readonly memory: number;
  readonly elements: number;
  readonly expireAtMs: number | null;
}

/** The biggest single element of a collection. */
export interface ElementStats {
  readonly db: number;
  readonly key: Uint8Array;
  readonly type: string;
  /** The field of a hash or the member of a set or zset, cut to 256 bytes; null where elements have no name. */
  readonly element: Uint8Array | null;
  /** Of the value of a field, item or entry; of the member itself in sets and zsets. */
  readonly bytes: number;
}

/** How values are spread. Counts are exact; percentiles are exact below 32 and at most 1/32 too high above, never above `max`. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  /** By powers of two: 0, 1, 2-3, 4-7 …; `from` and `to` inclusive; empty ones are left out. */
  readonly buckets: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

/** How sizes and times are spread. */
export interface Distributions {
  /** Bytes of values in the file. */
  readonly valueBytes: Distribution;
  /** Of keys that are collections. */
  readonly elements: Distribution;
  /** Bytes of names. */
  readonly keyLength: Distribution;
  /** Seconds until the key expires, for those that expire and have not yet. */
  readonly ttlSeconds: Distribution;
  /** Seconds since the last use; undefined when the file does not have it, as the next. */
  readonly idleSeconds: Distribution | undefined;
  /** LFU counters, 0 to 255. */
  readonly frequency: Distribution | undefined;
}

/** The keys of one cluster slot. */
export interface SlotStats {
  readonly slot: number;
  readonly keys: number;
  readonly bytes: number;
  readonly memory: number;
}

/** Keys that share a hash tag, and so a slot. */
export interface TagStats extends Totals {
  /** What stands between the braces. */
  readonly tag: Uint8Array;
  readonly slot: number;
  readonly missing: Totals | undefined;
}

/** How keys are spread over the slots of a cluster. */
export interface SlotReport {
  /** The file says that it comes from a cluster, or names have hash tags. */
  readonly relevant: boolean;
  /** Slots with keys. */
  readonly used: number;
  /** By slot, 0 to 16383. */
  readonly keys: readonly number[];
  readonly bytes: readonly number[];
  readonly memory: readonly number[];
  /** Most memory first. */
  readonly biggest: readonly SlotStats[];
  /** Hash tags with most memory first. */
  readonly tags: readonly TagStats[];
}

/** One library of functions. */
export interface FunctionStats {
  readonly name: string;
  readonly engine: string;
  readonly bytes: number;
}

/** The keys that hold values of one module. */
export interface ModuleStats {
  readonly name: string;
  readonly keys: number;
  readonly bytes: number;
}

/** Facts about one input. */
export interface StatsFile {
  readonly path: string;
  readonly kind: 'rdb' | 'aof' | 'aof-set';
  /** Of the content, any gzip taken off. */
  readonly bytes: number;
  /** File offset behind the RDB, or of what could not be read. */
  readonly end: number;
  /** False when the input, or a limit, ended the count before the file: what lies behind is not counted. */
  readonly complete: boolean;
  /** `unknown`: it ends at something newer than we know, or commands follow that change the data. */
  readonly outcome: 'sound' | 'damaged' | 'unknown';
  readonly producer: { readonly name: string; readonly version: string | null } | null;
  readonly rdbVersion: number | null;
  readonly createdAtMs: number | null;
  readonly aux: Readonly<Record<string, string>>;
  readonly checksum: ChecksumStatus;
  /** Those that were counted. */
  readonly keys: number;
  readonly findings: readonly Finding[];
}

/** Statistics of dumps, added up. */
export interface StatsReport {
  readonly files: readonly StatsFile[];
  /** Every input could be read, and none stopped the count. */
  readonly complete: boolean;
  /** A limit that the user asked for ended the count. */
  readonly limited: boolean;
  /** The filters that were active, as they were given; empty for all keys. */
  readonly filters: readonly string[];
  /** The moment that expiries are held against, and where it comes from. */
  readonly nowMs: number;
  readonly nowSource: 'file' | 'option' | 'clock';
  /** Memory is what MEMORY USAGE would say on this server with this allocator. */
  readonly memoryModel: { readonly server: string; readonly allocator: AllocatorName };
  readonly totals: Totals;
  /** Of `totals`: keys that have expired at `nowMs`. */
  readonly expired: number;
  /** Keys of modules: their memory is unknown, their serialized bytes are counted instead. */
  readonly memoryUnknown: number;
  readonly databases: readonly DatabaseStats[];
  /** Most memory first, as encodings. */
  readonly types: readonly TypeStats[];
  readonly encodings: readonly EncodingStats[];
  readonly prefixes: PrefixReport;
  readonly biggest: {
    readonly byBytes: readonly KeyStats[];
    readonly byMemory: readonly KeyStats[];
    readonly byElements: readonly KeyStats[];
    readonly elements: readonly ElementStats[];
  };
  readonly distributions: Distributions;
  readonly slots: SlotReport;
  readonly functions: readonly FunctionStats[];
  readonly modules: readonly ModuleStats[];
}
