// The biggest keys and elements.
import { duration, moment } from '../../../keyspace/time-text.js';
import type { PageData, PageElement, PageKey } from '../page-data.js';
import { type Child, el, section } from './dom.js';
import { nameNode, nameOf } from './names.js';
import { numberNode } from './numbers.js';
import { oneOf } from './one-of.js';
import { type Column, table } from './table.js';

export function keysSection({ biggest, nowMs }: PageData): HTMLElement {
  const keyTable = (noun: string, rows: readonly PageKey[], sortedBy: string) =>
    table({
      noun,
      rows,
      columns: keyColumns(nowMs),
      search: ({ key, type, encoding }) => `${nameOf(key)}\n${type}\n${encoding}`,
      sortedBy,
    });
  const lists = [
    { title: 'By memory', make: () => keyTable('keys with most memory', biggest.byMemory, 'Memory') },
    { title: 'By bytes', make: () => keyTable('keys with most bytes', biggest.byBytes, 'Bytes') },
    { title: 'By elements', make: () => keyTable('keys with most elements', biggest.byElements, 'Elements') },
    { title: 'Single elements', make: () => elementTable(biggest.elements) },
  ];
  return section('keys', 'Biggest keys', oneOf('Biggest by', lists));
}

function keyColumns(nowMs: number): Column<PageKey>[] {
  return [
    { title: 'Key', value: ({ key }) => nameOf(key), cell: ({ key }) => nameNode(key) },
    {
      title: 'Memory',
      about: 'Estimated',
      value: ({ memory }) => memory,
      cell: ({ memory }) => numberNode(memory, 'bytes'),
    },
    {
      title: 'Bytes',
      about: 'Serialized',
      value: ({ bytes }) => bytes,
      cell: ({ bytes }) => numberNode(bytes, 'bytes'),
    },
    { title: 'Elements', value: ({ elements }) => elements, cell: ({ elements }) => numberNode(elements, 'count') },
    { title: 'Type', value: ({ type }) => type },
    { title: 'Encoding', value: ({ encoding }) => encoding },
    { title: 'Database', value: ({ db }) => db },
    {
      title: 'Expires',
      about: 'Held against the moment named at the top',
      value: ({ expireAtMs }) => expireAtMs ?? Number.POSITIVE_INFINITY,
      cell: ({ expireAtMs }) => expiry(expireAtMs, nowMs),
    },
  ];
}

function expiry(expireAtMs: number | null, nowMs: number): Child {
  if (expireAtMs === null) return 'never';
  const left = expireAtMs - nowMs;
  const text = left > 0 ? `in ${duration(left)}` : `expired ${duration(-left)} ago`;
  return el('span', { title: moment(expireAtMs) }, text);
}

function elementTable(rows: readonly PageElement[]): HTMLElement {
  return table<PageElement>({
    noun: 'biggest elements',
    rows,
    columns: [
      { title: 'Key', value: ({ key }) => nameOf(key), cell: ({ key }) => nameNode(key) },
      {
        title: 'Element',
        about: 'The field of a hash, the member of a set',
        value: ({ element }) => (element === null ? '' : nameOf(element)),
        cell: ({ element }) => (element === null ? '–' : nameNode(element)),
      },
      { title: 'Bytes', value: ({ bytes }) => bytes, cell: ({ bytes }) => numberNode(bytes, 'bytes') },
      { title: 'Type', value: ({ type }) => type },
      { title: 'Database', value: ({ db }) => db },
    ],
    search: ({ key, element, type }) => `${nameOf(key)}\n${element === null ? '' : nameOf(element)}\n${type}`,
    sortedBy: 'Bytes',
  });
}
