// The two sides beside each other.
import { duration, moment } from '../../../../keyspace/time-text.js';
import type { DiffPageData, PageSide } from '../../diff-page-data.js';
import { type Child, el } from '../dom.js';
import { kindWords, producerWords } from '../facts.js';
import { binarySize, count, exactly } from '../numbers.js';
import { span, together } from '../top.js';

/** Files that are named. */
const NAMED = 4;

/** When the newest file of a side was made. */
export function newestOf({ inputs }: PageSide): number | null {
  return inputs.reduce<number | null>(
    (latest, { createdAtMs }) => (createdAtMs === null ? latest : Math.max(latest ?? createdAtMs, createdAtMs)),
    null,
  );
}

export function sidesTable({ left, right }: DiffPageData): HTMLElement {
  const row = (word: string, of: (side: PageSide) => Child, behind?: Child) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, word),
      el('td', {}, of(left)),
      el('td', {}, of(right), behind && el('span', { class: 'muted' }, behind)),
    );
  return el(
    'div',
    { class: 'table-scroll sides' },
    el(
      'table',
      { 'aria-label': 'The two sides' },
      el(
        'thead',
        {},
        el('tr', {}, el('td', {}), el('th', { scope: 'col' }, 'Left'), el('th', { scope: 'col' }, 'Right')),
      ),
      el(
        'tbody',
        {},
        row('File', files),
        row('Made', (side) => span(side.inputs), apart(left, right)),
        row('Written by', ({ inputs }) => together(inputs.map(producerWords))),
        row('Kind', ({ inputs }) => together(inputs.map(kindWords))),
        row('Keys', keysOf),
        row('Serialized', ({ bytes }) => el('span', { title: exactly(bytes, 'bytes') }, binarySize(bytes))),
        row('Complete', ({ complete }) => (complete ? 'yes' : el('span', { class: 'wrong' }, 'NO'))),
      ),
    ),
  );
}

function files({ inputs }: PageSide): Child {
  const names = inputs.slice(0, NAMED).map(({ path }) => el('bdi', { class: 'name' }, path));
  const more = inputs.length > NAMED && el('div', { class: 'muted' }, `and ${count(inputs.length - NAMED)} more`);
  return el('div', {}, ...names.map((name) => el('div', {}, name)), more);
}

/** With those that were left out of the comparison. */
function keysOf({ keys, inputs }: PageSide): Child {
  const expired = inputs.reduce((sum, input) => sum + input.expired, 0);
  const vanished = inputs.reduce((sum, input) => sum + (input.vanished ?? 0), 0);
  const out = [
    expired > 0 && `${count(expired)} left out that expired since`,
    vanished > 0 && `${count(vanished)} went while they were read`,
  ].filter(Boolean);
  return el('span', {}, count(keys), out.length > 0 && el('span', { class: 'muted' }, ` ${out.join(', ')}`));
}

function apart(left: PageSide, right: PageSide): Child {
  const [before, after] = [newestOf(left), newestOf(right)];
  if (before === null || after === null || before === after) return null;
  const words = `${duration(Math.abs(after - before))} ${after > before ? 'later' : 'EARLIER'}`;
  return el('span', { title: moment(after) }, ` ${words}`);
}
