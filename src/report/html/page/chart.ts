// The door to the charting library. Tooltips are elements that are built here, so that no text is ever read as markup.
import { BarChart, type BarSeriesOption, TreemapChart, type TreemapSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from 'echarts/components';
import { type ComposeOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { type Child, el } from './dom.js';
import { theme } from './state.js';

use([BarChart, TreemapChart, GridComponent, TooltipComponent, CanvasRenderer]);

export type ChartOption = ComposeOption<
  BarSeriesOption | TreemapSeriesOption | GridComponentOption | TooltipComponentOption
>;

/** Pixels that a page of paper is wide. */
const PAPER = 680;

const colorProbe = document.createElement('i');

/** Colours that were asked for: to ask is slow while the page is being built. */
const known = new Map<string, string>();

/** A colour of the style sheet, by the name of its custom property. */
export function color(name: string): string {
  const before = known.get(`${theme.value} ${name}`);
  if (before !== undefined) return before;
  if (!colorProbe.isConnected) document.body.append(colorProbe);
  colorProbe.style.color = `var(${name})`;
  const found = getComputedStyle(colorProbe).color;
  known.set(`${theme.value} ${name}`, found);
  return found;
}

/** A colour with less light, for lines between areas and headings above them. */
export function darker(rgb: string): string {
  return rgb.replace(/\d+/g, (part) => String(Math.round(Number(part) * 0.78)));
}

/** The font of the page; a canvas does not inherit it. */
const FONT = getComputedStyle(document.body).fontFamily;

/**
 * A chart that follows the size of its place and the colours of the page. `option` is asked again for every drawing; call
 * `draw` when what it says has changed.
 */
export function chart(place: HTMLElement, option: () => ChartOption): { chart: EChartsType; draw: () => void } {
  const instance = init(place, null, { renderer: 'canvas' });
  const draw = () => {
    // Without this the library moves what was drawn before, and leaves some of its labels behind.
    instance.clear();
    instance.setOption({ textStyle: { fontFamily: FONT }, ...option() });
  };
  const fit = () => {
    if (place.clientWidth > 0) instance.resize();
  };
  new ResizeObserver(fit).observe(place);
  addEventListener('beforeprint', () => instance.resize({ width: Math.min(PAPER, place.clientWidth || PAPER) }));
  addEventListener('afterprint', fit);
  theme.follow(draw);
  return { chart: instance, draw };
}

/** The look of all tooltips. */
export function tooltip(): TooltipComponentOption {
  return {
    confine: true,
    padding: 0,
    borderWidth: 0,
    backgroundColor: 'transparent',
    showDelay: 0,
    transitionDuration: 0,
    extraCssText: 'box-shadow:none;max-width:min(26rem,90vw);white-space:normal;',
  };
}

/** The content of a tooltip: a title, and rows of a word and a number. */
export function tip(title: Child, rows: readonly (readonly [string, string])[]): HTMLElement {
  return el(
    'div',
    { class: 'tip' },
    el('div', { class: 'tip-title' }, title),
    el('dl', {}, ...rows.flatMap(([word, text]) => [el('dt', {}, word), el('dd', {}, text)])),
  );
}
