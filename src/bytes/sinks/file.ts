import { close, closeSync, fdatasync, fsync, openSync, write } from 'node:fs';
import { promisify } from 'node:util';
import type { Sink } from './sink.js';

/** Bytes that wait for the disk at a time: an interrupt waits for them, too. */
const UNSYNCED = 16 * 1024 * 1024;
const READABLE = 0o644;

export interface FileSinkOptions {
  /** Permissions; default: readable for all. */
  readonly mode?: number;
  /** Brought to the disk; default true. A temporary file need not be. */
  readonly durable?: boolean;
}

const [writeAsync, syncAsync, syncDataAsync, closeAsync] = [
  promisify(write),
  promisify(fsync),
  promisify(fdatasync),
  promisify(close),
];

/** Writes a file that does not exist yet, and brings it to the disk while it is written. */
export class FileSink implements Sink {
  private readonly fd: number;
  private readonly durable: boolean;
  private position = 0;
  private unsynced = 0;
  private syncing: Promise<void> | undefined;
  private writing: Promise<void> | undefined;
  private closed = false;

  /** Throws the error of the system. */
  constructor(path: string, { mode = READABLE, durable = true }: FileSinkOptions = {}) {
    this.durable = durable;
    this.fd = openSync(path, 'wx', mode);
  }

  write(bytes: Uint8Array): Promise<void> {
    this.writing = this.writeAll(bytes);
    return this.writing;
  }

  async close(): Promise<void> {
    await this.syncing;
    if (this.durable) await syncAsync(this.fd);
    this.closed = true;
    await closeAsync(this.fd);
  }

  abandon(): void {
    if (this.closed) return;
    this.closed = true;
    // The system must be done with the descriptor before it is given back.
    const under = [this.writing, this.syncing].filter((each) => each !== undefined);
    if (under.length === 0) closeSync(this.fd);
    else void Promise.allSettled(under).then(() => closeSync(this.fd));
  }

  private async writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await writeAsync(this.fd, bytes, at, bytes.length - at, this.position);
      at += bytesWritten;
      this.position += bytesWritten;
    }
    this.unsynced += bytes.length;
    if (!this.durable || this.unsynced < UNSYNCED) return;
    await this.syncing;
    this.syncing = syncDataAsync(this.fd);
    this.syncing.catch(() => undefined); // told where it is waited for
    this.unsynced = 0;
  }
}
