/** Where bytes go: a file, a stream. One write at a time, in order. */
export interface Sink {
  /** Writes all of them; they stay as they are until the promise resolves. Rejects with the system's error. */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Everything is written: makes it last. Rejects with the system's error. */
  close(): Promise<void>;
  /** Gives up: what is half made goes away, where that is possible. */
  abandon(): void;
}
