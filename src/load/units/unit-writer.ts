// Units of many keys, encoded one behind the other into the bytes of a parcel.
import { Parcel } from '../../live/bulk/parcel.js';
import type { KeyBatch } from './key-batch.js';

/** Bytes of a parcel that holds more than one unit. */
export const PARCEL_BYTES = 128 * 1024;
/** From here on a parcel is sent. */
export const PARCEL_FULL = 120 * 1024;
/** Up to so many bytes a loop is faster than a call. */
const SHORT = 48;
/** A header line: a sign, digits, CR LF. */
const LONGEST_HEADER = 24;

const CR = 0x0d;
const LF = 0x0a;
const ARRAY = 0x2a;
const BULK = 0x24;

/** Where parcels go, and come from. */
export interface Post {
  readonly db: number;
  /** At least so many bytes. */
  buffer(bytes: number): Buffer;
  /** A buffer that is no longer used. */
  recycle(buffer: Buffer): void;
  batch(): KeyBatch;
  dispatch(parcel: Parcel<KeyBatch>): void;
}

/**
 * Writes units for one node. What is written since the last `endUnit` is the unit at hand, [unitStart, at) of `bytes`, which
 * moves to other bytes when these do not suffice.
 */
export class UnitWriter {
  bytes: Buffer;
  at = 0;
  unitStart = 0;
  private parcel: Parcel<KeyBatch> | undefined;
  private slot: number | undefined;

  constructor(private readonly post: Post) {
    this.bytes = post.buffer(PARCEL_BYTES);
  }

  /** Bytes of the unit at hand. */
  get unitBytes(): number {
    return this.at - this.unitStart;
  }

  /** Parcels that begin now go to where this slot is. */
  enterSlot(slot: number | undefined): void {
    if (this.at === 0) this.slot = slot;
  }

  /** Makes room for so many bytes at `at`. */
  room(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return;
    if (this.unitStart > 0) this.split(bytes);
    if (this.at + bytes <= this.bytes.length) return;
    const more = this.post.buffer(this.at + bytes);
    this.bytes.copy(more, 0, 0, this.at);
    this.post.recycle(this.bytes);
    this.bytes = more;
  }

  /** Sends what stands before the unit at hand, which may need so many bytes more. */
  split(bytes = 0): void {
    if (this.unitStart === 0) return;
    const { bytes: old, unitStart, unitBytes } = this;
    const next = this.post.buffer(Math.max(PARCEL_BYTES, unitBytes + bytes));
    old.copy(next, 0, unitStart, this.at);
    this.dispatch();
    this.bytes = next;
    this.at = unitBytes;
    this.unitStart = 0;
  }

  /** The unit at hand is complete: the key at `offset`, of a type in the file, and how many commands. */
  endUnit(offset: number, type: number, way: number, commands: number): KeyBatch {
    const parcel = this.open();
    parcel.owner.add(offset, type, way);
    parcel.endUnit(this.at, commands);
    this.unitStart = this.at;
    return parcel.owner;
  }

  /** Takes the unit at hand back. */
  drop(): void {
    this.at = this.unitStart;
  }

  /** Gives away the unit at hand, [0, length) of its own bytes; what stood before is sent. */
  takeUnit(): { readonly bytes: Buffer; readonly length: number } {
    this.split();
    const { bytes, at: length } = this;
    this.bytes = this.post.buffer(PARCEL_BYTES);
    this.at = 0;
    return { bytes, length };
  }

  /** Sends all units; there must be none at hand. */
  send(): void {
    if (this.unitStart === 0) return;
    this.dispatch();
    this.bytes = this.post.buffer(PARCEL_BYTES);
    this.at = 0;
    this.unitStart = 0;
  }

  /** The head of a command of `argc` arguments, its name among them. */
  begin(argc: number): void {
    this.header(ARRAY, argc);
  }

  /** What was encoded before. */
  encoded(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.room(end - start);
    this.put(bytes, start, end);
  }

  /** [start, end) of `buffer` as an argument. */
  argument(buffer: Uint8Array, start = 0, end = buffer.length): void {
    this.header(BULK, end - start);
    this.room(end - start + 2);
    this.put(buffer, start, end);
    this.lineEnd();
  }

  /** Text in ASCII as an argument. */
  text(text: string): void {
    this.header(BULK, text.length);
    this.room(text.length + 2);
    const { bytes } = this;
    for (let i = 0; i < text.length; i++) bytes[this.at++] = text.charCodeAt(i);
    this.lineEnd();
  }

  /** The length of an argument that follows. */
  bulkHeader(length: number): void {
    this.header(BULK, length);
  }

  lineEnd(): void {
    this.room(2);
    this.bytes[this.at++] = CR;
    this.bytes[this.at++] = LF;
  }

  private header(sign: number, count: number): void {
    this.room(LONGEST_HEADER);
    const { bytes } = this;
    bytes[this.at++] = sign;
    if (count < 10) bytes[this.at++] = 0x30 + count;
    else if (count < 100) {
      const tens = Math.floor(count / 10);
      bytes[this.at++] = 0x30 + tens;
      bytes[this.at++] = 0x30 + count - 10 * tens;
    } else this.at += bytes.write(String(count), this.at, 'latin1');
    bytes[this.at++] = CR;
    bytes[this.at++] = LF;
  }

  private put(source: Uint8Array, start: number, end: number): void {
    const { bytes } = this;
    if (end - start > SHORT) {
      bytes.set(source.subarray(start, end), this.at);
      this.at += end - start;
    } else for (let i = start; i < end; i++) bytes[this.at++] = source[i];
  }

  private open(): Parcel<KeyBatch> {
    this.parcel ??= new Parcel(this.bytes, this.post.db, this.slot, this.post.batch());
    return this.parcel;
  }

  private dispatch(): void {
    const { parcel } = this;
    if (!parcel) return;
    // The bytes may have grown since it was opened.
    parcel.bytes = this.bytes;
    this.parcel = undefined;
    this.post.dispatch(parcel);
  }
}
