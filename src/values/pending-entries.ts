import type { StreamId } from '../rdb/stream-id.js';

const FIRST_CAPACITY = 64;

/**
 * The pending entries of one group: their deliveries stand in front of the lists that say whose they are. 33 bytes an entry.
 */
export class PendingEntries {
  count = 0;
  private halves = new Uint32Array(4 * FIRST_CAPACITY);
  private times = new Float64Array(FIRST_CAPACITY);
  private deliveries = new BigUint64Array(FIRST_CAPACITY);
  private found = new Uint8Array(FIRST_CAPACITY);
  private foundCount = 0;
  /** Entry numbers by id, where the entries themselves are not in order. */
  private order: Uint32Array | undefined;
  private ascending = true;
  /** Where the last search ended: a consumer's ids are in order. */
  private hint = 0;

  clear(): void {
    this.count = 0;
    this.foundCount = 0;
    this.order = undefined;
    this.ascending = true;
    this.hint = 0;
  }

  /** `deliveredMs`: ms since the epoch. */
  add(id: StreamId, deliveredMs: number, deliveries: bigint): void {
    if (this.count === this.times.length) this.grow();
    const i = this.count++;
    this.halves[4 * i] = id.msHigh;
    this.halves[4 * i + 1] = id.msLow;
    this.halves[4 * i + 2] = id.seqHigh;
    this.halves[4 * i + 3] = id.seqLow;
    this.times[i] = deliveredMs;
    this.deliveries[i] = deliveries;
    this.found[i] = 0;
    if (i > 0 && this.compare(i - 1, id) >= 0) this.ascending = false;
  }

  /** The number of the entry with this id, -1 when there is none. It counts as found from then on. */
  find(id: StreamId): number {
    const entry = this.search(id);
    if (entry >= 0 && this.found[entry] === 0) {
      this.found[entry] = 1;
      this.foundCount++;
    }
    return entry;
  }

  /** The numbers of entries that nobody found, in their order. */
  notFound(): number[] {
    if (this.foundCount === this.count) return [];
    const entries: number[] = [];
    for (let i = 0; i < this.count; i++) if (this.found[i] === 0) entries.push(i);
    return entries;
  }

  /** Copies the id of an entry. */
  idOf(entry: number, id: StreamId): StreamId {
    const { halves } = this;
    return id.set(halves[4 * entry], halves[4 * entry + 1], halves[4 * entry + 2], halves[4 * entry + 3]);
  }

  private search(id: StreamId): number {
    if (this.ascending && this.hint < this.count && this.compare(this.hint, id) === 0) return this.hint++;
    if (!this.ascending) this.order ??= this.sorted();
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.entry(middle), id) < 0) low = middle + 1;
      else high = middle;
    }
    if (low === this.count || this.compare(this.entry(low), id) !== 0) return -1;
    this.hint = low + 1;
    return this.entry(low);
  }

  /** ms since the epoch. */
  deliveredMs(entry: number): number {
    return this.times[entry];
  }

  deliveryCount(entry: number): bigint {
    return this.deliveries[entry];
  }

  private entry(rank: number): number {
    return this.order ? this.order[rank] : rank;
  }

  private compare(entry: number, id: StreamId): number {
    const { halves } = this;
    return (
      halves[4 * entry] - id.msHigh ||
      halves[4 * entry + 1] - id.msLow ||
      halves[4 * entry + 2] - id.seqHigh ||
      halves[4 * entry + 3] - id.seqLow
    );
  }

  private sorted(): Uint32Array {
    const { halves } = this;
    const order = new Uint32Array(this.count).map((_, i) => i);
    return order.sort((a, b) => {
      for (let i = 0; i < 4; i++) {
        const difference = halves[4 * a + i] - halves[4 * b + i];
        if (difference !== 0) return difference;
      }
      return 0;
    });
  }

  private grow(): void {
    const capacity = 2 * this.times.length;
    const { halves, times, deliveries, found } = this;
    this.halves = new Uint32Array(4 * capacity);
    this.halves.set(halves);
    this.times = new Float64Array(capacity);
    this.times.set(times);
    this.deliveries = new BigUint64Array(capacity);
    this.deliveries.set(deliveries);
    this.found = new Uint8Array(capacity);
    this.found.set(found);
  }
}
