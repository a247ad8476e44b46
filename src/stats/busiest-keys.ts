/** How many keys are counted at a time. */
const MOST_KEYS = 100_000;
/** Of a key's name. */
const KEPT_BYTES = 256;

/** A key with what was written to it. */
export interface BusyKey {
  readonly db: number;
  /** The first 256 bytes of its name. */
  readonly key: Uint8Array;
  readonly writes: number;
  /** Bytes of the commands that wrote to it. */
  readonly bytes: number;
}

interface Counter {
  readonly db: number;
  readonly key: Uint8Array;
  writes: number;
  bytes: number;
}

/**
 * Counts writes by key in a table of fixed size. While all keys fit, the counts are exact. When it is full, the half that was
 * written least is forgotten; `missed` then bounds what may be missing from any count.
 */
export class BusiestKeys {
  /** Writes that may be missing from a count; 0 while all counts are exact. */
  missed = 0;
  private readonly counters = new Map<string, Counter>();

  constructor(private readonly most = MOST_KEYS) {}

  /** The key [start, end) of `buffer` in `db` was written to by a command of so many bytes. */
  add(db: number, buffer: Uint8Array, start: number, end: number, bytes: number): void {
    const name = Buffer.from(buffer.slice(start, Math.min(end, start + KEPT_BYTES)));
    const id = `${db} ${end - start} ${name.toString('latin1')}`;
    const counter = this.counters.get(id);
    if (counter) {
      counter.writes++;
      counter.bytes += bytes;
      return;
    }
    if (this.counters.size >= this.most) this.forget();
    this.counters.set(id, { db, key: name, writes: 1, bytes });
  }

  /** The keys that were written most, by number of writes or by bytes. */
  top(count: number, by: 'writes' | 'bytes'): BusyKey[] {
    return [...this.counters.values()]
      .sort((a, b) => b[by] - a[by] || a.db - b.db || Buffer.compare(a.key, b.key))
      .slice(0, count);
  }

  /** How many keys are in the table. */
  get size(): number {
    return this.counters.size;
  }

  private forget(): void {
    const writes = [...this.counters.values()].map((counter) => counter.writes).sort((a, b) => a - b);
    const limit = writes[Math.floor(writes.length / 2)];
    let left = Math.floor(this.counters.size / 2);
    for (const [id, counter] of this.counters) {
      if (left === 0) break;
      if (counter.writes > limit) continue;
      this.counters.delete(id);
      left--;
    }
    this.missed += limit;
  }
}
