import { type FileHandle, open } from 'node:fs/promises';
import type { Source } from './source.js';

/** A regular file, read in order. It remembers what the file looked like when it was opened. */
export class FileSource implements Source {
  consumed = 0;

  private constructor(
    private readonly handle: FileHandle,
    readonly size: number,
    private readonly modifiedNs: bigint,
    private readonly owner = true,
  ) {}

  static async open(path: string): Promise<FileSource> {
    const handle = await open(path, 'r');
    const stat = await handle.stat({ bigint: true });
    return new FileSource(handle, Number(stat.size), stat.mtimeNs);
  }

  async read(target: Uint8Array): Promise<number> {
    const { bytesRead } = await this.handle.read(target, 0, target.length, this.consumed);
    this.consumed += bytesRead;
    return bytesRead;
  }

  seek(offset: number): void {
    this.consumed = offset;
  }

  /** The same file once more from its start, whatever has its name by now. Good until this one is closed. */
  again(): FileSource {
    return new FileSource(this.handle, this.size, this.modifiedNs, false);
  }

  /** When the file was written to last before it was opened, ms since the epoch. */
  get modifiedMs(): number {
    return Number(this.modifiedNs / 1_000_000n);
  }

  /** Whether the file was written to since it was opened: its size or its modification time moved. */
  async changed(): Promise<boolean> {
    const now = await this.handle.stat({ bigint: true });
    return Number(now.size) !== this.size || now.mtimeNs !== this.modifiedNs;
  }

  async close(): Promise<void> {
    if (this.owner) await this.handle.close();
  }
}
