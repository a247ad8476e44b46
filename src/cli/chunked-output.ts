import type { Writable } from 'node:stream';

/** So much is collected before it is written. */
const CHUNK = 64 * 1024;

/** Writes many short texts as few large ones, and says when the reader cannot keep up. */
export class ChunkedOutput {
  private text = '';

  constructor(private readonly stream: Writable) {}

  /** A promise when the stream is full: wait for it before more is written. */
  write(text: string): void | Promise<void> {
    this.text += text;
    if (this.text.length >= CHUNK) return this.flush();
  }

  /** Writes what is collected. */
  flush(): void | Promise<void> {
    const { stream, text } = this;
    if (text === '') return;
    this.text = '';
    if (stream.write(text)) return;
    return new Promise((resolve) => {
      stream.once('drain', resolve);
    });
  }
}
