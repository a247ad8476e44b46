import { guessSeparators } from '../separators.js';

/** So many names tell what divides them; servers save keys in an order that has nothing to do with their names. */
const NAMES = 4096;
const NAME_BYTES = 256;

/** A key that waits until it is known what divides names. */
export interface WaitingKey {
  readonly group: number;
  readonly name: Uint8Array;
  readonly expireAtMs: number | undefined;
  readonly bytes: number;
  readonly valueBytes: number;
  readonly memory: number;
  readonly elements: number;
}

/** The first keys of a dataset, kept until their names have told what divides them. */
export class SeparatorSample {
  private waiting: WaitingKey[] = [];

  /** Returns true when the sample is complete. */
  add(key: WaitingKey): boolean {
    this.waiting.push(key);
    return this.waiting.length >= NAMES;
  }

  guess(): readonly string[] {
    return guessSeparators(this.waiting.map(({ name }) => name.subarray(0, NAME_BYTES))).separators;
  }

  /** The keys that waited; they are kept no longer. */
  take(): WaitingKey[] {
    const keys = this.waiting;
    this.waiting = [];
    return keys;
  }
}
