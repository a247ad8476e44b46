// Where it happened: the differences by the prefixes of names.
import { textToBytes } from '../keyspace/bytes-text.js';
import { guessSeparators } from '../stats/separators.js';
import type { Change } from './change.js';
import { addTo, type Group, newGroup, sizeOfGroup } from './group.js';
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
const KEPT = 65_536;

interface Node extends Group {
  readonly prefix: Uint8Array;
  readonly below: Map<string, Node>;
}

/** Counts `count` differences by prefix. They are asked for twice when nobody says what divides names. */
export function summarizePrefixes(
  changes: () => Iterable<Change>,
  count: number,
  { separators: given, depth }: PrefixOptions,
): PrefixSummary {
  const separators = given ?? guessed(changes(), count);
  const dividers = separators.map(textToBytes);
  const root = newNode(new Uint8Array(0));
  const without = newGroup();
  const beyond = newGroup();
  let room = KEPT;
  if (count > 0) {
    for (const change of changes()) {
      const ends = prefixEnds(change.key, dividers, depth);
      if (ends.length === 0) addTo(without, change);
      let node = root;
      for (const end of ends) {
        const name = latin1(change.key, end);
        let next = node.below.get(name);
        if (!next) {
          if (room === 0) {
            if (node === root) addTo(beyond, change);
            break;
          }
          room--;
          next = newNode(change.key.slice(0, end));
          node.below.set(name, next);
        }
        addTo(next, change);
        node = next;
      }
    }
  }
  return { separators, guessed: given === undefined, depth, tree: treeOf(root), without, beyond };
}

/** From names that stand at even distances, so that they do not all belong to the largest changes. */
function guessed(changes: Iterable<Change>, count: number): readonly string[] {
  if (count === 0) return [];
  const step = Math.ceil(count / SAMPLE);
  const names: Uint8Array[] = [];
  let i = 0;
  for (const { key } of changes) if (i++ % step === 0) names.push(key.slice(0, SAMPLE_BYTES));
  return guessSeparators(names).separators;
}

function newNode(prefix: Uint8Array): Node {
  return { ...newGroup(), prefix, below: new Map() };
}

/** Most differences first, of as many the one with more bytes, then by name. */
function treeOf(node: Node): PrefixDifferences[] {
  return [...node.below.values()]
    .map(({ below, ...own }) => ({ ...own, children: treeOf({ ...own, below }) }))
    .sort(
      (a, b) =>
        sizeOfGroup(b) - sizeOfGroup(a) || Math.abs(b.bytes) - Math.abs(a.bytes) || Buffer.compare(a.prefix, b.prefix),
    );
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
