// What can be said of a key from the structure level: how many elements it has, how it is encoded, and which are large.
import type { Kernels } from '../bytes/kernels/kernels.js';
import { type BytesRef, INTEGER, LZF, RAW } from '../rdb/bytes-ref.js';
import type { ContainerKind, KeyType } from '../rdb/format.js';
import type { KeyRecord, StreamMeta } from '../rdb/visitor.js';
import { ContainerHead } from './container-head.js';
import type { ElementSink } from './element-sink.js';
import { LargestEntries } from './largest-entries.js';
import { lengthEncoding, textEncoding } from './text-encoding.js';

/** The longest text that may be an integer. */
const LONGEST_INTEGER = 20;
/** What one byte of LZF gives at most. */
const LZF_BEST_RATIO = 88;

/**
 * Measures one key after another: call `begin` in `key`, and hand on the visitor's events of the structure level by their
 * names. Allocates nothing for an event. With a sink, elements larger than its least are offered to it, and containers that
 * are larger are looked into; without one, no more of a container is read than its header.
 */
export class KeyMeasure {
  /** Items, members, fields, entries, elements of arrays; a string counts as one, a value of a module as none. */
  elements = 0;
  /**
   * As OBJECT ENCODING names the form in the file; strings as it names them behind a load: `int`, `embstr` or `raw`.
   */
  encoding = '';
  /** Of the container told last: entries divided by the tuple. */
  containerElements = 0;
  private type: KeyType = 'string';
  private readonly head: ContainerHead;
  private readonly largest: LargestEntries | undefined;

  constructor(
    kernels: Kernels,
    private readonly sink?: ElementSink,
  ) {
    this.head = new ContainerHead(kernels);
    this.largest = sink && new LargestEntries(sink);
  }

  begin(key: KeyRecord): void {
    this.elements = 0;
    this.encoding = key.type.encoding;
    this.type = key.type.type;
  }

  string(value: BytesRef): void {
    this.elements = 1;
    this.encoding = stringEncoding(value);
    if (this.sink) this.offerUnnamed(this.sink, value);
  }

  listItem(item: BytesRef): void {
    this.elements++;
    if (this.sink) this.offerUnnamed(this.sink, item);
  }

  setMember(member: BytesRef): void {
    this.elements++;
    if (this.sink) this.offerNamed(this.sink, lengthOf(member), member);
  }

  zsetMember(member: BytesRef): void {
    this.elements++;
    if (this.sink) this.offerNamed(this.sink, lengthOf(member), member);
  }

  hashField(field: BytesRef, value: BytesRef): void {
    this.elements++;
    if (this.sink) this.offerNamed(this.sink, lengthOf(value), field);
  }

  container(kind: ContainerKind, blob: BytesRef, tuple: number): void {
    this.containerElements = Math.floor(this.head.entries(kind, blob) / (kind === 'zipmap' ? 2 : tuple));
    this.elements += this.containerElements;
    if (this.sink && this.largest && lengthOf(blob) > this.sink.least && blob.resolve() === undefined) {
      this.largest.offer(this.type, kind, blob, tuple);
    }
  }

  /** A node, as the parser tells it: decompressed. All texts in it count as elements without a name. */
  streamNode(blob: BytesRef): void {
    this.largest?.offer('stream', 'listpack', blob, 1);
  }

  streamMeta(meta: StreamMeta): void {
    this.elements = meta.length;
  }

  arrayElement(value: BytesRef): void {
    this.elements++;
    if (this.sink) this.offerUnnamed(this.sink, value);
  }

  private offerUnnamed(sink: ElementSink, value: BytesRef): void {
    const length = lengthOf(value);
    if (length > sink.least) sink.offer(length, value.buffer, -1, -1);
  }

  private offerNamed(sink: ElementSink, length: number, name: BytesRef): void {
    if (length <= sink.least) return;
    if (name.resolve() === undefined) sink.offer(length, name.buffer, name.start, name.end);
    else sink.offer(length, name.buffer, 0, 0);
  }
}

/** OBJECT ENCODING of a string behind a load; of one that does not decode, by the length that it claims. */
export function stringEncoding(value: BytesRef): 'int' | 'embstr' | 'raw' {
  if (value.form === INTEGER) return 'int';
  if (value.form === RAW && !value.large) return textEncoding(value.buffer, value.start, value.end);
  const length = lengthOf(value);
  if (value.large || length > LONGEST_INTEGER || value.resolve() !== undefined) return lengthEncoding(length);
  return textEncoding(value.buffer, value.start, value.end);
}

/** Bytes of a string; never more than its compressed form could give. */
function lengthOf(ref: BytesRef): number {
  return ref.form === LZF ? Math.min(ref.length, ref.stored * LZF_BEST_RATIO) : ref.length;
}
