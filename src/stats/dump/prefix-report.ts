import { hashSlot } from '../../keyspace/slot.js';
import type { PrefixStats, TagStats, Totals } from '../report.js';
import { estimateDistinct } from './distinct.js';
import { type Candidate, LargestEntries } from './largest-entries.js';
import { byMemory, type PrefixEntry, prefixTree, rooted } from './prefix-tree.js';
import { DISTINCT_REGISTERS, ENTRY_BYTES, type StatsState } from './state.js';

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

/** What the table of prefixes tells. */
export interface PrefixTable {
  readonly tree: readonly PrefixStats[];
  readonly tags: readonly TagStats[];
  /** Every number of the tree is exact. */
  readonly exact: boolean;
  /** What a prefix, or a tag, that is not listed has at most; undefined when none was ever forgotten. */
  readonly unlisted: Totals | undefined;
  /** How many prefixes there were. */
  readonly distinct: number;
  readonly distinctExact: boolean;
}

/** Reads the table of prefixes and hash tags, see assembly/prefixes.ts. */
export class PrefixReader {
  /** `separators` are those of the table; `most`: how many prefixes, and how many tags, are listed. */
  constructor(
    private readonly state: StatsState,
    private readonly separators: readonly Uint8Array[],
    private readonly most: number,
  ) {}

  /** Nothing was ever forgotten. */
  get isWhole(): boolean {
    return this.state.word('epochs') === 0;
  }

  /** The largest prefixes, with all that stand above them, and the largest hash tags with their slots. */
  read(): PrefixTable {
    const { prefixes, tags, count } = this.largest();
    const { isWhole } = this;
    const unlisted = isWhole ? undefined : this.unlisted([...prefixes, ...tags]);
    const all = prefixes.map(({ at }) => this.entry(at));
    // A second pass has counted exactly what is left; what stands below something that was forgotten has no more than that.
    const entries = this.isFrozen ? rooted(all, this.separators) : all;
    const tree = prefixTree(entries, this.separators, unlisted);
    return {
      tree,
      tags: tags
        .map(({ at }) => this.entry(at))
        .sort(byMemory)
        .map(({ prefix, depth: _, ...totals }) => ({ tag: prefix, slot: hashSlot(prefix), ...totals })),
      exact: isExact(tree),
      unlisted,
      distinct: isWhole ? count : Math.max(count, estimateDistinct(this.registers)),
      distinctExact: isWhole,
    };
  }

  /** Makes the next pass over the same keys count only those that are in the table now. */
  freeze(): void {
    const { state } = this;
    for (const at of this.entries()) state.floatsAt(at + COUNTS, COUNT_BYTES / 8).fill(0);
    state.setWord('frozen', 1);
  }

  private largest(): { readonly prefixes: Candidate[]; readonly tags: Candidate[]; readonly count: number } {
    const { state } = this;
    const prefixes = new LargestEntries(this.most);
    const tags = new LargestEntries(this.most);
    let all = 0;
    // There may be a million of them: no generator here.
    for (const { at: first, count } of state.parts()) {
      for (let at = first; at < first + count * ENTRY_BYTES; at += ENTRY_BYTES) {
        const depth = (state.wordAt(at + LENGTH) >>> 8) & 0xff;
        if (depth !== TAG_DEPTH) all++;
        // A pass that counts no others may find none of these.
        if (state.wordAt(at + COUNTS) === 0) continue;
        (depth === TAG_DEPTH ? tags : prefixes).add(at, state.floatAt(at + MEMORY), depth);
      }
    }
    return { prefixes: prefixes.list(), tags: tags.list(), count: all };
  }

  /** What is not in the table may have as much as was forgotten; what is in it and not listed, what was counted besides. */
  private unlisted(listed: readonly Candidate[]): Totals {
    const { state } = this;
    const isListed = new Set(listed.map(({ at }) => at));
    let [keys, expires, bytes, memory, elements] = state.floatsAt(this.missingAt(state.word('epochs')), 5);
    for (const at of this.entries()) {
      if (isListed.has(at)) continue;
      const missing = this.missingAt(this.isFrozen ? 0 : this.epochOf(at));
      keys = Math.max(keys, state.wordAt(at + COUNTS) + state.floatAt(missing));
      expires = Math.max(expires, state.wordAt(at + COUNTS + 4) + state.floatAt(missing + 8));
      bytes = Math.max(bytes, state.floatAt(at + SUMS) + state.floatAt(missing + 16));
      memory = Math.max(memory, state.floatAt(at + MEMORY) + state.floatAt(missing + 24));
      elements = Math.max(elements, state.floatAt(at + SUMS + 16) + state.floatAt(missing + 32));
    }
    return { keys, expires, bytes, memory, elements };
  }

  /** The addresses of all entries. */
  private *entries(): Generator<number> {
    for (const { at: first, count } of this.state.parts()) {
      for (let at = first; at < first + count * ENTRY_BYTES; at += ENTRY_BYTES) yield at;
    }
  }

  private entry(at: number): PrefixEntry {
    const { state } = this;
    const word = state.wordAt(at + LENGTH);
    const epoch = this.epochOf(at);
    const [bytes, memory, elements] = state.floatsAt(at + SUMS, 3);
    return {
      prefix: this.name(at, (word & 0xff) + 1),
      depth: (word >>> 8) & 0xff,
      keys: state.wordAt(at + COUNTS),
      expires: state.wordAt(at + COUNTS + 4),
      bytes,
      memory,
      elements,
      missing: this.isFrozen || epoch === 0 ? undefined : this.missing(epoch),
    };
  }

  private name(at: number, length: number): Uint8Array {
    const { state } = this;
    if (length <= INLINE) return state.bytesAt(at + NAME, length).slice();
    const rest = state.bytesAt(state.wordAt(at + NAME + HEAD), length - HEAD);
    return Buffer.concat([state.bytesAt(at + NAME, HEAD), rest]);
  }

  /** A pass over the keys of the table counts them exactly. */
  private get isFrozen(): boolean {
    return this.state.word('frozen') === 1;
  }

  private get registers(): Uint8Array {
    return this.state.bytesAt(this.state.word('distinct'), DISTINCT_REGISTERS);
  }

  private epochOf(at: number): number {
    return this.state.wordAt(at + LENGTH) >>> 16;
  }

  /** The address of what may be missing from entries of an epoch. */
  private missingAt(epoch: number): number {
    return this.state.word('missing') + epoch * 40;
  }

  private missing(epoch: number): Totals {
    const [keys, expires, bytes, memory, elements] = this.state.floatsAt(this.missingAt(epoch), 5);
    return { keys, expires, bytes, memory, elements };
  }
}

function isExact(tree: readonly PrefixStats[]): boolean {
  return tree.every(({ missing, children }) => missing === undefined && isExact(children));
}
