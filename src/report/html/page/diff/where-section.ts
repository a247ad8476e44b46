// Where it happened: the prefixes by the keys that differ, each one divided by the kind of change.
import type { DiffPageData, PageGroup } from '../../diff-page-data.js';
import { tip } from '../chart.js';
import { el } from '../dom.js';
import { type DrillMap, drillMap, MOST_PARTS } from '../drill-map.js';
import { separatorNote } from '../map-section.js';
import { cutName, wholeName } from '../names.js';
import { count, percent } from '../numbers.js';
import type { PrefixNode, PrefixTree } from '../prefix-tree.js';
import type { MapArea } from '../treemap.js';
import { groupParts } from './groups.js';
import { differing, KINDS, kindBar, kindWords, legend, swatch } from './kinds.js';
import { signed } from './sizes.js';

type Node = PrefixNode<PageGroup>;

export function whereSection(data: DiffPageData, { root }: PrefixTree<PageGroup>): DrillMap<PageGroup> {
  return drillMap(root, {
    title: 'Where it happened',
    note: `${separatorNote(data.prefixes)} Areas are keys that differ, coloured by what changed; a click opens a prefix.`,
    tools: legend(root.totals),
    noun: () => 'keys that differ',
    sum: ({ totals }) => `${count(differing(totals))} differ`,
    parts: (level) => groupParts(level, data, MOST_PARTS),
    area: (part, _rank, level, open) => area(part, level, root, open),
    line: ({ totals }, _rank, level) => ({
      before: swatch(mainKind(totals).fill),
      behind: [
        el('span', { class: 'number', title: kindWords(totals) }, count(differing(totals))),
        el('span', { class: 'number share' }, percent(differing(totals), differing(level.totals))),
        kindBar(totals, differing(level.totals)),
      ],
    }),
    follow: (show) => show(),
  });
}

function area(node: Node, level: Node, whole: Node, open: (() => void) | undefined): MapArea {
  const { totals } = node;
  const shared = { tip: () => nodeTip(node, level, whole), ...(open ? { open } : {}) };
  const inner = KINDS.map((kind): MapArea => {
    const value = kind.of(totals);
    return { ...shared, name: kind.name, amount: count(value), value, fill: kind.fill, inner: [] };
  });
  return {
    ...shared,
    name: cutName(node.name, 80),
    amount: count(differing(totals)),
    value: differing(totals),
    fill: mainKind(totals).fill,
    inner,
  };
}

/** The kind that most of the keys are of. */
function mainKind(group: PageGroup) {
  return KINDS.reduce((most, kind) => (kind.of(group) > most.of(group) ? kind : most));
}

function nodeTip({ whole: name, totals }: Node, level: Node, whole: Node): HTMLElement {
  const differ = differing(totals);
  const rows: [string, string][] = [
    ['keys that differ', count(differ)],
    ...KINDS.filter((kind) => kind.of(totals) > 0).map((kind): [string, string] => [
      kind.name.toLowerCase(),
      count(kind.of(totals)),
    ]),
    ['bytes', signed(totals.bytes)],
    ['of all that differ', percent(differ, differing(whole.totals))],
  ];
  if (level !== whole) rows.push([`of ${cutName(level.name, 30)}`, percent(differ, differing(level.totals))]);
  return tip(el('bdi', {}, cutName(wholeName(name), 400)), rows);
}
