// Numbers in two forms: the one that is read, and the exact one for a closer look.
import { binarySize, count } from '../../format.js';
import { type Child, el } from './dom.js';

export { binarySize, count };

/** How a number is written. */
export type Unit = 'bytes' | 'count';

/** For reading: `1.2 GiB`, `1,234`. */
export function written(n: number, unit: Unit): string {
  return unit === 'bytes' ? binarySize(n) : count(Math.round(n));
}

/** To the last digit: `1,234,567 bytes`. */
export function exactly(n: number, unit: Unit): string {
  return unit === 'bytes' ? `${count(Math.round(n))} bytes` : count(Math.round(n));
}

/** For places with little room: `1.2M`. */
export function short(n: number, unit: Unit): string {
  if (unit === 'bytes') return binarySize(n);
  const names = ['', 'k', 'M', 'G', 'T'];
  let i = 0;
  let value = n;
  while (value >= 1000 && i < names.length - 1) {
    value /= 1000;
    i++;
  }
  return i === 0 ? String(Math.round(n)) : `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)}${names[i]}`;
}

/** A number with its exact form on hover. Where up to `missing` may be missing, it is a lower bound and says so. */
export function numberNode(n: number, unit: Unit, missing = 0): Child {
  if (missing <= 0) return unit === 'count' ? count(n) : el('span', { title: exactly(n, unit) }, written(n, unit));
  const title = `between ${exactly(n, unit)} and ${exactly(n + missing, unit)}`;
  return el(
    'span',
    { title },
    `≥ ${written(n, unit)} `,
    el('span', { class: 'up-to' }, `(up to ${written(n + missing, unit)})`),
  );
}

/** A part of a whole: `12.3 %`. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const share = (part / whole) * 100;
  if (share > 0 && share < 0.1) return '< 0.1 %';
  return `${share >= 99.95 ? '100' : share.toFixed(1)} %`;
}

/** A thin bar for a part of a whole. */
export function bar(part: number, whole: number): HTMLElement {
  const fill = el('span', { class: 'bar-fill' });
  fill.style.width = `${whole > 0 ? Math.min(100, Math.max(0, (part / whole) * 100)) : 0}%`;
  return el('span', { class: 'bar', 'aria-hidden': 'true' }, fill);
}
