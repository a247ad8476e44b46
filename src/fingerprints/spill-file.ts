import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Where a run of bytes lies in the file. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/**
 * A temporary file without a name: it is unlinked as soon as it is open, so nothing stays behind however the process ends.
 */
export class SpillFile {
  private readonly fd: number;
  private size = 0;

  /** Throws the system's error when `directory` cannot be written to. */
  constructor(directory: string) {
    const folder = mkdtempSync(join(directory, 'rdbkit-'));
    try {
      this.fd = openSync(join(folder, 'spill'), 'wx+', 0o600);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  append(bytes: Uint8Array): Extent {
    const offset = this.size;
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.fd, bytes, done, bytes.length - done, offset + done);
    this.size += bytes.length;
    return { offset, length: bytes.length };
  }

  read(extent: Extent, target: Uint8Array): void {
    for (let done = 0; done < extent.length; ) {
      const n = readSync(this.fd, target, done, extent.length - done, extent.offset + done);
      if (n === 0) throw new Error('the temporary file became shorter');
      done += n;
    }
  }

  clear(): void {
    ftruncateSync(this.fd, 0);
    this.size = 0;
  }

  close(): void {
    closeSync(this.fd);
  }
}
