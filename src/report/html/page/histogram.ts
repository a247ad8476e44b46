// How values are spread: one bar for each power of two.
import type { Distribution } from '../../../stats/report.js';
import { chart, color, tip, tooltip } from './chart.js';
import { el } from './dom.js';
import { count, percent, short, type Unit } from './numbers.js';

export interface Bar {
  /** Under the bar. */
  readonly label: string;
  /** The same in full, for its tooltip. */
  readonly about: string;
  readonly count: number;
  /** Stands apart from the scale. */
  readonly apart?: boolean;
}

export interface HistogramOptions {
  readonly title: string;
  readonly note: string;
  readonly noun: string;
  readonly bars: readonly Bar[];
  /** Beneath the chart. */
  readonly facts: readonly (readonly [string, string])[];
}

export interface ChartFigure {
  readonly element: HTMLElement;
  /** Call once the element is in the page. */
  start(): void;
}

/** Bars for all powers of two from the first to the last, those without any values too: the scale has no gaps. */
export function barsOf(
  { buckets }: Distribution,
  label: (from: number) => string,
  about: (from: number, to: number) => string,
): Bar[] {
  const counts = new Map(buckets.map((bucket) => [bucket.from, bucket]));
  const last = buckets.at(-1)?.from ?? -1;
  const bars: Bar[] = [];
  for (let from = buckets[0]?.from ?? 0; from <= last; from = from === 0 ? 1 : from * 2) {
    const to = counts.get(from)?.to ?? Math.max(from, from * 2 - 1);
    bars.push({ label: label(from), about: about(from, to), count: counts.get(from)?.count ?? 0 });
  }
  return bars;
}

export function histogram({ title, note, noun, bars, facts }: HistogramOptions): ChartFigure {
  const place = el('div', { class: 'chart', role: 'img', 'aria-label': `${title}: ${note}` });
  const all = bars.reduce((sum, bar) => sum + bar.count, 0);
  const element = el(
    'figure',
    { class: 'panel' },
    el('figcaption', {}, el('h3', {}, title), el('p', { class: 'note' }, note)),
    all > 0 ? place : el('p', { class: 'nothing' }, 'None.'),
    el('dl', { class: 'facts' }, ...facts.map(([word, text]) => el('div', {}, el('dt', {}, word), el('dd', {}, text)))),
  );
  const start = () => {
    if (all === 0) return;
    chart(place, () => ({
      animation: false,
      grid: { left: 4, right: 4, top: 12, bottom: 2, outerBoundsMode: 'same' },
      tooltip: {
        ...tooltip(),
        trigger: 'axis',
        axisPointer: { type: 'shadow', shadowStyle: { color: color('--hover') } },
        formatter: (params) => {
          const bar = bars[(Array.isArray(params) ? params[0] : params).dataIndex];
          return tip(bar.about, [
            [noun, count(bar.count)],
            ['share', percent(bar.count, all)],
          ]);
        },
      },
      xAxis: {
        type: 'category',
        data: bars.map(({ label }) => label),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: color('--line') } },
        axisLabel: { color: color('--muted'), fontSize: 11, hideOverlap: true },
      },
      yAxis: valueAxis(Math.max(...bars.map((bar) => bar.count)), 'count'),
      series: [
        {
          type: 'bar',
          barCategoryGap: '12%',
          data: bars.map((bar) => ({
            value: bar.count,
            itemStyle: { color: color(bar.apart ? '--bar-apart' : '--accent') },
          })),
        },
      ],
    }));
  };
  return { element, start };
}

/** The axis of amounts up to `max`. Lines stand at round numbers of the unit; for bytes these are powers of two. */
export function valueAxis(max: number, unit: Unit) {
  const step = 2 ** Math.ceil(Math.log2(Math.max(max, 1) / 4));
  const lines =
    unit === 'bytes' ? { interval: step, max: Math.ceil(Math.max(max, 1) / step) * step } : { splitNumber: 3 };
  return {
    type: 'value' as const,
    ...lines,
    minInterval: 1,
    splitLine: { lineStyle: { color: color('--grid') } },
    axisLabel: { color: color('--muted'), fontSize: 11, formatter: (n: number) => short(n, unit) },
  };
}
