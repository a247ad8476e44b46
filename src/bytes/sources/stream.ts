import type { Source } from './source.js';

/** Bytes from any async iterable: standard input, a socket, a decompressor, an array of chunks in a test. */
export class StreamSource implements Source {
  readonly size = undefined;
  consumed = 0;
  private readonly iterator: AsyncIterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  async read(target: Uint8Array): Promise<number> {
    while (this.chunk.length === 0) {
      const next = await this.iterator.next();
      if (next.done) return 0;
      if (!ArrayBuffer.isView(next.value)) throw new TypeError('the stream does not give bytes');
      this.chunk = next.value;
    }
    const n = Math.min(target.length, this.chunk.length);
    target.set(n === this.chunk.length ? this.chunk : this.chunk.subarray(0, n));
    this.chunk = this.chunk.subarray(n);
    this.consumed += n;
    return n;
  }

  async close(): Promise<void> {
    await this.iterator.return?.();
  }
}
