// The frame that all reports have: a top, a list of sections, and the sections.
import { el } from './dom.js';

export interface Part {
  /** In the list of sections. */
  readonly name: string;
  readonly element: HTMLElement | null | undefined;
  /** Draws its charts, once it is in the page. */
  start?(): void;
}

/** Puts a report into its place. Parts without an element are left out. */
export function fill(report: HTMLElement, top: HTMLElement, all: readonly Part[]): void {
  const parts = all.filter(({ element }) => element);
  report.append(
    top,
    el(
      'nav',
      { class: 'sections', 'aria-label': 'Sections' },
      ...parts.map(({ name, element }) => el('a', { href: `#${element?.id}` }, name)),
    ),
    el('main', {}, ...parts.map(({ element }) => element)),
  );
  for (const part of parts) part.start?.();
}
