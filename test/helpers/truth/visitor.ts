import type { FindingCode } from '../../../src/errors.js';
import type { BytesRef } from '../../../src/rdb/bytes-ref.js';
import type { StreamId } from '../../../src/rdb/stream-id.js';
import {
  type KeyRecord,
  Level,
  type ModuleContext,
  type ModuleValue,
  RdbVisitor,
  type StreamMeta,
} from '../../../src/rdb/visitor.js';
import {
  type ArrayElement,
  arrayTruth,
  type HashField,
  hashTruth,
  listTruth,
  setTruth,
  stringTruth,
  type ZsetMember,
  zsetTruth,
} from './collections.js';
import { base64, integer, type Json, type TruthRecord } from './format.js';
import { StreamCollector } from './stream.js';

const STREAM_LISTPACKS_5 = 27;

interface MetaClass {
  class: string;
  version: number;
  flags: number;
  value: Json;
}

/** Everything of one value, in the order of the file. Only the part of its type is filled. */
class Elements {
  /** The plain string, list items or set members. */
  readonly strings: Uint8Array[] = [];
  readonly zset: ZsetMember[] = [];
  readonly hash: HashField[] = [];
  readonly array: ArrayElement[] = [];
  insertIndex: bigint | undefined;
  readonly stream = new StreamCollector();
}

/** Turns a file into its truth: asks for all data and keeps copies of everything. */
export class TruthVisitor extends RdbVisitor {
  readonly records: TruthRecord[] = [];
  readonly problems: { code: FindingCode; offset: number; detail: string }[] = [];
  private elements = new Elements();
  private keyMeta: MetaClass[] = [];
  private inMeta = false;
  /** Takes the content of a large string once its last piece came. */
  private deliver: ((bytes: Uint8Array) => void) | undefined;
  private pieces: Uint8Array[] = [];

  override key(): number {
    this.elements = new Elements();
    return Level.DATA;
  }

  override keyEnd(key: KeyRecord): void {
    this.records.push({
      db: key.db,
      key: base64(key.name.toBytes()),
      type: key.moduleType ?? key.type.type,
      expireAtMs: key.expireAtMs === undefined ? null : integer(key.expireAtMs),
      rdbType: key.type.code,
      ...(key.freq === undefined ? {} : { freq: key.freq }),
      ...(key.idle === undefined ? {} : { idle: key.idle }),
      ...(this.keyMeta.length > 0 ? { keyMeta: this.metaTruth() } : {}),
      value: this.value(key),
    });
    this.keyMeta = [];
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    this.problems.push({ code, offset, detail });
  }

  override collection(count: number): void {
    this.elements.stream.nodes = count;
  }

  override string(value: BytesRef): void {
    this.take(value, (bytes) => this.elements.strings.push(bytes));
  }

  override listItem(item: BytesRef): void {
    this.take(item, (bytes) => this.elements.strings.push(bytes));
  }

  override setMember(member: BytesRef): void {
    this.elements.strings.push(member.toBytes());
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.elements.zset.push({ member: member.toBytes(), score });
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    const name = field.toBytes();
    this.take(value, (bytes) => this.elements.hash.push({ field: name, value: bytes, expireAtMs }));
  }

  override chunk(buffer: Uint8Array, start: number, end: number, last: boolean): void {
    this.pieces.push(buffer.slice(start, end));
    if (!last) return;
    this.deliver?.(Buffer.concat(this.pieces));
    this.deliver = undefined;
    this.pieces = [];
  }

  override arrayStart(_count: number, insertIndex: bigint | undefined): void {
    this.elements.insertIndex = insertIndex;
  }

  override arrayElement(index: bigint, value: BytesRef, tag: number): void {
    this.take(value, (bytes) => this.elements.array.push({ index, value: bytes, tag }));
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.elements.stream.entry(id, fields);
  }

  override streamMeta(meta: StreamMeta): void {
    this.elements.stream.setMeta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.elements.stream.group(name.toBytes(), lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.elements.stream.pending(id, deliveryMs, deliveryCount);
  }

  override streamConsumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    this.elements.stream.consumer(name.toBytes(), seenMs, activeMs);
  }

  override streamConsumerPending(id: StreamId): void {
    this.elements.stream.owned(id);
  }

  override streamNack(id: StreamId): void {
    this.elements.stream.nack(id);
  }

  override streamIdmp(durationSeconds: number, maxEntries: number): void {
    this.elements.stream.startIdmp(durationSeconds, maxEntries);
  }

  override streamIdmpProducer(producer: BytesRef): void {
    this.elements.stream.producer(producer.toBytes());
  }

  override streamIdmpEntry(iid: BytesRef, id: StreamId): void {
    this.elements.stream.producerEntry(iid.toBytes(), id);
  }

  override streamIdmpTotals(added: number, duplicates: number): void {
    this.elements.stream.idmpTotals(added, duplicates);
  }

  override moduleStart(context: ModuleContext): void {
    this.inMeta = context.kind === 'meta';
    if (context.kind !== 'meta') return;
    this.keyMeta.push({ class: context.module, version: context.version, flags: context.flags, value: null });
  }

  /** The module of the corpus keeps its text in the first string of each class. */
  override moduleValue(value: ModuleValue): void {
    const meta = this.keyMeta.at(-1);
    if (!this.inMeta || !meta || meta.value !== null || value.kind !== 'string') return;
    meta.value = base64(value.value.toBytes());
  }

  override moduleEnd(): void {
    this.inMeta = false;
  }

  private take(ref: BytesRef, deliver: (bytes: Uint8Array) => void): void {
    if (!ref.large) {
      deliver(ref.toBytes());
      return;
    }
    // The pieces of a damaged one before this never came to an end.
    this.pieces = [];
    this.deliver = deliver;
  }

  private metaTruth(): Json {
    const byName = [...this.keyMeta].sort((a, b) => (a.class < b.class ? -1 : 1));
    return byName.map((meta) => ({ ...meta }));
  }

  private value(key: KeyRecord): Json {
    const { strings, zset, hash, array, insertIndex, stream } = this.elements;
    switch (key.type.type) {
      case 'string':
        return stringTruth(strings[0] ?? new Uint8Array(0));
      case 'list':
        return listTruth(strings);
      case 'set':
        return setTruth(strings);
      case 'zset':
        return zsetTruth(zset);
      case 'hash':
        return hashTruth(hash);
      case 'array':
        return arrayTruth(array, insertIndex);
      case 'stream':
        return stream.truth(key.type.code >= STREAM_LISTPACKS_5);
      default:
        // What a module keeps is its own business.
        return null;
    }
  }
}
