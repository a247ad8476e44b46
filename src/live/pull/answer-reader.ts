import { constants } from 'node:buffer';
import { LiveError } from '../live-error.js';

/** Takes answers bit by bit, in their order. */
export interface AnswerTaker {
  /** So many elements follow, each told like an answer of its own; they may be arrays themselves. */
  array(length: number): void;
  /** The bytes [start, end) of `buffer`, which stay as they are. */
  bulk(buffer: Uint8Array, start: number, end: number): void;
  integer(value: number): void;
  /** A short word, such as OK or QUEUED. */
  status(): void;
  nil(): void;
  /** What the server has against it. */
  error(text: string): void;
}

/** Lines are short: those of errors, too. */
const LONGEST_LINE = 64 * 1024;
/** What no key has, or what cannot be held. */
const LONGEST_BULK = Math.min(constants.MAX_LENGTH - 2, 2 ** 36);
/** What is allocated for a string before more of it has arrived. */
const FIRST_PIECE = 64 * 1024;
const LINE_END = 2;

const PLUS = 0x2b;
const MINUS = 0x2d;
const COLON = 0x3a;
const DOLLAR = 0x24;
const STAR = 0x2a;
const CR = 0x0d;
const LF = 0x0a;
const ZERO = 0x30;
/** Digits that surely fit a double. */
const EXACT_DIGITS = 15;

/**
 * Reads answers in RESP2 that arrive in chunks of any size, and that hold values: those which lie within one chunk are told
 * where they are. Lengths allocate no more than a multiple of what has arrived.
 */
export class AnswerReader {
  /** The beginning of a line whose end has not arrived. */
  private held: Buffer | undefined;
  /** A string that does not end within its chunk, with its line end; it grows as bytes arrive. */
  private bulk: Buffer | undefined;
  private bulkFilled = 0;
  private bulkNeeded = 0;
  /** Where the number ended that was read last: behind its line end. */
  private next = 0;

  constructor(private readonly taker: AnswerTaker) {}

  /** Takes the next bytes, which nobody changes afterwards. Throws LiveError for bytes that no server sends. */
  feed(chunk: Buffer): void {
    let at = this.bulk ? this.fillBulk(chunk) : 0;
    let bytes = chunk;
    if (this.held && at < chunk.length) {
      bytes = Buffer.concat([this.held, chunk]);
      this.held = undefined;
    }
    const end = bytes.length;
    while (at < end) {
      const next = this.take(bytes, at, end);
      if (next < 0) {
        if (end - at > LONGEST_LINE) throw nonsense();
        // A copy: a few bytes must not keep their chunk.
        this.held = Buffer.from(bytes.subarray(at, end));
        return;
      }
      at = next;
    }
  }

  /** Takes the answer at `at`, or its head; returns where the next one is, negative when its line is not there to the end. */
  private take(bytes: Buffer, at: number, end: number): number {
    switch (bytes[at]) {
      case PLUS: {
        const next = lineEnd(bytes, at, end);
        if (next >= 0) this.taker.status();
        return next;
      }
      case MINUS: {
        const next = lineEnd(bytes, at, end);
        if (next >= 0) this.taker.error(bytes.toString('utf8', at + 1, next - LINE_END));
        return next;
      }
      case COLON:
      case DOLLAR:
      case STAR:
        return this.takeNumber(bytes, at, end);
      default:
        throw nonsense();
    }
  }

  private takeNumber(bytes: Buffer, at: number, end: number): number {
    const { taker } = this;
    const value = this.number(bytes, at + 1, end);
    if (value === undefined) return -1;
    if (bytes[at] === COLON) taker.integer(value);
    else if (value < 0) taker.nil();
    else if (bytes[at] === STAR) taker.array(value);
    else return this.takeBulk(bytes, this.next, end, value);
    return this.next;
  }

  private takeBulk(bytes: Buffer, start: number, end: number, length: number): number {
    const bulkEnd = start + length;
    if (bulkEnd + LINE_END <= end) {
      if (bytes[bulkEnd] !== CR || bytes[bulkEnd + 1] !== LF) throw nonsense();
      this.taker.bulk(bytes, start, bulkEnd);
      return bulkEnd + LINE_END;
    }
    if (length > LONGEST_BULK) throw new LiveError(`it announces a value of ${length} bytes, which is too large`);
    this.bulkNeeded = length + LINE_END;
    this.bulk = Buffer.allocUnsafe(Math.min(this.bulkNeeded, Math.max(FIRST_PIECE, end - start)));
    this.bulkFilled = bytes.copy(this.bulk, 0, start, end);
    return end;
  }

  /** Returns where the bytes begin that are no longer the string's. */
  private fillBulk(chunk: Buffer): number {
    const { bulkNeeded: needed } = this;
    let bulk = this.bulk as Buffer;
    const arrived = Math.min(needed, this.bulkFilled + chunk.length);
    if (arrived > bulk.length) {
      const grown = Buffer.allocUnsafe(Math.min(needed, Math.max(arrived, 2 * bulk.length)));
      bulk.copy(grown, 0, 0, this.bulkFilled);
      this.bulk = bulk = grown;
    }
    const taken = chunk.copy(bulk, this.bulkFilled, 0, arrived - this.bulkFilled);
    this.bulkFilled = arrived;
    if (arrived === needed) {
      this.bulk = undefined;
      if (bulk[needed - 2] !== CR || bulk[needed - 1] !== LF) throw nonsense();
      this.taker.bulk(bulk, 0, needed - LINE_END);
    }
    return taken;
  }

  /** The number whose digits begin at `start`; undefined when its line is not there to the end. */
  private number(bytes: Buffer, start: number, end: number): number | undefined {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let at = first;
    let value = 0;
    while (at < end) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      at++;
    }
    const digits = at - first;
    if (digits > 19) throw nonsense();
    if (at < end && (digits === 0 || bytes[at] !== CR)) throw nonsense();
    if (at + 1 >= end) return undefined;
    if (bytes[at + 1] !== LF) throw nonsense();
    this.next = at + LINE_END;
    if (digits > EXACT_DIGITS) value = Number(bytes.toString('latin1', first, at));
    return isNegative ? -value : value;
  }
}

/** Where the line that begins at `start` is over, with its line end; negative when that is not there. */
function lineEnd(bytes: Buffer, start: number, end: number): number {
  // Nearly all of them are +OK and +QUEUED, for which a loop is faster than a call.
  let at = start + 1;
  const near = Math.min(end, start + 16);
  while (at < near && bytes[at] !== LF) at++;
  if (at === near) at = near < end ? bytes.indexOf(LF, near) : -1;
  if (at < 0) return -1;
  if (bytes[at - 1] !== CR || at - start > LONGEST_LINE) throw nonsense();
  return at + 1;
}

function nonsense(): LiveError {
  return new LiveError('it answers what no server answers');
}
