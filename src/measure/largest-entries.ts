import type { BytesRef } from '../rdb/bytes-ref.js';
import type { EntryCursor } from '../rdb/containers/cursor.js';
import { IntsetCursor } from '../rdb/containers/intset.js';
import { ListpackCursor } from '../rdb/containers/listpack.js';
import { ZiplistCursor } from '../rdb/containers/ziplist.js';
import { readZipmap } from '../rdb/containers/zipmap.js';
import type { ContainerKind, KeyType } from '../rdb/format.js';
import type { ElementSink } from './element-sink.js';

/** Digits and sign of the longest integer. */
const LONGEST_INTEGER = 20;
const INTSET_HEADER = 8;

/** Offers the elements of compact containers that are larger than the sink's least. Damaged containers end early. */
export class LargestEntries {
  private readonly listpack = new ListpackCursor();
  private readonly ziplist = new ZiplistCursor();
  /** The field of the pair at hand: text where `nameEnd` is not negative, else the integer. */
  private nameStart = 0;
  private nameEnd = 0;
  private nameInteger: number | bigint = 0;
  private readonly digits = new Uint8Array(LONGEST_INTEGER);

  constructor(private readonly sink: ElementSink) {}

  /** `tuple` entries of the blob, which is resolved, make one element of a key of this type. */
  offer(type: KeyType, kind: ContainerKind, blob: BytesRef, tuple: number): void {
    const { sink } = this;
    if (blob.end - blob.start <= sink.least) return;
    if (kind === 'zipmap') {
      this.zipmap(blob);
      return;
    }
    if (kind === 'intset' && (sink.least >= LONGEST_INTEGER || !hasWidth(blob))) return;
    const cursor = this.cursor(kind, blob);
    if (type === 'hash') this.fields(cursor, blob.buffer, tuple);
    else this.elements(cursor, blob.buffer, tuple, type === 'set' || type === 'zset');
  }

  /** The first entry of each tuple is the element: an item, or a member, which is its own name. */
  private elements(cursor: EntryCursor, bytes: Uint8Array, tuple: number, named: boolean): void {
    const { sink } = this;
    let position = 0;
    while (cursor.next()) {
      if (position === 0) {
        if (!cursor.integer) {
          const { start, end } = cursor;
          if (end - start > sink.least) sink.offer(end - start, bytes, named ? start : -1, named ? end : -1);
        } else if (sink.least < LONGEST_INTEGER) {
          const length = this.spell(cursor.value);
          if (length > sink.least) sink.offer(length, this.digits, named ? 0 : -1, named ? length : -1);
        }
      }
      if (++position === tuple) position = 0;
    }
  }

  /** The first entry of each tuple is the name of a field, the second its value. */
  private fields(cursor: EntryCursor, bytes: Uint8Array, tuple: number): void {
    const { sink } = this;
    let position = 0;
    while (cursor.next()) {
      if (position === 0) {
        this.nameStart = cursor.start;
        this.nameEnd = cursor.integer ? -1 : cursor.end;
        this.nameInteger = cursor.value;
      } else if (position === 1) {
        if (!cursor.integer) this.offerField(cursor.end - cursor.start, bytes);
        else if (sink.least < LONGEST_INTEGER) this.offerField(this.spell(cursor.value), bytes);
      }
      if (++position === tuple) position = 0;
    }
  }

  private offerField(length: number, bytes: Uint8Array): void {
    const { sink } = this;
    if (length <= sink.least) return;
    if (this.nameEnd >= 0) sink.offer(length, bytes, this.nameStart, this.nameEnd);
    else sink.offer(length, this.digits, 0, this.spell(this.nameInteger));
  }

  /** Writes an integer into `digits` and returns how many bytes it takes. */
  private spell(value: number | bigint): number {
    const text = String(value);
    for (let i = 0; i < text.length; i++) this.digits[i] = text.charCodeAt(i);
    return text.length;
  }

  private zipmap(blob: BytesRef): void {
    const { sink } = this;
    const result = readZipmap(blob.buffer, blob.start, blob.end);
    if (!result.ok) return;
    for (const { fieldStart, fieldEnd, valueStart, valueEnd } of result.pairs) {
      if (valueEnd - valueStart > sink.least) sink.offer(valueEnd - valueStart, blob.buffer, fieldStart, fieldEnd);
    }
  }

  private cursor(kind: ContainerKind, blob: BytesRef): EntryCursor {
    if (kind === 'intset') return new IntsetCursor(blob.buffer.subarray(blob.start, blob.end));
    const cursor = kind === 'ziplist' ? this.ziplist : this.listpack;
    cursor.open(blob.buffer, blob.start, blob.end);
    return cursor;
  }
}

/** Whether an intset is one: nobody has checked it. */
function hasWidth(blob: BytesRef): boolean {
  if (blob.end - blob.start < INTSET_HEADER) return false;
  const [width, ...rest] = blob.buffer.subarray(blob.start, blob.start + 4);
  return (width === 2 || width === 4 || width === 8) && rest.every((byte) => byte === 0);
}
