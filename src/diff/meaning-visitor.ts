// What keys mean: fingerprints of their names and values that do not depend on how a file encodes them.
import type { Kernels } from '../bytes/kernels/kernels.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { StreamId } from '../rdb/stream-id.js';
import {
  type KeyRecord,
  Level,
  type ModuleContext,
  type ModuleValue,
  RdbVisitor,
  type StreamMeta,
} from '../rdb/visitor.js';
import { FINGERPRINT, Kind, type MeaningBlock, Slot, Sum } from './meaning-block.js';
import { StreamMeaning } from './stream-meaning.js';

const KIND: Readonly<Record<string, number>> = {
  string: Kind.STRING,
  list: Kind.LIST,
  set: Kind.SET,
  zset: Kind.ZSET,
  hash: Kind.HASH,
  array: Kind.ARRAY,
};

/** A string of which pieces follow: nothing, the value or an item, or the value of a field. */
const WHOLE = 0;
const PIECES = 1;
const FIELD_PIECES = 2;

const MODULE_VALUES = ['sint', 'uint', 'float', 'double', 'string'];

/**
 * Computes the fingerprints of every key that `wants` lets pass, and tells `understood` behind each: then the block holds
 * those of the name and of the value.
 *
 * Order in lists, streams and arrays is part of the meaning, in sets, hashes and sorted sets it is not. Modules are taken by
 * what they saved, value by value. When a key was used last, by whom a stream was read last, and in which form anything
 * stands are no part of it.
 */
export abstract class MeaningVisitor extends RdbVisitor {
  /** Items, members, fields, entries; 1 for a string, 0 for a module. */
  protected elements = 0;
  /** Of a hash: how many of its fields expire. */
  protected fieldExpiries = 0;
  private readonly stream: StreamMeaning;
  private taking = false;
  private open = WHOLE;
  private keyMeta = false;
  private inModule: ModuleContext['kind'] | undefined;

  /** `ignoreTtl`: expiries of fields are no part of the meaning either. `expiredBy`: fields that have expired then, neither. */
  constructor(
    protected readonly kernels: Kernels,
    protected readonly block: MeaningBlock,
    private readonly ignoreTtl: boolean,
    private readonly expiredBy?: number,
  ) {
    super();
    this.stream = new StreamMeaning(kernels, block);
  }

  /** Whether the value of this key is read. */
  protected abstract wants(key: KeyRecord): boolean;

  /** The fingerprints of the key are there. A promise makes the parser wait. */
  protected abstract understood(key: KeyRecord): void | Promise<void>;

  /** Whether this moment (ms since the epoch) has passed. Servers take -1 for "does not expire". */
  protected hasExpired(expireAtMs: number | undefined): boolean {
    const { expiredBy } = this;
    return expiredBy !== undefined && expireAtMs !== undefined && expireAtMs !== -1 && expireAtMs <= expiredBy;
  }

  /** A hash whose last field has expired is gone. */
  protected isEmptied(type: string): boolean {
    return type === 'hash' && this.elements === 0 && this.expiredBy !== undefined;
  }

  /** Streams of formats that have them: counters, and idempotent producers, that older formats do not hold. */
  protected get hasCounters(): boolean {
    return this.stream.hasCounters;
  }

  protected get hasIdmp(): boolean {
    return this.stream.hasIdmp;
  }

  override key(key: KeyRecord): number {
    this.taking = this.wants(key);
    if (!this.taking) return Level.SKIP;
    const { call } = this.kernels;
    this.elements = 0;
    this.fieldExpiries = 0;
    this.open = WHOLE;
    this.stream.reset();
    const { type } = key.type;
    // The content of KeyDB's CRON is told to nobody: its bytes stand for it.
    if (type === 'cron') {
      call.meaningBegin(Kind.RAW);
      return Level.RAW;
    }
    if (type === 'stream') this.stream.begin();
    else if (type === 'list' || type === 'array') call.meaningBegin(KIND[type]);
    else if (type !== 'string') {
      call.meaningClear(Sum.ELEMENTS);
      call.meaningClear(Sum.FIELD_EXPIRIES);
    }
    return Level.DATA;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    if (this.taking) {
      this.finish(key.type.type);
      const { name } = key;
      this.resolve(name);
      this.kernels.call.meaningName(key.db, 0, name.start, name.end - name.start);
    }
    if (this.keyMeta) this.kernels.call.meaningClear(Sum.KEY_META);
    this.keyMeta = false;
    if (this.taking) return this.understood(key);
  }

  private finish(type: string): void {
    const { kernels, block } = this;
    const { call } = kernels;
    const pieces = this.open === PIECES;
    this.endPieces();
    if (type === 'string') {
      if (pieces) call.meaningEnd(block.value);
    } else if (type === 'stream') this.stream.finish();
    else if (type === 'set' || type === 'zset' || type === 'hash') this.finishSum(KIND[type]);
    else call.meaningEnd(block.value);
    if (!this.keyMeta) return;
    for (const at of [block.value, block.slot(Slot.PLAIN)]) {
      call.meaningBegin(Kind.KEY_META);
      call.meaningAdd(at, FINGERPRINT);
      call.meaningFold(Sum.KEY_META);
      call.meaningEnd(at);
    }
  }

  /** Slot PLAIN gets the fingerprint without the expiries of fields. */
  private finishSum(kind: number): void {
    const { call } = this.kernels;
    const { block } = this;
    call.meaningBegin(kind);
    call.meaningFold(Sum.ELEMENTS);
    call.meaningEnd(block.value);
    this.kernels.bytes.copyWithin(block.slot(Slot.PLAIN), block.value, block.value + FINGERPRINT);
    if (this.fieldExpiries === 0 || this.ignoreTtl) return;
    call.meaningBegin(kind);
    call.meaningFold(Sum.ELEMENTS);
    call.meaningFold(Sum.FIELD_EXPIRIES);
    call.meaningEnd(block.value);
  }

  override string(value: BytesRef): void {
    this.elements = 1;
    if (value.large) {
      this.kernels.call.meaningBegin(Kind.STRING);
      this.open = PIECES;
    } else {
      this.resolve(value);
      this.kernels.call.meaningString(value.start, value.end - value.start);
    }
  }

  override listItem(item: BytesRef): void {
    this.elements++;
    this.item(item);
  }

  override setMember(member: BytesRef): void {
    this.elements++;
    this.resolve(member);
    this.kernels.call.meaningMember(Sum.ELEMENTS, member.start, member.end - member.start);
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.elements++;
    this.resolve(member);
    this.kernels.call.meaningScored(Sum.ELEMENTS, score, member.start, member.end - member.start);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    const { call } = this.kernels;
    this.endPieces();
    if (this.hasExpired(expireAtMs)) return;
    this.elements++;
    this.resolve(field);
    const length = field.end - field.start;
    if (expireAtMs !== undefined) {
      this.fieldExpiries++;
      call.meaningFieldExpiry(Sum.FIELD_EXPIRIES, expireAtMs, field.start, length);
    }
    if (value.large) {
      call.meaningFieldBegin(field.start, length);
      this.open = FIELD_PIECES;
    } else {
      this.resolve(value);
      call.meaningField(Sum.ELEMENTS, field.start, length, value.start, value.end - value.start);
    }
  }

  override chunk(_buffer: Uint8Array, start: number, end: number): void {
    // Those of what stands before a key are not read.
    if (this.open !== WHOLE) this.kernels.call.meaningAdd(start, end - start);
  }

  override raw(_buffer: Uint8Array, start: number, end: number): void {
    this.kernels.call.meaningAdd(start, end - start);
  }

  override arrayStart(_count: number, insertIndex: bigint | undefined): void {
    this.kernels.call.meaningNumber(insertIndex === undefined ? 0 : 1);
    this.integer(insertIndex ?? 0n);
  }

  override arrayElement(index: bigint, value: BytesRef): void {
    this.elements++;
    this.integer(index);
    this.item(value);
  }

  override moduleStart(context: ModuleContext): void {
    this.inModule = context.kind;
    if (context.kind === 'aux') return;
    const { call } = this.kernels;
    const isMeta = context.kind === 'meta';
    if (isMeta && !this.keyMeta) call.meaningClear(Sum.KEY_META);
    if (isMeta) this.keyMeta = true;
    call.meaningBegin(isMeta ? Kind.KEY_META : Kind.MODULE);
    call.meaningItem(this.block.putText(context.module), context.module.length);
    call.meaningNumber(context.version);
  }

  override moduleValue(value: ModuleValue): void {
    if (this.inModule === 'aux') return;
    const { call } = this.kernels;
    call.meaningNumber(MODULE_VALUES.indexOf(value.kind));
    if (value.kind === 'string') this.item(value.value);
    else if (typeof value.value === 'bigint') this.integer(value.value);
    else call.meaningNumber(value.value);
  }

  override moduleEnd(): void {
    if (this.inModule === 'meta') this.kernels.call.meaningSum(Sum.KEY_META);
    if (this.inModule !== 'value') this.open = WHOLE;
    this.inModule = undefined;
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.stream.entry(id, fields);
  }

  override streamMeta(meta: StreamMeta): void {
    this.elements = meta.length;
    this.stream.meta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.resolve(name);
    this.stream.group(name, lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.stream.pending(id, deliveryMs, deliveryCount);
  }

  override streamConsumer(name: BytesRef): void {
    this.resolve(name);
    this.stream.consumer(name);
  }

  override streamConsumerPending(id: StreamId): void {
    this.stream.owned(id);
  }

  override streamNack(id: StreamId): void {
    this.stream.nack(id);
  }

  override streamGroupEnd(): void {
    this.stream.groupEnd();
  }

  override streamIdmp(durationSeconds: number, maxEntries: number): void {
    this.stream.idmp(durationSeconds, maxEntries);
  }

  override streamIdmpProducer(producer: BytesRef): void {
    this.resolve(producer);
    this.stream.producer(producer);
  }

  override streamIdmpEntry(iid: BytesRef, id: StreamId): void {
    this.resolve(iid);
    this.stream.producerEntry(iid, id);
  }

  override streamIdmpTotals(added: number, duplicates: number): void {
    this.stream.idmpTotals(added, duplicates);
  }

  /** A string in a row of others, behind its length; its pieces may follow. */
  private item(ref: BytesRef): void {
    const { call } = this.kernels;
    this.endPieces();
    if (ref.large) {
      call.meaningNumber(ref.length);
      this.open = PIECES;
      return;
    }
    this.resolve(ref);
    call.meaningItem(ref.start, ref.end - ref.start);
  }

  private integer(value: bigint): void {
    const bits = BigInt.asUintN(64, value);
    this.kernels.call.meaningId(0, 0, Number(bits >> 32n), Number(bits & 0xffffffffn));
  }

  private endPieces(): void {
    if (this.open === FIELD_PIECES) this.kernels.call.meaningSum(Sum.ELEMENTS);
    this.open = WHOLE;
  }

  /** What does not decode is told as a problem, and is an empty string here. */
  private resolve(ref: BytesRef): void {
    const fault = ref.resolve();
    if (fault === undefined) return;
    this.problem(fault, 0, 'a compressed string does not decode');
    ref.setRaw(0, 0);
  }
}
