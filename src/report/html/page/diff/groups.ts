// The sums of a comparison: how they are unpacked and reckoned with.
import type { DiffPageData, GroupSums, PageGroup } from '../../diff-page-data.js';
import { buildTree, type PrefixNode, type PrefixTree, partsOf, type Reckoning } from '../prefix-tree.js';
import { differing } from './kinds.js';

const reckoning: Reckoning<PageGroup> = {
  value: differing,
  minus: (a, b) => ({
    added: Math.max(0, a.added - b.added),
    removed: Math.max(0, a.removed - b.removed),
    changed: Math.max(0, a.changed - b.changed),
    expireOnly: Math.max(0, a.expireOnly - b.expireOnly),
    bytes: a.bytes - b.bytes,
  }),
  isNothing: (group) => differing(group) === 0,
};

/** The differences of all keys. */
export function allDifferences({ added, removed, changed, kinds, bytes }: DiffPageData): PageGroup {
  const more = bytes.added + bytes.grown - bytes.removed - bytes.shrunk;
  return { added, removed, changed, expireOnly: kinds.expireOnly, bytes: more };
}

export function groupTree(data: DiffPageData): PrefixTree<PageGroup> {
  return buildTree(
    allDifferences(data),
    data.prefixes.rows.map(([level, name, sums]) => [level, name, unpack(sums)]),
  );
}

/** See `partsOf`. */
export function groupParts(
  node: PrefixNode<PageGroup>,
  { prefixes }: DiffPageData,
  most: number,
): PrefixNode<PageGroup>[] {
  return partsOf(node, prefixes.without, reckoning, most);
}

function unpack([added, removed, changed, expireOnly, bytes]: GroupSums): PageGroup {
  return { added, removed, changed, expireOnly, bytes };
}
