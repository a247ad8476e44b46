// Writes by prefix, counted while a log is read.
import { NameTable } from './name-table.js';
import { busiest, Counters, type Written } from './written.js';

/** How many prefixes are counted at a time. */
const MOST_PREFIXES = 100_000;

/** Writes to all keys whose names begin with `prefix`, which ends with a separator. */
export interface WrittenPrefix extends Written {
  readonly prefix: Uint8Array;
  /** 1 for what stands before the first separator. */
  readonly depth: number;
  /** What may be missing from each number at most: they are lower bounds then. Undefined where they are exact. */
  readonly missing: Written | undefined;
  /** The next level, most writes first. */
  readonly children: readonly WrittenPrefix[];
}

/** The number of keys without a prefix. */
export const NO_PREFIX = -1;
/** The number of a prefix that was forgotten, or never looked up. */
export const UNKNOWN_PREFIX = -2;

/** Counts by prefix in a table of fixed size. Prefixes have numbers, which change when some are forgotten. */
export class PrefixWrites {
  /** Writes to keys without a prefix; always exact. */
  readonly none = { writes: 0, bytes: 0 };
  /** How many prefixes there are; a lower bound when some were forgotten. */
  distinct = 0;
  /** A prefix with its depth beside it. */
  private readonly names: NameTable;
  private readonly counters: Counters;
  private readonly parents: Int32Array;
  private readonly find: Finder;

  /**
   * `separators`: texts of at least one character. `onMoved` is told the new number of each prefix, UNKNOWN_PREFIX for those
   * that were forgotten.
   */
  constructor(
    separators: readonly string[],
    private readonly depth: number,
    private readonly onMoved: (moved: Int32Array) => void,
    most = MOST_PREFIXES,
  ) {
    this.names = new NameTable(most);
    this.counters = new Counters(most);
    this.parents = new Int32Array(most);
    this.find = finder(separators.map((separator) => Buffer.from(separator)));
  }

  /** The number of the deepest prefix of a name. */
  of(name: Uint8Array): number {
    const { names } = this;
    let found = NO_PREFIX;
    let end = 0;
    for (let level = 1; level <= this.depth; level++) {
      end = this.find(name, end);
      if (end < 0) break;
      let next = names.find(name, 0, end, level);
      if (next < 0) {
        if (names.size > names.most - this.depth) {
          this.forget();
          return this.of(name);
        }
        next = names.add(name, 0, end, level);
        this.counters.start(next);
        this.parents[next] = found;
        this.distinct = Math.max(this.distinct, names.size);
      }
      found = next;
    }
    return found;
  }

  /** Counts for a prefix and its parents. */
  count(prefix: number, writes: number, bytes: number): void {
    const { parents, counters, none } = this;
    if (prefix === NO_PREFIX) {
      none.writes += writes;
      none.bytes += bytes;
    }
    for (let entry = prefix; entry >= 0; entry = parents[entry]) {
      counters.writes[entry] += writes;
      counters.bytes[entry] += bytes;
    }
  }

  /** All numbers are exact. */
  get exact(): boolean {
    return this.counters.missed.writes === 0;
  }

  /** The tree of those with most writes, and of those with most bytes: so many of each at each place. */
  tree(top: number): WrittenPrefix[] {
    const { names, counters, parents } = this;
    const children = new Map<number, { entry: number; writes: number; bytes: number }[]>();
    for (let entry = 0; entry < names.size; entry++) {
      const node = { entry, writes: counters.writes[entry], bytes: counters.bytes[entry] };
      const siblings = children.get(parents[entry]);
      if (siblings) siblings.push(node);
      else children.set(parents[entry], [node]);
    }
    const below = (parent: number): WrittenPrefix[] =>
      busiest(children.get(parent) ?? [], top).map(({ entry, writes, bytes }) => ({
        prefix: names.name(entry).slice(),
        depth: names.tags[entry],
        writes,
        bytes,
        missing: counters.missing(entry),
        children: below(entry),
      }));
    return below(NO_PREFIX);
  }

  /**
   * The deepest go first. A prefix has at least the writes and bytes of each one below it, so none stays without its parents.
   */
  private forget(): void {
    const { names, counters, parents } = this;
    const moved = names.keep(counters.forget(names.size, (entry) => names.tags[entry], this.depth));
    counters.move(moved);
    for (let entry = 0; entry < moved.length; entry++) {
      if (moved[entry] < 0) moved[entry] = UNKNOWN_PREFIX;
      else parents[moved[entry]] = parents[entry] < 0 ? NO_PREFIX : moved[parents[entry]];
    }
    this.onMoved(moved);
  }
}

/** Finds the first separator from a position on, and gives where it ends; -1 for none. */
type Finder = (name: Uint8Array, from: number) => number;

function finder(separators: readonly Buffer[]): Finder {
  if (separators.some(({ length }) => length > 1)) {
    return (name, from) => {
      const text = Buffer.from(name.buffer, name.byteOffset, name.byteLength);
      const found = separators.map((separator) => ({ at: text.indexOf(separator, from), length: separator.length }));
      const [first] = found.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at || b.length - a.length);
      return first ? first.at + first.length : -1;
    };
  }
  const divides = new Uint8Array(256);
  for (const [byte] of separators) divides[byte] = 1;
  return (name, from) => {
    for (let i = from; i < name.length; i++) if (divides[name[i]] === 1) return i + 1;
    return -1;
  };
}
