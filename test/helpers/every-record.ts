// Files that between them hold every record and every value type that can be read, each in some odd form.
import {
  arrayValue,
  blobValue,
  cronValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  hashValue,
  intset,
  listpack,
  listValue,
  moduleValue,
  oldZsetValue,
  preGaHashMetadataValue,
  quicklist2Value,
  quicklistValue,
  RdbBuilder,
  type StreamSpec,
  setValue,
  streamNode,
  streamValue,
  stringValue,
  templatedHashValue,
  templateRefValue,
  ziplist,
  zipmap,
  zset2Value,
} from './rdb-builder.js';

const TEXT = 'the quick brown fox jumps over the lazy dog and over the lazy cat and over the lazy fox ';
const LIBRARY = `#!lua name=lib\nredis.register_function('f', function() return '${TEXT}' end)`;
const JOB = '0123456789abcdef0123456789abcdef01234567';

const STREAM: StreamSpec = {
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

function shared(builder: RdbBuilder): RdbBuilder {
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
          { field: 'g', value: TEXT, long: true },
        ]),
      ),
    )
    .key('ziplist', blobValue(10, ziplist([TEXT, 1, -5000, 2n ** 40n, 'x'.repeat(300), 'y'])))
    .key('intset', blobValue(11, intset([-5, 7, 70000])))
    .key('zset ziplist', blobValue(12, ziplist(['a', 1, 'b', '2.5'])))
    .key('hash ziplist', blobValue(13, ziplist([TEXT, TEXT, TEXT, TEXT, 'f', 7]), 'lzf'))
    .key('quicklist', quicklistValue([ziplist([TEXT.repeat(2), 'b']), ziplist([1])], 'lzf'))
    .key('stream 1', streamValue(15, STREAM))
    .key('hash listpack', blobValue(16, listpack(['f', 'v', TEXT, -70000])))
    .key('zset listpack', blobValue(17, listpack(['a', 1, 'b', '2.5', 'c', 'inf'])))
    .key('quicklist 2', quicklist2Value([{ packed: listpack(['a', TEXT, TEXT]) }, { plain: TEXT.repeat(4) }], 'lzf'))
    .key('stream 2', streamValue(19, STREAM, 'lzf'))
    .key('set listpack', blobValue(20, listpack(['a', { value: 5, form: 'i64' }, { value: 'b', form: 'str32' }])))
    .key('stream 3', streamValue(21, STREAM));
}

function start(version: number, magic: 'REDIS' | 'VALKEY' = 'REDIS'): RdbBuilder {
  return new RdbBuilder(version, magic)
    .aux('redis-ver', '1.2.3')
    .aux('long', TEXT)
    .moduleAux('hellotype', 1, 1, [{ uint: 1 }, { string: TEXT }])
    .functionLibrary(LIBRARY)
    .selectDb(0)
    .resizeDb(31, 1);
}

/** Redis 8.10: everything of Redis. */
export function redisFile(): Buffer {
  return shared(
    start(15).functionPreGa('old', 'LUA', LIBRARY, 'described').hashTemplate(0, ['a', 'bb']).slotInfo(12182, 2, 0),
  )
    .selectDb(9)
    .freq(7)
    .key(
      'pre-GA hash',
      preGaHashMetadataValue([
        { field: 'f', value: TEXT, expireAtMs: 5 },
        { field: 'g', value: '', expireAtMs: 0 },
      ]),
    )
    .key('pre-GA listpack', blobValue(23, listpack(['f', 'v', 5, 'g', 'w', 0])))
    .key(
      'hash with ttl',
      hashMetadataValue(1000, [
        { field: 'f', value: TEXT, ttl: 1 },
        { field: 'g', value: 'w', ttl: 0 },
      ]),
    )
    .key('listpack with ttl', hashListpackExValue(5, listpack(['f', 'v', 5, 'g', 'w', 0])))
    .idle(300)
    .key('stream 4', streamValue(26, STREAM))
    .keyMeta(
      { name: 'KMT1', version: 1, flags: 1, parts: [{ string: TEXT }, { uint: 1 }] },
      { name: 'a_-9', version: 31, flags: 0, parts: [] },
    )
    .key('stream 5', streamValue(27, STREAM))
    .key(
      'array',
      arrayValue(
        [
          { index: 0, integer: -5 },
          { index: 1, double: 2.5 },
          { index: 70000, short: 'hi' },
          { index: 2n ** 40n, string: TEXT.repeat(2) },
        ],
        64,
      ),
    )
    .key('template 1', templatedHashValue({ listpack: listpack(['a', 'bb']) }, { listpack: listpack([1, TEXT, 5]) }))
    .key('template 2', blobValue(30, listpack([0, 'x', 'y'])))
    .key('template 3', templatedHashValue({ names: ['a', 'bb'] }, { strings: [TEXT, 'y'] }))
    .key('template 4', templateRefValue(0, ['x', TEXT]))
    .moduleAux('hellotype', 1, 2, [{ double: 0.1 }])
    .finish();
}

/** Valkey 9. */
export function valkeyFile(): Buffer {
  return shared(
    start(80, 'VALKEY')
      .slotImport(JOB, [
        [0, 5],
        [100, 100],
      ])
      .aux('slot-info', '12182,2,0,1'),
  )
    .key(
      'hash 2',
      hash2Value([
        { field: 'f', value: TEXT, expireAtMs: 5 },
        { field: 'g', value: 'w', expireAtMs: -1 },
      ]),
    )
    .finish();
}

/** KeyDB, and Redis Enterprise: what stands between the records of others. */
export function foreignFile(): Buffer {
  return shared(start(11))
    .expireMs(4102444800000)
    .aux('mvcc-tstamp', '123456789')
    .key('stamped', stringValue('v'))
    .aux('keydb-subexpire-key', 'a')
    .aux('keydb-subexpire-when', '4102444800000')
    .key('cron', cronValue('return 1', 1, 1000, ['k1', 'k2'], [TEXT]))
    .ramLru(70000)
    .slotNum(5)
    .key('last', stringValue('v'))
    .finish();
}

export const EVERY_FILE: readonly (readonly [name: string, make: () => Buffer])[] = [
  ['Redis', redisFile],
  ['Valkey', valkeyFile],
  ['KeyDB and Redis Enterprise', foreignFile],
];
