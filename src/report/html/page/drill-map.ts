// A map of prefixes that can be drilled into, with its parts as a list beside it.
import { button, type Child, el, section } from './dom.js';
import { cutName, nameNode, wholeName } from './names.js';
import { type PrefixNode, pathTo } from './prefix-tree.js';
import { type MapArea, treemap } from './treemap.js';

/** Areas of a level. */
export const MOST_PARTS = 60;

export interface DrillMap<Sums> {
  readonly element: HTMLElement;
  /** Shows a prefix. */
  open(node: PrefixNode<Sums>): void;
  /** Call once the element is in the page. */
  start(): void;
}

/** What a map shows, and how it says it. */
export interface DrillFacts<Sums> {
  readonly title: string;
  /** Above the map. */
  readonly note: string;
  /** Beside the path: a switch, a legend. */
  readonly tools: Child;
  /** In what areas are measured. */
  noun(): string;
  /** The sum of a level, beside its path. */
  sum(level: PrefixNode<Sums>): string;
  /** Parts that add up to a level; none where it has none. */
  parts(level: PrefixNode<Sums>): readonly PrefixNode<Sums>[];
  /** An area of the level. `open` is undefined where there is nothing to open. */
  area(part: PrefixNode<Sums>, rank: number, level: PrefixNode<Sums>, open: (() => void) | undefined): MapArea;
  /** What stands before the name in the list, and behind it. */
  line(part: PrefixNode<Sums>, rank: number, level: PrefixNode<Sums>): { before: Child; behind: readonly Child[] };
  /** Calls now, and whenever what it says has changed. */
  follow(show: () => void): void;
}

export function drillMap<Sums>(root: PrefixNode<Sums>, facts: DrillFacts<Sums>): DrillMap<Sums> {
  let level = root;
  const crumbs = el('ol', {});
  const list = el('ol', { class: 'parts' });
  const place = el('div', { class: 'treemap', role: 'img' });
  const element = section(
    'map',
    facts.title,
    el('p', { class: 'note' }, facts.note),
    el(
      'div',
      { class: 'map-head' },
      el('nav', { class: 'crumbs', 'aria-label': 'Where the map is' }, crumbs),
      facts.tools,
    ),
    el('div', { class: 'map' }, place, list),
  );
  let draw: () => void = () => undefined;

  const parts = () => {
    const found = facts.parts(level);
    return found.length > 0 ? found : [level];
  };
  const opener = (part: PrefixNode<Sums>) =>
    part !== level && part.children.length > 0 ? () => open(part) : undefined;
  const row = (part: PrefixNode<Sums>, rank: number) => {
    const name = nameNode(part.name, 80);
    const onClick = opener(part);
    const { before, behind } = facts.line(part, rank, level);
    const shown = onClick ? button({ class: 'link' }, onClick, name) : el('span', { class: part.kind }, name);
    return el('li', {}, before, shown, ...behind);
  };
  const show = () => {
    const path = pathTo(level);
    const hadFocus = [crumbs, list].some((part) => part.contains(document.activeElement));
    crumbs.replaceChildren(
      ...path.map((node, i) => {
        const text = cutName(node.name, 60);
        const here = i === path.length - 1;
        const title = { title: wholeName(node.whole) };
        return el(
          'li',
          {},
          here
            ? el('bdi', { ...title, 'aria-current': 'location', tabindex: -1 }, text)
            : button(title, () => open(node), el('bdi', {}, text)),
        );
      }),
      el('li', { class: 'crumb-sum' }, facts.sum(level)),
    );
    list.replaceChildren(...parts().map(row));
    list.scrollTop = 0;
    // The button that was pressed is gone; whoever uses the keyboard goes on from here.
    if (hadFocus) crumbs.querySelector<HTMLElement>('[aria-current]')?.focus();
    const where = cutName(level.name, 60);
    place.setAttribute('aria-label', `Map of ${where} by ${facts.noun()}; the list beside it says the same`);
    draw();
  };
  const open = (node: PrefixNode<Sums>) => {
    level = node;
    show();
  };
  return {
    element,
    open,
    start() {
      facts.follow(show);
      draw = treemap(place, () => parts().map((part, rank) => facts.area(part, rank, level, opener(part)))).draw;
    },
  };
}
