// Tables that are sorted and searched. They draw a part of their rows at a time: a page with all of ten thousand is slow, and
// what people look for is at the top or found by a word.
import { button, type Child, el } from './dom.js';
import { count } from './numbers.js';

/** Rows that are drawn at first, and that a click adds. */
const FIRST_ROWS = 20;
const MORE_ROWS = 250;

export interface Column<Row> {
  readonly title: string;
  /** More about it, on hover. */
  readonly about?: string;
  /** What it is sorted by; numbers begin with the largest. */
  readonly value: (row: Row) => number | string;
  /** What is shown; the value when left out. */
  readonly cell?: (row: Row) => Child;
}

export interface TableOptions<Row> {
  /** What the rows are, for the search field: `prefixes`. */
  readonly noun: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** The text that a search looks through; no search field when left out. */
  readonly search?: (row: Row) => string;
  /** How many rows are drawn at first. */
  readonly first?: number;
  /** The column that the rows come sorted by, largest first. */
  readonly sortedBy?: string;
}

export function table<Row>({
  noun,
  columns,
  rows,
  search,
  first = FIRST_ROWS,
  sortedBy,
}: TableOptions<Row>): HTMLElement {
  const numeric = columns.map(({ value }) => rows.length > 0 && typeof value(rows[0]) === 'number');
  let sorted = columns.findIndex(({ title }) => title === sortedBy);
  let descending = true;
  let wanted = '';
  let found = rows;
  let most = first;

  const body = el('tbody');
  const status = el('span', { class: 'status', role: 'status' });
  const more = button({ class: 'more' }, () => {
    most += MORE_ROWS;
    draw();
  });
  const heads = columns.map(({ title, about }, i) =>
    el(
      'th',
      { scope: 'col', class: numeric[i] && 'number', title: about },
      button({}, () => sortBy(i), title),
    ),
  );

  const sortBy = (i: number) => {
    descending = sorted === i ? !descending : numeric[i];
    sorted = i;
    most = first;
    select();
  };
  const select = () => {
    const words = wanted.toLowerCase();
    found = search && words !== '' ? rows.filter((row) => search(row).toLowerCase().includes(words)) : rows;
    if (sorted >= 0) found = sortRows(found, columns[sorted].value, descending);
    draw();
  };
  const draw = () => {
    for (const [i, head] of heads.entries()) {
      if (i === sorted) head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
    body.replaceChildren(
      ...found
        .slice(0, most)
        .map((row) =>
          el(
            'tr',
            {},
            ...columns.map(({ value, cell }, i) =>
              el('td', { class: numeric[i] && 'number' }, cell ? cell(row) : String(value(row))),
            ),
          ),
        ),
    );
    const hidden = Math.max(0, found.length - most);
    more.hidden = hidden === 0;
    more.textContent = `Show ${count(Math.min(hidden, MORE_ROWS))} more`;
    const all = found.length === rows.length ? count(rows.length) : `${count(found.length)} of ${count(rows.length)}`;
    status.textContent = hidden > 0 ? `${all} ${noun}, ${count(most)} shown` : `${all} ${noun}`;
  };

  select();
  return el(
    'div',
    { class: 'table' },
    search && rows.length > 5 && el('div', { class: 'table-tools' }, searchField(), status),
    el(
      'div',
      { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': `Table of ${noun}` },
      el('table', {}, el('thead', {}, el('tr', {}, ...heads)), body),
    ),
    more,
  );

  function searchField(): HTMLElement {
    const field = el('input', { type: 'search', placeholder: `Search ${noun}`, 'aria-label': `Search ${noun}` });
    field.addEventListener('input', () => {
      wanted = field.value;
      most = first;
      select();
    });
    return field;
  }
}

function sortRows<Row>(rows: readonly Row[], value: Column<Row>['value'], descending: boolean): Row[] {
  const direction = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, key: value(row) }))
    .sort((a, b) => (a.key < b.key ? -direction : a.key > b.key ? direction : 0))
    .map(({ row }) => row);
}
