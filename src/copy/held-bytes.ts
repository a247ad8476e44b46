import { tmpdir } from 'node:os';
import { type Extent, SpillFile } from '../fingerprints/spill-file.js';
import type { RdbWriter } from '../rdb/writer/rdb-writer.js';

const FIRST = 4096;
const PIECE = 1024 * 1024;
/** So much is held in memory. */
const MOST_HELD = 8 * 1024 * 1024;

/** Bytes that wait for a decision, in memory as long as they are few, else in a temporary file. Throws SpillError. */
export class HeldBytes {
  /** How many there are. */
  length = 0;
  private buffer = new Uint8Array(FIRST);
  private inBuffer = 0;
  private extents: Extent[] = [];
  private spill: SpillFile | undefined;

  constructor(private readonly directory = tmpdir()) {}

  append(bytes: Uint8Array, start: number, end: number): void {
    this.length += end - start;
    for (let from = start; from < end; ) {
      if (this.inBuffer === MOST_HELD) this.spillBuffer();
      const length = Math.min(end - from, MOST_HELD - this.inBuffer);
      this.reserve(this.inBuffer + length);
      this.buffer.set(bytes.subarray(from, from + length), this.inBuffer);
      this.inBuffer += length;
      from += length;
    }
  }

  clear(): void {
    if (this.length === 0) return;
    this.length = 0;
    this.inBuffer = 0;
    if (this.extents.length === 0) return;
    this.extents = [];
    this.spill?.clear();
    this.buffer = new Uint8Array(FIRST);
  }

  /** What was appended, in pieces that are good until the next one. */
  *pieces(): Generator<Uint8Array> {
    for (const { offset, length } of this.extents) {
      for (let at = 0; at < length; at += PIECE) {
        const piece = new Uint8Array(Math.min(PIECE, length - at));
        this.spill?.read({ offset: offset + at, length: piece.length }, piece);
        yield piece;
      }
    }
    if (this.inBuffer > 0) yield this.buffer.subarray(0, this.inBuffer);
  }

  /** Writes all of it; a promise when there is so much that the writer has to wait. */
  copyTo(writer: RdbWriter): Promise<void> | undefined {
    if (this.extents.length > 0) return this.copySlowly(writer);
    writer.raw(this.buffer, 0, this.inBuffer);
    return undefined;
  }

  close(): void {
    this.spill?.close();
    this.spill = undefined;
  }

  private async copySlowly(writer: RdbWriter): Promise<void> {
    for (const piece of this.pieces()) {
      writer.raw(piece);
      await writer.ready();
    }
  }

  private reserve(bytes: number): void {
    if (bytes <= this.buffer.length) return;
    const larger = new Uint8Array(Math.min(MOST_HELD, Math.max(bytes, 2 * this.buffer.length)));
    larger.set(this.buffer.subarray(0, this.inBuffer));
    this.buffer = larger;
  }

  private spillBuffer(): void {
    this.spill ??= new SpillFile(this.directory);
    this.extents.push(this.spill.append(this.buffer.subarray(0, this.inBuffer)));
    this.inBuffer = 0;
  }
}
