// Files as real servers write them, of every lineage, type and encoding: nothing in them is an error or a warning.
import { describe, expect, it } from 'vitest';
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
  setValue,
  streamValue,
  stringValue,
  templatedHashValue,
  templateRefValue,
  type Value,
  ziplist,
  zipmap,
  zset2Value,
} from '../helpers/rdb-builder.js';
import * as dumps from '../helpers/worked-dumps.js';
import { database, fileOf, head, NOW_MS } from './hand-made.js';
import { GROUP, THREE } from './streams.js';
import { verifyBytes } from './verify-bytes.js';

const LATER = NOW_MS + 1000;
const LONG = 'a value that repeats, repeats, repeats, repeats and repeats';
const FIELDS = ['f', 'v', 'n', 7, 'long', LONG];
const SCORES = ['a', 1, 'b', '2.5', 'c', 'inf'];

/** Every value type that a file of this version may hold, in the forms that its writers use. */
const VALUES: readonly [version: number, name: string, value: Value][] = [
  [1, 'string', stringValue('v')],
  [1, 'string: empty', stringValue('')],
  [1, 'string: int8', stringValue('-1', 'server')],
  [1, 'string: int16', stringValue('-300', 'server')],
  [1, 'string: int32', stringValue('70000', 'server')],
  [1, 'string: LZF', stringValue(LONG.repeat(9), 'server')],
  [1, 'string: every byte', stringValue(Uint8Array.from({ length: 256 }, (_, i) => i))],
  [1, 'string: above 16 KiB', stringValue(Uint8Array.from({ length: 20_000 }, (_, i) => (i * i) >> 3))],
  [1, 'list', listValue(['a', 'a', '7', ''], 'server')],
  [1, 'set', setValue(['a', 'b', '7', ''], 'server')],
  [
    1,
    'zset of old doubles',
    oldZsetValue([
      ['a', -1.5],
      ['b', Infinity],
      ['c', -Infinity],
      ['d', 1e300],
    ]),
  ],
  [
    1,
    'hash',
    hashValue(
      [
        ['f', 'v'],
        ['g', LONG],
        ['', ''],
      ],
      'server',
    ),
  ],
  [
    2,
    'zipmap',
    blobValue(
      9,
      zipmap([
        { field: 'f', value: 'v' },
        { field: 'g', value: '', free: 2 },
      ]),
    ),
  ],
  [2, 'list in a ziplist', blobValue(10, ziplist(['a', 300, -5, LONG]))],
  [2, 'intset of 2 bytes', blobValue(11, intset([-1, 2, 3]))],
  [2, 'intset of 4 bytes', blobValue(11, intset([1, 2, 70_000]))],
  [2, 'intset of 8 bytes', blobValue(11, intset([-(2n ** 63n), 0, 2n ** 63n - 1n]))],
  [2, 'zset in a ziplist', blobValue(12, ziplist(SCORES))],
  [4, 'hash in a ziplist', blobValue(13, ziplist(FIELDS))],
  [4, 'hash in a ziplist with a long entry', blobValue(13, ziplist(['f', LONG.repeat(6), 'g', 'v']))],
  [7, 'quicklist', quicklistValue([ziplist(['a', 'b']), ziplist([1, 2])])],
  [
    8,
    'zset of binary doubles',
    zset2Value([
      ['a', Infinity],
      ['b', 0.1],
      ['c', -Infinity],
    ]),
  ],
  [
    8,
    'module',
    moduleValue('hellotype', 0, [{ sint: -1 }, { uint: 2n ** 63n }, { float: 1 }, { double: 2 }, { string: LONG }]),
  ],
  [9, 'stream of type 15', streamValue(15, { ...THREE, groups: [GROUP] })],
  [10, 'hash in a listpack', blobValue(16, listpack(FIELDS))],
  [10, 'hash in a compressed listpack', blobValue(16, listpack(FIELDS), 'lzf')],
  [10, 'zset in a listpack', blobValue(17, listpack(SCORES))],
  [
    10,
    'quicklist 2',
    quicklist2Value([{ packed: listpack(['a', 7, 70_000, -(2n ** 40n)]) }, { plain: LONG.repeat(200) }], 'server'),
  ],
  [10, 'stream of type 19', streamValue(19, { ...THREE, groups: [GROUP] })],
  [11, 'set in a listpack', blobValue(20, listpack(['a', 'b', 7]))],
  [11, 'stream of type 21', streamValue(21, { ...THREE, groups: [GROUP] })],
  [
    12,
    'hash of type 22 of a release candidate',
    preGaHashMetadataValue([{ field: 'f', value: 'v', expireAtMs: LATER }]),
  ],
  [12, 'hash of type 23 of a release candidate', blobValue(23, listpack(['f', 'v', LATER, 'g', 'v', 0]))],
  [
    12,
    'hash of type 24',
    hashMetadataValue(LATER, [
      { field: 'f', value: 'v', ttl: 1 },
      { field: 'g', value: 'v', ttl: 0 },
    ]),
  ],
  [12, 'hash of type 25', hashListpackExValue(LATER, listpack(['f', 'v', LATER, 'h', 'v', LATER, 'g', 'v', 0]))],
  [13, 'stream of type 26', streamValue(26, { ...THREE, groups: [GROUP] })],
  [14, 'stream of type 27', streamValue(27, { ...THREE, groups: [GROUP] })],
  [
    14,
    'array',
    arrayValue(
      [
        { index: 0, integer: 5 },
        { index: 9, double: 0.5 },
        { index: 10, string: LONG },
      ],
      10,
    ),
  ],
  [
    15,
    'hash of type 29',
    templatedHashValue({ listpack: listpack(['a', 'b']) }, { listpack: listpack([0, 'x', 'y']) }),
  ],
  [15, 'hash of type 31', templatedHashValue({ names: ['a', 'b'] }, { strings: ['x', 'y'] })],
  [
    80,
    'hash of type 22 of Valkey',
    hash2Value([
      { field: 'f', value: 'v', expireAtMs: LATER },
      { field: 'g', value: 'v', expireAtMs: -1 },
    ]),
  ],
];

/** Types that stand only in files of their own lineage. */
const REDIS_ONLY_FROM = 12;
const VALKEY_FROM = 80;

describe('every value type, in the version that brought it', () => {
  it.each(VALUES.map(([version, name, value]) => [name, version, value] as const))('%s', async (_, version, value) => {
    await expectSound(fileOf(value, { version }));
  });
});

describe.each([5, 9, 11, 12, 15, 80, 81])('every value type that version %i can hold', (version) => {
  const values = VALUES.filter(
    ([since]) => since <= version && !(version >= VALKEY_FROM && since >= REDIS_ONLY_FROM && since < VALKEY_FROM),
  );

  it('in one file', async () => {
    const builder = database(values.length, 0, { version });
    for (const [i, [, , value]] of values.entries()) builder.key(`key:${i}`, value);
    const report = await expectSound(builder.finish());
    expect(report.keys).toBe(values.length);
    expect(report.databases).toEqual([{ db: 0, keys: values.length, expires: 0, expired: 0 }]);
  });
});

describe('the worked hexdumps of the reference', () => {
  it('12.1: the smallest useful file', async () => {
    const report = await expectSound(dumps.SMALLEST_FILE);
    expect(report.checksum).toEqual({ status: 'ok', stored: '7966f9582d67ed2a', computed: '7966f9582d67ed2a' });
  });

  it.each([
    ['12.4 set in a listpack', 11, dumps.SET_LISTPACK],
    ['12.4 intset', 11, dumps.SET_INTSET],
    ['12.4 hash in a listpack', 11, dumps.HASH_LISTPACK],
    ['12.4 zset in a listpack', 11, dumps.ZSET_LISTPACK],
    ['12.4 hash in a ziplist', 9, dumps.HASH_ZIPLIST],
    ['12.4 quicklist', 9, dumps.QUICKLIST],
    ['12.5 quicklist 2', 12, dumps.QUICKLIST_2],
    ['12.5 zset of binary doubles', 12, dumps.ZSET_2],
    ['12.6 hash of type 24', 12, dumps.HASH_METADATA],
    ['12.6 hash of type 25', 12, dumps.HASH_LISTPACK_EX],
    ['12.6 hash of type 22 of Valkey', 80, dumps.HASH_2],
    ['12.7 stream of type 21', 12, dumps.STREAM_3],
    ['12.10 vector set', 12, dumps.VECTOR_SET],
    ['12.14 array', 14, dumps.ARRAY],
    ['12.15 stream of type 27', 14, dumps.STREAM_5],
    ['12.16 key metadata', 14, dumps.KEY_META],
  ])('%s', async (_, version, record) => {
    await expectSound(database(1, 0, { version }).bytes(record).finish());
  });

  it('12.2: header and auxiliary fields of Valkey 9.1.2', async () => {
    // Its `ctime` is of the year 2026, 0x6b0002d9.
    const sum = new RdbBuilder(80, 'VALKEY').bytes(dumps.VALKEY_HEAD.subarray(9)).finish();
    const report = await expectSound(sum, Date.UTC(2027, 0));
    expect(report).toMatchObject({
      lineage: 'valkey',
      rdbVersion: 80,
      producer: { name: 'valkey', version: '9.1.2' },
      createdAtMs: 0x6b0002d9 * 1000,
      aux: { 'redis-bits': '64', 'used-mem': '1293672', 'aof-base': '0' },
      keys: 0,
    });
  });

  it('12.13: a templated hash', async () => {
    const file = head({ version: 15 })
      .bytes(dumps.HASH_TEMPLATE)
      .selectDb(0)
      .resizeDb(1, 0)
      .bytes(dumps.HASH_TMPL_LP_REF);
    await expectSound(file.finish());
  });
});

describe('what stands around keys', () => {
  it.each([
    ['expiry in seconds', database(1, 1, { version: 9 }).expireSeconds(NOW_MS / 1000)],
    ['expiry in milliseconds', database(1, 1).expireMs(LATER)],
    ['idle time', database(1).idle(1000)],
    ['LFU counter', database(1).freq(255)],
    ['expiry and idle time', database(1, 1).expireMs(LATER).idle(1000)],
    ['memory hints of Redis Enterprise', database(1).ramLru(5)],
    ['a slot of Redis Enterprise', database(1).slotNum(5)],
  ])('%s', async (_, builder) => {
    await expectSound(builder.key('k', stringValue('v')).finish());
  });

  it('functions and what modules save', async () => {
    const report = await expectSound(
      head({ version: 10 })
        .moduleAux('hellotype', 0, 1, [{ uint: 1 }])
        .functionLibrary('#!lua name=lib\nredis.register_function("f", function() end)')
        .moduleAux('hellotype', 0, 2, [])
        .finish(),
    );
    expect(report).toMatchObject({ functions: 1, keys: 0, databases: [] });
  });

  it('what only KeyDB writes', async () => {
    const file = database(3, 1, { version: 9 })
      .expireMs(LATER)
      .aux('mvcc-tstamp', '1700000000000')
      .key('k', stringValue('v'))
      .key('s', setValue(['m']))
      .aux('keydb-subexpire-key', 'm')
      .aux('keydb-subexpire-when', String(LATER))
      .key('job', cronValue('return 1', NOW_MS, 1000, ['k'], ['a']));
    await expectSound(file.finish());
  });

  it('templates and their hashes', async () => {
    const file = head({ version: 15 })
      .hashTemplate(7, ['a', 'b', 'cc'])
      .selectDb(0)
      .resizeDb(2, 0)
      .key('h', templateRefValue(7, ['x', 'y', 'z']))
      .key('i', blobValue(30, listpack([7, 'x', 'y', 'z'])));
    await expectSound(file.finish());
  });

  it('an empty file of every version', async () => {
    for (const version of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 80, 81]) {
      const report = await expectSound(head({ version }).finish());
      expect(report.rdbVersion).toBe(version);
    }
  });
});

async function expectSound(file: Uint8Array, nowMs = NOW_MS) {
  const report = await verifyBytes(file, { nowMs });
  expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(report).toMatchObject({ ok: true, complete: true, outcome: 'sound', bytes: file.length });
  return report;
}
