import { createGunzip } from 'node:zlib';
import { type Source, SourceError } from './source.js';

/** Compressed bytes taken at a time: they may grow a thousandfold, and wait in memory until they are read. */
const INPUT_CHUNK = 16 * 1024;
const OUTPUT_CHUNK = 256 * 1024;

/** The content of a gzip stream that `inner` yields. What came out before a damage is read before the damage is told. */
export class GzipSource implements Source {
  readonly size = undefined;
  private readonly gunzip = createGunzip({ chunkSize: OUTPUT_CHUNK });
  private readonly ready: Buffer[] = [];
  private readonly input = Buffer.allocUnsafe(INPUT_CHUNK);
  private failure: NodeJS.ErrnoException | undefined;
  private ended = false;
  private settle: () => void = () => undefined;

  constructor(private readonly inner: Source) {
    this.gunzip.on('data', (chunk: Buffer) => this.ready.push(chunk));
    this.gunzip.on('error', (error) => {
      this.failure = error;
      this.settle();
    });
    this.gunzip.on('end', () => {
      this.ended = true;
      this.settle();
    });
  }

  get consumed(): number {
    return this.inner.consumed;
  }

  async read(target: Uint8Array): Promise<number> {
    while (this.ready.length === 0) {
      if (this.failure) throw sourceError(this.failure);
      if (this.ended) return 0;
      await this.inflate();
    }
    const [chunk] = this.ready;
    const n = Math.min(target.length, chunk.length);
    target.set(chunk.subarray(0, n));
    if (n === chunk.length) this.ready.shift();
    else this.ready[0] = chunk.subarray(n);
    return n;
  }

  async close(): Promise<void> {
    this.gunzip.destroy();
    await this.inner.close();
  }

  /** Feeds one piece of input, or the end of it, and waits until it has come out. */
  private async inflate(): Promise<void> {
    const n = await this.inner.read(this.input);
    await new Promise<void>((resolve) => {
      this.settle = resolve;
      if (n === 0) this.gunzip.end();
      else this.gunzip.write(this.input.subarray(0, n), () => resolve());
    });
  }
}

function sourceError(error: NodeJS.ErrnoException): Error {
  if (error.code === 'Z_BUF_ERROR')
    return new SourceError('GZIP_TRUNCATED', 'the gzip stream ends before its end mark');
  if (!error.code?.startsWith('Z_')) return error;
  return new SourceError('GZIP_DAMAGED', `the gzip stream is damaged: ${error.message}`);
}
