// Writes by key, and by the prefixes of keys, counted while a log is read.
import { guessSeparators } from '../../keyspace/separators.js';
import { NameTable } from './name-table.js';
import { PrefixWrites, UNKNOWN_PREFIX, type WrittenPrefix } from './prefix-writes.js';
import { Counters, largest, type Written } from './written.js';

/** How many keys are counted at a time. */
const MOST_KEYS = 100_000;
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

/**
 * Counts writes by key and by prefix in tables of fixed size. While all fit, the counts are exact. When a table is full, the
 * half that was written least is forgotten; then counters know what may be missing from them.
 */
export class KeyWrites {
  /** Of all writes, those of forgotten keys included. */
  readonly total = { writes: 0, bytes: 0 };
  /** A key with its database beside it. */
  private readonly names: NameTable;
  private readonly counters: Counters;
  /** The deepest prefix of each key. */
  private readonly prefixOf: Int32Array;
  /** Keys of the command that is being read. */
  private touched = new Int32Array(16);
  private touches = 0;
  private separators: readonly string[] | undefined;
  private readonly guessed: boolean;
  private readonly depth: number;
  private readonly mostPrefixes: number | undefined;
  private prefixes: PrefixWrites | undefined;

  constructor({ separators, depth = 2, mostKeys = MOST_KEYS, mostPrefixes }: KeyWritesOptions = {}) {
    this.separators = separators;
    this.guessed = separators === undefined;
    this.depth = depth;
    this.mostPrefixes = mostPrefixes;
    this.names = new NameTable(mostKeys);
    this.counters = new Counters(mostKeys);
    this.prefixOf = new Int32Array(mostKeys);
    if (separators) this.prefixes = this.prefixesAt(separators);
  }

  /** What may be missing from the count of any key, and what a key that is not in the table can have at most. */
  get missed(): Written {
    return this.counters.missed;
  }

  /** A command writes to the key [start, end) of `buffer`, and maybe to more. */
  touch(db: number, buffer: Uint8Array, start: number, end: number): void {
    const { names } = this;
    let entry = names.find(buffer, start, end, db);
    if (entry < 0) {
      if (!this.prefixes && names.size >= Math.min(SAMPLE, names.most)) this.decide();
      // Keys of the command that is being read stay, unless there are more of them than the table holds.
      if (names.size >= names.most && !this.forget()) return;
      entry = names.add(buffer, start, end, db);
      this.counters.start(entry);
      this.prefixOf[entry] = UNKNOWN_PREFIX;
    }
    if (this.touches === this.touched.length) {
      const more = new Int32Array(2 * this.touches);
      more.set(this.touched);
      this.touched = more;
    }
    this.touched[this.touches++] = entry;
  }

  /** The command ended, with so many bytes, which so many keys share. */
  written(bytes: number, keys = this.touches): void {
    for (let i = 0; i < this.touches; i++) this.count(this.touched[i], bytes / keys);
    this.touches = 0;
  }

  /** The command is not to be counted. */
  cancel(): void {
    this.touches = 0;
  }

  /** The keys that were written most, by number of writes or by bytes. */
  top(count: number, by: keyof Written): BusyKey[] {
    return largest(this.all(), by, count)
      .map(({ entry, writes, bytes }) => ({
        db: this.names.tags[entry],
        key: this.names.name(entry).slice(),
        writes,
        bytes,
        missing: this.counters.missing(entry),
      }))
      .sort((a, b) => b[by] - a[by] || a.db - b.db || Buffer.compare(a.key, b.key));
  }

  /** By prefix, with so many of most writes, and of most bytes, at each place of the tree. */
  byPrefix(top: number): WrittenPrefixes {
    const prefixes = this.prefixes ?? this.decide();
    const { none, exact, distinct } = prefixes;
    return {
      separators: this.separators ?? [],
      guessed: this.guessed,
      depth: this.depth,
      exact,
      without: { ...none },
      tree: prefixes.tree(top),
      distinct,
    };
  }

  private count(entry: number, bytes: number): void {
    const { counters, prefixes, prefixOf, total } = this;
    total.writes++;
    total.bytes += bytes;
    counters.writes[entry]++;
    counters.bytes[entry] += bytes;
    if (!prefixes) return;
    if (prefixOf[entry] === UNKNOWN_PREFIX) prefixOf[entry] = prefixes.of(this.names.name(entry));
    prefixes.count(prefixOf[entry], 1, bytes);
  }

  /** Sees what divides names, and counts by prefix what was counted by key so far. */
  private decide(): PrefixWrites {
    const all = this.all();
    this.separators = guessSeparators(all.map(({ entry }) => this.names.name(entry))).separators;
    const prefixes = this.prefixesAt(this.separators);
    for (const { entry, writes, bytes } of all) {
      const prefix = prefixes.of(this.names.name(entry));
      this.prefixOf[entry] = prefix;
      prefixes.count(prefix, writes, bytes);
    }
    this.prefixes = prefixes;
    return prefixes;
  }

  private prefixesAt(separators: readonly string[]): PrefixWrites {
    const follow = (moved: Int32Array) => {
      for (let entry = 0; entry < this.names.size; entry++) {
        const prefix = this.prefixOf[entry];
        if (prefix >= 0) this.prefixOf[entry] = moved[prefix];
      }
    };
    return new PrefixWrites(separators, this.depth, follow, this.mostPrefixes);
  }

  /** Makes room; false when there is none to be made. */
  private forget(): boolean {
    const { names, counters, prefixOf } = this;
    const needed = new Uint8Array(names.size);
    for (let i = 0; i < this.touches; i++) needed[this.touched[i]] = 1;
    const moved = names.keep(counters.forget(names.size, (entry) => -needed[entry], 0));
    counters.move(moved);
    for (let entry = 0; entry < moved.length; entry++) if (moved[entry] >= 0) prefixOf[moved[entry]] = prefixOf[entry];
    for (let i = 0; i < this.touches; i++) this.touched[i] = moved[this.touched[i]];
    return names.size < names.most;
  }

  private all(): (Written & { readonly entry: number })[] {
    const { writes, bytes } = this.counters;
    const found: (Written & { readonly entry: number })[] = [];
    for (let entry = 0; entry < this.names.size; entry++) {
      if (writes[entry] > 0) found.push({ entry, writes: writes[entry], bytes: bytes[entry] });
    }
    return found;
  }
}
