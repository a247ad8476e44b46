import type { Source } from './source.js';

/** Bytes that are in memory already. They must not change while they are read. */
export class MemorySource implements Source {
  consumed = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  async read(target: Uint8Array): Promise<number> {
    const piece = this.bytes.subarray(this.consumed, this.consumed + target.length);
    target.set(piece);
    this.consumed += piece.length;
    return piece.length;
  }

  seek(offset: number): void {
    this.consumed = offset;
  }

  async close(): Promise<void> {}
}
