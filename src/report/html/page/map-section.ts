// What takes the space: the prefixes as a map that can be drilled into.
import type { Totals } from '../../../stats/report.js';
import type { PageData } from '../page-data.js';
import { el } from './dom.js';
import { type DrillMap, drillMap, MOST_PARTS } from './drill-map.js';
import { nodeTip } from './map-tip.js';
import { cutName } from './names.js';
import { bar, exactly, percent, written } from './numbers.js';
import type { PrefixNode, PrefixTree } from './prefix-tree.js';
import { measure, measured, measureFacts, measureSwitch } from './state.js';
import { totalsParts } from './totals.js';
import type { MapArea } from './treemap.js';

/** Areas inside each area of a level. */
const MOST_INNER_PARTS = 12;

/** Colours of the style sheet that tell the largest parts apart. */
const HUES = 10;

type Node = PrefixNode<Totals>;

export function mapSection({ prefixes }: PageData, { root }: PrefixTree<Totals>): DrillMap<Totals> {
  const area = (node: Node, level: Node, fill: string, open: (() => void) | undefined): MapArea => ({
    name: cutName(node.name, 80),
    amount: written(measured(node.totals), measureFacts(measure.value).unit),
    value: measured(node.totals),
    fill,
    tip: () => nodeTip(node, level, root),
    ...(open ? { open } : {}),
    inner: [],
  });
  return drillMap(root, {
    title: 'What takes the space',
    note: prefixNote(prefixes),
    tools: measureSwitch(),
    noun: () => measureFacts(measure.value).noun,
    sum(level) {
      const { noun, unit } = measureFacts(measure.value);
      return `${written(measured(level.totals), unit)} ${unit === 'count' ? noun : ''}`;
    },
    parts: (level) => totalsParts(level, prefixes, MOST_PARTS),
    area(part, rank, level, open) {
      const fill = hueOf(part, rank);
      const inner = part === level ? [] : totalsParts(part, prefixes, MOST_INNER_PARTS);
      return { ...area(part, level, fill, open), inner: inner.map((node) => area(node, level, fill, open)) };
    },
    line(part, rank, level) {
      const { unit } = measureFacts(measure.value);
      const value = measured(part.totals);
      const swatch = el('span', { class: 'swatch', 'aria-hidden': 'true' });
      swatch.style.backgroundColor = `var(${hueOf(part, rank)})`;
      const number = (part.missing ? '≥ ' : '') + written(value, unit);
      return {
        before: swatch,
        behind: [
          el('span', { class: 'number', title: exactly(value, unit) }, number),
          el('span', { class: 'number share' }, percent(value, measured(level.totals))),
          bar(value, measured(level.totals)),
        ],
      };
    },
    follow: (show) => measure.follow(show),
  });
}

/** The colour of a part by its rank; what is no prefix is grey. */
function hueOf(part: Node, rank: number): string {
  return part.kind === 'prefix' ? `--hue-${rank % HUES}` : '--hue-rest';
}

/** How the prefixes were found, and how far they can be trusted. */
function prefixNote({ separators, guessed, exact, depth }: PageData['prefixes']): string {
  const trust = exact
    ? 'All numbers are exact.'
    : 'There are more prefixes than fit in memory: numbers with ≥ are lower bounds; --exact counts once more.';
  return `${separatorNote({ separators, guessed, depth })} ${trust}`;
}

/** How names were divided into prefixes. */
export function separatorNote({
  separators,
  guessed,
  depth,
}: Pick<PageData['prefixes'], 'separators' | 'guessed' | 'depth'>): string {
  if (separators.length === 0) return 'No separator was found in the names.';
  const how = `${separators.map((s) => `“${s}”`).join(' ')}${guessed ? ' (guessed from the names)' : ''}`;
  return `Names are split at ${how}, ${depth === 1 ? 'one level' : `${depth} levels`} deep.`;
}
