// Differences of sizes.
import { el } from '../dom.js';
import { binarySize, count } from '../numbers.js';

/** `+1.2 KiB`; `–` for none. */
export function signed(bytes: number): string {
  if (bytes === 0) return '–';
  return `${bytes > 0 ? '+' : '−'}${binarySize(Math.abs(bytes))}`;
}

/** With the exact number on hover. */
export function signedNode(bytes: number): HTMLElement {
  return el('span', { title: `${bytes < 0 ? '−' : ''}${count(Math.abs(bytes))} bytes` }, signed(bytes));
}
