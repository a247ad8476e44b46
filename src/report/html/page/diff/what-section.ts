// What changed: kinds of change, expiries, databases and types.
import type { DiffPageData, PageGroup } from '../../diff-page-data.js';
import { el, section } from '../dom.js';
import { count, percent } from '../numbers.js';
import { type Column, table } from '../table.js';
import { groupColumns } from './columns.js';
import { allDifferences } from './groups.js';
import { bar, differing, kindBar, kindWords } from './kinds.js';

/** Bars in a list; the tables have all. */
const MOST_BARS = 50;

interface Line {
  readonly name: string;
  readonly value: number;
  readonly bar: HTMLElement;
  readonly about?: string;
}

interface Group extends PageGroup {
  readonly name: string;
  readonly leftKeys: number;
  readonly rightKeys: number;
}

export function whatSection(data: DiffPageData): HTMLElement {
  const { added, removed, kinds, expiry, databases, types, ignoreTtl } = data;
  const all = differing(data);
  const one = (name: string, fill: string, value: number): Line => ({ name, value, bar: bar([[fill, value]], all) });
  const groups: { title: string; noun: string; rows: Group[] }[] = [
    { title: 'Databases', noun: 'databases', rows: databases.map((row) => ({ ...row, name: `db${row.db}` })) },
    { title: 'Types', noun: 'types', rows: types.map((row) => ({ ...row, name: row.type })) },
  ];
  return section(
    'what',
    'What changed',
    el(
      'div',
      { class: 'panels what-panels' },
      panel(
        'Kinds of change',
        [
          one('Removed', '--kind-removed', removed),
          one('Added', '--kind-added', added),
          one('Another type', '--kind-value', kinds.type),
          one('Another value', '--kind-value', kinds.value - kinds.type),
          one('Only another expiry', '--kind-expiry', kinds.expireOnly),
        ],
        all,
      ),
      panel(
        'Expiries of keys on both sides',
        [
          one('No longer expire', '--kind-expiry', expiry.lost),
          one('Expire now', '--kind-expiry', expiry.gained),
          one('Sooner', '--kind-expiry', expiry.sooner),
          one('Later', '--kind-expiry', expiry.later),
          one('Of fields in hashes', '--kind-expiry', kinds.fieldExpire),
        ],
        all,
        ignoreTtl ? 'Not compared.' : 'None changed.',
      ),
      ...groups.map(({ title, rows }) =>
        panel(
          title,
          rows.map((row) => ({
            name: row.name,
            value: differing(row),
            bar: kindBar(row, all),
            about: kindWords(row),
          })),
          all,
        ),
      ),
    ),
    el(
      'details',
      { class: 'all-numbers' },
      el('summary', {}, 'All numbers'),
      ...groups.map(({ title, noun, rows }) =>
        table({
          noun,
          rows,
          columns: [{ title, value: ({ name }) => name }, ...groupColumns<Group>(allDifferences(data)), ...keyColumns],
          sortedBy: 'Differ',
        }),
      ),
    ),
  );
}

const keyColumns: readonly Column<Group>[] = [
  { title: 'Keys left', value: ({ leftKeys }) => leftKeys, cell: ({ leftKeys }) => count(leftKeys) },
  { title: 'Keys right', value: ({ rightKeys }) => rightKeys, cell: ({ rightKeys }) => count(rightKeys) },
];

/** Bars, largest first, with their share of all keys that differ. */
function panel(title: string, lines: readonly Line[], whole: number, nothing = 'None.'): HTMLElement {
  const shown = lines
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, MOST_BARS);
  return el(
    'div',
    { class: 'panel' },
    el('h3', {}, title),
    shown.length === 0 && el('p', { class: 'nothing' }, nothing),
    el(
      'ol',
      { class: 'bars' },
      ...shown.map(({ name, value, bar: piece, about }) =>
        el(
          'li',
          { title: about },
          el('bdi', { class: 'bar-name' }, name),
          el('span', { class: 'number' }, count(value)),
          el('span', { class: 'number share' }, percent(value, whole)),
          piece,
        ),
      ),
    ),
  );
}
