import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Source, SourceError } from './source.js';
import { StreamSource } from './stream.js';

const INPUT_CHUNK = 256 * 1024;
const OUTPUT_CHUNK = 256 * 1024;

/** The content of a gzip stream that `inner` yields. */
export class GzipSource implements Source {
  readonly size = undefined;
  private readonly output: StreamSource;
  private readonly gunzip = createGunzip({ chunkSize: OUTPUT_CHUNK });

  constructor(private readonly inner: Source) {
    const input = Readable.from(chunks(inner), { objectMode: false, highWaterMark: INPUT_CHUNK });
    input.on('error', (error) => this.gunzip.destroy(error));
    input.pipe(this.gunzip);
    this.output = new StreamSource(this.gunzip);
  }

  get consumed(): number {
    return this.inner.consumed;
  }

  async read(target: Uint8Array): Promise<number> {
    try {
      return await this.output.read(target);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (code === 'Z_BUF_ERROR') throw new SourceError('GZIP_TRUNCATED', 'the gzip stream ends before its end mark');
      if (code.startsWith('Z_'))
        throw new SourceError('GZIP_DAMAGED', `the gzip stream is damaged: ${(error as Error).message}`);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.gunzip.destroy();
    await this.inner.close();
  }
}

async function* chunks(source: Source): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(INPUT_CHUNK);
    const n = await source.read(chunk);
    if (n === 0) return;
    yield chunk.subarray(0, n);
  }
}
