import type { Kernels } from '../bytes/kernels/kernels.js';
import type { FindingCode } from '../errors.js';

/** How a string stands in the file. */
export const RAW = 0;
export const INTEGER = 1;
export const LZF = 2;

/** Nothing larger is unpacked: it is what servers take as a string (`proto-max-bulk-len`), and containers are far smaller. */
const LARGEST = 512 * 1024 * 1024;
/** One LZF token of three bytes yields at most 264. */
const LZF_BEST_RATIO = 88;
/** Buffers above this go back to the heap after use. */
const KEEP_UP_TO = 4 * 1024 * 1024;
/** From this size on the tokens are walked before memory is taken for what they claim. */
const MEASURE_FROM = 1024 * 1024;
const SLACK = 64;

/**
 * One string of a file, seen through a window that moves: nothing is copied or decoded before somebody asks. The parser uses
 * the same few objects again and again, so what a visitor wants to keep it must copy (`toBytes`).
 */
export class BytesRef {
  /** RAW, INTEGER or LZF. */
  form = RAW;
  /** Too large to be held: its content comes as `chunk` events, if at all. */
  large = false;
  /** Where the stored bytes are (LZF). */
  payload = 0;
  /** The number (INTEGER). */
  integer = 0;
  /** [start, end) in `buffer` are the string's bytes. Valid for RAW at once, for the others after `resolve`. */
  start = 0;
  end = 0;

  /** Of LZF, and of large strings: both lengths are claims of the file. */
  private claimed = 0;
  private storedBytes = 0;
  private resolved = false;
  private block = 0;

  /** @internal */
  constructor(private readonly kernels: Kernels) {}

  /** The memory that `start` and `end` refer to. */
  get buffer(): Uint8Array {
    return this.kernels.bytes;
  }

  /** Length in bytes of the string itself, known without decoding. */
  get length(): number {
    if (this.form === RAW && !this.large) return this.end - this.start;
    if (this.form === INTEGER && !this.resolved) return decimalLength(this.integer);
    return this.claimed;
  }

  /** Bytes that it takes in the file, without its length prefix. */
  get stored(): number {
    return this.form === RAW && !this.large ? this.end - this.start : this.storedBytes;
  }

  /** Describes a range of the memory that holds the string as it is. */
  setRaw(start: number, end: number): void {
    this.form = RAW;
    this.large = false;
    this.start = start;
    this.end = end;
  }

  /** Describes an integer, which stands for its decimal text. `stored`: bytes in the file. */
  setInteger(value: number, stored: number): void {
    this.form = INTEGER;
    this.large = false;
    this.integer = value;
    this.storedBytes = stored;
    this.resolved = false;
  }

  /** Describes an LZF block that claims to give `length` bytes. */
  setLzf(payload: number, stored: number, length: number): void {
    this.form = LZF;
    this.large = false;
    this.payload = payload;
    this.storedBytes = stored;
    this.claimed = length;
    this.resolved = false;
  }

  /** Describes a string that is not held; only its lengths are known. */
  setLarge(form: number, stored: number, length: number): void {
    this.form = form;
    this.large = true;
    this.storedBytes = stored;
    this.claimed = length;
    this.start = 0;
    this.end = 0;
  }

  /** Describes text, for values that have no bytes of their own (64-bit integers of compact containers, floats). */
  setText(text: string, stored: number): void {
    this.form = INTEGER;
    this.large = false;
    this.reserve(text.length);
    this.kernels.bytes.set(Buffer.from(text, 'latin1'), this.block);
    this.start = this.block;
    this.end = this.start + text.length;
    this.claimed = text.length;
    this.storedBytes = stored;
    this.resolved = true;
  }

  /** Describes bytes from outside the kernels' memory by copying them. */
  setCopy(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.kernels.bytes.set(bytes, this.block);
    this.setRaw(this.block, this.block + bytes.length);
  }

  /** Makes `start` and `end` valid. Returns the code of the damage when the string does not decode. */
  resolve(): FindingCode | undefined {
    if (this.form === RAW || this.large || this.resolved) return undefined;
    if (this.form === INTEGER) {
      this.setDecimal(this.integer);
      return undefined;
    }
    const problem = lzfClaim(this.stored, this.length) ?? (this.length >= MEASURE_FROM ? this.measure() : undefined);
    if (problem) return problem;
    this.reserve(this.length);
    const { call } = this.kernels;
    const end = this.block + this.length;
    const code = call.lzfDecode(this.payload, this.payload + this.stored, this.block, end, 0);
    const fault = lzfFault(code, this.kernels.result(0), this.stored, this.kernels.result(1), this.length);
    if (fault) return fault;
    this.start = this.block;
    this.end = end;
    this.resolved = true;
    return undefined;
  }

  /** Whether an LZF string would decode, without decoding it; the code of the damage when not. */
  measure(): FindingCode | undefined {
    if (this.form !== LZF || this.large || this.resolved) return undefined;
    const claim = lzfClaim(this.stored, this.length);
    if (claim) return claim;
    const code = this.kernels.call.lzfMeasure(this.payload, this.payload + this.stored, 0);
    return lzfFault(code, this.kernels.result(0), this.stored, this.kernels.result(1), this.length);
  }

  /** Takes the bytes into a buffer of its own, so that they survive when the window moves. */
  detach(): void {
    if (this.resolve() !== undefined || this.start === this.block || this.large) return;
    const length = this.end - this.start;
    const from = this.start;
    this.reserve(length);
    this.kernels.bytes.copyWithin(this.block, from, from + length);
    this.start = this.block;
    this.end = this.block + length;
  }

  /** Gives an unusually large buffer back. */
  release(): void {
    if (this.block === 0 || this.kernels.heap.capacity(this.block) <= KEEP_UP_TO) return;
    this.kernels.heap.deallocate(this.block);
    this.block = 0;
  }

  /** A view of the bytes, good until the next event; empty when they do not decode. */
  view(): Uint8Array {
    return this.resolve() === undefined ? this.kernels.bytes.subarray(this.start, this.end) : new Uint8Array(0);
  }

  /** A copy of the bytes; empty when they do not decode. */
  toBytes(): Uint8Array {
    return this.view().slice();
  }

  private setDecimal(value: number): void {
    this.reserve(16);
    const bytes = this.kernels.bytes;
    this.claimed = decimalLength(value);
    let at = this.block + this.claimed;
    this.start = this.block;
    this.end = at;
    let rest = value < 0 ? -value : value;
    do {
      const next = Math.floor(rest / 10);
      bytes[--at] = 48 + (rest - next * 10);
      rest = next;
    } while (rest > 0);
    if (value < 0) bytes[--at] = 45;
    this.resolved = true;
  }

  private reserve(length: number): void {
    const { heap } = this.kernels;
    if (this.block !== 0 && heap.capacity(this.block) >= length + SLACK) return;
    if (this.block !== 0) heap.deallocate(this.block);
    this.block = heap.allocate(length + SLACK);
  }
}

/** What is wrong with the two lengths of an LZF string before looking at its bytes. */
export function lzfClaim(stored: number, length: number): FindingCode | undefined {
  if (length > stored * LZF_BEST_RATIO) return 'LZF_IMPOSSIBLE_LENGTH';
  if (length > LARGEST) return 'CONTAINER_TOO_LARGE';
  return undefined;
}

/** The damage that an LZF kernel met, from its answer. */
export function lzfFault(
  code: number,
  consumed: number,
  stored: number,
  produced: number,
  length: number,
): FindingCode | undefined {
  if (code === 2) return 'LZF_BAD_REFERENCE';
  if (code === 1) return 'LZF_WRONG_LENGTH';
  if (consumed !== stored) return 'LZF_TRUNCATED';
  return produced === length ? undefined : 'LZF_WRONG_LENGTH';
}

function decimalLength(value: number): number {
  let length = value < 0 ? 2 : 1;
  for (let rest = value < 0 ? -value : value; rest >= 10; rest = Math.floor(rest / 10)) length++;
  return length;
}
