// Listpack:  u32le total   u16le count   entries…   ff        entry = encoding and data, backlen
//
//   0xxxxxxx            0 to 127                      110xxxxx b   13-bit integer
//   10xxxxxx            text, 6-bit length            1110xxxx b   text, 12-bit length
//   f0 u32le            text                          f1 f2 f3 f4  integer of 16, 24, 32, 64 bits
import { BlobCursor } from './cursor.js';

const HEADER = 6;

/** Steps through the entries of a sound listpack. */
export class ListpackCursor extends BlobCursor {
  constructor() {
    super(HEADER);
  }

  next(): boolean {
    const { bytes, at } = this;
    if (at >= this.limit) return false;
    const lead = bytes[at];
    if (lead < 0x80) return this.number(lead, at + 2);
    if (lead < 0xc0) return this.string(at, 1, lead & 0x3f);
    if (lead < 0xe0) {
      const value = ((lead & 0x1f) << 8) | bytes[at + 1];
      return this.number(value >= 4096 ? value - 8192 : value, at + 3);
    }
    if (lead < 0xf0) return this.string(at, 2, ((lead & 0x0f) << 8) | bytes[at + 1]);
    switch (lead) {
      case 0xf0:
        return this.string(at, 5, this.int32(at + 1) >>> 0);
      case 0xf1:
        return this.number(this.int16(at + 1), at + 4);
      case 0xf2:
        return this.number(this.int24(at + 1), at + 5);
      case 0xf3:
        return this.number(this.int32(at + 1), at + 6);
      case 0xf4:
        return this.number(this.int64(at + 1), at + 10);
      default:
        return false;
    }
  }

  private string(at: number, head: number, length: number): boolean {
    return this.text(at + head, length, at + head + length + backlenSize(head + length));
  }
}

/** How many bytes the backlen of an entry of `size` bytes takes. */
export function backlenSize(size: number): number {
  if (size <= 127) return 1;
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  return size < 268435455 ? 4 : 5;
}
