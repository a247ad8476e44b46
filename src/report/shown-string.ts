import { bytesToLine } from '../keyspace/bytes-text.js';
import { TextPieces } from '../keyspace/text-pieces.js';
import { lengthBeforeCut } from '../keyspace/utf8.js';
import { binarySize } from './format.js';

/** Shows the start of a byte string that may come in pieces. */
export class ShownString {
  private room = 0;
  private hidden = 0;
  private readonly pieces = new TextPieces();

  constructor(private readonly write: (text: string) => void) {}

  /** `most`: so many bytes are shown. */
  begin(most: number): void {
    this.room = most;
    this.hidden = 0;
  }

  piece(buffer: Uint8Array, start: number, end: number): void {
    const shown = Math.min(end - start, this.room);
    if (shown > 0) this.write(this.pieces.push(buffer, start, start + shown));
    this.room -= shown;
    this.hidden += end - start - shown;
  }

  /** Writes what is left, and how much is not shown. Returns whether it was cut. */
  end(): boolean {
    this.write(this.pieces.end());
    if (this.hidden > 0) this.write(`… ${binarySize(this.hidden)} more`);
    return this.hidden > 0;
  }
}

/** The first `most` bytes as a line of text, with how much more there is. */
export function shortened(bytes: Uint8Array, most: number): string {
  if (bytes.length <= most) return bytesToLine(bytes);
  const start = bytes.subarray(0, most);
  const shown = start.subarray(0, lengthBeforeCut(start));
  return `${bytesToLine(shown)}… ${binarySize(bytes.length - shown.length)} more`;
}
