// The files of both sides.
import { moment } from '../../../../keyspace/time-text.js';
import type { DiffPageData, PageInput } from '../../diff-page-data.js';
import { el, section } from '../dom.js';
import { kindWords, producerWords } from '../facts.js';
import { numberNode } from '../numbers.js';
import { table } from '../table.js';

interface Row extends PageInput {
  readonly side: 'left' | 'right';
}

export function inputsSection({ left, right }: DiffPageData): HTMLElement {
  const rows: Row[] = [
    ...left.inputs.map((input) => ({ ...input, side: 'left' as const })),
    ...right.inputs.map((input) => ({ ...input, side: 'right' as const })),
  ];
  return section(
    'files',
    'Files',
    table<Row>({
      noun: 'files',
      rows,
      columns: [
        { title: 'File', value: ({ path }) => path, cell: ({ path }) => el('bdi', { class: 'name' }, path) },
        { title: 'Side', value: ({ side }) => side },
        { title: 'Kind', value: kindWords },
        { title: 'Written by', value: producerWords },
        {
          title: 'Made',
          value: ({ createdAtMs }) => createdAtMs ?? -1,
          cell: ({ createdAtMs }) => (createdAtMs === null ? 'not told' : moment(createdAtMs)),
        },
        { title: 'Size', value: ({ bytes }) => bytes, cell: ({ bytes }) => numberNode(bytes, 'bytes') },
        {
          title: 'Keys',
          about: 'All of the file, whatever the filters',
          value: ({ keys }) => keys,
          cell: ({ keys }) => numberNode(keys, 'count'),
        },
        {
          title: 'Complete',
          value: ({ complete }) => (complete ? 'yes' : 'NO'),
          cell: ({ complete }) => (complete ? 'yes' : el('strong', { class: 'wrong' }, 'NO')),
        },
      ],
      search: ({ path }) => path,
    }),
  );
}
