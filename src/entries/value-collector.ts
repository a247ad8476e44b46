import type { FindingCode } from '../errors.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { StreamId } from '../rdb/stream-id.js';
import { type ModuleContext, RdbVisitor, type StreamMeta } from '../rdb/visitor.js';
import type { ArrayValue, HashField, ZsetMember } from './entry.js';
import { StreamCollector } from './stream-collector.js';

/** What an element takes in memory beside its bytes: the object of its bytes, and its place in a list. */
const ELEMENT_BYTES = 128;
/** Up to so many bytes a loop is faster than a call. */
const SHORT = 48;

/** A copy of [start, end) of `buffer`. */
export function copyOf(buffer: Uint8Array, start: number, end: number): Uint8Array {
  const length = end - start;
  const copy = new Uint8Array(length);
  if (length > SHORT) copy.set(buffer.subarray(start, end));
  else for (let i = 0; i < length; i++) copy[i] = buffer[start + i];
  return copy;
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Bytes that are held of a string at once; those of a large one come in pieces. */
function sizeOf(ref: BytesRef): number {
  return ref.large ? 0 : ref.length;
}

/**
 * Collects the value of one key after the other, from the events of the data level. What takes more memory than `most` bytes
 * is let go at once; its elements are still counted. What takes more than `partBytes` is handed over in parts.
 */
export abstract class ValueCollector extends RdbVisitor {
  /** Of the value at hand: elements that were told. */
  protected elements = 0;
  /** It takes more than is held, and was let go. */
  protected tooLarge = false;
  protected bytes: Uint8Array | undefined;
  protected items: Uint8Array[] = [];
  protected members: ZsetMember[] = [];
  protected fields: HashField[] = [];
  protected array: [bigint, Uint8Array][] = [];
  protected insertIndex: bigint | undefined;
  protected stream: StreamCollector | undefined;
  protected moduleVersion = 0;
  /** Bytes of memory that the value takes, about. */
  protected held = 0;
  private rawPieces: Uint8Array[] = [];
  private pieces: Uint8Array[] = [];
  /** Takes a large string when its last piece has come. */
  private deliver: ((bytes: Uint8Array) => void) | undefined;

  /** The string at hand is the value, and may be parted. */
  private partsString = false;

  constructor(
    private readonly most: number,
    private readonly partBytes: number,
  ) {
    super();
  }

  /** Takes what was collected: one more part of the value. */
  protected abstract endPart(): void;

  /** A compressed string does not decode. */
  protected abstract undecodable(fault: FindingCode): void;

  /** A value begins. */
  protected reset(): void {
    this.elements = 0;
    this.tooLarge = false;
    this.letGo();
  }

  /** Elements that are held: those of a part. */
  protected get elementsHeld(): number {
    const { bytes, items, members, fields, array, stream } = this;
    return (bytes ? 1 : 0) + items.length + members.length + fields.length + array.length + (stream?.count ?? 0);
  }

  protected takeRaw(): Uint8Array {
    return joined(this.rawPieces);
  }

  override raw(buffer: Uint8Array, start: number, end: number): void {
    if (this.nextElement(end - start)) this.rawPieces.push(copyOf(buffer, start, end));
  }

  override string(value: BytesRef): void {
    this.elements = 1;
    if (value.large) {
      this.expect((bytes) => (this.bytes = bytes));
      this.partsString = true;
    } else if (this.room(value.length)) this.bytes = this.copy(value);
  }

  override listItem(item: BytesRef): void {
    this.elements++;
    if (!this.nextElement(ELEMENT_BYTES + sizeOf(item))) return;
    if (item.large) {
      const { items } = this;
      this.expect((bytes) => items.push(bytes));
    } else this.items.push(this.copy(item));
  }

  override setMember(member: BytesRef): void {
    this.elements++;
    if (this.nextElement(ELEMENT_BYTES + member.length)) this.items.push(this.copy(member));
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.elements++;
    if (this.nextElement(2 * ELEMENT_BYTES + member.length)) this.members.push([this.copy(member), score]);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.elements++;
    if (!this.nextElement(3 * ELEMENT_BYTES + field.length + sizeOf(value))) return;
    const name = this.copy(field);
    if (value.large) {
      const { fields } = this;
      this.expect((bytes) => fields.push({ field: name, value: bytes, expireAtMs }));
    } else this.fields.push({ field: name, value: this.copy(value), expireAtMs });
  }

  override chunk(buffer: Uint8Array, start: number, end: number, last: boolean): void {
    let from = start;
    // The window gives as much as it has, which may be more than a part takes.
    if (this.partsString) {
      for (; end - from > this.partBytes; from += this.partBytes)
        this.piece(buffer, from, from + this.partBytes, false);
    }
    this.piece(buffer, from, end, last);
  }

  private piece(buffer: Uint8Array, start: number, end: number, last: boolean): void {
    if (!this.deliver || !this.room(end - start)) return;
    this.pieces.push(buffer.slice(start, end));
    const endsPart = this.partsString && this.held >= this.partBytes;
    if (!last && !endsPart) return;
    this.deliver(joined(this.pieces));
    this.pieces = [];
    if (last) this.deliver = undefined;
    else this.part();
  }

  override arrayStart(_count: number, insertIndex: bigint | undefined): void {
    this.insertIndex = insertIndex;
  }

  override arrayElement(index: bigint, value: BytesRef): void {
    this.elements++;
    if (!this.nextElement(2 * ELEMENT_BYTES + sizeOf(value))) return;
    if (value.large) {
      const { array } = this;
      this.expect((bytes) => array.push([index, bytes]));
    } else this.array.push([index, this.copy(value)]);
  }

  override moduleStart(context: ModuleContext): void {
    if (context.kind === 'value') this.moduleVersion = context.version;
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.elements++;
    let bytes = ELEMENT_BYTES;
    for (const field of fields) bytes += ELEMENT_BYTES + field.length;
    if (this.nextElement(bytes)) this.stream?.entry(id, fields);
  }

  override streamMeta(meta: StreamMeta): void {
    this.stream?.takeMeta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    if (this.room(3 * ELEMENT_BYTES + name.length)) this.stream?.group(this.copy(name), lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    if (this.room(3 * ELEMENT_BYTES)) this.stream?.delivery(id, deliveryMs, deliveryCount);
  }

  override streamConsumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    if (this.room(3 * ELEMENT_BYTES + name.length)) this.stream?.consumer(this.copy(name), seenMs, activeMs);
  }

  override streamConsumerPending(id: StreamId): void {
    if (this.room(ELEMENT_BYTES)) this.stream?.owned(id);
  }

  override streamNack(id: StreamId): void {
    if (this.room(ELEMENT_BYTES)) this.stream?.nack(id);
  }

  override streamGroupEnd(): void {
    this.stream?.groupEnd();
  }

  override streamIdmp(durationSeconds: number, maxEntries: number): void {
    this.stream?.startIdmp(durationSeconds, maxEntries);
  }

  override streamIdmpProducer(producer: BytesRef): void {
    if (this.room(2 * ELEMENT_BYTES + producer.length)) this.stream?.producer(this.copy(producer));
  }

  override streamIdmpEntry(iid: BytesRef, id: StreamId): void {
    if (this.room(2 * ELEMENT_BYTES + iid.length)) this.stream?.producerEntry(this.copy(iid), id);
  }

  override streamIdmpTotals(added: number, duplicates: number): void {
    this.stream?.idmpTotals(added, duplicates);
  }

  protected arrayValue(): ArrayValue {
    return { insertIndex: this.insertIndex, elements: this.array };
  }

  /** A copy of the bytes; empty when they do not decode, which is told. */
  protected copy(ref: BytesRef): Uint8Array {
    const fault = ref.resolve();
    if (fault === undefined) return copyOf(ref.buffer, ref.start, ref.end);
    this.undecodable(fault);
    return new Uint8Array(0);
  }

  /** Whether one more element of so many bytes is held; what was collected before may go as a part. */
  private nextElement(bytes: number): boolean {
    if (this.held > 0 && this.held + bytes > this.partBytes && !this.tooLarge) this.part();
    return this.room(bytes);
  }

  private part(): void {
    const { stream, deliver, insertIndex, partsString } = this;
    this.endPart();
    this.letGo();
    // What belongs to the parts that follow.
    this.stream = stream && new StreamCollector();
    this.insertIndex = insertIndex;
    this.deliver = deliver;
    this.partsString = partsString;
  }

  /** Whether so many more bytes are held. */
  private room(bytes: number): boolean {
    this.held += bytes;
    if (this.held <= this.most) return true;
    this.tooLarge = true;
    const { held } = this;
    this.letGo();
    this.held = held;
    return false;
  }

  private expect(deliver: (bytes: Uint8Array) => void): void {
    // The pieces of one that broke off never came to an end.
    this.pieces = [];
    this.partsString = false;
    this.deliver = deliver;
  }

  private letGo(): void {
    this.held = 0;
    this.bytes = undefined;
    this.stream = undefined;
    this.deliver = undefined;
    this.partsString = false;
    if (this.items.length > 0) this.items = [];
    if (this.members.length > 0) this.members = [];
    if (this.fields.length > 0) this.fields = [];
    if (this.array.length > 0) this.array = [];
    if (this.pieces.length > 0) this.pieces = [];
    if (this.rawPieces.length > 0) this.rawPieces = [];
    this.insertIndex = undefined;
  }
}
