// Names from the backup. They come as printable text; here they are cut to what a line can show.
import type { NameText } from '../page-data.js';
import { el } from './dom.js';
import { count } from './numbers.js';

/** What a name is searched by. */
export function nameOf(name: NameText): string {
  return typeof name === 'string' ? name : name[0];
}

/** All that the page knows of it. */
export function wholeName(name: NameText): string {
  return typeof name === 'string' ? name : `${name[0]}… (${count(name[1])} bytes in all)`;
}

/** At most `longest` characters, and an ellipsis when there are more. */
export function cutName(name: NameText, longest: number): string {
  const text = nameOf(name);
  if (text.length <= longest) return typeof name === 'string' ? text : `${text}…`;
  return `${cutText(text, longest)}…`;
}

/** The beginning, without half a character at its end. */
export function cutText(text: string, longest: number): string {
  return text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}

/** A name in a line of its own direction, whole on hover. */
export function nameNode(name: NameText, longest = 120): HTMLElement {
  const shown = cutName(name, longest);
  return el('bdi', { class: 'name', title: shown === name ? undefined : wholeName(name) }, shown || '(empty)');
}
