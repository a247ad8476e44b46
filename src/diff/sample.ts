import { randomBytes } from 'node:crypto';

/** Chooses keys by a hash of their names: the same ones on both sides, others in each run. */
export class KeySample {
  private readonly seed = randomBytes(4).readUInt32LE();
  private readonly end: number;

  /** `share`: of all keys, above 0 and below 1. */
  constructor(readonly share: number) {
    this.end = share * 2 ** 32;
  }

  /** Whether the key [start, end) of `buffer` is one of them. */
  has(db: number, buffer: Uint8Array, start = 0, end = buffer.length): boolean {
    let hash = this.seed ^ db;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ buffer[i], 0x01000193);
    // The last bytes of a name alone would decide about the upper bits.
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0 < this.end;
  }
}
