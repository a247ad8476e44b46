// Keys that come more than once over several inputs.

import type { Kernels } from '../../bytes/kernels/kernels.js';
import { OrdinalSet } from '../../copy/ordinal-set.js';
import { RepeatFinder } from '../../fingerprints/repeat-finder.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { OnConflict } from './options.js';

const TWO_32 = 2 ** 32;
const DEFAULT_MEMORY = 64 * 1024 * 1024;
/** Conflicts that are named. */
const NAMED = 3;

/** Memory for the fingerprints, and where they go beyond it. */
export interface ConflictOptions {
  readonly maxMemory?: number;
  readonly tmpDir?: string;
}

/**
 * Finds keys that come more than once among all that are added, by fingerprints under a random key: twice, as a fingerprint
 * of 72 bits alone is no proof. The first look tells which keys may come again; the second one takes only those, under
 * another key. Numbers count all keys of all inputs.
 */
export class ConflictFinder {
  private finder: RepeatFinder;

  constructor(
    private readonly kernels: Kernels,
    private readonly options: ConflictOptions,
  ) {
    this.finder = this.newFinder();
  }

  /** Throws SpillError. */
  add(name: BytesRef, db: number, ordinal: number): void {
    if (name.resolve() !== undefined) return;
    const payload = ordinal + 1;
    this.finder.add(name.start, name.end, db, payload | 0, payload / TWO_32);
  }

  /** The numbers of all keys that may come more than once. What is added next belongs to the second look. */
  async suspects(): Promise<OrdinalSet> {
    const found = new OrdinalSet();
    await this.finish((first, second) => {
      found.add(first);
      found.add(second);
    });
    const half = () => BigInt(Math.floor(Math.random() * TWO_32));
    const word = () => BigInt.asIntN(64, (half() << 32n) | half());
    this.kernels.call.setHashKey(word(), word());
    return found;
  }

  /**
   * Behind the second look: which keys give way to another one, and the numbers of a few that come again. For `last` the
   * second look has to go through the last input first.
   */
  async resolve(onConflict: OnConflict): Promise<{ readonly replaced: OrdinalSet; readonly examples: number[] }> {
    const replaced = new OrdinalSet();
    const examples: number[] = [];
    /** Of keys that come again in their own input, which are few: the last of them, by the first. */
    const lasts = new Map<number, number>();
    await this.finish((first, second) => {
      if (examples.length < NAMED) examples.push(second);
      if (onConflict !== 'last' || second < first) {
        replaced.add(second);
        return;
      }
      const last = lasts.get(first) ?? first;
      replaced.add(Math.min(last, second));
      lasts.set(first, Math.max(last, second));
    });
    return { replaced, examples };
  }

  close(): void {
    this.finder.close();
  }

  private async finish(tell: (first: number, second: number) => void): Promise<void> {
    await this.finder.finish((firstLow, firstHigh, low, high) => {
      tell(firstHigh * TWO_32 + firstLow - 1, high * TWO_32 + low - 1);
    });
    this.finder.close();
    this.finder = this.newFinder();
  }

  private newFinder(): RepeatFinder {
    const { maxMemory = DEFAULT_MEMORY, tmpDir } = this.options;
    return new RepeatFinder(this.kernels, { maxMemory, ...(tmpDir === undefined ? {} : { tmpDir }) });
  }
}
