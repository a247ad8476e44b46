import type { Sink } from './sink.js';

/** Writes to a stream, which stays open. */
export class StreamSink implements Sink {
  constructor(private readonly stream: NodeJS.WritableStream) {}

  write(bytes: Uint8Array): Promise<void> {
    // Streams may keep what they are given, and not all of them take shared memory.
    const copy = Buffer.from(bytes);
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => reject(error);
      this.stream.once('error', failed);
      this.stream.write(copy, (error) => {
        this.stream.removeListener('error', failed);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  async close(): Promise<void> {}
  abandon(): void {}
}
