// Several things of which one is shown.
import { button, el } from './dom.js';

/** Buttons that choose which of several things is shown. Each is made when it is looked at first. */
export function oneOf(label: string, things: readonly { title: string; make: () => HTMLElement }[]): HTMLElement {
  const made = new Map<number, HTMLElement>();
  const place = el('div');
  const buttons = things.map(({ title }, i) => button({}, () => show(i), title));
  const show = (i: number) => {
    const thing = made.get(i) ?? things[i].make();
    made.set(i, thing);
    place.replaceChildren(thing);
    for (const [k, element] of buttons.entries()) element.setAttribute('aria-pressed', String(k === i));
  };
  show(0);
  return el(
    'div',
    { class: 'choice' },
    el('div', { class: 'switch', role: 'group', 'aria-label': label }, ...buttons),
    place,
  );
}
