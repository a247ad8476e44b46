import type { FindingCode } from '../errors.js';
import type { BytesRef } from './bytes-ref.js';
import type { ContainerKind, Lineage, Opcode, ValueType } from './format.js';
import type { StreamId } from './stream-id.js';

/** What a visitor wants to know of one value. The flags add up. */
export const Level = {
  /** Only where it ends. */
  SKIP: 0,
  /** The value's bytes as they stand in the file (`raw`): what RESTORE takes. */
  RAW: 1,
  /** Elements of plain collections, and compact containers as whole blobs (`container`, `streamNode`). */
  STRUCTURE: 2,
  /** Elements of everything: compact containers are taken apart. */
  DATA: 4,
} as const;

/** The start of a file. */
export interface RdbHeader {
  readonly magic: 'REDIS' | 'VALKEY';
  readonly version: number;
  readonly lineage: Lineage;
}

/** One key with what stands before its value. The parser uses one object for all keys. */
export interface KeyRecord {
  readonly db: number;
  readonly name: BytesRef;
  readonly type: ValueType;
  /** The module type's name, for `MODULE_2` values, once it is known. */
  readonly moduleType: string | undefined;
  /** File offset of the first byte that belongs to the key: its first attribute, or the type. */
  readonly offset: number;
  /** File offset of the value type, which the name follows. */
  readonly typeOffset: number;
  /** File offset of the value. */
  readonly valueOffset: number;
  /** Bytes of the value in the file; at `keyEnd`. */
  readonly valueBytes: number;
  /** Milliseconds since the epoch; undefined when the key does not expire. */
  readonly expireAtMs: number | undefined;
  /** The file gives the expiry in seconds (opcode EXPIRETIME). */
  readonly expireInSeconds: boolean;
  /** LFU counter, 0 to 255. */
  readonly freq: number | undefined;
  /** Seconds since the last use. */
  readonly idle: number | undefined;
  /** The cluster slot announced for it, when the file has slot hints. */
  readonly slot: number | undefined;
}

/** What a stream says of itself behind its nodes. Times and counters beyond 2^53 are rounded. */
export interface StreamMeta {
  readonly length: number;
  readonly lastId: StreamId;
  /** undefined before RDB 10, as are the next two. */
  readonly firstId: StreamId | undefined;
  readonly maxDeletedId: StreamId | undefined;
  readonly entriesAdded: number | undefined;
}

/** A value inside a module record, by the opcode that announced it. */
export type ModuleValue =
  | { readonly kind: 'sint' | 'uint'; readonly value: bigint }
  | { readonly kind: 'float' | 'double'; readonly value: number }
  | { readonly kind: 'string'; readonly value: BytesRef };

/** Where a run of module values belongs. */
export type ModuleContext =
  | { readonly kind: 'value'; readonly module: string; readonly version: number }
  | { readonly kind: 'aux'; readonly module: string; readonly version: number; readonly when: number }
  | { readonly kind: 'meta'; readonly module: string; readonly version: number; readonly flags: number };

/**
 * What a reader of an RDB file is told, in the order of the file. Extend it and override what matters.
 *
 * A `BytesRef`, `StreamId` or `KeyRecord` that is handed over is used again for the next event: copy what should stay.
 * Offsets are file offsets in bytes. Nothing here may throw for the sake of bad input: what is wrong with it is told by
 * `problem`, and the walk goes on as long as it knows where the next record starts.
 *
 * @example
 * ```ts
 * class Names extends RdbVisitor {
 *   override key(key: KeyRecord): number {
 *     console.log(key.db, key.type.type, bytesToText(key.name.view()));
 *     return Level.SKIP;
 *   }
 * }
 * const result = await readRdb(createReadStream('dump.rdb'), new Names());
 * console.log(result.complete);
 * ```
 */
export class RdbVisitor {
  /** The file begins. */
  header(_header: RdbHeader): void {}
  /** An auxiliary field: facts about the file in front, slot hints among the keys. */
  aux(_key: BytesRef, _value: BytesRef, _offset: number): void {}
  /** The keys that follow belong to this database. */
  selectDb(_db: number, _offset: number): void {}
  /** A hint: how many keys the section has, and how many of them expire. */
  resizeDb(_keys: number, _expires: number, _offset: number): void {}
  /** A hint: the keys that follow belong to this cluster slot. */
  slotInfo(_slot: number, _keys: number, _expires: number, _offset: number): void {}
  /** Valkey 9: slots that this node was importing. */
  slotImport(_job: BytesRef, _ranges: readonly [first: number, last: number][], _offset: number): void {}
  /** `name` and `engine` only in the form of the 7.0 release candidates. */
  functionLibrary(_code: BytesRef, _preGa: { name: string; engine: string } | undefined, _offset: number): void {}
  /** A record that only Redis Enterprise writes, and that means nothing elsewhere. */
  enterpriseRecord(_offset: number): void {}
  /** RDB 15: field names that hashes refer to by number. */
  hashTemplate(_id: number, _fields: readonly Uint8Array[], _offset: number): void {}

  /** A key begins. Returns the levels wanted for its value. */
  key(_key: KeyRecord): number {
    return Level.SKIP;
  }

  /**
   * A run of keys may begin at address `start`: strings in plain form whose names and values have at most 63 bytes, or integers,
   * with or without an expiry in ms, an idle time or LFU counter behind it, and without other attributes. A visitor that needs no event for each of them takes as
   * many as it likes from [start, end) and returns the address behind them; `base` is the file offset of address 0.
   * @internal
   */
  smallStrings?(_start: number, _end: number, _base: number): number;

  /** Asked between two records, elements or pieces: whether the parser has to wait for `ready`. Backpressure within a value. */
  isFull?(): boolean;
  /** Resolves when the visitor can take more. */
  ready?(): Promise<void>;

  /** The value ended. A promise makes the parser wait: backpressure. */
  keyEnd(_key: KeyRecord): void | Promise<void> {}

  /**
   * RAW: a piece of the value's bytes, [start, end) of `buffer`; the pieces of one key come in order. A promise makes the
   * parser wait before it reads on; for the last piece that of `keyEnd` counts.
   */
  raw(_buffer: Uint8Array, _start: number, _end: number): void | Promise<void> {}

  /**
   * For visitors that copy what stands between keys: the bytes of a record, [start, end) of `buffer`, from its opcode on, told
   * behind the events of the record itself. Those of MODULE_AUX and KEY_META come in pieces, the others whole. EOF is not
   * told, and attributes in a run of small strings are only told by their key. A promise makes the parser wait where it has
   * to read on inside of the record.
   */
  recordBytes?(_opcode: Opcode, _buffer: Uint8Array, _start: number, _end: number): void | Promise<void>;

  /** A collection in plain form, or a quicklist, announces how many elements (nodes) follow. */
  collection(_count: number): void {}
  /** The value of a string key; when it is `large`, `chunk` events follow at the data level. */
  string(_value: BytesRef): void {}
  /** One element, from head to tail; may be `large`. */
  listItem(_item: BytesRef): void {}
  /** In the order of the file. */
  setMember(_member: BytesRef): void {}
  /** In the order of the file. */
  zsetMember(_member: BytesRef, _score: number): void {}
  /** `expireAtMs` is undefined for a field that does not expire. */
  hashField(_field: BytesRef, _value: BytesRef, _expireAtMs: number | undefined): void {}
  /** The hint in front of hashes with field expiry. */
  hashMinExpire(_expireAtMs: number): void {}
  /** A piece of a string that was announced with `large` set. */
  chunk(_buffer: Uint8Array, _start: number, _end: number, _last: boolean): void {}

  /**
   * STRUCTURE: a compact container, possibly compressed still: `view()` or `resolve()` the blob. `tuple` entries make one
   * element. Quicklists have one for each node.
   */
  container(_kind: ContainerKind, _blob: BytesRef, _tuple: number): void {}

  /**
   * DATA: a compact container, resolved and sound, before its elements are told one by one. True when the visitor took it, and
   * wants no more of it.
   */
  takeContainer?(_kind: ContainerKind, _blob: BytesRef, _tuple: number): boolean;

  /** STRUCTURE: one node of a stream: its first id, and a listpack, decompressed. */
  streamNode(_id: StreamId, _blob: BytesRef): void {}
  /** DATA: one node of a stream whose listpack is sound; what is in its entries may be not. True when the visitor took it. */
  takeStreamNode?(_id: StreamId, _blob: BytesRef): boolean;
  /** DATA: one live entry. `fields` holds field, value, field, value… */
  streamEntry(_id: StreamId, _fields: readonly Uint8Array[]): void {}
  /** Behind the nodes or entries. */
  streamMeta(_meta: StreamMeta): void {}
  /** `entriesRead` is undefined before RDB 10, -1 when the server did not know. */
  streamGroup(_name: BytesRef, _lastId: StreamId, _entriesRead: number | undefined): void {}
  /** An entry of the group that was delivered and not acknowledged; `deliveryMs` is in ms since the epoch. */
  streamPending(_id: StreamId, _deliveryMs: number, _deliveryCount: bigint): void {}
  /** `activeMs` is undefined before RDB 11, -1 for a consumer that never was active. */
  streamConsumer(_name: BytesRef, _seenMs: number, _activeMs: number | undefined): void {}
  /** A pending entry of the group, told before, belongs to the consumer told last. */
  streamConsumerPending(_id: StreamId): void {}
  /** RDB 14: an entry of the group that no consumer owns, in the order of release. */
  streamNack(_id: StreamId): void {}
  /** The group told last has no more consumers or entries. */
  streamGroupEnd(): void {}
  /** RDB 13: idempotent producers. */
  streamIdmp(_durationSeconds: number, _maxEntries: number): void {}
  /** A producer; its ids follow. */
  streamIdmpProducer(_producer: BytesRef): void {}
  /** An idempotent id, and the entry that it made. */
  streamIdmpEntry(_iid: BytesRef, _id: StreamId): void {}
  /** Totals over the life of the stream: ids that made an entry, and repeated ones. */
  streamIdmpTotals(_added: number, _duplicates: number): void {}

  /** Redis 8.8: how many elements are stored, and the index of the last append. */
  arrayStart(_count: number, _insertIndex: bigint | undefined): void {}
  /** `tag` is the storage class in the file: 0 string, 1 integer, 2 double, 3 short string. */
  arrayElement(_index: bigint, _value: BytesRef, _tag: number, _double: number): void {}

  /** Values of a module follow, up to `moduleEnd`. */
  moduleStart(_context: ModuleContext, _offset: number): void {}
  /** One value of the module's data. */
  moduleValue(_value: ModuleValue): void {}
  /** The values of the module are over. */
  moduleEnd(): void {}

  /** The end: EOF at `offset`; `checksum` as stored, undefined before RDB 5. */
  end(_offset: number, _checksum: bigint | undefined): void {}

  /** Something is wrong, or worth a word, at `offset`; the walk goes on. */
  problem(_code: FindingCode, _offset: number, _detail: string): void {}
}
