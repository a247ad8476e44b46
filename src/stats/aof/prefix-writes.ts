// Writes by prefix, counted while a log is read.
import { busiest, type Counter, Missed, type Written } from './written.js';

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

/** A prefix that is being counted; those without any belong to one of depth 0. */
export interface PrefixCounter extends Counter {
  /** One character for each byte. */
  readonly name: string;
  readonly depth: number;
  readonly parent: PrefixCounter | undefined;
  /** It was forgotten: it is to be looked up again. */
  gone: boolean;
}

/** Counts by prefix in a table of fixed size. Names have one character for each byte. */
export class PrefixWrites {
  readonly missed = new Missed();
  /** Writes to keys without a prefix; always exact. */
  readonly none: PrefixCounter = make('', 0, undefined, undefined);
  private readonly levels: Map<string, PrefixCounter>[];
  private readonly find: (name: string, from: number) => number;
  private size = 0;
  /** How many prefixes there are; a lower bound when some were forgotten. */
  distinct = 0;

  /** `separators`: texts of at least one character. */
  constructor(
    separators: readonly string[],
    depth: number,
    private readonly most = MOST_PREFIXES,
  ) {
    this.levels = Array.from({ length: depth }, () => new Map());
    this.find = finder(separators.map((separator) => Buffer.from(separator).toString('latin1')));
  }

  /** The deepest prefix of a name; its parents stand above it. */
  of(name: string): PrefixCounter {
    let found: PrefixCounter | undefined;
    let end = 0;
    for (const level of this.levels) {
      end = this.find(name, end);
      if (end < 0) break;
      const prefix = name.slice(0, end);
      let next = level.get(prefix);
      if (!next) {
        if (this.size > this.most - this.levels.length) {
          this.forget();
          return this.of(name);
        }
        next = make(prefix, (found?.depth ?? 0) + 1, found, this.missed.now());
        level.set(prefix, next);
        this.size++;
        this.distinct = Math.max(this.distinct, this.size);
      }
      found = next;
    }
    return found ?? this.none;
  }

  /** Counts for a prefix and its parents. */
  count(prefix: PrefixCounter, writes: number, bytes: number): void {
    for (let counter: PrefixCounter | undefined = prefix; counter; counter = counter.parent) {
      counter.writes += writes;
      counter.bytes += bytes;
    }
  }

  /** The tree of those with most writes, and of those with most bytes: so many of each at each place. */
  tree(top: number): WrittenPrefix[] {
    const children = new Map<PrefixCounter | undefined, PrefixCounter[]>();
    for (const level of this.levels) {
      for (const counter of level.values()) {
        const siblings = children.get(counter.parent);
        if (siblings) siblings.push(counter);
        else children.set(counter.parent, [counter]);
      }
    }
    const below = (parent: PrefixCounter | undefined): WrittenPrefix[] =>
      busiest(children.get(parent) ?? [], top).map((counter) => ({
        prefix: Buffer.from(counter.name, 'latin1'),
        depth: counter.depth,
        writes: counter.writes,
        bytes: counter.bytes,
        missing: counter.missing,
        children: below(counter),
      }));
    return below(undefined);
  }

  /**
   * The deepest go first. A prefix has at least the writes and bytes of each one below it, so none stays without its parents.
   */
  private forget(): void {
    const groups = this.levels.map((level) => [...level.values()]).reverse();
    this.missed.forget(this.size, groups, (counter) => {
      counter.gone = true;
      this.levels[counter.depth - 1].delete(counter.name);
      this.size--;
    });
  }
}

function make(
  name: string,
  depth: number,
  parent: PrefixCounter | undefined,
  missing: Written | undefined,
): PrefixCounter {
  return { name, depth, parent, missing, writes: 0, bytes: 0, gone: false };
}

/** Finds the first separator from a position on, and gives where it ends; -1 for none. */
function finder(separators: readonly string[]): (name: string, from: number) => number {
  if (separators.some((separator) => separator.length > 1)) {
    return (name, from) => {
      const ends = separators.map((separator) => ({ separator, at: name.indexOf(separator, from) }));
      const found = ends
        .filter(({ at }) => at >= 0)
        .sort((a, b) => a.at - b.at || b.separator.length - a.separator.length);
      return found.length === 0 ? -1 : found[0].at + found[0].separator.length;
    };
  }
  const divides = new Uint8Array(256);
  for (const separator of separators) divides[separator.charCodeAt(0)] = 1;
  return (name, from) => {
    for (let i = from; i < name.length; i++) if (divides[name.charCodeAt(i)] === 1) return i + 1;
    return -1;
  };
}
