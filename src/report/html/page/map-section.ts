// What takes the space: the prefixes as a map that can be drilled into, with its parts as a list beside it.
import type { PageData } from '../page-data.js';
import { button, el, section } from './dom.js';
import { cutName, nameNode, wholeName } from './names.js';
import { bar, exactly, percent, written } from './numbers.js';
import { type PrefixNode, type PrefixTree, partsOf, pathTo } from './prefix-tree.js';
import { measure, measured, measureFacts, measureSwitch } from './state.js';
import { hueOf, MOST_PARTS, treemap } from './treemap.js';

export interface MapSection {
  readonly element: HTMLElement;
  /** Shows a prefix. */
  open(node: PrefixNode): void;
  /** Call once the element is in the page. */
  start(): void;
}

export function mapSection({ prefixes }: PageData, { root }: PrefixTree): MapSection {
  let level = root;
  const crumbs = el('ol', {});
  const list = el('ol', { class: 'parts' });
  const place = el('div', { class: 'treemap', role: 'img' });
  const element = section(
    'map',
    'What takes the space',
    el('p', { class: 'note' }, prefixNote(prefixes)),
    el(
      'div',
      { class: 'map-head' },
      el('nav', { class: 'crumbs', 'aria-label': 'Where the map is' }, crumbs),
      measureSwitch(),
    ),
    el('div', { class: 'map' }, place, list),
  );
  let draw: () => void = () => undefined;

  const show = () => {
    const { noun, unit } = measureFacts(measure.value);
    const path = pathTo(level);
    const hadFocus = [crumbs, list].some((part) => part.contains(document.activeElement));
    crumbs.replaceChildren(
      ...path.map((node, i) => {
        const text = cutName(node.name, 60);
        const here = i === path.length - 1;
        const facts = { title: wholeName(node.whole) };
        return el(
          'li',
          {},
          here
            ? el('bdi', { ...facts, 'aria-current': 'location', tabindex: -1 }, text)
            : button(facts, () => open(node), el('bdi', {}, text)),
        );
      }),
      el('li', { class: 'crumb-sum' }, `${written(measured(level.totals), unit)} ${unit === 'count' ? noun : ''}`),
    );
    const parts = partsOf(level, prefixes, MOST_PARTS);
    list.replaceChildren(...(parts.length > 0 ? parts : [level]).map((part, rank) => row(part, rank, level, open)));
    list.scrollTop = 0;
    // The button that was pressed is gone; whoever uses the keyboard goes on from here.
    if (hadFocus) crumbs.querySelector<HTMLElement>('[aria-current]')?.focus();
    place.setAttribute('aria-label', `Map of ${cutName(level.name, 60)} by ${noun}; the list beside it says the same`);
    draw();
  };
  const open = (node: PrefixNode) => {
    level = node;
    show();
  };
  return {
    element,
    open,
    start() {
      measure.follow(show);
      draw = treemap(place, prefixes, root, () => level, open).draw;
    },
  };
}

function row(part: PrefixNode, rank: number, level: PrefixNode, open: (node: PrefixNode) => void): HTMLElement {
  const { unit } = measureFacts(measure.value);
  const value = measured(part.totals);
  const swatch = el('span', { class: 'swatch', 'aria-hidden': 'true' });
  swatch.style.backgroundColor = `var(${hueOf(part, rank)})`;
  const name = nameNode(part.name, 80);
  const canOpen = part !== level && part.children.length > 0;
  return el(
    'li',
    {},
    swatch,
    canOpen ? button({ class: 'link' }, () => open(part), name) : el('span', { class: part.kind }, name),
    el('span', { class: 'number', title: exactly(value, unit) }, (part.missing ? '≥ ' : '') + written(value, unit)),
    el('span', { class: 'number share' }, percent(value, measured(level.totals))),
    bar(value, measured(level.totals)),
  );
}

/** How the prefixes were found, and how far they can be trusted. */
export function prefixNote({ separators, guessed, exact, depth }: PageData['prefixes']): string {
  const found =
    separators.length === 0
      ? 'No separator was found in the names'
      : `Names are split at ${separators.map((s) => `“${s}”`).join(' ')}${guessed ? ' (guessed from the names)' : ''}`;
  const levels = `, ${depth === 1 ? 'one level' : `${depth} levels`} deep. `;
  const trust = exact
    ? 'All numbers are exact.'
    : 'There are more prefixes than fit in memory: numbers with ≥ are lower bounds; --exact counts once more.';
  return `${found}${separators.length > 0 ? levels : '. '}${trust}`;
}
