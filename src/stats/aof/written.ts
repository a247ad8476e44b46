// Counters of writes in tables of bounded size.

/** Writes, and the bytes of the commands that made them. A command that writes to n keys is n writes with a share of its bytes each. */
export interface Written {
  readonly writes: number;
  readonly bytes: number;
}

/** Share of a full table that is forgotten at a time. */
const FORGOTTEN = 0.5;
/** Of the counters, by writes and by bytes, those above this one are kept. */
const KEPT_FROM = 0.75;
/** So many counters tell which one that is. */
const SAMPLE = 2000;

/** Counters by the numbers of the entries of a table. */
export class Counters {
  readonly writes: Float64Array;
  readonly bytes: Float64Array;
  /** What forgetting may have taken from any count; grows with each. */
  readonly missed = { writes: 0, bytes: 0 };
  /** `missed` as it was when the counter was made. */
  private readonly missedWrites: Float64Array;
  private readonly missedBytes: Float64Array;

  constructor(most: number) {
    this.writes = new Float64Array(most);
    this.bytes = new Float64Array(most);
    this.missedWrites = new Float64Array(most);
    this.missedBytes = new Float64Array(most);
  }

  /** A new counter. */
  start(entry: number): void {
    this.writes[entry] = 0;
    this.bytes[entry] = 0;
    this.missedWrites[entry] = this.missed.writes;
    this.missedBytes[entry] = this.missed.bytes;
  }

  /** What may be missing from a counter at most; undefined when it is exact. */
  missing(entry: number): Written | undefined {
    const writes = this.missedWrites[entry];
    return writes === 0 ? undefined : { writes, bytes: this.missedBytes[entry] };
  }

  /**
   * Chooses about half of `size` counters, those that have neither many writes nor many bytes, and gives for each whether it
   * is kept (1) or forgotten (0). `rank`: 0 to `highest`, those with the highest go first; those with a negative one stay.
   */
  forget(size: number, rank: (entry: number) => number, highest: number): Uint8Array {
    const { writes, bytes } = this;
    const mostWrites = this.percentile(writes, size);
    const mostBytes = this.percentile(bytes, size);
    const kept = new Uint8Array(size).fill(1);
    let lostWrites = 0;
    let lostBytes = 0;
    let left = Math.ceil(size * FORGOTTEN);
    for (let place = highest; place >= 0; place--) {
      for (let entry = 0; entry < size && left > 0; entry++) {
        if (writes[entry] > mostWrites || bytes[entry] > mostBytes || rank(entry) !== place) continue;
        kept[entry] = 0;
        lostWrites = Math.max(lostWrites, writes[entry]);
        lostBytes = Math.max(lostBytes, bytes[entry]);
        left--;
      }
    }
    this.missed.writes += lostWrites;
    this.missed.bytes += lostBytes;
    return kept;
  }

  /** Follows the entries of the table: `moved` has the new number of each old one, never a higher one, -1 when it is gone. */
  move(moved: Int32Array): void {
    for (const values of [this.writes, this.bytes, this.missedWrites, this.missedBytes]) {
      for (let entry = 0; entry < moved.length; entry++) if (moved[entry] >= 0) values[moved[entry]] = values[entry];
    }
  }

  private percentile(values: Float64Array, size: number): number {
    const step = Math.max(1, Math.floor(size / SAMPLE));
    const sample = new Float64Array(Math.ceil(size / step)).map((_, i) => values[i * step]).sort();
    return sample[Math.floor((sample.length - 1) * KEPT_FROM)];
  }
}

/** The largest, so many of them; equal ones in their order. */
export function largest<T extends Written>(counters: readonly T[], by: keyof Written, top: number): T[] {
  const found: T[] = [];
  for (const counter of counters) {
    if (found.length >= top && !(counter[by] > (found.at(-1)?.[by] ?? Number.POSITIVE_INFINITY))) continue;
    if (found.length >= top) found.pop();
    let low = 0;
    for (let high = found.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (found[middle][by] >= counter[by]) low = middle + 1;
      else high = middle;
    }
    found.splice(low, 0, counter);
  }
  return found;
}

/** Those with most writes and those with most bytes, so many of each; most writes first. */
export function busiest<T extends Written>(counters: readonly T[], top: number): T[] {
  const found = [...new Set([...largest(counters, 'writes', top), ...largest(counters, 'bytes', top)])];
  return found.sort((a, b) => b.writes - a.writes);
}
