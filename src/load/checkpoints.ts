import type { BulkTarget } from '../live/bulk/bulk-target.js';
import type { Journal } from './journal.js';
import type { KeyLoader } from './units/key-loader.js';

/** So far ahead of what is settled keys may be sent, bytes of the input: what has to be looked at again after a crash. */
const STRETCH = 16 * 1024 * 1024;
const EVERY_MS = 2000;

/** Settles what was offered now and then, and writes it to the journal. */
export class Checkpoints {
  /** Keys that begin in front of it may be sent. */
  until = 0;
  /** The pass has ended: nothing more is written. */
  isOver = false;
  private takenMs = performance.now();
  private open: number[] = [];
  private restarts: number;

  constructor(
    private readonly journal: Journal,
    private readonly target: BulkTarget,
    private readonly loader: KeyLoader,
  ) {
    this.restarts = target.restarts.length;
    this.extend(0);
  }

  /** A key that was offered is not loaded, or not for sure. */
  note(offset: number): void {
    this.open.push(offset);
  }

  isDue(position: number): boolean {
    return position >= this.until || performance.now() - this.takenMs > EVERY_MS;
  }

  /** A key is about to be sent. */
  reaches(offset: number): void {
    if (offset >= this.until) this.extend(offset);
  }

  /** Waits until all that was offered is settled; all keys in front of `position` were. */
  async take(position: number): Promise<void> {
    await this.loader.finish();
    if (this.isOver) return;
    if (this.target.restarts.length > this.restarts) {
      this.restarts = this.target.restarts.length;
      this.journal.restarted();
    }
    this.journal.settled(position, this.open);
    this.open = [];
    this.extend(position);
    this.takenMs = performance.now();
  }

  private extend(position: number): void {
    this.until = position + STRETCH;
    this.journal.extend(this.until);
  }
}
