import { ENOUGH } from '../backup/scan.js';

/** Entries that are handed over together: that costs a wait on either side. */
const BATCH = 512;

/**
 * Entries on their way from a parser, which runs until it is told to wait, to a consumer that takes one after the other. Of
 * two batches one fills while the other one is taken.
 */
export class EntryQueue<T> {
  private filling: T[] = [];
  private heldBytes = 0;
  /** In reverse order: what was taken is no longer referred to. */
  private taking: T[] = [];
  private ended = false;
  private stopped = false;
  private error: { readonly reason: unknown } | undefined;
  private consumer: (() => void) | undefined;
  private producer: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;
  private waking = false;

  /** `batchBytes`: a batch is full when its entries take so many bytes, too. */
  constructor(private readonly batchBytes: number) {}

  // What the producer sees.

  /** Whoever fills it has to wait for `ready`. */
  get isFull(): boolean {
    return this.stopped || this.filling.length >= BATCH || this.heldBytes >= this.batchBytes;
  }

  push(entry: T, bytes: number): void {
    this.filling.push(entry);
    this.heldBytes += bytes;
    if (!this.consumer || this.waking) return;
    // Runs as soon as the parser waits, for the consumer or for its input: until then, more may come.
    this.waking = true;
    queueMicrotask(() => {
      this.waking = false;
      this.wake();
    });
  }

  /** Resolves when more can be pushed. Rejects with ENOUGH when nobody wants more. */
  ready(): Promise<void> {
    if (this.stopped) return Promise.reject(ENOUGH);
    if (!this.isFull) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.producer = { resolve, reject };
    });
  }

  /** No more entries come; `reason` is what the consumer gets behind the last one, when there is something to tell. */
  end(error?: { readonly reason: unknown }): void {
    this.ended = true;
    this.error = error;
    this.wake();
  }

  // What the consumer sees.

  /** The next entry, if it is there. */
  take(): T | undefined {
    if (this.taking.length === 0 && this.filling.length > 0) this.swap();
    return this.taking.pop();
  }

  /** Waits until `take` has an entry, or none will come: false. Throws what the producer ended with, once. */
  async more(): Promise<boolean> {
    while (this.taking.length === 0 && this.filling.length === 0) {
      if (this.ended || this.stopped) {
        const { error } = this;
        this.error = undefined;
        if (error && !this.stopped) throw error.reason;
        return false;
      }
      await new Promise<void>((resolve) => {
        this.consumer = resolve;
      });
    }
    return true;
  }

  /** Nothing more is wanted: what is there is let go, and the producer is told. */
  stop(): void {
    this.stopped = true;
    this.filling = [];
    this.taking = [];
    this.producer?.reject(ENOUGH);
    this.producer = undefined;
    this.wake();
  }

  private swap(): void {
    this.taking = this.filling.reverse();
    this.filling = [];
    this.heldBytes = 0;
    this.producer?.resolve();
    this.producer = undefined;
  }

  private wake(): void {
    this.consumer?.();
    this.consumer = undefined;
  }
}
