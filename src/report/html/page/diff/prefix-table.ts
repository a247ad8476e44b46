// All prefixes that the page carries, as a table.
import type { DiffPageData, PageGroup } from '../../diff-page-data.js';
import { button, el, section } from '../dom.js';
import { nameNode, nameOf } from '../names.js';
import { count } from '../numbers.js';
import type { PrefixNode, PrefixTree } from '../prefix-tree.js';
import { table } from '../table.js';
import { groupColumns } from './columns.js';
import { differing } from './kinds.js';

interface Row extends PageGroup {
  readonly node: PrefixNode<PageGroup>;
}

/** `open` shows a prefix in the map. Nothing where there are no prefixes. */
export function prefixTable(
  { prefixes: { distinct } }: DiffPageData,
  { root, prefixes }: PrefixTree<PageGroup>,
  open: (node: PrefixNode<PageGroup>) => void,
): HTMLElement | null {
  if (prefixes.length === 0) return null;
  const rows: Row[] = prefixes.map((node) => ({ ...node.totals, node }));
  rows.sort((a, b) => differing(b) - differing(a));
  const listed =
    rows.length < distinct ? `The ${count(rows.length)} with most differences of ${count(distinct)} are listed. ` : '';
  return section(
    'prefixes',
    'Prefixes',
    el('p', { class: 'note' }, `${listed}A name with further levels opens in the map.`),
    table({
      noun: 'prefixes',
      rows,
      columns: [
        {
          title: 'Prefix',
          value: ({ node }) => nameOf(node.whole),
          cell: ({ node }) => {
            const name = nameNode(node.whole);
            return node.children.length === 0 ? name : button({ class: 'link' }, () => open(node), name);
          },
        },
        ...groupColumns<Row>(root.totals),
      ],
      search: ({ node }) => nameOf(node.whole),
      sortedBy: 'Differ',
    }),
  );
}
