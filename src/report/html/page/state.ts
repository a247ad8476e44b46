// The two choices that hold for the whole page.
import type { Totals } from '../../../stats/report.js';
import { el } from './dom.js';
import type { Unit } from './numbers.js';

/** What areas and bars stand for. */
export type Measure = 'memory' | 'bytes' | 'keys';

export const MEASURES: readonly { id: Measure; name: string; noun: string; unit: Unit }[] = [
  { id: 'memory', name: 'Memory', noun: 'estimated memory', unit: 'bytes' },
  { id: 'bytes', name: 'Bytes', noun: 'serialized bytes', unit: 'bytes' },
  { id: 'keys', name: 'Keys', noun: 'keys', unit: 'count' },
];

/** A value that others follow. */
export interface Choice<T> {
  readonly value: T;
  set(value: T): void;
  /** Calls now, and again after each change. */
  follow(follower: (value: T) => void): void;
  /** Calls after each change. */
  onChange(follower: () => void): void;
}

function choice<T>(first: T): Choice<T> {
  let value = first;
  const followers: ((value: T) => void)[] = [];
  return {
    get value() {
      return value;
    },
    set(next) {
      if (next === value) return;
      value = next;
      for (const follower of followers) follower(value);
    },
    follow(follower) {
      followers.push(follower);
      follower(value);
    },
    onChange(follower) {
      followers.push(follower);
    },
  };
}

export const measure = choice<Measure>('memory');

export function measureFacts(id: Measure) {
  return MEASURES.find((m) => m.id === id) ?? MEASURES[0];
}

/** The buttons that switch the measure. */
export function measureSwitch(): HTMLElement {
  const buttons = MEASURES.map(({ id, name }) => {
    const element = el('button', { type: 'button', 'data-measure': id }, name);
    element.addEventListener('click', () => measure.set(id));
    measure.follow((value) => element.setAttribute('aria-pressed', String(value === id)));
    return element;
  });
  return el('div', { class: 'switch', role: 'group', 'aria-label': 'Show sizes by' }, ...buttons);
}

/** A sum in the measure that is chosen. */
export function measured(totals: Pick<Totals, Measure>): number {
  return totals[measure.value];
}

export type Theme = 'light' | 'dark';

const system = matchMedia('(prefers-color-scheme: dark)');

/** Someone chose the colours: the system's do not matter any more. */
let chosen = false;

export const theme = choice<Theme>(system.matches ? 'dark' : 'light');

/** Keeps the page in the system's colours until someone chooses, and prints in light ones. */
export function watchTheme(): void {
  const root = document.documentElement;
  const wanted = () => (system.matches ? 'dark' : 'light');
  theme.follow((value) => {
    root.dataset.theme = value;
  });
  system.addEventListener('change', () => {
    if (!chosen) theme.set(wanted());
  });
  let before: Theme = theme.value;
  addEventListener('beforeprint', () => {
    before = theme.value;
    theme.set('light');
  });
  addEventListener('afterprint', () => theme.set(before));
}

export function themeButton(): HTMLElement {
  const element = el('button', { type: 'button', class: 'theme-button' });
  element.addEventListener('click', () => {
    chosen = true;
    theme.set(theme.value === 'dark' ? 'light' : 'dark');
  });
  theme.follow((value) => {
    element.textContent = value === 'dark' ? 'Light mode' : 'Dark mode';
  });
  return element;
}
