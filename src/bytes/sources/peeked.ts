import { type Source, SourceError } from './source.js';

/** A source whose first bytes were looked at: `head` is read again before the rest. */
export class PeekedSource implements Source {
  private position = 0;

  private constructor(
    readonly head: Uint8Array,
    private readonly rest: Source,
    /** What ended the look; told again to whoever reads past the head. */
    private readonly error: SourceError | undefined,
  ) {}

  /** Reads up to `bytes` from `source`, fewer only where it ends. */
  static async peek(source: Source, bytes: number): Promise<PeekedSource> {
    const head = new Uint8Array(bytes);
    let length = 0;
    let failure: SourceError | undefined;
    while (length < bytes) {
      try {
        const n = await source.read(head.subarray(length));
        if (n === 0) break;
        length += n;
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        failure = error;
        break;
      }
    }
    return new PeekedSource(head.subarray(0, length), source, failure);
  }

  /** Damage met while looking, of a wrapping whose content does not even reach past the head. */
  get failure(): SourceError | undefined {
    return this.error;
  }

  get size(): number | undefined {
    return this.rest.size;
  }

  get consumed(): number {
    return this.rest.consumed;
  }

  async read(target: Uint8Array): Promise<number> {
    if (this.position === this.head.length) {
      if (this.error) throw this.error;
      return this.rest.read(target);
    }
    const n = Math.min(target.length, this.head.length - this.position);
    target.set(this.head.subarray(this.position, this.position + n));
    this.position += n;
    return n;
  }

  get seek(): ((offset: number) => void) | undefined {
    const { rest } = this;
    if (!rest.seek) return undefined;
    return (offset) => {
      this.position = this.head.length;
      rest.seek?.(offset);
    };
  }

  close(): Promise<void> {
    return this.rest.close();
  }
}
