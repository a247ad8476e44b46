import type { Sink } from './sink.js';

/** Keeps what is written. */
export class MemorySink implements Sink {
  private readonly pieces: Uint8Array[] = [];

  write(bytes: Uint8Array): undefined {
    this.pieces.push(bytes.slice());
  }

  /** Everything that was written. */
  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.pieces));
  }

  async close(): Promise<void> {}

  abandon(): void {
    this.pieces.length = 0;
  }
}
