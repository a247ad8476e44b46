import type { BytesRef } from '../bytes-ref.js';

const TWO_32 = 2 ** 32;
/** Numbers whose upper half is smaller than this are exact. */
const EXACT_HIGH = 2 ** 21;

/** Steps through the entries of a container whose structure was checked before. */
export interface EntryCursor {
  /** The entry at hand is an integer: `value`; else it is text: [start, end) of the memory. */
  readonly integer: boolean;
  /** A number where it fits exactly, a bigint beyond. */
  readonly value: number | bigint;
  readonly start: number;
  readonly end: number;
  /** Moves to the first or next entry; false behind the last. */
  next(): boolean;
  /** Describes the entry's bytes. Integers stand for their decimal text. */
  load(ref: BytesRef): void;
}

/** What stepping through listpacks and ziplists has in common: entries of any size between a header and an end mark. */
export abstract class BlobCursor implements EntryCursor {
  integer = false;
  value: number | bigint = 0;
  start = 0;
  end = 0;
  protected bytes: Uint8Array = new Uint8Array(0);
  /** Address of the next entry, and of the end mark. */
  protected at = 0;
  protected limit = 0;

  constructor(private readonly header: number) {}

  /** Starts before the first entry of [start, end). Returns false when this is too short to be a container. */
  open(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.at = start + this.header;
    this.limit = end - 1;
    return end - start > this.header;
  }

  abstract next(): boolean;

  load(ref: BytesRef): void {
    loadEntry(ref, this.integer, this.value, this.start, this.end);
  }

  /** The entry is text: [start, start + length), and the next one is at `next`. False when it reaches past the end. */
  protected text(start: number, length: number, next: number): boolean {
    this.integer = false;
    this.start = start;
    this.end = start + length;
    this.at = next;
    return this.end <= this.limit;
  }

  /** The entry is an integer, and the next one is at `next`. */
  protected number(value: number | bigint, next: number): boolean {
    this.integer = true;
    this.value = value;
    this.at = next;
    return true;
  }

  protected int16(at: number): number {
    return ((this.bytes[at + 1] << 24) >> 16) | this.bytes[at];
  }

  protected int24(at: number): number {
    return ((this.bytes[at + 2] << 24) >> 8) | (this.bytes[at + 1] << 8) | this.bytes[at];
  }

  protected int32(at: number): number {
    const { bytes } = this;
    return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  }

  protected int64(at: number): number | bigint {
    const high = this.int32(at + 4);
    const low = this.int32(at) >>> 0;
    // Times in ms are common, and need no bigint.
    if (high > -EXACT_HIGH && high < EXACT_HIGH) return high * TWO_32 + low;
    return narrow((BigInt(high) << 32n) | BigInt(low));
  }
}

/** Describes an entry's bytes in `ref`. */
export function loadEntry(ref: BytesRef, integer: boolean, value: number | bigint, start: number, end: number): void {
  if (!integer) ref.setRaw(start, end);
  else if (typeof value === 'number') ref.setInteger(value, 0);
  else ref.setText(String(value), 0);
}

/** A 64-bit integer as a number when that loses nothing. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
