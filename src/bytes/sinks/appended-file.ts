import { close, closeSync, fsync, open, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Sink } from './sink.js';

const READABLE = 0o644;
const [openAsync, syncAsync, closeAsync] = [promisify(open), promisify(fsync), promisify(close)];

/** Writes one of very many files: it is open only while something is written to it. */
export class AppendedFileSink implements Sink {
  private made = false;

  constructor(private readonly path: string) {}

  write(bytes: Uint8Array): undefined {
    this.withFile((fd) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
    });
  }

  async close(): Promise<void> {
    const fd = await openAsync(this.path, this.made ? 'a' : 'ax', READABLE);
    try {
      await syncAsync(fd);
    } finally {
      await closeAsync(fd);
    }
  }

  abandon(): void {}

  private withFile(work: (fd: number) => void): void {
    const fd = openSync(this.path, this.made ? 'a' : 'ax', READABLE);
    this.made = true;
    try {
      work(fd);
    } finally {
      closeSync(fd);
    }
  }
}
