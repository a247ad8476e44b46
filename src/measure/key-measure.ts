// What can be said of a key from the structure level: how many elements it has, how it is encoded, and which are large.
import type { Kernels } from '../bytes/kernels/kernels.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { ContainerKind, KeyType } from '../rdb/format.js';
import type { StreamId } from '../rdb/stream-id.js';
import type { KeyRecord, StreamMeta } from '../rdb/visitor.js';
import { ContainerHead } from './container-head.js';
import type { ElementSink } from './element-sink.js';
import { LargestEntries } from './largest-entries.js';
import { lengthOf, stringEncoding } from './text-encoding.js';

/** Of the name of the biggest element, so much is kept. */
const KEPT_NAME = 256;

/**
 * Measures one key after another: call `begin` in `key`, and hand on the visitor's events of the structure level by their
 * names. Allocates nothing for an event. Of a container that is not larger than the threshold given to `begin`, no more is
 * read than its header.
 */
export class KeyMeasure implements ElementSink {
  /** Items, members, fields, entries, elements of arrays; a string counts as one, a value of a module as none. */
  elements = 0;
  /** As OBJECT ENCODING names the form in the file; strings as it names them behind a load: `int`, `embstr` or `raw`. */
  encoding = '';
  /** Bytes of the biggest element above the threshold: of the value of a string, item or field, or of a member; else 0. */
  biggestElement = 0;
  /** Of elements that are of no interest: the threshold, then the biggest one so far. */
  least = 0;
  private type: KeyType = 'string';
  private readonly head: ContainerHead;
  private readonly largest = new LargestEntries(this);
  private readonly name = new Uint8Array(KEPT_NAME);
  private nameLength = -1;

  constructor(kernels: Kernels) {
    this.head = new ContainerHead(kernels);
  }

  /** The field or member of the biggest element, its first 256 bytes; undefined where elements have no name. A copy. */
  get biggestName(): Uint8Array | undefined {
    return this.nameLength < 0 ? undefined : this.name.slice(0, this.nameLength);
  }

  /** `threshold`: elements of so many bytes or fewer are not looked for. */
  begin(key: KeyRecord, threshold = Number.POSITIVE_INFINITY): void {
    this.elements = 0;
    this.encoding = key.type.encoding;
    this.type = key.type.type;
    this.biggestElement = 0;
    this.nameLength = -1;
    this.least = threshold;
  }

  string(value: BytesRef): void {
    this.elements = 1;
    this.encoding = stringEncoding(value);
    this.weigh(value);
  }

  /** Elements are counted as they come: what is announced may not be true. */
  collection(_count: number): void {}

  listItem(item: BytesRef): void {
    this.elements++;
    this.weigh(item);
  }

  setMember(member: BytesRef): void {
    this.elements++;
    this.weighNamed(lengthOf(member), member);
  }

  zsetMember(member: BytesRef): void {
    this.elements++;
    this.weighNamed(lengthOf(member), member);
  }

  hashField(field: BytesRef, value: BytesRef): void {
    this.elements++;
    this.weighNamed(lengthOf(value), field);
  }

  /** Returns the number of elements in it. */
  container(kind: ContainerKind, blob: BytesRef, tuple: number): number {
    const elements = Math.floor(this.head.entries(kind, blob) / (kind === 'zipmap' ? 2 : tuple));
    this.elements += elements;
    if (lengthOf(blob) > this.least && blob.resolve() === undefined) this.largest.offer(this.type, kind, blob, tuple);
    return elements;
  }

  /** A node as the parser tells it: decompressed. All texts in it are elements without a name. */
  streamNode(_id: StreamId, blob: BytesRef): void {
    this.largest.offer('stream', 'listpack', blob, 1);
  }

  streamMeta(meta: StreamMeta): void {
    this.elements = meta.length;
  }

  /** As `collection`. */
  arrayStart(_count: number): void {}

  arrayElement(value: BytesRef): void {
    this.elements++;
    this.weigh(value);
  }

  /** An element that was found in a container. */
  offer(bytes: number, buffer: Uint8Array, start: number, end: number): void {
    this.biggestElement = bytes;
    this.least = bytes;
    this.nameLength = -1;
    if (start < 0) return;
    const length = Math.min(end - start, KEPT_NAME);
    for (let i = 0; i < length; i++) this.name[i] = buffer[start + i];
    this.nameLength = length;
  }

  private weigh(value: BytesRef): void {
    const length = lengthOf(value);
    if (length > this.least) this.offer(length, value.buffer, -1, -1);
  }

  private weighNamed(length: number, name: BytesRef): void {
    if (length <= this.least) return;
    if (name.resolve() === undefined) this.offer(length, name.buffer, name.start, name.end);
    else this.offer(length, name.buffer, 0, 0);
  }
}
