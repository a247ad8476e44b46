import type { Kernels } from '../../bytes/kernels/kernels.js';
import { RepeatFinder, type RepeatFinderOptions } from '../../fingerprints/repeat-finder.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { SmallStrings } from './small-strings.js';

/** What is kept for the report, at least; twice as many are held while they come in. */
const KEPT = 128;
/** Keys whose first record is dropped, of which it is remembered whether two later ones are not. */
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
  /** Servers keep both records, and crash. Otherwise one of them has expired. */
  readonly bothKept: boolean;
}

export interface DuplicateKeys {
  /** The first ones in the file. */
  readonly shown: readonly DuplicateKey[];
  /** How many there are of which servers keep both records, and of the others. */
  readonly kept: number;
  readonly dropped: number;
}

/** Looks for keys that stand twice in one database: check tools do not see them, and servers crash when they load them. */
export class KeyCheck {
  private readonly finder: RepeatFinder;

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
    if (expireAtMs !== undefined && expireAtMs < this.nowMs && expireAtMs !== -1) high |= DROPPED;
    this.finder.add(name.start, name.end, db, typeOffset | 0, high);
  }

  /** Adds a run of small strings. Throws SpillError. */
  addSmallStrings(scan: SmallStrings): void {
    this.finder.addMany((heads, mask) => ({ full: scan.run(heads, mask), added: scan.keys }));
  }

  /** Throws SpillError. */
  async finish(): Promise<DuplicateKeys> {
    let shown: DuplicateKey[] = [];
    let [kept, dropped] = [0, 0];
    const keptOnce = new Set<number>();
    await this.finder.finish((firstLow, firstHigh, low, high) => {
      const first = offsetOf(firstLow, firstHigh);
      const second = offsetOf(low, high);
      const bothKept = keepsBoth(first, (firstHigh & DROPPED) !== 0, (high & DROPPED) !== 0, keptOnce);
      if (bothKept) kept++;
      else dropped++;
      const db = (high >>> DB_SHIFT) & DB_MOST;
      shown.push({ first, second, db: db === DB_MOST ? undefined : db, bothKept });
      if (shown.length >= 2 * KEPT) shown = firstOf(shown);
    });
    return { shown: firstOf(shown), kept, dropped };
  }

  close(): void {
    this.finder.close();
  }
}

/** Where the first record is dropped, the second one that is not meets the first that is not. */
function keepsBoth(first: number, firstDropped: boolean, secondDropped: boolean, keptOnce: Set<number>): boolean {
  if (secondDropped) return false;
  if (!firstDropped || keptOnce.has(first)) return true;
  if (keptOnce.size < WATCHED) keptOnce.add(first);
  return false;
}

function offsetOf(low: number, high: number): number {
  return (high & OFFSET_HIGH) * TWO_32 + low;
}

function firstOf(found: DuplicateKey[]): DuplicateKey[] {
  return found.sort((a, b) => a.second - b.second).slice(0, KEPT);
}
