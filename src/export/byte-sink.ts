/** So much is written at a time. */
const CHUNK = 512 * 1024;
/** So many chunks may wait before whoever fills them has to. */
const MOST_WAITING = 4;

/** Writes bytes to their end; they stay as they are until the promise resolves. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/** Takes the output of an export. */
export type KeySink = Pick<ByteSink, 'full' | 'take' | 'push' | 'text' | 'ready'>;

/**
 * Collects output in large chunks and writes them one after the other while the next ones are made. Whoever makes them asks
 * `full` between two keys or elements, and waits for `ready()`.
 */
export class ByteSink {
  /** Bytes taken. */
  taken = 0;
  private chunk = Buffer.allocUnsafeSlow(CHUNK);
  private at = 0;
  private readonly waiting: { readonly bytes: Uint8Array; readonly written: () => void }[] = [];
  private readonly spare: Buffer<ArrayBuffer>[] = [];
  private writing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly write: WriteBytes) {}

  /** More is waiting than should be: wait for `ready()` before more is made. */
  get full(): boolean {
    return this.waiting.length >= MOST_WAITING || this.failure !== undefined;
  }

  /** Takes a copy of the bytes. */
  readonly take = (bytes: Uint8Array): void => {
    this.taken += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      const length = Math.min(bytes.length - from, CHUNK - this.at);
      this.chunk.set(length === bytes.length ? bytes : bytes.subarray(from, from + length), this.at);
      this.at += length;
      from += length;
      if (this.at === CHUNK) this.queue();
    }
  };

  /** Takes the bytes themselves, which stay as they are until `written` is called. */
  push(bytes: Uint8Array, written: () => void): void {
    this.queue();
    this.taken += bytes.length;
    this.waiting.push({ bytes, written });
    this.writing ??= this.drain();
  }

  text(text: string): void {
    this.take(Buffer.from(text));
  }

  /** Resolves when more can be taken. Rejects when the output cannot be written. */
  async ready(): Promise<void> {
    while (this.full && !this.failure) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.check();
  }

  /** Writes everything that was taken. */
  async finish(): Promise<void> {
    this.queue();
    while (this.writing) await this.writing;
    this.check();
  }

  private check(): void {
    if (this.failure) throw this.failure.error;
  }

  private queue(): void {
    if (this.at === 0) return;
    const { chunk } = this;
    this.waiting.push({ bytes: chunk.subarray(0, this.at), written: () => this.spare.push(chunk) });
    this.chunk = this.spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
    this.at = 0;
    this.writing ??= this.drain();
  }

  private async drain(): Promise<void> {
    try {
      for (let next = this.waiting[0]; next && !this.failure; next = this.waiting[0]) {
        await this.write(next.bytes);
        this.waiting.shift();
        next.written();
        this.wake?.();
      }
    } catch (error) {
      this.failure = { error };
    } finally {
      this.writing = undefined;
      this.wake?.();
    }
  }
}
