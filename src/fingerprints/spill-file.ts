import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The temporary file could not be made, written or read. */
export class SpillError extends Error {
  constructor(directory: string, cause: unknown) {
    super(`a temporary file in ${directory} failed: ${(cause as Error).message}`, { cause });
    this.name = 'SpillError';
  }
}

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

  /** Every method throws `SpillError` when the system refuses. */
  constructor(private readonly directory: string) {
    this.fd = this.attempt(() => {
      const folder = mkdtempSync(join(directory, 'rdbkit-spill-'));
      try {
        return openSync(join(folder, 'spill'), 'wx+', 0o600);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  append(bytes: Uint8Array): Extent {
    const offset = this.size;
    this.attempt(() => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.fd, bytes, done, bytes.length - done, offset + done);
      }
    });
    this.size += bytes.length;
    return { offset, length: bytes.length };
  }

  read(extent: Extent, target: Uint8Array): void {
    this.attempt(() => {
      for (let done = 0; done < extent.length; ) {
        const n = readSync(this.fd, target, done, extent.length - done, extent.offset + done);
        if (n === 0) throw new Error('it became shorter');
        done += n;
      }
    });
  }

  clear(): void {
    ftruncateSync(this.fd, 0);
    this.size = 0;
  }

  close(): void {
    closeSync(this.fd);
  }

  private attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new SpillError(this.directory, error);
    }
  }
}
