// Writes by key, and by the prefixes of keys, counted while a log is read.
import { guessSeparators } from '../separators.js';
import { type PrefixCounter, PrefixWrites, type WrittenPrefix } from './prefix-writes.js';
import { type Counter, Missed, sorted, type Written } from './written.js';

/** How many keys are counted at a time. */
const MOST_KEYS = 100_000;
/** Of a key's name. */
const KEPT_BYTES = 256;
/** How many keys tell what divides their names. */
const SAMPLE = 10_000;

/** A key with what was written to it. */
export interface BusyKey extends Written {
  readonly db: number;
  /** The first 256 bytes of its name. */
  readonly key: Uint8Array;
  /** What may be missing from each number at most; undefined where they are exact. */
  readonly missing: Written | undefined;
}

/** Writes by prefix. */
export interface WrittenPrefixes {
  readonly separators: readonly string[];
  /** Of the separators: seen in the names rather than given. */
  readonly guessed: boolean;
  readonly depth: number;
  /** All numbers are exact, and so is the choice of those that are listed. */
  readonly exact: boolean;
  /** To keys without any separator in the first 256 bytes of their names; exact. */
  readonly without: Written;
  /** The first level, most writes first: at each place those with most writes and those with most bytes. */
  readonly tree: readonly WrittenPrefix[];
  /** How many prefixes there are in all; a lower bound when not `exact`. */
  readonly distinct: number;
}

export interface KeyWritesOptions {
  /** What divides names; by default it is seen in the first 10,000 of them. */
  readonly separators?: readonly string[];
  /** Levels of prefixes; default 2. */
  readonly depth?: number;
  readonly mostKeys?: number;
  readonly mostPrefixes?: number;
}

interface KeyCounter extends Counter {
  readonly db: number;
  readonly id: string;
  /** Undefined until it is known what divides names. */
  prefix: PrefixCounter | undefined;
}

/**
 * Counts writes by key and by prefix in tables of fixed size. While all fit, the counts are exact. When a table is full, the
 * half that was written least is forgotten; then counters know what may be missing from them.
 */
export class KeyWrites {
  /** What may be missing from the count of any key, and what a key that is not listed can have at most. */
  readonly missed = new Missed();
  /** Of all writes, those of forgotten keys included. */
  readonly total = { writes: 0, bytes: 0 };
  private readonly databases = new Map<number, Map<string, KeyCounter>>();
  private db = -1;
  private keys = new Map<string, KeyCounter>();
  private size = 0;
  private separators: readonly string[] | undefined;
  private readonly guessed: boolean;
  private readonly depth: number;
  private readonly most: number;
  private readonly mostPrefixes: number | undefined;
  private prefixes: PrefixWrites | undefined;

  constructor({ separators, depth = 2, mostKeys = MOST_KEYS, mostPrefixes }: KeyWritesOptions = {}) {
    this.separators = separators;
    this.guessed = separators === undefined;
    this.depth = depth;
    this.most = mostKeys;
    this.mostPrefixes = mostPrefixes;
    if (separators) this.prefixes = new PrefixWrites(separators, depth, mostPrefixes);
  }

  /** A key was written to by a command of so many bytes. `id` is what `keyId` makes of its name. */
  add(db: number, id: string, bytes: number): void {
    if (db !== this.db) this.select(db);
    this.total.writes++;
    this.total.bytes += bytes;
    const counter = this.keys.get(id) ?? this.make(db, id);
    counter.writes++;
    counter.bytes += bytes;
    const { prefixes } = this;
    if (!prefixes) return;
    if (!counter.prefix || counter.prefix.gone) counter.prefix = prefixes.of(nameOf(id));
    prefixes.count(counter.prefix, 1, bytes);
  }

  /** The keys that were written most, by number of writes or by bytes. */
  top(count: number, by: keyof Written): BusyKey[] {
    const order = (a: KeyCounter, b: KeyCounter) => a.db - b.db || (a.id < b.id ? -1 : 1);
    return sorted(this.all().sort(order), by)
      .slice(0, count)
      .map(({ db, id, writes, bytes, missing }) => {
        return { db, key: Buffer.from(nameOf(id), 'latin1'), writes, bytes, missing };
      });
  }

  /** By prefix, with so many of most writes, and of most bytes, at each place of the tree. */
  byPrefix(top: number): WrittenPrefixes {
    const prefixes = this.prefixes ?? this.decide();
    const { none, missed, distinct } = prefixes;
    return {
      separators: this.separators ?? [],
      guessed: this.guessed,
      depth: this.depth,
      exact: missed.writes === 0,
      without: { writes: none.writes, bytes: none.bytes },
      tree: prefixes.tree(top),
      distinct,
    };
  }

  private select(db: number): void {
    let keys = this.databases.get(db);
    if (!keys) {
      keys = new Map();
      this.databases.set(db, keys);
    }
    this.keys = keys;
    this.db = db;
  }

  private make(db: number, id: string): KeyCounter {
    if (!this.prefixes && this.size >= Math.min(SAMPLE, this.most)) this.decide();
    if (this.size >= this.most) this.forget();
    const counter = { db, id, prefix: undefined, writes: 0, bytes: 0, missing: this.missed.now() };
    this.keys.set(id, counter);
    this.size++;
    return counter;
  }

  /** Sees what divides names, and counts by prefix what was counted by key so far. */
  private decide(): PrefixWrites {
    const all = this.all();
    const names = all.map(({ id }) => Buffer.from(nameOf(id), 'latin1'));
    this.separators = guessSeparators(names).separators;
    const prefixes = new PrefixWrites(this.separators, this.depth, this.mostPrefixes);
    for (const counter of all) {
      counter.prefix = prefixes.of(nameOf(counter.id));
      prefixes.count(counter.prefix, counter.writes, counter.bytes);
    }
    this.prefixes = prefixes;
    return prefixes;
  }

  private forget(): void {
    this.missed.forget(this.size, [this.all()], ({ db, id }) => {
      this.databases.get(db)?.delete(id);
      this.size--;
    });
    // A log can select any number of databases.
    for (const [db, keys] of this.databases) if (keys.size === 0 && db !== this.db) this.databases.delete(db);
  }

  private all(): KeyCounter[] {
    return [...this.databases.values()].flatMap((keys) => [...keys.values()]);
  }
}

/**
 * What tells a key from others: its name with one character for each byte. Of a long one the first 256 bytes, with its
 * length behind a character that no byte has.
 */
export function keyId(buffer: Buffer, start: number, end: number): string {
  if (end - start <= KEPT_BYTES) return buffer.toString('latin1', start, end);
  return `${buffer.toString('latin1', start, start + KEPT_BYTES)}\u0100${end - start}`;
}

function nameOf(id: string): string {
  return id.length <= KEPT_BYTES ? id : id.slice(0, KEPT_BYTES);
}
