// The sums of statistics: how they are unpacked and reckoned with.
import type { Totals } from '../../../stats/report.js';
import type { PageData, Sums } from '../page-data.js';
import { buildTree, type PrefixNode, type PrefixTree, partsOf, type Reckoning } from './prefix-tree.js';
import { measured } from './state.js';

/** In the measure that is chosen. */
const reckoning: Reckoning<Totals> = {
  value: measured,
  minus: (a, b) => ({
    keys: Math.max(0, a.keys - b.keys),
    expires: Math.max(0, a.expires - b.expires),
    bytes: Math.max(0, a.bytes - b.bytes),
    memory: Math.max(0, a.memory - b.memory),
    elements: Math.max(0, a.elements - b.elements),
  }),
  isNothing: ({ keys, memory }) => keys === 0 && memory === 0,
};

export function totalsTree({ totals, prefixes: { rows } }: PageData): PrefixTree<Totals> {
  return buildTree(
    totals,
    rows.map(([level, name, sums, missing]) =>
      missing ? [level, name, unpack(sums), unpack(missing)] : [level, name, unpack(sums)],
    ),
  );
}

/** See `partsOf`. */
export function totalsParts(
  node: PrefixNode<Totals>,
  { without }: PageData['prefixes'],
  most: number,
): PrefixNode<Totals>[] {
  return partsOf(node, without, reckoning, most);
}

function unpack([keys, expires, bytes, memory, elements]: Sums): Totals {
  return { keys, expires, bytes, memory, elements };
}
