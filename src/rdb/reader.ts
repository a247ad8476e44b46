import type { Window } from '../bytes/window.js';
import type { FindingCode } from '../errors.js';
import { type BytesRef, LZF, RAW } from './bytes-ref.js';

/** Thrown when the window ends inside an element; the caller rolls back to `mark`, gets more bytes and tries again. */
export const UNDERFLOW = Symbol('underflow');

/** Thrown between two elements when the visitor can take no more for now. */
export const PAUSE = Symbol('pause');

/** Thrown where the walk cannot go on: nobody can tell where the next record starts. */
export class ParseStop {
  constructor(
    readonly code: FindingCode,
    /** File offset. */
    readonly offset: number,
    readonly message: string,
  ) {}
}

/** Strings above this many bytes pass through in pieces where nobody needs them whole. */
export const LARGE_STRING = 1024 * 1024;
/** What may be held of one element: the largest string that servers take (`proto-max-bulk-len`), unless told otherwise. */
export const LARGEST_HELD = 512 * 1024 * 1024;

const TWO_32 = 2 ** 32;

/**
 * The primitives of the format, read from a window with plain synchronous code. Bytes before `mark` are consumed; from there
 * on everything is read again after an underflow, so what has happened until `commit()` must be repeatable.
 */
export class Reader {
  bytes: Uint8Array;
  view: DataView;
  position: number;
  end: number;
  /** Start of the element that is being read. */
  mark: number;
  /** After an underflow: bytes from `mark` that the element is known to need. */
  needed = 0;
  /** The two halves of the last length, for those that need all 64 bits. */
  lengthHigh = 0;
  lengthLow = 0;
  /** The string just read passes through in pieces: bytes that are still to come. */
  largeLeft = 0;
  largeActive = false;
  /** File offset of the first length that was not written in the shortest form, -1 for none. */
  longLengthAt = -1;
  /** File offset of a length with the lead bits of a string encoding, in the record at hand; -1 for none. */
  specialLengthAt = -1;

  constructor(
    readonly window: Window,
    private readonly largeString = LARGE_STRING,
  ) {
    this.bytes = window.bytes;
    this.view = window.kernels.view;
    this.position = window.position;
    this.mark = window.position;
    this.end = window.end;
  }

  /** File offset of the next byte. */
  get offset(): number {
    return this.window.offsetOf(this.position);
  }

  /** Everything read so far is done with. */
  commit(): void {
    this.mark = this.position;
  }

  /** After the window has moved or grown. */
  protected refresh(): void {
    this.bytes = this.window.bytes;
    this.view = this.window.kernels.view;
    this.position = this.window.position;
    this.mark = this.position;
    this.end = this.window.end;
  }

  underflow(bytes: number): never {
    this.needed = this.position + bytes - this.mark;
    throw UNDERFLOW;
  }

  require(bytes: number): void {
    if (this.position + bytes > this.end) this.underflow(bytes);
  }

  stop(code: FindingCode, address: number, message: string): never {
    throw new ParseStop(code, this.window.offsetOf(address), message);
  }

  byte(): number {
    if (this.position >= this.end) this.underflow(1);
    return this.bytes[this.position++];
  }

  uint32(): number {
    this.require(4);
    const value = this.view.getUint32(this.position, true);
    this.position += 4;
    return value;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  /** A signed 64-bit integer, little-endian; rounded beyond 2^53. */
  int64(): number {
    this.require(8);
    const low = this.view.getUint32(this.position, true);
    const high = this.view.getInt32(this.position + 4, true);
    this.position += 8;
    return high * TWO_32 + low;
  }

  bigint64(): bigint {
    this.require(8);
    const value = this.view.getBigInt64(this.position, true);
    this.position += 8;
    return value;
  }

  bigUint64(): bigint {
    return BigInt.asUintN(64, this.bigint64());
  }

  double(): number {
    this.require(8);
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  float(): number {
    this.require(4);
    const value = this.view.getFloat32(this.position, true);
    this.position += 4;
    return value;
  }

  /**
   * A length (`len`), rounded beyond 2^53: `lengthHigh` and `lengthLow` hold all bits. Lead bits 11 announce a string
   * encoding; servers that expect a length take the low six bits, and so does this, with a note.
   */
  length(): number {
    if (this.position >= this.end) this.underflow(1);
    const at = this.position;
    const lead = this.bytes[at];
    this.lengthHigh = 0;
    if (lead < 0x40) {
      this.position = at + 1;
      return (this.lengthLow = lead);
    }
    if (lead < 0x80) {
      this.require(2);
      this.position = at + 2;
      const value = ((lead & 0x3f) << 8) | this.bytes[at + 1];
      if (value < 64) this.noteLongLength(at);
      return (this.lengthLow = value);
    }
    if (lead === 0x80) {
      this.require(5);
      this.position = at + 5;
      const value = this.view.getUint32(at + 1);
      if (value < 16384) this.noteLongLength(at);
      return (this.lengthLow = value);
    }
    if (lead === 0x81) {
      this.require(9);
      this.position = at + 9;
      this.lengthHigh = this.view.getUint32(at + 1);
      this.lengthLow = this.view.getUint32(at + 5);
      if (this.lengthHigh === 0) this.noteLongLength(at);
      return this.lengthHigh * TWO_32 + this.lengthLow;
    }
    if (lead >= 0xc0) {
      if (this.specialLengthAt < 0) this.specialLengthAt = this.window.offsetOf(at);
      this.position = at + 1;
      return (this.lengthLow = lead & 0x3f);
    }
    return this.stop('RDB_BAD_LENGTH', at, `0x${lead.toString(16)} does not begin a length`);
  }

  /** The length read last, with all its bits. */
  exactLength(): bigint {
    return (BigInt(this.lengthHigh) << 32n) | BigInt(this.lengthLow);
  }

  /** A length that stands for a signed number in two's complement. */
  signedLength(): number {
    const value = this.length();
    return this.lengthHigh >= 0x80000000 ? (this.lengthHigh | 0) * TWO_32 + this.lengthLow : value;
  }

  /**
   * A string (`str`). With `inPieces` a large one is only announced: `largeActive` is set, and its bytes follow.
   */
  string(ref: BytesRef, inPieces: boolean): void {
    if (this.position >= this.end) this.underflow(1);
    const at = this.position;
    const lead = this.bytes[at];
    if (lead < 0x40) {
      const start = at + 1;
      if (start + lead > this.end) this.missing(lead, 1);
      this.position = start + lead;
      ref.setRaw(start, this.position);
      return;
    }
    if (lead < 0xc0) {
      const length = this.length();
      if (inPieces && length > this.largeString) {
        this.startLarge(ref, RAW, length, length);
        return;
      }
      const start = this.position;
      if (start + length > this.end) this.missing(length, 0);
      this.position = start + length;
      ref.setRaw(start, this.position);
      return;
    }
    switch (lead) {
      case 0xc0:
        this.require(2);
        ref.setInteger(this.view.getInt8(at + 1), 2);
        this.position = at + 2;
        return;
      case 0xc1:
        this.require(3);
        ref.setInteger(this.view.getInt16(at + 1, true), 3);
        this.position = at + 3;
        return;
      case 0xc2:
        this.require(5);
        ref.setInteger(this.view.getInt32(at + 1, true), 5);
        this.position = at + 5;
        return;
      case 0xc3: {
        this.position = at + 1;
        const stored = this.length();
        const length = this.length();
        if (inPieces && (stored > this.largeString || length > this.largeString)) {
          this.startLarge(ref, LZF, stored, length);
          return;
        }
        const payload = this.position;
        if (payload + stored > this.end) this.missing(stored, 0);
        ref.setLzf(payload, stored, length);
        this.position = payload + stored;
        return;
      }
      default:
        this.stop('RDB_BAD_STRING_ENCODING', at, `0x${lead.toString(16)} is no string encoding`);
    }
  }

  private startLarge(ref: BytesRef, form: number, stored: number, length: number): void {
    this.mustFit(stored);
    ref.setLarge(form, stored, length);
    this.largeLeft = stored;
    this.largeActive = true;
  }

  /**
   * A string of `length` bytes, `skip` bytes ahead, is not all there. Before the window starts to collect it: can the input
   * hold it at all? A claim must not make us read gigabytes into memory only to find the end.
   */
  private missing(length: number, skip: number): never {
    this.position += skip;
    this.mustFit(length);
    if (length > LARGEST_HELD) {
      this.stop('RDB_STRING_TOO_LARGE', this.mark, `a string here claims ${length} bytes, more than any server takes`);
    }
    this.underflow(length);
  }

  /** Stops at a string that claims more than is left of an input whose size is known. */
  private mustFit(length: number): void {
    const { size } = this.window.source;
    if (size === undefined || this.offset + length <= size) return;
    const claim = `a string claims ${length} bytes, and ${size - this.offset} are left`;
    if (length > size) this.stop('RDB_BAD_LENGTH', this.mark, `${claim}; the file never had so many`);
    this.stop('RDB_TRUNCATED', this.mark, `${claim}: the file was cut, or this length is damaged`);
  }

  private noteLongLength(at: number): void {
    if (this.longLengthAt < 0) this.longLengthAt = this.window.offsetOf(at);
  }
}
