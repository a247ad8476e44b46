// Ziplist:  u32le bytes   u32le tail   u16le count   entries…   ff        entry = prevlen, encoding, data
//
//   prevlen: one byte below 254, else fe and u32le        00xxxxxx      text, 6-bit length
//   01xxxxxx b  text, 14-bit length, big-endian           80 u32be      text
//   c0 d0 e0    integer of 16, 32, 64 bits                f0 fe         integer of 24, 8 bits
//   f1 to fd    0 to 12
import type { BytesRef } from '../bytes-ref.js';
import { type EntryCursor, loadEntry, narrow } from './cursor.js';

const HEADER = 10;

/** Steps through the entries of a sound ziplist. */
export class ZiplistCursor implements EntryCursor {
  integer = false;
  value: number | bigint = 0;
  start = 0;
  end = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private limit = 0;

  /** Starts before the first entry of [start, end). Returns false when this cannot be a ziplist. */
  open(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.at = start + HEADER;
    this.limit = end - 1;
    return end - start > HEADER;
  }

  next(): boolean {
    const { bytes } = this;
    if (this.at >= this.limit) return false;
    const at = this.at + (bytes[this.at] < 254 ? 1 : 5);
    const lead = bytes[at];
    if (lead < 0x40) return this.text(at + 1, lead);
    if (lead < 0x80) return this.text(at + 2, ((lead & 0x3f) << 8) | bytes[at + 1]);
    if (lead === 0x80) {
      const length = ((bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) >>> 0;
      return this.text(at + 5, length);
    }
    return this.number(lead, at);
  }

  load(ref: BytesRef): void {
    loadEntry(ref, this.integer, this.value, this.start, this.end);
  }

  private text(start: number, length: number): boolean {
    this.integer = false;
    this.start = start;
    this.end = start + length;
    this.at = this.end;
    return this.end <= this.limit;
  }

  private number(lead: number, at: number): boolean {
    const { bytes } = this;
    this.integer = true;
    switch (lead) {
      case 0xc0:
        this.value = ((bytes[at + 2] << 24) >> 16) | bytes[at + 1];
        this.at = at + 3;
        return true;
      case 0xd0:
        this.value = word(bytes, at + 1);
        this.at = at + 5;
        return true;
      case 0xe0:
        this.value = narrow((BigInt(word(bytes, at + 5)) << 32n) | BigInt(word(bytes, at + 1) >>> 0));
        this.at = at + 9;
        return true;
      case 0xf0:
        this.value = ((bytes[at + 3] << 24) >> 8) | (bytes[at + 2] << 8) | bytes[at + 1];
        this.at = at + 4;
        return true;
      case 0xfe:
        this.value = (bytes[at + 1] << 24) >> 24;
        this.at = at + 2;
        return true;
      default:
        this.value = (lead & 0x0f) - 1;
        this.at = at + 1;
        return lead >= 0xf1 && lead <= 0xfd;
    }
  }
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
