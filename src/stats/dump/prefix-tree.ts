import type { PrefixStats, Totals } from '../report.js';

/** A prefix without its place in the tree. */
export type PrefixEntry = Omit<PrefixStats, 'children'>;

interface Node extends PrefixEntry {
  readonly children: Node[];
}

const FIELDS = ['keys', 'expires', 'bytes', 'memory', 'elements'] as const;

/**
 * Prefixes as a tree, most memory first at every level. Where what stands above a prefix is not among the entries, the table
 * has forgotten it: it has no more than `unlisted`. And nothing has less than what stands below it: a prefix that was
 * forgotten and came again may have been counted from later on than those.
 */
export function prefixTree(
  entries: readonly PrefixEntry[],
  separators: readonly Uint8Array[],
  unlisted: Totals | undefined,
): PrefixStats[] {
  const nodes = new Map<string, Node>();
  for (const entry of entries) nodes.set(keyOf(entry.prefix), { ...entry, children: [] });
  const found = [...nodes.values()];
  for (const { prefix, depth } of found) {
    for (let level = depth; level > 1; level--) {
      const name = above(prefix, level, separators);
      if (nodes.has(keyOf(name))) break;
      nodes.set(keyOf(name), {
        prefix: name,
        depth: level - 1,
        ...NOTHING,
        missing: unlisted ?? NOTHING,
        children: [],
      });
    }
  }
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    if (node.depth === 1) roots.push(node);
    else nodes.get(keyOf(above(node.prefix, node.depth, separators)))?.children.push(node);
  }
  // What stands below comes first: it may have less than what stands below it, too.
  const uncertain = [...nodes.values()].filter(({ missing }) => missing).sort((a, b) => b.depth - a.depth);
  for (const node of uncertain) Object.assign(node, raised(node));
  for (const level of [roots, ...[...nodes.values()].map(({ children }) => children)]) level.sort(byMemory);
  return roots;
}

/** Those of which all that stand above them are there, too. */
export function rooted(entries: readonly PrefixEntry[], separators: readonly Uint8Array[]): PrefixEntry[] {
  const there = new Set<string>();
  return [...entries]
    .sort((a, b) => a.depth - b.depth)
    .filter(({ prefix, depth }) => {
      const isRooted = depth === 1 || there.has(keyOf(above(prefix, depth, separators)));
      if (isRooted) there.add(keyOf(prefix));
      return isRooted;
    });
}

/** Of equal memory more keys come first, then what is less by its bytes. */
export function byMemory(a: PrefixEntry, b: PrefixEntry): number {
  return b.memory - a.memory || b.keys - a.keys || Buffer.compare(a.prefix, b.prefix);
}

const NOTHING = { keys: 0, expires: 0, bytes: 0, memory: 0, elements: 0 };

/** The same upper bounds, and lower ones that are at least what stands below has. */
function raised(node: Node): Totals & { readonly missing: Totals } {
  const least = { ...NOTHING };
  const missing = { ...NOTHING };
  for (const field of FIELDS) {
    const below = node.children.reduce((sum, child) => sum + child[field], 0);
    least[field] = Math.max(node[field], below);
    missing[field] = Math.max(0, node[field] + (node.missing?.[field] ?? 0) - least[field]);
  }
  return { ...least, missing };
}

/** What stands above a level of a prefix. */
function above(prefix: Uint8Array, level: number, separators: readonly Uint8Array[]): Uint8Array {
  return prefix.subarray(0, prefixEnds(prefix, separators)[level - 2]);
}

/** Where the prefixes of a name end, from the first level on. Of separators that stand at one place the longest one counts. */
function prefixEnds(name: Uint8Array, separators: readonly Uint8Array[]): number[] {
  const ends: number[] = [];
  for (let at = 0; at < name.length; ) {
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

function keyOf(name: Uint8Array): string {
  return Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1');
}
