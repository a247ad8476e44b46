// A level of the tree of prefixes as areas, each one divided into its own parts.
import type { TreemapSeriesOption } from 'echarts/charts';
import type { PagePrefixes } from '../page-data.js';
import { chart, color, darker, tooltip } from './chart.js';
import { nodeTip } from './map-tip.js';
import { cutName } from './names.js';
import { written } from './numbers.js';
import { type PrefixNode, partsOf } from './prefix-tree.js';
import { measure, measured, measureFacts } from './state.js';

/** Areas of a level, and areas inside each of them. */
export const MOST_PARTS = 60;
const MOST_INNER_PARTS = 12;

/** Colours of the style sheet that tell the largest parts apart. */
const HUES = 10;

/** Square pixels below which an area bears no words, and below which it bears its name alone. */
const NO_WORDS = 64 * 40;
const NO_NUMBER = 96 * 56;

/** An area, as the library copies it: so it carries the number of what it stands for. */
type Area = NonNullable<TreemapSeriesOption['data']>[number] & { at: number };

/** What an area stands for, in which part of the level it is, and its words. */
interface Shown {
  readonly node: PrefixNode;
  readonly part: PrefixNode;
  readonly name: string;
  readonly amount: string;
}

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
  let shown: Shown[] = [];
  const shownAt = (data: unknown): Shown | undefined => shown[(data as Area | undefined)?.at ?? -1];

  const area = (node: PrefixNode, part: PrefixNode, fill: string): Area => {
    const value = measured(node.totals);
    const amount = written(value, measureFacts(measure.value).unit);
    const pixels = (value / measured(level().totals)) * place.clientWidth * place.clientHeight;
    return {
      name: cutName(node.name, 80),
      value,
      at: shown.push({ node, part, name: cutName(node.name, 80), amount }) - 1,
      itemStyle: { color: fill, borderColor: darker(fill) },
      label: { show: pixels > NO_WORDS, formatter: pixels > NO_NUMBER ? nameAndAmount : justName },
      cursor: part.children.length > 0 ? 'pointer' : 'default',
    };
  };
  const areas = (): Area[] => {
    shown = [];
    const parts = partsOf(level(), prefixes, MOST_PARTS);
    return (parts.length > 0 ? parts : [level()]).filter(isVisible).map((part, rank) => {
      const fill = color(hueOf(part, rank));
      const inner = part === level() ? [] : partsOf(part, prefixes, MOST_INNER_PARTS);
      const children = inner.filter(isVisible).map((node) => area(node, part, fill));
      return { ...area(part, part, fill), ...(children.length > 0 ? { children } : {}) };
    });
  };
  const justName = ({ data }: { data?: unknown }) => shownAt(data)?.name ?? '';
  const nameAndAmount = ({ data }: { data?: unknown }) => `${justName({ data })}\n${shownAt(data)?.amount ?? ''}`;
  const inOneLine = ({ data }: { data?: unknown }) => `${justName({ data })}  ${shownAt(data)?.amount ?? ''}`;

  const { chart: instance, draw } = chart(place, () => {
    const words = { color: color('--on-hue'), fontSize: 12, overflow: 'truncate', ellipsis: '…' } as const;
    return {
      animation: false,
      tooltip: {
        ...tooltip(),
        formatter: (params) => {
          const found = shownAt((Array.isArray(params) ? params[0] : params).data);
          return found ? nodeTip(found.node, level(), whole) : '';
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
          label: { ...words, position: [6, 6], lineHeight: 16 },
          upperLabel: { ...words, height: 22, padding: [0, 6], formatter: inOneLine },
          emphasis: { label: { color: words.color }, upperLabel: { show: true, color: words.color } },
          levels: [
            { itemStyle: { gapWidth: 3, borderWidth: 0, borderColor: color('--page') } },
            { itemStyle: { gapWidth: 1, borderWidth: 1 }, upperLabel: { show: true } },
            { itemStyle: { borderWidth: 0 } },
          ],
        },
      ],
    };
  });
  instance.on('click', ({ data }) => {
    const part = shownAt(data)?.part;
    if (part && part !== level() && part.children.length > 0) onOpen(part);
  });
  return { draw };
}

function isVisible(node: PrefixNode): boolean {
  return measured(node.totals) > 0;
}
