import type { Source } from './source.js';

/** A source whose first bytes were looked at: `head` is read again before the rest. */
export class PeekedSource implements Source {
  private position = 0;

  private constructor(
    readonly head: Uint8Array,
    private readonly rest: Source,
  ) {}

  /** Reads up to `bytes` from `source`, fewer only where it ends. */
  static async peek(source: Source, bytes: number): Promise<PeekedSource> {
    const head = new Uint8Array(bytes);
    let length = 0;
    while (length < bytes) {
      const n = await source.read(head.subarray(length));
      if (n === 0) break;
      length += n;
    }
    return new PeekedSource(head.subarray(0, length), source);
  }

  get size(): number | undefined {
    return this.rest.size;
  }

  get consumed(): number {
    return this.rest.consumed;
  }

  async read(target: Uint8Array): Promise<number> {
    if (this.position === this.head.length) return this.rest.read(target);
    const n = Math.min(target.length, this.head.length - this.position);
    target.set(this.head.subarray(this.position, this.position + n));
    this.position += n;
    return n;
  }

  close(): Promise<void> {
    return this.rest.close();
  }
}
