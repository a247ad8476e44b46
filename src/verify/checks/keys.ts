import type { Kernels } from '../../bytes/kernels/kernels.js';
import { RepeatFinder, type RepeatFinderOptions } from '../../fingerprints/repeat-finder.js';
import { hasExpired } from '../../keyspace/expired.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { SmallStrings } from './small-strings.js';

/** What is kept for the report, at least; twice as many are held while they come in. */
const KEPT = 128;
/** Empty collections, and keys whose first record is dropped, that are remembered. */
const WATCHED = 65_536;
// The payload: 44 bits of offset, 11 bits of database, 1 bit for records that servers drop.
const TWO_32 = 2 ** 32;
const OFFSET_HIGH = 0xfff;
const DB_SHIFT = 12;
const DB_MOST = 0x7ff;
const DROPPED = 1 << 23;

/** A key that seems to stand in its database a second time; fingerprints say so. */
export interface DuplicateKey {
  /** File offsets of the value types of the two records. */
  readonly first: number;
  readonly second: number;
  /** The database; undefined beyond 2046. */
  readonly db: number | undefined;
  readonly fate: Fate;
}

/** Servers load both records, and crash; or one of them has expired, or is an empty collection, and is dropped. */
export type Fate = 'both' | 'expired' | 'empty';

export interface DuplicateKeys {
  /** The first ones in the file. */
  readonly shown: readonly DuplicateKey[];
  readonly counts: Readonly<Record<Fate, number>>;
}

/** Looks for keys that stand twice in one database: check tools do not see them, and servers crash when they load them. */
export class KeyCheck {
  private readonly finder: RepeatFinder;
  private readonly empty = new Set<number>();

  constructor(
    kernels: Kernels,
    private readonly nowMs: number,
    options: RepeatFinderOptions,
  ) {
    this.finder = new RepeatFinder(kernels, options);
  }

  /** A key begins. Throws SpillError. */
  add(key: KeyRecord): void {
    const { name, typeOffset, db, expireAtMs } = key;
    if (name.form !== 0 && name.resolve() !== undefined) return;
    let high = ((typeOffset / TWO_32) & OFFSET_HIGH) | ((db < DB_MOST ? db : DB_MOST) << DB_SHIFT);
    if (hasExpired(expireAtMs, this.nowMs)) high |= DROPPED;
    this.finder.add(name.start, name.end, db, typeOffset | 0, high);
  }

  /** The key at hand is an empty collection. */
  noteEmpty(key: KeyRecord): void {
    if (this.empty.size < WATCHED) this.empty.add(key.typeOffset);
  }

  /** Adds a run of small strings. Throws SpillError. */
  addSmallStrings(scan: SmallStrings): void {
    this.finder.addMany((heads, mask) => ({ full: scan.run(heads, mask), added: scan.keys }));
  }

  /** Throws SpillError. */
  async finish(): Promise<DuplicateKeys> {
    let shown: DuplicateKey[] = [];
    const counts = { both: 0, expired: 0, empty: 0 };
    const keptOnce = new Set<number>();
    await this.finder.finish((firstLow, firstHigh, low, high) => {
      const first = offsetOf(firstLow, firstHigh);
      const second = offsetOf(low, high);
      const fate = this.fate(first, (firstHigh & DROPPED) !== 0, second, (high & DROPPED) !== 0, keptOnce);
      counts[fate]++;
      const db = (high >>> DB_SHIFT) & DB_MOST;
      shown.push({ first, second, db: db === DB_MOST ? undefined : db, fate });
      if (shown.length >= 2 * KEPT) shown = firstOf(shown);
    });
    return { shown: firstOf(shown), counts };
  }

  close(): void {
    this.finder.close();
  }

  /** Where the first record is dropped, the second one that is not meets the first that is not. */
  private fate(
    first: number,
    firstExpired: boolean,
    second: number,
    secondExpired: boolean,
    keptOnce: Set<number>,
  ): Fate {
    if (secondExpired) return 'expired';
    if (this.empty.has(second)) return 'empty';
    const firstEmpty = this.empty.has(first);
    if (!(firstExpired || firstEmpty) || keptOnce.has(first)) return 'both';
    if (keptOnce.size < WATCHED) keptOnce.add(first);
    return firstExpired ? 'expired' : 'empty';
  }
}

function offsetOf(low: number, high: number): number {
  return (high & OFFSET_HIGH) * TWO_32 + low;
}

function firstOf(found: DuplicateKey[]): DuplicateKey[] {
  return found.sort((a, b) => a.second - b.second).slice(0, KEPT);
}
