// Files with their facts, functions and modules.
import { moment } from '../../../keyspace/time-text.js';
import type { PageData, PageFile } from '../page-data.js';
import { el, section } from './dom.js';
import { checksumWords, kindWords, producerWords } from './facts.js';
import { numberNode } from './numbers.js';
import { table } from './table.js';

/** Files whose auxiliary fields are shown. */
const MOST_AUX = 50;

export function codeSection({ functions, modules }: PageData): HTMLElement | null {
  if (functions.length === 0 && modules.length === 0) return null;
  return section(
    'code',
    'Functions and modules',
    functions.length > 0 &&
      table({
        noun: 'function libraries',
        rows: functions,
        columns: [
          { title: 'Library', value: ({ name }) => name, cell: ({ name }) => el('bdi', { class: 'name' }, name) },
          { title: 'Engine', value: ({ engine }) => engine },
          { title: 'Bytes', value: ({ bytes }) => bytes, cell: ({ bytes }) => numberNode(bytes, 'bytes') },
        ],
        search: ({ name }) => name,
      }),
    modules.length > 0 &&
      table({
        noun: 'modules',
        rows: modules,
        columns: [
          { title: 'Module', value: ({ name }) => name, cell: ({ name }) => el('bdi', { class: 'name' }, name) },
          { title: 'Keys', value: ({ keys }) => keys, cell: ({ keys }) => numberNode(keys, 'count') },
          { title: 'Bytes', value: ({ bytes }) => bytes, cell: ({ bytes }) => numberNode(bytes, 'bytes') },
        ],
        search: ({ name }) => name,
      }),
  );
}

export function filesSection({ files }: PageData): HTMLElement {
  return section(
    'files',
    'Files',
    table<PageFile>({
      noun: 'files',
      rows: files,
      columns: [
        { title: 'File', value: ({ path }) => path, cell: ({ path }) => el('bdi', { class: 'name' }, path) },
        { title: 'Kind', value: kindWords },
        { title: 'Written by', value: producerWords },
        {
          title: 'Made',
          value: ({ createdAtMs }) => createdAtMs ?? -1,
          cell: ({ createdAtMs }) => (createdAtMs === null ? 'not told' : moment(createdAtMs)),
        },
        { title: 'Size', value: ({ bytes }) => bytes, cell: ({ bytes }) => numberNode(bytes, 'bytes') },
        { title: 'Keys', value: ({ keys }) => keys, cell: ({ keys }) => numberNode(keys, 'count') },
        { title: 'Checksum', value: ({ checksum }) => checksumWords(checksum) },
        { title: 'Complete', value: ({ complete }) => (complete ? 'yes' : 'NO') },
      ],
      search: ({ path }) => path,
    }),
    ...files
      .filter(({ aux }) => aux.length > 0)
      .slice(0, MOST_AUX)
      .map((file) => auxFields(file, files.length === 1)),
  );
}

function auxFields({ path, aux }: PageFile, open: boolean): HTMLElement {
  return el(
    'details',
    { class: 'aux', open },
    el('summary', {}, 'Auxiliary fields of ', el('bdi', { class: 'name' }, path)),
    el('dl', {}, ...aux.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, el('bdi', {}, value))))),
  );
}
