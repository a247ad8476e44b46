// Parts of a whole as areas, each one divided into its own parts.
import type { TreemapSeriesOption } from 'echarts/charts';
import { chart, color, darker, tooltip } from './chart.js';

/** Square pixels below which an area bears no words, and below which it bears its name alone. */
const NO_WORDS = 64 * 40;
const NO_NUMBER = 96 * 56;

/** An area. Those without a value are left out. */
export interface MapArea {
  readonly name: string;
  /** The value in words. */
  readonly amount: string;
  readonly value: number;
  /** A colour of the style sheet. */
  readonly fill: string;
  /** What it says of itself under the pointer. */
  tip(): HTMLElement;
  /** What a click does, when it does anything. */
  readonly open?: () => void;
  /** Parts that add up to it, or none. */
  readonly inner: readonly MapArea[];
}

/** An area, as the library copies it: so it carries the number of what it stands for. */
type Drawn = NonNullable<TreemapSeriesOption['data']>[number] & { at: number };

/** `areas` is asked for each drawing. */
export function treemap(place: HTMLElement, areas: () => readonly MapArea[]): { draw: () => void } {
  let shown: MapArea[] = [];
  const shownAt = (data: unknown): MapArea | undefined => shown[(data as Drawn | undefined)?.at ?? -1];

  const drawn = (area: MapArea, whole: number): Drawn => {
    const { name, value, inner, open } = area;
    const fill = color(area.fill);
    const pixels = (value / whole) * place.clientWidth * place.clientHeight;
    const at = shown.push(area) - 1;
    const children = inner.filter(isVisible).map((each) => drawn(each, whole));
    return {
      ...{ name, value, at },
      itemStyle: { color: fill, borderColor: darker(fill) },
      label: { show: pixels > NO_WORDS, formatter: pixels > NO_NUMBER ? nameAndAmount : justName },
      cursor: open ? 'pointer' : 'default',
      ...(children.length > 0 ? { children } : {}),
    };
  };
  const justName = ({ data }: { data?: unknown }) => shownAt(data)?.name ?? '';
  const nameAndAmount = ({ data }: { data?: unknown }) => `${justName({ data })}\n${shownAt(data)?.amount ?? ''}`;
  const inOneLine = ({ data }: { data?: unknown }) => `${justName({ data })}  ${shownAt(data)?.amount ?? ''}`;

  const { chart: instance, draw } = chart(place, () => {
    const words = { color: color('--on-hue'), fontSize: 12, overflow: 'truncate', ellipsis: '…' } as const;
    shown = [];
    const visible = areas().filter(isVisible);
    const whole = visible.reduce((sum, { value }) => sum + value, 0);
    return {
      animation: false,
      tooltip: {
        ...tooltip(),
        formatter: (params) => shownAt((Array.isArray(params) ? params[0] : params).data)?.tip() ?? '',
      },
      series: [
        {
          type: 'treemap',
          ...{ left: 0, top: 0, right: 0, bottom: 0 },
          roam: false,
          nodeClick: false,
          breadcrumb: { show: false },
          data: visible.map((area) => drawn(area, whole)),
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
  instance.on('click', ({ data }) => shownAt(data)?.open?.());
  return { draw };
}

function isVisible({ value }: MapArea): boolean {
  return value > 0;
}
