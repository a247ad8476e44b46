import { hashSlot } from '../../keyspace/slot.js';
import type { PrefixStats, TagStats, Totals } from '../report.js';
import { DISTINCT_REGISTERS, ENTRY_BYTES, type StatsState } from './state.js';

/** What goes into a report at most: more nobody looks at, and a page must stay quick. */
const MOST_LISTED = 10_000;
/** For each one that a list shows, so many are there, as lists stand in lists. */
const LISTED_FOR_ONE = 50;
const TAG_DEPTH = 255;
// An entry, see assembly/prefixes.ts.
const LENGTH = 4;
const COUNTS = 8;
const COUNT_BYTES = 32;
const SUMS = 16;
const MEMORY = 24;
const NAME = 40;
const INLINE = 24;
const HEAD = 16;
const NOTHING: Totals = { keys: 0, expires: 0, bytes: 0, memory: 0, elements: 0 };

interface Entry extends Totals {
  readonly name: Uint8Array;
  readonly depth: number;
  readonly missing: Totals | undefined;
}

/** The table of prefixes, see assembly/prefixes.ts, as a tree. */
export class PrefixReader {
  /** The last bytes of separators: where a prefix may end. */
  private readonly ends: ReadonlySet<number>;
  private readonly most: number;

  /** `separators` are those of the table; lists show `top`. */
  constructor(
    private readonly state: StatsState,
    separators: readonly Uint8Array[],
    top: number,
  ) {
    this.most = Math.min(MOST_LISTED, top * LISTED_FOR_ONE);
    this.ends = new Set(separators.map((separator) => separator[separator.length - 1]));
  }

  /** The largest prefixes, with all that stand above them, and the largest hash tags with their slots. */
  read(): { readonly tree: PrefixStats[]; readonly tags: TagStats[] } {
    const { prefixes, tags } = this.largest();
    return {
      tree: this.grow(prefixes.map(({ at }) => this.entry(at))),
      tags: tags
        .map(({ at }) => this.entry(at))
        .sort(byMemory)
        .map(({ name, depth: _, ...totals }) => ({ tag: name, slot: hashSlot(name), ...totals })),
    };
  }

  /** Nothing was ever forgotten. */
  get exact(): boolean {
    return this.state.word('epochs') === 0;
  }

  /** What something that is not in the table may have at most. */
  get forgotten(): Totals {
    return this.missingAt(this.state.word('epochs')) ?? NOTHING;
  }

  /** How many prefixes and hash tags there were. */
  get distinct(): number {
    const count = this.state.parts().reduce((sum, part) => sum + part.count, 0);
    return this.exact ? count : Math.max(count, this.estimate());
  }

  /** Makes the next pass over the same keys count only those that are in the table now. */
  freeze(): void {
    const { state } = this;
    for (const { at: first, count } of state.parts()) {
      for (let i = 0; i < count; i++) state.floatsAt(first + i * ENTRY_BYTES + COUNTS, COUNT_BYTES / 8).fill(0);
    }
    state.setWord('frozen', 1);
  }

  /** There may be a million entries, and all of them may be equal. */
  private largest(): { readonly prefixes: Candidate[]; readonly tags: Candidate[] } {
    const { state } = this;
    const prefixes = new Largest(this.most);
    const tags = new Largest(this.most);
    for (const { at: first, count } of state.parts()) {
      for (let at = first; at < first + count * ENTRY_BYTES; at += ENTRY_BYTES) {
        const depth = (state.wordAt(at + LENGTH) >>> 8) & 0xff;
        // A pass that counts no others may find none of these.
        if (state.wordAt(at + COUNTS) > 0)
          (depth === TAG_DEPTH ? tags : prefixes).add(at, state.floatAt(at + MEMORY), depth);
      }
    }
    return { prefixes: prefixes.list(), tags: tags.list() };
  }

  private grow(entries: Entry[]): PrefixStats[] {
    const nodes = new Map<string, PrefixStats & { children: PrefixStats[] }>();
    const roots: PrefixStats[] = [];
    // By depth, so that what stands above is there; by memory within.
    for (const { name, depth, ...totals } of entries.sort((a, b) => a.depth - b.depth || byMemory(a, b))) {
      const node = { prefix: name, depth, ...totals, children: [] };
      nodes.set(keyOf(name), node);
      const above = depth === 1 ? undefined : this.above(name, nodes);
      if (above) above.children.push(node);
      else roots.push(node);
    }
    return roots;
  }

  private entry(at: number): Entry {
    const { state } = this;
    const word = state.wordAt(at + LENGTH);
    const missing = state.word('frozen') === 1 ? undefined : this.missingAt(word >>> 16);
    const [bytes, memory, elements] = state.floatsAt(at + SUMS, 3);
    return {
      name: this.name(at, (word & 0xff) + 1),
      depth: (word >>> 8) & 0xff,
      keys: state.wordAt(at + COUNTS),
      expires: state.wordAt(at + COUNTS + 4),
      bytes,
      memory,
      elements,
      missing,
    };
  }

  private name(at: number, length: number): Uint8Array {
    const { state } = this;
    if (length <= INLINE) return state.bytesAt(at + NAME, length).slice();
    const rest = state.bytesAt(state.wordAt(at + NAME + HEAD), length - HEAD);
    return Buffer.concat([state.bytesAt(at + NAME, HEAD), rest]);
  }

  private missingAt(epoch: number): Totals | undefined {
    return epoch === 0 ? undefined : this.totals(this.state.word('missing') + epoch * 40);
  }

  private totals(at: number): Totals {
    const [keys, expires, bytes, memory, elements] = this.state.floatsAt(at, 5);
    return { keys, expires, bytes, memory, elements };
  }

  /** The prefix of the level above: the longest one of those listed. */
  private above<T extends { prefix: Uint8Array }>(name: Uint8Array, nodes: ReadonlyMap<string, T>): T | undefined {
    for (let length = name.length - 1; length > 0; length--) {
      if (!this.ends.has(name[length - 1])) continue;
      const node = nodes.get(keyOf(name.subarray(0, length)));
      if (node) return node;
    }
    return undefined;
  }

  /** HyperLogLog: within 2 %. */
  private estimate(): number {
    const m = DISTINCT_REGISTERS;
    const registers = this.state.bytesAt(this.state.word('distinct'), m);
    let sum = 0;
    for (const rank of registers) sum += 2 ** -rank;
    return Math.round(((0.7213 / (1 + 1.079 / m)) * m * m) / sum);
  }
}

interface Candidate {
  readonly at: number;
  readonly memory: number;
  readonly depth: number;
}

/** Selects the entries with most memory; where it is equal, what stands above comes first. */
class Largest {
  private readonly kept: Candidate[] = [];
  /** What has no more than this is not among them. */
  private floor = Number.NEGATIVE_INFINITY;

  constructor(private readonly most: number) {}

  add(at: number, memory: number, depth: number): void {
    if (memory <= this.floor) return;
    this.kept.push({ at, memory, depth });
    if (this.kept.length >= 4 * this.most) this.cut();
  }

  list(): Candidate[] {
    this.cut();
    return this.kept;
  }

  private cut(): void {
    const { kept } = this;
    kept.sort((a, b) => b.memory - a.memory || a.depth - b.depth);
    if (kept.length < this.most) return;
    kept.length = this.most;
    this.floor = kept[this.most - 1].memory;
  }
}

function byMemory(a: Entry, b: Entry): number {
  return b.memory - a.memory || b.keys - a.keys || Buffer.compare(a.name, b.name);
}

function keyOf(name: Uint8Array): string {
  return Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1');
}
