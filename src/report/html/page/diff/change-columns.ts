// The columns of the table of keys that differ.
import { duration, moment } from '../../../../keyspace/time-text.js';
import type { PageChange, SideRow } from '../../diff-page-data.js';
import { type Child, el } from '../dom.js';
import { nameNode, nameOf } from '../names.js';
import { numberNode } from '../numbers.js';
import type { Column } from '../table.js';
import { KINDS, type Kind, swatch } from './kinds.js';
import { signedNode } from './sizes.js';

const TYPE = 0;
const EXPIRY = 1;
const BYTES = 2;
const ELEMENTS = 3;

const IN_UTC = 'In UTC';

const WHAT = { type: 'type', value: 'value', expire: 'expiry', fieldExpire: 'expiries of fields' } as const;

export function kindOfChange({ change, what }: PageChange): Kind['id'] {
  if (change !== 'changed') return change;
  return what.includes('type') || what.includes('value') ? 'value' : 'expiry';
}

/** `removed`; what changed of a key that both sides have: `value, expiry`. */
export function whatWords({ change, what, unsure }: PageChange): string {
  if (change !== 'changed') return unsure ? `${change}?` : change;
  // Values of two types always differ: that goes without saying.
  return what
    .filter((each) => each !== 'value' || !what.includes('type'))
    .map((each) => WHAT[each])
    .join(', ');
}

function bytesMore({ left, right }: PageChange): number {
  return (right?.[BYTES] ?? 0) - (left?.[BYTES] ?? 0);
}

const COLUMNS: readonly Column<PageChange>[] = [
  { title: 'Key', value: ({ key }) => nameOf(key), cell: ({ key }) => nameNode(key) },
  { title: 'What', about: 'What changed', value: whatWords, cell: whatCell },
  {
    title: 'Type',
    about: 'Left, and right where it is another one',
    value: ({ left, right }) => (left ?? right)?.[TYPE] ?? '',
    cell: ({ left, right }) =>
      left && right && left[TYPE] !== right[TYPE] ? `${left[TYPE]} → ${right[TYPE]}` : (left ?? right)?.[TYPE],
  },
  {
    title: 'Change of bytes',
    about: 'Sorted by how large it is, whether more or less',
    value: (change) => Math.abs(bytesMore(change)),
    cell: (change) => signedNode(bytesMore(change)),
  },
  numbers('Bytes left', 'left', BYTES, 'bytes'),
  numbers('Bytes right', 'right', BYTES, 'bytes'),
  {
    title: 'Expires left',
    about: IN_UTC,
    value: ({ left }) => expiryOrder(left),
    cell: ({ left }) => (left ? expiryWords(left[EXPIRY]) : '–'),
  },
  { title: 'Expires right', about: IN_UTC, value: ({ right }) => expiryOrder(right), cell: expiresRight },
  numbers('Elements left', 'left', ELEMENTS, 'count'),
  numbers('Elements right', 'right', ELEMENTS, 'count'),
];

/** `databases`: not all of them are in the first one. */
export function changeColumns(databases: boolean): readonly Column<PageChange>[] {
  return databases ? [...COLUMNS, { title: 'Database', value: ({ db }) => db }] : COLUMNS;
}

function numbers(
  title: string,
  side: 'left' | 'right',
  at: typeof BYTES | typeof ELEMENTS,
  unit: 'bytes' | 'count',
): Column<PageChange> {
  return {
    title,
    value: (change) => change[side]?.[at] ?? -1,
    cell: (change) => {
      const row = change[side];
      return row ? numberNode(row[at], unit) : '–';
    },
  };
}

function whatCell(change: PageChange): Child {
  const kind = KINDS.find(({ id }) => id === kindOfChange(change)) ?? KINDS[0];
  const title = change.unsure ? 'The other side ended early, and may have this key behind that place' : undefined;
  return el('span', { class: 'what', title }, swatch(kind.fill), whatWords(change));
}

function expiryWords(at: number | null): string {
  return at === null ? 'never' : moment(at).replace(/ UTC$/, '');
}

/** The key that is there longest comes first; one that is not there comes last. */
function expiryOrder(side: SideRow | null): number {
  return side ? (side[EXPIRY] ?? Number.POSITIVE_INFINITY) : Number.NEGATIVE_INFINITY;
}

/** With how far it moved. */
function expiresRight({ left, right, what }: PageChange): Child {
  if (!right) return '–';
  const words = expiryWords(right[EXPIRY]);
  if (!left || !what.includes('expire')) return words;
  const [before, after] = [left[EXPIRY], right[EXPIRY]];
  if (after === null) return el('strong', {}, words);
  if (before === null) return el('span', {}, words, el('span', { class: 'up-to' }, 'not before'));
  const moved = `${duration(Math.abs(after - before))} ${after > before ? 'later' : 'sooner'}`;
  return el('span', {}, words, el('span', { class: 'up-to' }, moved));
}
