// The kinds of change: their words, their colours, and the bars and areas that they divide.
import type { PageGroup } from '../../diff-page-data.js';
import { el } from '../dom.js';
import { count } from '../numbers.js';

export interface Kind {
  readonly id: 'added' | 'removed' | 'value' | 'expiry';
  readonly name: string;
  /** A colour of the style sheet. */
  readonly fill: string;
  of(group: PageGroup): number;
}

/** Every key that differs is of one of them. */
export const KINDS: readonly Kind[] = [
  { id: 'removed', name: 'Removed', fill: '--kind-removed', of: ({ removed }) => removed },
  { id: 'added', name: 'Added', fill: '--kind-added', of: ({ added }) => added },
  {
    id: 'value',
    name: 'Other value',
    fill: '--kind-value',
    of: ({ changed, expireOnly }) => changed - expireOnly,
  },
  { id: 'expiry', name: 'Only other expiry', fill: '--kind-expiry', of: ({ expireOnly }) => expireOnly },
];

/** Keys that differ. */
export function differing({ added, removed, changed }: Pick<PageGroup, 'added' | 'removed' | 'changed'>): number {
  return added + removed + changed;
}

/** A bar with a piece of each kind; `whole` would fill it. */
export function kindBar(group: PageGroup, whole: number): HTMLElement {
  return bar(
    KINDS.map((kind) => [kind.fill, kind.of(group)]),
    whole,
  );
}

/** A bar of pieces with their colours. */
export function bar(pieces: readonly (readonly [fill: string, value: number])[], whole: number): HTMLElement {
  const shown = pieces.filter(([, value]) => value > 0 && whole > 0);
  return el(
    'span',
    { class: 'bar kind-bar', 'aria-hidden': 'true' },
    ...shown.map(([fill, value]) => {
      const piece = el('span', { class: 'bar-fill' });
      piece.style.width = `${Math.min(100, (value / whole) * 100)}%`;
      piece.style.backgroundColor = `var(${fill})`;
      return piece;
    }),
  );
}

export function swatch(fill: string): HTMLElement {
  const element = el('span', { class: 'swatch', 'aria-hidden': 'true' });
  element.style.backgroundColor = `var(${fill})`;
  return element;
}

/** What the colours mean. */
export function legend(group: PageGroup): HTMLElement {
  return el(
    'ul',
    { class: 'legend', 'aria-label': 'Colours' },
    ...KINDS.map((kind) => el('li', {}, swatch(kind.fill), `${kind.name} ${count(kind.of(group))}`)),
  );
}

/** The pieces of a group in words: `3 removed, 5 only other expiry`. */
export function kindWords(group: PageGroup): string {
  return KINDS.filter((kind) => kind.of(group) > 0)
    .map((kind) => `${count(kind.of(group))} ${kind.name.toLowerCase()}`)
    .join(', ');
}
