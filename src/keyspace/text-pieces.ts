import { bytesToLine } from './bytes-text.js';
import { lengthBeforeCut } from './utf8.js';

const BACKSLASH = 0x5c;

/**
 * How many bytes of a piece can be put into text before the next one is known: what its end may have cut has to wait, and so
 * has a backslash, which an `x` behind it would change.
 */
export function wholeTextLength(bytes: Uint8Array): number {
  const length = lengthBeforeCut(bytes);
  return length > 0 && length === bytes.length && bytes[length - 1] === BACKSLASH ? length - 1 : length;
}

/** Makes lines of text (`bytesToLine`) of a byte string that comes in pieces, the same whatever the pieces are. */
export class TextPieces {
  private carry: Uint8Array = new Uint8Array(0);

  /** The text of the next piece, [start, end) of `bytes`, as far as it is certain. */
  push(bytes: Uint8Array, start: number, end: number): string {
    const all = Buffer.concat([this.carry, bytes.subarray(start, end)]);
    const whole = wholeTextLength(all);
    this.carry = all.subarray(whole);
    return bytesToLine(all.subarray(0, whole));
  }

  /** What is left. */
  end(): string {
    const rest = bytesToLine(this.carry);
    this.carry = new Uint8Array(0);
    return rest;
  }
}
