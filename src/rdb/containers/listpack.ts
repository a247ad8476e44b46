// Listpack:  u32le total   u16le count   entries…   ff        entry = encoding and data, backlen
//
//   0xxxxxxx            0 to 127                      110xxxxx b   13-bit integer
//   10xxxxxx            text, 6-bit length            1110xxxx b   text, 12-bit length
//   f0 u32le            text                          f1 f2 f3 f4  integer of 16, 24, 32, 64 bits
import type { BytesRef } from '../bytes-ref.js';
import { type EntryCursor, loadEntry, narrow } from './cursor.js';

const HEADER = 6;

/** Steps through the entries of a sound listpack. */
export class ListpackCursor implements EntryCursor {
  integer = false;
  value: number | bigint = 0;
  start = 0;
  end = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private limit = 0;

  /** Starts before the first entry of [start, end). Returns false when this cannot be a listpack. */
  open(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.at = start + HEADER;
    this.limit = end - 1;
    return end - start > HEADER;
  }

  next(): boolean {
    const { bytes, at } = this;
    if (at >= this.limit) return false;
    const lead = bytes[at];
    if (lead < 0x80) {
      this.integer = true;
      this.value = lead;
      this.at = at + 2;
      return true;
    }
    if (lead < 0xc0) return this.text(at, 1, lead & 0x3f);
    if (lead < 0xe0) {
      const value = ((lead & 0x1f) << 8) | bytes[at + 1];
      this.integer = true;
      this.value = value >= 4096 ? value - 8192 : value;
      this.at = at + 3;
      return true;
    }
    if (lead < 0xf0) return this.text(at, 2, ((lead & 0x0f) << 8) | bytes[at + 1]);
    return this.wide(lead, at);
  }

  load(ref: BytesRef): void {
    loadEntry(ref, this.integer, this.value, this.start, this.end);
  }

  private text(at: number, head: number, length: number): boolean {
    this.integer = false;
    this.start = at + head;
    this.end = this.start + length;
    this.at = this.end + backlenSize(head + length);
    return this.end <= this.limit;
  }

  private wide(lead: number, at: number): boolean {
    const { bytes } = this;
    this.integer = true;
    switch (lead) {
      case 0xf0:
        return this.text(at, 5, word(bytes, at + 1) >>> 0);
      case 0xf1:
        this.value = ((bytes[at + 2] << 24) >> 16) | bytes[at + 1];
        this.at = at + 4;
        return true;
      case 0xf2:
        this.value = ((bytes[at + 3] << 24) >> 8) | (bytes[at + 2] << 8) | bytes[at + 1];
        this.at = at + 5;
        return true;
      case 0xf3:
        this.value = word(bytes, at + 1);
        this.at = at + 6;
        return true;
      case 0xf4:
        this.value = narrow((BigInt(word(bytes, at + 5)) << 32n) | BigInt(word(bytes, at + 1) >>> 0));
        this.at = at + 10;
        return true;
      default:
        return false;
    }
  }
}

/** How many bytes the backlen of an entry of `size` bytes takes. */
export function backlenSize(size: number): number {
  if (size <= 127) return 1;
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  return size < 268435455 ? 4 : 5;
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
