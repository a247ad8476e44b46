import type { Window } from '../bytes/window.js';

const STAR = 0x2a;
const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;
/** `*` and up to seven digits, CR, LF, `$` and up to nine digits, CR, LF. */
const LONGEST_MATCH = 1 + 7 + 2 + 1 + 9 + 2;
const STEP = 1024 * 1024;

/** What lies between a place that could not be read and the end of the file. */
export interface Tail {
  /** Bytes from that place to the end of the file. */
  readonly bytes: number;
  /** All of them are zero. */
  readonly zeros: boolean;
  /** File offset of the first place behind it that looks like the start of a command; undefined when there is none. */
  readonly resumesAt: number | undefined;
}

/** Looks at bytes that go by, without keeping them, for zeros and for something that looks like a command. */
export class TailScan {
  bytes = 0;
  zeros = true;
  resumesAt: number | undefined;

  /** Takes a piece, whose first byte has the file offset `offset`; returns up to where. The rest, if any, is to come again. */
  take(bytes: Uint8Array, start: number, end: number, offset: number, last: boolean): number {
    const until = last ? end : Math.max(start, end - LONGEST_MATCH);
    if (this.zeros) this.zeros = isZero(bytes, start, until);
    if (this.resumesAt === undefined) {
      const found = findCommand(bytes, start, until, end);
      if (found >= 0) this.resumesAt = offset + (found - start);
    }
    this.bytes += until - start;
    return until;
  }

  /** Takes everything up to the end of the input. */
  async drain(window: Window): Promise<Tail> {
    for (;;) {
      const more = await window.fill(STEP);
      const until = this.take(window.bytes, window.position, window.end, window.offsetOf(window.position), !more);
      window.discard(until);
      if (!more) return this;
    }
  }
}

/** Address in [start, until) of the first `*N\r\n$N\r\n`, which may reach up to `end`; -1 for none. */
function findCommand(bytes: Uint8Array, start: number, until: number, end: number): number {
  // Byte by byte: asking the system for the next star costs more where there are many.
  for (let at = start; at < until; at++) {
    if (bytes[at] !== STAR || bytes[at + 1] < 0x30 || bytes[at + 1] > 0x39) continue;
    const bulk = afterNumber(bytes, at + 1, 7, end);
    if (bulk > 0 && bulk < end && bytes[bulk] === DOLLAR && afterNumber(bytes, bulk + 1, 9, end) > 0) return at;
  }
  return -1;
}

/** Address behind one to `most` digits, CR and LF; 0 when they do not stand there. */
function afterNumber(bytes: Uint8Array, at: number, most: number, end: number): number {
  let i = at;
  while (i < end && i < at + most && bytes[i] >= 0x30 && bytes[i] <= 0x39) i++;
  return i > at && i + 1 < end && bytes[i] === CR && bytes[i + 1] === LF ? i + 2 : 0;
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return false;
  return true;
}
