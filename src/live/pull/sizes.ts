import { Question } from './question.js';

/** MEMORY USAGE of several keys. */
export class Sizes extends Question {
  /** Bytes of each, 0 for one that is gone. */
  readonly bytes: Float64Array;
  /** A user may not be allowed to ask, and a service may not know the command. */
  isKnown = true;
  private at = 0;

  constructor(count: number, onDone: () => void) {
    super(onDone);
    this.bytes = new Float64Array(count);
  }

  override integer(value: number): void {
    this.next(value);
  }

  override nil(): void {
    this.next(0);
  }

  override error(): void {
    this.isKnown = false;
    this.next(0);
  }

  private next(size: number): void {
    this.bytes[this.at++] = size;
    if (this.at === this.bytes.length) this.done();
  }
}
