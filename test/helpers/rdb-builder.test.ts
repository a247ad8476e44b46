import { describe, expect, it } from 'vitest';
import {
  arrayValue,
  backlen,
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  hex,
  intset,
  len,
  listpack,
  lzf,
  moduleId,
  moduleValue,
  quicklist2Value,
  quicklistValue,
  RdbBuilder,
  str,
  stream,
  streamNode,
  streamValue,
  stringValue,
  type Value,
  ziplist,
  zipmap,
  zset2Value,
} from './rdb-builder.js';
import * as dumps from './worked-dumps.js';

/** A key record alone. */
function record(name: string, value: Value): string {
  return new RdbBuilder(11).key(name, value).unfinished().subarray(9).toString('hex');
}

function asHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('the builder writes the worked hexdumps of the format reference', () => {
  it('the smallest file', () => {
    const file = new RdbBuilder(9).selectDb(0).resizeDb(1, 0).key('ok', stringValue('v')).finish();
    expect(asHex(file)).toBe(asHex(dumps.SMALLEST_FILE));
  });

  it('a Valkey header with its auxiliary fields', () => {
    const head = new RdbBuilder(80, 'VALKEY')
      .aux('valkey-ver', '9.1.2')
      .aux('redis-bits', '64')
      .aux('ctime', String(0x6b0002d9))
      .aux('used-mem', '1293672')
      .aux('aof-base', '0');
    expect(asHex(head.unfinished())).toBe(asHex(dumps.VALKEY_HEAD));
  });

  it('strings, in the form that a server picks', () => {
    // The compressor of a server and that of the tests differ near the end of a string, so the last two are put together.
    const values = [
      ...['-1', '128', '32768', '2147483648'].map((text) => str(text, 'server')),
      lzf(hex('01 61 61 e0 0a 00'), 21),
      lzf(hex('01 61 61 e0 57 00 01 61 61'), 100),
    ];
    expect(values.map((value) => `00${asHex(value)}`)).toEqual(dumps.STRINGS.map(([dump]) => asHex(dump)));
  });

  it.each([
    ['SET_LISTPACK', dumps.SET_LISTPACK, 'sl', blobValue(20, listpack(['x', 'y']))],
    ['SET_INTSET', dumps.SET_INTSET, 'is', blobValue(11, intset([1, 2, 70000]))],
    ['HASH_LISTPACK', dumps.HASH_LISTPACK, 'h', blobValue(16, listpack(['f', 'v', 'n', '7']))],
    ['ZSET_LISTPACK', dumps.ZSET_LISTPACK, 'z', blobValue(17, listpack(['a', '1', 'b', '2.5', 'c', 'inf']))],
    ['HASH_ZIPLIST', dumps.HASH_ZIPLIST, 'h', blobValue(13, ziplist(['f', 'v', 'n', '7']))],
    ['QUICKLIST', dumps.QUICKLIST, 'li', quicklistValue([ziplist(['a', 'b', '1', '300'])])],
    [
      'QUICKLIST_2',
      dumps.QUICKLIST_2,
      'lp',
      quicklist2Value([{ packed: listpack(['e0', 'e1', 'e2', 'e3']) }, { packed: listpack(['e4', 'e5']) }]),
    ],
    [
      'ZSET_2',
      dumps.ZSET_2,
      'zb',
      zset2Value([
        ['memberlong', 1.5],
        ['memblong2', Number.NEGATIVE_INFINITY],
      ]),
    ],
    [
      'HASH_METADATA',
      dumps.HASH_METADATA,
      'hxb',
      hashMetadataValue(1999999999999, [
        { field: 'fieldlong', value: 'v', ttl: 1 },
        { field: 'ff', value: 'w', ttl: 0 },
      ]),
    ],
    [
      'HASH_LISTPACK_EX',
      dumps.HASH_LISTPACK_EX,
      'hx',
      hashListpackExValue(9999999999999, listpack(['f', 'v', 9999999999999, 'g', 'w', 0])),
    ],
    [
      'HASH_2',
      dumps.HASH_2,
      'hx',
      hash2Value([
        { field: 'f', value: 'v', expireAtMs: 1999999999999 },
        { field: 'g', value: 'w', expireAtMs: -1 },
      ]),
    ],
    [
      'VECTOR_SET',
      dumps.VECTOR_SET,
      'vs',
      moduleValue('vectorset', 0, [
        ...[3, 1, 4097, 0].map((uint) => ({ uint })),
        { string: 'e1', form: 'raw' },
        { string: hex('7f0000'), form: 'raw' },
        ...[5n, 1n, 0n, 0n, 32n, 0x3f8000003f800000n].map((uint) => ({ uint })),
      ]),
    ],
    ['HASH_TMPL_LP_REF', dumps.HASH_TMPL_LP_REF, 'h', blobValue(30, listpack([0, 'x', 'y']))],
    [
      'ARRAY',
      dumps.ARRAY,
      'ar',
      arrayValue(
        [
          { index: 0, integer: 5 },
          { index: 1, double: 2.5 },
          { index: 2, short: 'hi' },
          { index: 7, string: 'long string' },
          { index: 16384, integer: -70000 },
        ],
        64,
      ),
    ],
  ] as const)('%s', (_name, dump, key, value) => {
    expect(record(key, value)).toBe(asHex(dump));
  });

  it('a stream of RDB 11 with groups', () => {
    const time = 0x1a1f80b2174;
    const node = streamNode([
      { id: [1000, 1], fields: Object.entries({ a: '1', b: '2' }) },
      { id: [1000, 2], fields: Object.entries({ a: '3', b: '4' }), deleted: true },
      { id: [1005, 0], fields: [['c', 'xyz']] },
    ]);
    const value = streamValue(21, {
      nodes: [node],
      length: 2,
      lastId: [1005, 0],
      firstId: [1000, 1],
      maxDeletedId: [1000, 2],
      entriesAdded: 3,
      groups: [
        {
          name: 'g',
          lastId: [1000, 1],
          pending: [{ id: [1000, 1], time, count: 1 }],
          consumers: [{ name: 'c1', seen: time, active: time, pending: [[1000, 1]] }],
        },
        { name: 'g2', lastId: [1005, 0] },
      ],
    });
    expect(record('st', value)).toBe(asHex(dumps.STREAM_3));
  });

  it('a stream of RDB 14 with released entries and an idempotent producer', () => {
    const time = 0x1a1f831df85;
    const late = [4102444800000, 1] as const;
    const node = streamNode([
      ...[1, 2, 3].map((seq) => ({ id: [1000, seq] as const, fields: [['a', String(seq)]] as const })),
      { id: [4102444800000, 1], fields: [['a', '4']], deleted: true },
    ]);
    const value = streamValue(27, {
      nodes: [node],
      length: 3,
      lastId: late,
      firstId: [1000, 1],
      maxDeletedId: late,
      entriesAdded: 4,
      groups: [
        {
          name: 'g',
          lastId: [1000, 3],
          entriesRead: 3,
          pending: [
            { id: [1000, 1], time: 0, count: 2n ** 63n - 1n },
            { id: [1000, 2], time, count: 1 },
            { id: [1000, 3], time: 0, count: 1 },
          ],
          consumers: [{ name: 'c1', seen: time, active: time, pending: [[1000, 2]] }],
          nacked: [
            [1000, 3],
            [1000, 1],
          ],
        },
      ],
      idmp: { producers: [{ pid: '42', entries: [{ iid: 'order-7', id: late }] }], added: 1, duplicates: 1 },
    });
    expect(record('st', value)).toBe(asHex(dumps.STREAM_5));
  });

  it('the idempotency part of a stream of RDB 13', () => {
    const producers = [1, 2].map((n) => ({
      pid: `producer${n}`,
      entries: [{ iid: `iid_p${n}_e1`, id: [1771945454291, n] as const }],
    }));
    const value = stream(26, { length: 0, lastId: [0, 0], idmp: { producers, added: 2 } });
    expect(asHex(value.subarray(-dumps.IDMP_TAIL.length))).toBe(asHex(dumps.IDMP_TAIL));
  });

  it('slots, templates and key metadata', () => {
    const slots = new RdbBuilder(12).slotInfo(12182, 2, 0).freq(5).key('foo', stringValue('bar'));
    expect(asHex(slots.unfinished().subarray(9))).toBe(asHex(dumps.SLOT_INFO_KEY));
    const template = new RdbBuilder(15).hashTemplate(0, ['a', 'b']);
    expect(asHex(template.unfinished().subarray(9))).toBe(asHex(dumps.HASH_TEMPLATE));
    const meta = new RdbBuilder(14)
      .keyMeta({
        name: 'KMT1',
        version: 1,
        flags: 1,
        parts: [{ string: 'meta' }, { uint: 1 }, { float: 1.5 }, { string: '0xa.aaaaaaaaaaaaa9ep-5', form: 'lzf' }],
      })
      .key('m', stringValue('v'));
    expect(asHex(meta.unfinished().subarray(9))).toBe(asHex(dumps.KEY_META));
  });
});

describe('the builder follows the tables of the format reference', () => {
  it.each([
    [0, '00'],
    [63, '3f'],
    [64, '4040'],
    [16383, '7fff'],
    [16384, '8000004000'],
    [2 ** 32 - 1, '80ffffffff'],
    [2 ** 32, '810000000100000000'],
    [-1, '81ffffffffffffffff'],
  ])('length %d', (value, expected) => {
    expect(asHex(len(value))).toBe(expected);
  });

  it('lengths in longer forms than needed', () => {
    expect([14, 32, 64].map((form) => asHex(len(5, form as 14 | 32 | 64)))).toEqual([
      '4005',
      '8000000005',
      '810000000000000005',
    ]);
    expect(() => len(64, 6)).toThrow(RangeError);
  });

  it('empty containers', () => {
    expect(asHex(listpack([]))).toBe('070000000000ff');
    expect(asHex(ziplist([]))).toBe('0b0000000a0000000000ff');
    expect(asHex(zipmap([]))).toBe('00ff');
    expect(asHex(intset([]))).toBe('0200000000000000');
  });

  it('the length of a backlen, with its strict limits', () => {
    const sizes = [127, 128, 16382, 16383, 2097150, 2097151, 268435454, 268435455];
    expect(sizes.map((size) => backlen(size).length)).toEqual([1, 2, 2, 3, 3, 4, 4, 5]);
    expect(asHex(backlen(300))).toBe('02ac');
  });

  it('module ids', () => {
    expect(moduleId('vectorset', 0)).toBe(0xbde72da2bb1eb400n);
    expect(moduleId('ReJSON-RL', 0)).toBe(0x45e25238df912c00n);
    expect(moduleId('hellotype', 0)).toBe(0x85e965a2dca97800n);
    expect(moduleId('MBbloom--', 0)).toBe(0x3016e5a289bef800n);
  });

  it('trailers', () => {
    const file = () => new RdbBuilder(9).selectDb(0).resizeDb(1, 0).key('ok', stringValue('v'));
    expect(asHex(file().finish('zero').subarray(-8))).toBe('0000000000000000');
    expect(file().finish('wrong').subarray(0, -8)).toEqual(dumps.SMALLEST_FILE.subarray(0, -8));
    expect(file().finish('wrong').subarray(-8)).not.toEqual(dumps.SMALLEST_FILE.subarray(-8));
    expect(file().finish('none')).toEqual(dumps.SMALLEST_FILE.subarray(0, -8));
    expect(new RdbBuilder(4).finish().toString('latin1')).toBe('REDIS0004\u00ff');
  });
});
