// Where it happened: the differences by the prefixes of names.
import { TimeSlices } from '../bytes/time-slices.js';
import { textToBytes } from '../keyspace/bytes-text.js';
import { guessSeparators } from '../keyspace/separators.js';
import type { Change } from './change.js';
import { addTo, type Group, join, newGroup, sizeOfGroup } from './group.js';
import type { PrefixDifferences, PrefixSummary } from './report.js';

export interface PrefixOptions {
  /** What divides names; seen in the names when undefined. */
  readonly separators?: readonly string[];
  /** Levels of prefixes. */
  readonly depth: number;
}

/** So many names tell what divides them. */
const SAMPLE = 4096;
const SAMPLE_BYTES = 256;
/** Longer prefixes are cut off: nobody reads them. */
const LONGEST = 256;
/** So many prefixes are kept apart. As differences come in one order, which ones does not depend on the memory. */
const KEPT = 32_768;
/** Prefixes of a list; the others are only counted with what stands above them. */
const LISTED = 1000;

interface Node extends Group {
  readonly prefix: Uint8Array;
  below: Map<string, Node> | undefined;
}

/** Counts differences by prefix, one after the other. */
export class PrefixCounter {
  private readonly root = newNode(new Uint8Array(0));
  private readonly without = newGroup();
  private readonly beyond = newGroup();
  private readonly dividers: readonly Uint8Array[];
  /** How many more are kept on the first level, and on those below. */
  private readonly room = [KEPT, KEPT];

  constructor(
    private readonly separators: readonly string[],
    private readonly guessed: boolean,
    private readonly depth: number,
  ) {
    this.dividers = separators.map(textToBytes);
  }

  add(change: Change): void {
    const ends = prefixEnds(change.key, this.dividers, this.depth);
    if (ends.length === 0) addTo(this.without, change);
    let node = this.root;
    for (const [level, end] of ends.entries()) {
      const next = this.below(node, change.key, end, level === 0 ? 0 : 1);
      if (!next) {
        if (level === 0) addTo(this.beyond, change);
        return;
      }
      addTo(next, change);
      node = next;
    }
  }

  summary(): PrefixSummary {
    const { separators, guessed, depth, root, without, beyond } = this;
    const tree = treeOf(root);
    // Of the first level nothing is left out of the sums.
    for (const { below: _below, prefix: _prefix, ...own } of inOrder(root).slice(LISTED)) join(beyond, own);
    return { separators, guessed, depth, tree, without, beyond };
  }

  private below(node: Node, key: Uint8Array, end: number, level: number): Node | undefined {
    const name = latin1(key, end);
    const known = node.below?.get(name);
    if (known || this.room[level] === 0) return known;
    this.room[level]--;
    const made = newNode(key.slice(0, end));
    node.below ??= new Map();
    node.below.set(name, made);
    return made;
  }
}

/** What divides names, seen in some that stand at even distances, so that they do not all belong to the largest changes. */
export async function separatorsOf(names: Iterable<Uint8Array>, count: number): Promise<readonly string[]> {
  const step = Math.ceil(count / SAMPLE);
  const sample: Uint8Array[] = [];
  const slices = new TimeSlices();
  let i = 0;
  for (const name of names) {
    if (i++ % step === 0) sample.push(name.slice(0, SAMPLE_BYTES));
    if (slices.isOver) await slices.next();
  }
  return guessSeparators(sample).separators;
}

function newNode(prefix: Uint8Array): Node {
  return { ...newGroup(), prefix, below: undefined };
}

/** Most differences first, of as many the one with more bytes, then by name. */
function inOrder({ below }: Node): Node[] {
  return [...(below?.values() ?? [])].sort(
    (a, b) =>
      sizeOfGroup(b) - sizeOfGroup(a) || Math.abs(b.bytes) - Math.abs(a.bytes) || Buffer.compare(a.prefix, b.prefix),
  );
}

function treeOf(node: Node): PrefixDifferences[] {
  return inOrder(node)
    .slice(0, LISTED)
    .map((child) => {
      const { below: _below, ...own } = child;
      return { ...own, children: treeOf(child) };
    });
}

/** Where the first prefixes of a name end. Of separators that stand at one place the longest one counts. */
export function prefixEnds(name: Uint8Array, separators: readonly Uint8Array[], depth: number): number[] {
  const ends: number[] = [];
  const most = Math.min(name.length, LONGEST);
  for (let at = 0; at < most && ends.length < depth; ) {
    let length = 0;
    for (const separator of separators) {
      if (separator.length > length && standsAt(name, at, separator)) length = separator.length;
    }
    at += length || 1;
    if (length > 0) ends.push(at);
  }
  return ends;
}

function standsAt(name: Uint8Array, at: number, separator: Uint8Array): boolean {
  if (at + separator.length > name.length) return false;
  for (let i = 0; i < separator.length; i++) if (name[at + i] !== separator[i]) return false;
  return true;
}

function latin1(bytes: Uint8Array, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
}
