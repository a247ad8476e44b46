// Ziplist:  u32le bytes   u32le tail   u16le count   entries…   ff        entry = prevlen, encoding, data
//
//   prevlen: one byte below 254, else fe and u32le        00xxxxxx      text, 6-bit length
//   01xxxxxx b  text, 14-bit length, big-endian           80 u32be      text
//   c0 d0 e0    integer of 16, 32, 64 bits                f0 fe         integer of 24, 8 bits
//   f1 to fd    0 to 12
import { BlobCursor } from './cursor.js';

const HEADER = 10;

/** Steps through the entries of a sound ziplist. */
export class ZiplistCursor extends BlobCursor {
  constructor() {
    super(HEADER);
  }

  next(): boolean {
    const { bytes } = this;
    if (this.at >= this.limit) return false;
    const at = this.at + (bytes[this.at] < 254 ? 1 : 5);
    const lead = bytes[at];
    if (lead < 0x40) return this.string(at + 1, lead);
    if (lead < 0x80) return this.string(at + 2, ((lead & 0x3f) << 8) | bytes[at + 1]);
    switch (lead) {
      case 0x80: {
        const length = (bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4];
        return this.string(at + 5, length >>> 0);
      }
      case 0xc0:
        return this.number(this.int16(at + 1), at + 3);
      case 0xd0:
        return this.number(this.int32(at + 1), at + 5);
      case 0xe0:
        return this.number(this.int64(at + 1), at + 9);
      case 0xf0:
        return this.number(this.int24(at + 1), at + 4);
      case 0xfe:
        return this.number((bytes[at + 1] << 24) >> 24, at + 2);
      default:
        return lead >= 0xf1 && lead <= 0xfd && this.number((lead & 0x0f) - 1, at + 1);
    }
  }

  private string(start: number, length: number): boolean {
    return this.text(start, length, start + length);
  }
}
