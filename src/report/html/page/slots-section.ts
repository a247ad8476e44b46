// Hash slots: how evenly they are filled, and which tags crowd one.
import type { PageData, PageSlots, PageTag } from '../page-data.js';
import { chart, color, tip, tooltip } from './chart.js';
import { el, section } from './dom.js';
import { type ChartFigure, valueAxis } from './histogram.js';
import { nameNode, nameOf } from './names.js';
import { exactly, numberNode, percent, written } from './numbers.js';
import { measure, measureFacts, measureSwitch } from './state.js';
import { table } from './table.js';
import { totalsColumns } from './totals-columns.js';

const SLOTS = 16_384;

export function slotsSection(slots: PageSlots, { totals }: PageData): ChartFigure {
  const place = el('div', {
    class: 'chart',
    role: 'img',
    'aria-label': 'Slots in ranges; the table below has the largest',
  });
  const [worst] = slots.biggest;
  const crowded = worst && slots.used > 0 ? worst.memory / (totals.memory / slots.used) : 0;
  const note = `${exactly(slots.used, 'count')} of ${exactly(SLOTS, 'count')} slots have keys.${
    worst
      ? ` Slot ${worst.slot} has most memory: ${written(worst.memory, 'bytes')}, ${crowded.toFixed(1)} times the mean of those with keys.`
      : ''
  }`;
  const element = section(
    'slots',
    'Hash slots',
    el('p', { class: 'note' }, note),
    measureSwitch(),
    el('div', { class: 'panel' }, el('h3', {}, `Ranges of ${slots.rangeSize} slots`), place),
    el(
      'div',
      { class: 'panels slot-panels' },
      el('div', { class: 'panel' }, el('h3', {}, 'Largest slots'), largestSlots(slots)),
      el('div', { class: 'panel' }, el('h3', {}, 'Hash tags: keys that share a slot'), tagTable(slots.tags, totals)),
    ),
  );
  return { element, start: () => draw(place, slots) };
}

function draw(place: HTMLElement, slots: PageSlots): void {
  const drawn = chart(place, () => {
    const { unit, noun } = measureFacts(measure.value);
    const numbers = slots[measure.value];
    const all = numbers.reduce((sum, n) => sum + n, 0);
    return {
      animation: false,
      grid: { left: 4, right: 12, top: 12, bottom: 2, outerBoundsMode: 'same' },
      tooltip: {
        ...tooltip(),
        trigger: 'axis',
        axisPointer: { type: 'shadow', shadowStyle: { color: color('--hover') } },
        formatter: (params) => {
          const i = (Array.isArray(params) ? params[0] : params).dataIndex;
          return tip(`Slots ${i * slots.rangeSize} to ${(i + 1) * slots.rangeSize - 1}`, [
            [noun, exactly(numbers[i], unit)],
            ['share', percent(numbers[i], all)],
          ]);
        },
      },
      xAxis: {
        type: 'category',
        data: numbers.map((_, i) => String(i * slots.rangeSize)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: color('--line') } },
        axisLabel: { color: color('--muted'), fontSize: 11, hideOverlap: true },
      },
      yAxis: valueAxis(Math.max(...numbers), unit),
      series: [{ type: 'bar', barCategoryGap: '8%', data: [...numbers], itemStyle: { color: color('--accent') } }],
    };
  });
  measure.onChange(drawn.draw);
}

function largestSlots({ biggest }: PageSlots): HTMLElement {
  return table({
    noun: 'slots',
    rows: biggest,
    first: 10,
    columns: [
      { title: 'Slot', value: ({ slot }) => slot },
      { title: 'Memory', value: ({ memory }) => memory, cell: ({ memory }) => numberNode(memory, 'bytes') },
      { title: 'Bytes', value: ({ bytes }) => bytes, cell: ({ bytes }) => numberNode(bytes, 'bytes') },
      { title: 'Keys', value: ({ keys }) => keys, cell: ({ keys }) => numberNode(keys, 'count') },
    ],
    sortedBy: 'Memory',
  });
}

function tagTable(tags: readonly PageTag[], totals: PageData['totals']): HTMLElement {
  if (tags.length === 0) return el('p', { class: 'nothing' }, 'None.');
  return table<PageTag>({
    noun: 'hash tags',
    rows: tags,
    columns: [
      { title: 'Tag', value: ({ tag }) => nameOf(tag), cell: ({ tag }) => nameNode(tag, 60) },
      { title: 'Slot', value: ({ slot }) => slot },
      ...totalsColumns<PageTag>(totals, ({ missing }) => missing),
    ],
    search: ({ tag }) => nameOf(tag),
    sortedBy: 'Memory',
  });
}
