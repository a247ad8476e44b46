// The keys that differ.
import type { DiffPageData, PageChange } from '../../diff-page-data.js';
import { el, section } from '../dom.js';
import { nameOf } from '../names.js';
import { count } from '../numbers.js';
import { oneOf } from '../one-of.js';
import { table } from '../table.js';
import { changeColumns, kindOfChange, whatWords } from './change-columns.js';
import { allDifferences } from './groups.js';
import { differing, KINDS } from './kinds.js';

export function changesSection(data: DiffPageData): HTMLElement {
  const { changes } = data;
  const all = allDifferences(data);
  const columns = changeColumns(changes.some(({ db }) => db !== 0));
  const list = (noun: string, rows: readonly PageChange[]) =>
    table({ noun, rows, columns, search: searched, sortedBy: 'Change of bytes' });
  const kinds = KINDS.map((kind) => ({ kind, total: kind.of(all) })).filter(({ total }) => total > 0);
  const lists = [
    { title: `All ${count(differing(all))}`, make: () => list('keys that differ', changes) },
    ...kinds.map(({ kind, total }) => {
      const rows = changes.filter((change) => kindOfChange(change) === kind.id);
      return { title: `${kind.name} ${count(total)}`, make: () => list(`keys: ${kind.name.toLowerCase()}`, rows) };
    }),
  ];
  const element = section(
    'keys',
    'Keys that differ',
    el('p', { class: 'note' }, listed(changes.length, differing(all))),
    oneOf('Which keys', kinds.length > 1 ? lists : lists.slice(0, 1)),
  );
  element.classList.add('changes');
  return element;
}

function listed(shown: number, all: number): string {
  if (shown >= all) return 'All keys that differ, the biggest change first.';
  return (
    `Not all: ${count(shown)} of ${count(all)} are listed, the biggest changes of all and of each kind. ` +
    'All of them: rdbkit diff --jsonl.'
  );
}

function searched(change: PageChange): string {
  const { key, left, right } = change;
  return `${nameOf(key)}\n${whatWords(change)}\n${left?.[0] ?? ''}\n${right?.[0] ?? ''}`;
}
