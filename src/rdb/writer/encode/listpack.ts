// Listpack:  u32le total   u16le count   entries…   ff        entry = encoding and data, backlen
// Text is written as text and numbers as 64-bit integers or small ones: the forms in between only save bytes.
import { ValueBytes } from './value-bytes.js';

const HEADER = 6;
/** The count says "more than I can hold". */
const UNCOUNTED = 0xffff;
const SHORT_TEXT = 0x80;
const TEXT_12 = 0xe0;
const TEXT_32 = 0xf0;
const INTEGER_64 = 0xf4;
const END = 0xff;
/** Seven bits go into each byte of a backlen. */
const MOST_BACKLEN = [127, 16383, 2097151, 268435455];

/** Collects the entries of one listpack. */
export class ListpackBytes {
  private readonly body = new ValueBytes();
  private count = 0;

  /** Bytes that it takes so far. */
  get size(): number {
    return HEADER + this.body.size + 1;
  }

  text(bytes: Uint8Array): this {
    const { body } = this;
    const before = body.size;
    const { length } = bytes;
    if (length < 0x40) body.byte(SHORT_TEXT | length);
    else if (length < 0x1000) body.byte(TEXT_12 | (length >>> 8)).byte(length & 0xff);
    else body.byte(TEXT_32).uint32(length);
    body.bytes(bytes);
    return this.endEntry(before);
  }

  integer(value: number | bigint): this {
    const { body } = this;
    const before = body.size;
    if (value >= 0 && value < 128) body.byte(Number(value));
    else body.byte(INTEGER_64).int64(value);
    return this.endEntry(before);
  }

  done(): Uint8Array {
    const out = Buffer.alloc(this.size);
    out.writeUInt32LE(out.length);
    out.writeUInt16LE(Math.min(this.count, UNCOUNTED), 4);
    out.set(this.body.done(), HEADER);
    out[out.length - 1] = END;
    return out;
  }

  /** The size of the entry behind it, most significant bits first, all bytes but the first with the top bit set. */
  private endEntry(before: number): this {
    const size = this.body.size - before;
    const more = MOST_BACKLEN.filter((most, i) => (i === 0 ? size > most : size >= most)).length;
    for (let i = more; i >= 0; i--) {
      this.body.byte((Math.floor(size / 2 ** (7 * i)) & 0x7f) | (i === more ? 0 : 0x80));
    }
    this.count++;
    return this;
  }
}
