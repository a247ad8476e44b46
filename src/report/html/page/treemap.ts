// A level of the tree of prefixes as areas, each one divided into its own parts.
import type { TreemapSeriesOption } from 'echarts/charts';
import type { PagePrefixes } from '../page-data.js';
import { chart, color, tip, tooltip } from './chart.js';
import { el } from './dom.js';
import { cutName, wholeName } from './names.js';
import { exactly, percent, written } from './numbers.js';
import { type PrefixNode, partsOf } from './prefix-tree.js';
import { measure, measured, measureFacts } from './state.js';

/** Areas of a level, and areas inside each of them. */
export const MOST_PARTS = 60;
const MOST_INNER_PARTS = 24;

/** Colours of the style sheet that tell the largest parts apart. */
const HUES = 10;

type Area = NonNullable<TreemapSeriesOption['data']>[number] & { at: number };

/** The colour of a part by its rank; what is no prefix is grey. */
export function hueOf(part: PrefixNode, rank: number): string {
  return part.kind === 'prefix' ? `--hue-${rank % HUES}` : '--hue-rest';
}

/** `level` is asked for each drawing; `onOpen` is told which part of it was clicked, when that has parts of its own. */
export function treemap(
  place: HTMLElement,
  prefixes: PagePrefixes,
  whole: PrefixNode,
  level: () => PrefixNode,
  onOpen: (part: PrefixNode) => void,
): { draw: () => void } {
  /** What the areas stand for: the library copies its data, so that they carry numbers. */
  let shown: { node: PrefixNode; part: PrefixNode }[] = [];
  const area = (node: PrefixNode, part: PrefixNode, fill: string): Area => ({
    name: cutName(node.name, 80),
    value: measured(node.totals),
    at: shown.push({ node, part }) - 1,
    itemStyle: { color: fill, borderColor: fill },
    cursor: part.children.length > 0 ? 'pointer' : 'default',
  });
  const areas = (): Area[] => {
    shown = [];
    const parts = partsOf(level(), prefixes, MOST_PARTS);
    const those = parts.length > 0 ? parts : [level()];
    return those.filter(isVisible).map((part, rank) => {
      const fill = color(hueOf(part, rank));
      const inner = part.kind === 'prefix' && part !== level() ? partsOf(part, prefixes, MOST_INNER_PARTS) : [];
      const children = inner.filter(isVisible).map((node) => area(node, part, fill));
      return { ...area(part, part, fill), ...(children.length > 0 ? { children } : {}) };
    });
  };
  const label = ({ data }: { data?: unknown }) => {
    const node = shown[(data as Area | undefined)?.at ?? -1]?.node;
    if (!node) return '';
    return `${cutName(node.name, 80)}\n${written(measured(node.totals), measureFacts(measure.value).unit)}`;
  };
  const upperLabel = ({ data }: { data?: unknown }) => label({ data }).replace('\n', '   ');
  const { chart: instance, draw } = chart(place, () => ({
    animationDuration: 250,
    tooltip: {
      ...tooltip(),
      formatter: (params) => {
        const node = shown[((Array.isArray(params) ? params[0] : params).data as Area | undefined)?.at ?? -1]?.node;
        return node ? nodeTip(node, level(), whole) : '';
      },
    },
    series: [
      {
        type: 'treemap',
        ...{ left: 0, top: 0, right: 0, bottom: 0 },
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        data: areas(),
        label: { color: color('--on-hue'), fontSize: 12, lineHeight: 16, overflow: 'truncate', formatter: label },
        upperLabel: { color: color('--on-hue'), fontSize: 12, height: 22, overflow: 'truncate', formatter: upperLabel },
        emphasis: { label: { color: color('--on-hue') }, upperLabel: { show: true, color: color('--on-hue') } },
        levels: [
          { itemStyle: { gapWidth: 3, borderWidth: 0, borderColor: color('--surface') } },
          { itemStyle: { gapWidth: 1, borderWidth: 2 }, upperLabel: { show: true } },
          { itemStyle: { gapWidth: 1, borderWidth: 0, borderColorSaturation: 0.4 } },
        ],
      },
    ],
  }));
  instance.on('click', ({ data }) => {
    const part = shown[(data as Area | undefined)?.at ?? -1]?.part;
    if (part && part !== level() && part.children.length > 0) onOpen(part);
  });
  return { draw };
}

function isVisible(node: PrefixNode): boolean {
  return measured(node.totals) > 0;
}

function nodeTip(node: PrefixNode, level: PrefixNode, whole: PrefixNode): HTMLElement {
  const { totals } = node;
  const least = node.missing ? '≥ ' : '';
  const { noun } = measureFacts(measure.value);
  const shares: [string, string][] = [[`of all ${noun}`, percent(measured(totals), measured(whole.totals))]];
  if (level !== whole && level !== node) {
    shares.push([`of ${cutName(level.name, 30)}`, percent(measured(totals), measured(level.totals))]);
  }
  return tip(el('bdi', {}, cutName(wholeName(node.whole), 400)), [
    ['memory', `${least}${written(totals.memory, 'bytes')} (${exactly(totals.memory, 'bytes')})`],
    ['serialized', `${least}${written(totals.bytes, 'bytes')} (${exactly(totals.bytes, 'bytes')})`],
    ['keys', `${least}${exactly(totals.keys, 'count')}`],
    ['elements', `${least}${exactly(totals.elements, 'count')}`],
    ...shares,
  ]);
}
