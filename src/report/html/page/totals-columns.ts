// The columns that most tables have.
import type { Totals } from '../../../stats/report.js';
import { type Child, el } from './dom.js';
import { bar, numberNode, percent } from './numbers.js';
import type { Column } from './table.js';

/** Sums, and the share of all memory. Where numbers are lower bounds, `missing` is what may be missing from them. */
export function totalsColumns<Row extends Totals>(
  all: Totals,
  missing: (row: Row) => Totals | null | undefined = () => null,
): Column<Row>[] {
  const column = (title: string, about: string, of: (totals: Totals) => number, unit: 'bytes' | 'count') => ({
    title,
    about,
    value: of,
    cell: (row: Row): Child => {
      const gap = missing(row);
      return numberNode(of(row), unit, gap ? of(gap) : 0);
    },
  });
  return [
    column('Keys', 'How many keys', (row) => row.keys, 'count'),
    column('Expiring', 'Keys that expire', (row) => row.expires, 'count'),
    column('Memory', 'Estimated memory', (row) => row.memory, 'bytes'),
    column('Bytes', 'Serialized bytes in the file', (row) => row.bytes, 'bytes'),
    column('Elements', 'Items, members, fields, entries; a string counts as one', (row) => row.elements, 'count'),
    {
      title: 'Share',
      about: 'Of all estimated memory',
      value: (row) => row.memory,
      cell: (row) => el('span', { class: 'share-cell' }, bar(row.memory, all.memory), percent(row.memory, all.memory)),
    },
  ];
}
