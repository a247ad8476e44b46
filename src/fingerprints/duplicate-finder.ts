import type { Kernels } from '../bytes/kernels/kernels.js';
import { RepeatFinder, type RepeatFinderOptions } from './repeat-finder.js';

const FINGERPRINT = 16;
/** Up to this many strings one table serves; it stays in the processor's cache. */
const TABLE_UP_TO = 32768;
const TWO_32 = 2 ** 32;

/** What the second look at many strings gave. */
export interface Repetitions {
  readonly count: number;
  /** The lowest offset of a string that repeats another one; 0 when there is none. */
  readonly firstAt: number;
}

/**
 * Tells whether a string comes twice among many, without keeping the strings: by fingerprints under a random key, so that a
 * false alarm is out of the question and nobody can make one. A few go into one hash table and are told at once; many go to
 * a RepeatFinder and are told at the end.
 */
export class DuplicateFinder {
  private readonly many: RepeatFinder;
  private inTable = true;
  private table = 0;
  private tableSlots = 0;

  constructor(
    private readonly kernels: Kernels,
    options: RepeatFinderOptions = {},
  ) {
    this.many = new RepeatFinder(kernels, options);
  }

  /** Starts over. At most `expected` strings may be added: a table for a few is made for so many and does not grow. */
  begin(expected: number): void {
    this.inTable = expected <= TABLE_UP_TO;
    this.many.reset();
    if (this.inTable) this.makeTable(expected);
  }

  /**
   * Adds the string at [start, end) of the kernels' memory, which stands at `offset` (not 0) of the file. Returns true when
   * it is already known to be a repetition. Throws SpillError.
   */
  add(start: number, end: number, offset: number): boolean {
    if (this.inTable) {
      return this.kernels.call.fingerprintInsert(this.table, this.tableSlots - 1, start, end - start) === 1;
    }
    this.many.add(start, end, 0, offset | 0, offset / TWO_32);
    return false;
  }

  /** Whether `finish` has work to do. */
  get deferred(): boolean {
    return !this.inTable;
  }

  /** The repetitions that `add` did not tell. Throws SpillError. */
  async finish(): Promise<Repetitions> {
    let count = 0;
    let firstAt = Number.POSITIVE_INFINITY;
    await this.many.finish((_firstLow, _firstHigh, low, high) => {
      count++;
      firstAt = Math.min(firstAt, high * TWO_32 + low);
    });
    return { count, firstAt: count === 0 ? 0 : firstAt };
  }

  close(): void {
    this.many.close();
  }

  private makeTable(count: number): void {
    let slots = 8;
    while (slots < 2 * count) slots *= 2;
    const { heap } = this.kernels;
    if (this.table === 0 || heap.capacity(this.table) < slots * FINGERPRINT) {
      if (this.table !== 0) heap.deallocate(this.table);
      this.table = heap.allocate(slots * FINGERPRINT);
    }
    this.tableSlots = slots;
    this.kernels.call.clearMemory(this.table, slots * FINGERPRINT);
  }
}
