import { FileSink } from './file.js';
import type { Sink } from './sink.js';
import { UnfinishedFile } from './unfinished.js';

/** Writes a file that appears under its name only when it is whole, and on the disk; one that is there is replaced. */
export class AtomicFileSink implements Sink {
  private readonly unfinished: UnfinishedFile;
  private readonly file: FileSink;
  private done = false;

  /** Throws NotReplaceable for a directory, a device or a pipe, and the error of the system. */
  constructor(path: string) {
    this.unfinished = new UnfinishedFile(path);
    try {
      this.file = new FileSink(this.unfinished.path);
    } catch (error) {
      this.unfinished.abandon();
      throw error;
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.file.write(bytes);
  }

  async close(): Promise<void> {
    await this.file.close();
    UnfinishedFile.publish([this.unfinished]);
    this.done = true;
  }

  abandon(): void {
    if (this.done) return;
    this.done = true;
    this.file.abandon();
    this.unfinished.abandon();
  }
}
