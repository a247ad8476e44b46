import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { Source } from './source.js';

const readAsync = promisify(read);

/** A part of a file that somebody else opened and closes: [start, end), as if it were a file from its first byte to `end`. */
export class RangeSource implements Source {
  consumed: number;
  readonly size: number;

  constructor(
    private readonly fd: number,
    start: number,
    private readonly end: number,
  ) {
    this.consumed = start;
    this.size = end;
  }

  async read(target: Uint8Array): Promise<number> {
    const length = Math.min(target.length, this.end - this.consumed);
    if (length <= 0) return 0;
    const { bytesRead } = await readAsync(this.fd, target, 0, length, this.consumed);
    this.consumed += bytesRead;
    return bytesRead;
  }

  seek(offset: number): void {
    this.consumed = offset;
  }

  async close(): Promise<void> {}
}
