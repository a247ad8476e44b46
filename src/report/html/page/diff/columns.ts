// The columns that tables of sums have.
import type { PageGroup } from '../../diff-page-data.js';
import { el } from '../dom.js';
import { count, percent } from '../numbers.js';
import type { Column } from '../table.js';
import { differing, KINDS, kindBar } from './kinds.js';
import { signedNode } from './sizes.js';

/** Keys that differ, by kind, the bytes, and the share of all that differ. */
export function groupColumns<Row extends PageGroup>(all: PageGroup): Column<Row>[] {
  const whole = differing(all);
  const number = (n: number) => (n === 0 ? '–' : count(n));
  return [
    { title: 'Differ', about: 'Keys that differ', value: differing, cell: (row) => count(differing(row)) },
    ...KINDS.map((kind): Column<Row> => ({ title: kind.name, value: kind.of, cell: (row) => number(kind.of(row)) })),
    {
      title: 'Bytes',
      about: 'That the right side has more',
      value: ({ bytes }) => bytes,
      cell: ({ bytes }) => signedNode(bytes),
    },
    {
      title: 'Share',
      about: 'Of all keys that differ',
      value: differing,
      cell: (row) => el('span', { class: 'share-cell' }, kindBar(row, whole), percent(differing(row), whole)),
    },
  ];
}
