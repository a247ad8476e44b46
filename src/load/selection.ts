import { ENOUGH } from '../backup/scan.js';
import type { KeyOffsets } from '../backup/select-keys.js';
import { type FilterOptions, KeyFilter } from '../keyspace/filters.js';
import type { KeyRecord } from '../rdb/visitor.js';

/** Which keys of an input are wanted: the same ones in every pass over it. Ask for each key, in the order of the file. */
export class Selection {
  /** Keys that passed. */
  passed = 0;
  private readonly filter: KeyFilter;

  /** `nowMs`: what filters on the time to live count from. `selected`: keys that pass the filters which look at values, where there are some. */
  constructor(
    options: FilterOptions,
    private readonly selected: KeyOffsets | undefined,
    nowMs = 0,
  ) {
    this.filter = new KeyFilter(options, nowMs);
  }

  /** Every key passes, and without being asked for. */
  get isOpen(): boolean {
    return this.filter.isEmpty && this.filter.limit === Number.POSITIVE_INFINITY;
  }

  get isFull(): boolean {
    return this.passed >= this.filter.limit;
  }

  setNow(ms: number): void {
    this.filter.setNow(ms);
  }

  /** Whether a key passes; it is counted then. */
  wants(key: KeyRecord): boolean {
    if (this.isFull) return false;
    const wanted = this.selected ? this.selected.has(key.offset) : this.filter.matchesKey(key);
    if (wanted) this.passed++;
    return wanted;
  }

  /** The same in a pass that may end when there is nothing more to come. Throws ENOUGH. */
  wantsMore(key: KeyRecord): boolean {
    if (this.isFull) throw ENOUGH;
    return this.wants(key);
  }
}
