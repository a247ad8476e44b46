// One key with its value, as a program takes it: what `Backup.entries` yields. Bytes are copies that belong to whoever gets them.

/** What every entry has, whatever its type. */
export interface EntryBase {
  readonly db: number;
  /** The name of the key. */
  readonly key: Uint8Array;
  /** When the key expires, in ms since the epoch; undefined when it does not. It may have passed. */
  readonly expireAtMs: number | undefined;
  /** Seconds since the last use, when the file has it (RDB 9+, servers that evict by LRU). */
  readonly idle: number | undefined;
  /** LFU counter, 0 to 255, when the file has it (RDB 9+, servers that evict by LFU). */
  readonly freq: number | undefined;
  /** As OBJECT ENCODING names the form in the file; strings as it names them behind a load. */
  readonly encoding: string;
  /** Items, members, fields, entries; 1 for a string, 0 for a module. Of a part, those in it. */
  readonly elements: number;
  /** The number of the value type in the file: with `raw`, what `RdbWriter.key` takes. */
  readonly rdbType: number;
  /** Offset in the file, in bytes, of everything that belongs to the key: attributes, type, name, value. */
  readonly offset: number;
  /** Bytes that it takes in the file from `offset` on; 0 in all parts of a value but the last. */
  readonly bytes: number;
  /** With the option `raw`: the value as it stands in the file, which is a DUMP payload without its first byte and last ten. */
  readonly raw: Uint8Array | undefined;
  /** With the option `partBytes`: which part of a large value this is; undefined for one that is whole. */
  readonly part: EntryPart | undefined;
}

/** Which part of a value an entry holds. */
export interface EntryPart {
  /** From 0 on. */
  readonly index: number;
  readonly last: boolean;
}

/** A key that holds a string. */
export interface StringEntry extends EntryBase {
  readonly type: 'string';
  readonly value: Uint8Array;
}

/** A key that holds a list, from head to tail. */
export interface ListEntry extends EntryBase {
  readonly type: 'list';
  readonly value: readonly Uint8Array[];
}

/** A key that holds a set, in the order of the file, which means nothing. */
export interface SetEntry extends EntryBase {
  readonly type: 'set';
  readonly value: readonly Uint8Array[];
}

/** A member of a sorted set with its score, which may be infinite. */
export type ZsetMember = readonly [member: Uint8Array, score: number];

/** A key that holds a sorted set, in the order of the file: large ones are written from the highest score down. */
export interface ZsetEntry extends EntryBase {
  readonly type: 'zset';
  readonly value: readonly ZsetMember[];
}

/** One field of a hash. */
export interface HashField {
  readonly field: Uint8Array;
  readonly value: Uint8Array;
  /** When the field expires, in ms since the epoch; undefined when it does not (Redis 7.4+, Valkey 9+). */
  readonly expireAtMs: number | undefined;
}

/** A key that holds a hash, in the order of the file. */
export interface HashEntry extends EntryBase {
  readonly type: 'hash';
  readonly value: readonly HashField[];
}

/** One entry of a stream. A field may come more than once. */
export interface StreamEntryValue {
  /** `ms-seq`, as servers write it. */
  readonly id: string;
  readonly fields: readonly (readonly [field: Uint8Array, value: Uint8Array])[];
}

/** An entry that was delivered and not acknowledged. */
export interface StreamPendingEntry {
  readonly id: string;
  /** ms since the epoch. */
  readonly deliveryTimeMs: number;
  readonly deliveryCount: bigint;
}

/** A consumer of a group, with what it has not acknowledged. */
export interface StreamConsumer {
  readonly name: Uint8Array;
  /** ms since the epoch. */
  readonly seenTimeMs: number;
  /** ms since the epoch, -1 for one that never was active; undefined before RDB 11. */
  readonly activeTimeMs: number | undefined;
  readonly pending: readonly StreamPendingEntry[];
}

/** A consumer group of a stream. */
export interface StreamGroup {
  readonly name: Uint8Array;
  readonly lastId: string;
  /** Entries read; null when the server did not know, undefined before RDB 10. */
  readonly entriesRead: number | null | undefined;
  readonly consumers: readonly StreamConsumer[];
  /** Pending entries that no consumer owns (RDB 14, Redis 8.8: released ones). */
  readonly released: readonly StreamPendingEntry[];
}

/** The idempotent producers of a stream (RDB 13, Redis 8.6). */
export interface StreamIdmp {
  /** How long ids are remembered, in ms. */
  readonly durationMs: number;
  /** How many ids of each producer are remembered. */
  readonly maxSize: number;
  readonly producers: readonly { readonly pid: Uint8Array; readonly entries: readonly StreamIdmpEntry[] }[];
  readonly iidsAdded: number;
  readonly iidsDuplicates: number;
}

/** An idempotent id, and the entry that it made. */
export type StreamIdmpEntry = readonly [iid: Uint8Array, id: string];

/** What a stream holds. Parts that the file's form does not have are undefined. */
export interface StreamValue {
  readonly entries: readonly StreamEntryValue[];
  readonly length: number;
  readonly lastId: string;
  /** RDB 10+, as the next two. */
  readonly firstId: string | undefined;
  readonly maxDeletedId: string | undefined;
  readonly entriesAdded: number | undefined;
  readonly groups: readonly StreamGroup[];
  readonly idmp: StreamIdmp | undefined;
}

/** A key that holds a stream. */
export interface StreamEntry extends EntryBase {
  readonly type: 'stream';
  readonly value: StreamValue;
}

/** What an array holds: its elements by index. Indexes without an element are left out. */
export interface ArrayValue {
  /** The index of the last append; undefined when there was none. */
  readonly insertIndex: bigint | undefined;
  readonly elements: readonly (readonly [index: bigint, value: Uint8Array])[];
}

/** A key that holds an array (Redis 8.8). */
export interface ArrayEntry extends EntryBase {
  readonly type: 'array';
  readonly value: ArrayValue;
}

/** The value of a module: what is in it, only the module knows. */
export interface ModuleData {
  /** The module's type, as TYPE answers: `ReJSON-RL`, `vectorset`. */
  readonly name: string;
  /** The version of the type's encoding. */
  readonly version: number;
  /** As they stand in the file, the id of the type included. */
  readonly bytes: Uint8Array;
}

/** A key that holds a value of a module. */
export interface ModuleEntry extends EntryBase {
  readonly type: 'module';
  readonly value: ModuleData;
}

/** A job of KeyDB (CRON). */
export interface CronEntry extends EntryBase {
  readonly type: 'cron';
  /** As it stands in the file. */
  readonly value: Uint8Array;
}

/** One key with its value: `type` says which. */
export type Entry =
  | StringEntry
  | ListEntry
  | SetEntry
  | ZsetEntry
  | HashEntry
  | StreamEntry
  | ArrayEntry
  | ModuleEntry
  | CronEntry;
