// By type, encoding and database.
import type { Totals } from '../../../stats/report.js';
import type { PageData } from '../page-data.js';
import { type Child, el, section } from './dom.js';
import { bar, exactly, percent, written } from './numbers.js';
import { measure, measured, measureFacts, measureSwitch } from './state.js';
import { table } from './table.js';
import { totalsColumns } from './totals-columns.js';

/** Bars in a list; the tables have all. */
const MOST_BARS = 50;

interface Kind extends Totals {
  readonly name: string;
}

export function kindsSection({ types, encodings, databases, totals }: PageData): HTMLElement {
  const groups: { title: string; noun: string; rows: Kind[] }[] = [
    { title: 'Types', noun: 'types', rows: types.map((row) => ({ ...row, name: row.type })) },
    {
      title: 'Encodings',
      noun: 'encodings',
      rows: encodings.map((row) => ({ ...row, name: `${row.type} / ${row.encoding}` })),
    },
    { title: 'Databases', noun: 'databases', rows: databases.map((row) => ({ ...row, name: `db${row.db}` })) },
  ];
  return section(
    'kinds',
    'Types, encodings, databases',
    measureSwitch(),
    el('div', { class: 'panels' }, ...groups.map(({ title, rows }) => panel(title, rows, totals))),
    el(
      'details',
      { class: 'all-numbers' },
      el('summary', {}, 'All numbers'),
      ...groups.map(({ title, noun, rows }) =>
        table({
          noun,
          rows,
          columns: [{ title, value: (row) => row.name }, ...totalsColumns<Kind>(totals)],
          sortedBy: 'Memory',
        }),
      ),
    ),
  );
}

/** Bars in the measure that is chosen, largest first. */
function panel(title: string, rows: readonly Kind[], all: Totals): HTMLElement {
  const list = el('ol', { class: 'bars' });
  measure.follow(() => {
    const { unit } = measureFacts(measure.value);
    const largestFirst = [...rows].sort((a, b) => measured(b) - measured(a));
    list.replaceChildren(
      ...largestFirst.slice(0, MOST_BARS).map((row) => line(row.name, measured(row), unit, measured(all))),
    );
  });
  const nothing: Child = rows.length === 0 && el('p', { class: 'nothing' }, 'None.');
  return el('div', { class: 'panel' }, el('h3', {}, title), nothing, list);
}

function line(name: string, value: number, unit: 'bytes' | 'count', whole: number): HTMLElement {
  return el(
    'li',
    {},
    el('bdi', { class: 'bar-name' }, name),
    el('span', { class: 'number', title: exactly(value, unit) }, written(value, unit)),
    el('span', { class: 'number share' }, percent(value, whole)),
    bar(value, whole),
  );
}
