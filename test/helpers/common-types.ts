// One key of every value type up to RDB 11, which Redis and Valkey have in common.
import {
  blobValue,
  hashValue,
  intset,
  listpack,
  listValue,
  moduleValue,
  oldZsetValue,
  quicklist2Value,
  quicklistValue,
  type RdbBuilder,
  type StreamSpec,
  setValue,
  streamNode,
  streamValue,
  stringValue,
  ziplist,
  zipmap,
  zset2Value,
} from './rdb-builder.js';

/** Compresses well, and is longer than what counts as large in some tests. */
export const TEXT = 'the quick brown fox jumps over the lazy dog and over the lazy cat and over the lazy fox ';

export const STREAM: StreamSpec = {
  nodes: [
    streamNode([
      {
        id: [1000, 1],
        fields: [
          ['temperature', '20'],
          ['place', 'attic'],
        ],
      },
      {
        id: [1000, 2],
        fields: [
          ['temperature', '21'],
          ['place', 'cellar'],
        ],
        deleted: true,
      },
      { id: [1005, 0], fields: [['other', TEXT]] },
    ]),
    streamNode([{ id: [2n ** 40n, 2n ** 63n], fields: [['', '']] }]),
  ],
  length: 3,
  lastId: [2n ** 40n, 2n ** 63n],
  firstId: [1000, 1],
  maxDeletedId: [1000, 2],
  entriesAdded: 4,
  groups: [
    {
      name: 'group',
      lastId: [1005, 0],
      entriesRead: 3,
      pending: [
        { id: [1000, 1], time: 1795164772833, count: 2 },
        { id: [1005, 0], time: 0, count: 1 },
      ],
      consumers: [
        { name: 'alice', seen: 1795164772833, active: 1795164772833, pending: [[1000, 1]] },
        { name: '12', seen: 1795164772834 },
      ],
      nacked: [[1005, 0]],
    },
    { name: '', lastId: [0, 0] },
  ],
  idmp: {
    producers: [
      {
        pid: '42',
        entries: [
          { iid: TEXT, id: [1000, 1] },
          { iid: 'b', id: [1005, 0] },
        ],
      },
      { pid: 'idle', entries: [] },
    ],
    added: 3,
    duplicates: 70000,
  },
};

/** As older types hold it: every pending entry has an owner. */
const OWNED: StreamSpec = {
  ...STREAM,
  groups: (STREAM.groups ?? []).map((group) => {
    const [first, ...others] = group.consumers ?? [];
    const ids = (group.pending ?? []).map((pending) => pending.id);
    return { ...group, consumers: first ? [{ ...first, pending: ids }, ...others] : [], nacked: [] };
  }),
};

/** The value types that every server since Redis 6.0 reads. */
export function oldTypes(builder: RdbBuilder): RdbBuilder {
  return builder
    .key('plain', stringValue('value'))
    .key('number', stringValue('-70000', 'int'))
    .key('12345', stringValue(TEXT.repeat(10), 'lzf'), 'int')
    .key(TEXT, stringValue(TEXT.repeat(3)), 'lzf')
    .key('list', listValue(['a', '5', TEXT, ''], 'server'))
    .expireMs(4102444800000)
    .key('set', setValue(['a', '-1', TEXT], 'server'))
    .key(
      'old zset',
      oldZsetValue([
        ['a', 1.5],
        ['b', Number.NEGATIVE_INFINITY],
        ['c', '1e+20'],
      ]),
    )
    .key(
      'hash',
      hashValue(
        [
          ['f', TEXT],
          ['1', '2'],
        ],
        'server',
      ),
    )
    .key(
      'zset',
      zset2Value([
        ['a', -0],
        ['b', 0.1],
      ]),
    )
    .key(
      'module',
      moduleValue('hellotype', 1, [{ sint: -1 }, { uint: 5 }, { float: 1.5 }, { double: 2.5 }, { string: TEXT }]),
    )
    .key(
      'zipmap',
      blobValue(
        9,
        zipmap([
          { field: 'f', value: 'v', free: 2 },
          { field: 'g', value: TEXT.repeat(4) },
        ]),
      ),
    )
    .key('ziplist', blobValue(10, ziplist([TEXT, 1, -5000, 2n ** 40n, 'x'.repeat(300), 'y'])))
    .key('intset', blobValue(11, intset([-5, 7, 70000])))
    .key('zset ziplist', blobValue(12, ziplist(['a', 1, 'b', '2.5'])))
    .key('hash ziplist', blobValue(13, ziplist([TEXT, TEXT, `${TEXT}again`, TEXT, 'f', 7]), 'lzf'))
    .key('quicklist', quicklistValue([ziplist([TEXT.repeat(2), 'b']), ziplist([1])], 'lzf'))
    .key('stream 1', streamValue(15, OWNED));
}

/** Those of RDB 10. */
export function types10(builder: RdbBuilder): RdbBuilder {
  return builder
    .key('hash listpack', blobValue(16, listpack(['f', 'v', TEXT, -70000])))
    .key('zset listpack', blobValue(17, listpack(['a', 1, 'b', '2.5', 'c', 'inf'])))
    .key('quicklist 2', quicklist2Value([{ packed: listpack(['a', TEXT, TEXT]) }, { plain: TEXT.repeat(4) }], 'lzf'))
    .key('stream 2', streamValue(19, OWNED, 'lzf'));
}

/** Those of RDB 11, the last that all have in common. */
export function types11(builder: RdbBuilder): RdbBuilder {
  return builder
    .key('set listpack', blobValue(20, listpack(['a', { value: 5, form: 'i64' }, { value: 'b', form: 'str32' }])))
    .key('stream 3', streamValue(21, OWNED));
}
