// All prefixes that the statistics list, as a table.
import type { Totals } from '../../../stats/report.js';
import type { PageData } from '../page-data.js';
import { button, el, section } from './dom.js';
import { nameNode, nameOf } from './names.js';
import { count } from './numbers.js';
import type { PrefixNode, PrefixTree } from './prefix-tree.js';
import { table } from './table.js';
import { totalsColumns } from './totals-columns.js';

interface Row extends Totals {
  readonly node: PrefixNode<Totals>;
}

/** `open` shows a prefix in the map. */
export function prefixSection(
  { prefixes, totals }: PageData,
  tree: PrefixTree<Totals>,
  open: (node: PrefixNode<Totals>) => void,
): HTMLElement {
  const rows: Row[] = tree.prefixes.map((node) => ({ ...node.totals, node }));
  rows.sort((a, b) => b.memory - a.memory);
  const there = prefixes.exact ? count(prefixes.distinct) : `at least ${count(prefixes.distinct)}`;
  return section(
    'prefixes',
    'Prefixes',
    el(
      'p',
      { class: 'note' },
      `There are ${there} in all; the largest are listed. A name with further levels opens in the map.`,
    ),
    table({
      noun: 'prefixes',
      rows,
      columns: [
        {
          title: 'Prefix',
          value: ({ node }) => nameOf(node.whole),
          cell: ({ node }) => {
            const name = nameNode(node.whole);
            if (node.children.length === 0) return name;
            return button({ class: 'link' }, () => open(node), name);
          },
        },
        { title: 'Depth', about: '1 is the first level', value: ({ node }) => node.depth },
        ...totalsColumns<Row>(totals, ({ node }) => node.missing),
      ],
      search: ({ node }) => nameOf(node.whole),
      sortedBy: 'Memory',
    }),
  );
}
