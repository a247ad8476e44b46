import { guessSeparators } from '../../keyspace/separators.js';

/** So many names tell what divides them; servers save keys in an order that has nothing to do with their names. */
const NAMES = 4096;
const NAME_BYTES = 256;
/** Names are kept whole, and may be of any length. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A key that waits until it is known what divides names. */
export interface WaitingKey {
  readonly group: number;
  readonly name: Uint8Array;
  readonly expireAtMs: number | undefined;
  /** What its expiry is held against. */
  readonly nowMs: number;
  readonly bytes: number;
  readonly valueBytes: number;
  readonly memory: number;
  readonly elements: number;
}

/** The first keys of a dataset, kept until their names have told what divides them. */
export class SeparatorSample {
  private waiting: WaitingKey[] = [];
  private bytes = 0;

  get size(): number {
    return this.waiting.length;
  }

  /** Returns true when the sample is complete. */
  add(key: WaitingKey): boolean {
    this.waiting.push(key);
    this.bytes += key.name.length;
    return this.waiting.length >= NAMES || this.bytes >= MOST_BYTES;
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
