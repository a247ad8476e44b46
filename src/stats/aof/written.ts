// Counters of writes in tables of bounded size.

/** Writes, and the bytes of the commands that made them. A command that writes to n keys is n writes with a share of its bytes each. */
export interface Written {
  readonly writes: number;
  readonly bytes: number;
}

/** A counter in a table. */
export interface Counter {
  writes: number;
  bytes: number;
  /** What may be missing from it: what was forgotten at most before it came into the table. */
  readonly missing: Written | undefined;
}

/** Share of a full table that is forgotten at a time. */
const FORGOTTEN = 0.5;
/** Of the counters, by writes and by bytes, those above this one are kept. */
const KEPT_FROM = 0.75;

/** What one forgetting may have taken from any count; grows with each. */
export class Missed implements Written {
  writes = 0;
  bytes = 0;

  /** For a counter that is made now. */
  now(): Written | undefined {
    return this.writes === 0 ? undefined : { writes: this.writes, bytes: this.bytes };
  }

  /**
   * Forgets about half of `size` counters, which `groups` gives in the order in which they may go: those that have neither
   * many writes nor many bytes.
   */
  forget<T extends Counter>(size: number, groups: readonly (readonly T[])[], remove: (counter: T) => void): void {
    const writes = new Float64Array(size);
    const bytes = new Float64Array(size);
    let i = 0;
    for (const group of groups) {
      for (const counter of group) {
        writes[i] = counter.writes;
        bytes[i++] = counter.bytes;
      }
    }
    const from = Math.floor((size - 1) * KEPT_FROM);
    const most = { writes: writes.sort()[from], bytes: bytes.sort()[from] };
    const lost = { writes: 0, bytes: 0 };
    let left = Math.ceil(size * FORGOTTEN);
    for (const group of groups) {
      for (const counter of group) {
        if (left === 0) break;
        if (counter.writes > most.writes || counter.bytes > most.bytes) continue;
        lost.writes = Math.max(lost.writes, counter.writes);
        lost.bytes = Math.max(lost.bytes, counter.bytes);
        remove(counter);
        left--;
      }
    }
    this.writes += lost.writes;
    this.bytes += lost.bytes;
  }
}

/** The counters with most writes and those with most bytes, so many of each; most writes first. */
export function busiest<T extends Written>(counters: readonly T[], top: number): T[] {
  const most = (by: keyof Written) => sorted(counters, by).slice(0, top);
  return sorted([...new Set([...most('writes'), ...most('bytes')])], 'writes');
}

/** The largest first; equal ones stay in their order. */
export function sorted<T extends Written>(counters: readonly T[], by: keyof Written): T[] {
  return [...counters].sort((a, b) => b[by] - a[by]);
}
