/**
 * Values that real servers of Debian told (MEMORY USAGE key SAMPLES 0 behind a reload): section 11.3 of the format
 * reference, and for streams and hashes with field expiry the sizes that the comments name.
 */
import { describe, expect, it } from 'vitest';
import { memoryModel } from '../../../src/servers/memory/model.js';
import { releaseNamed } from '../../../src/servers/releases.js';
import {
  blobValue,
  hash2Value,
  hashMetadataValue,
  hashValue,
  intset,
  quicklist2Value,
  RdbBuilder,
  setValue,
  streamNode,
  streamValue,
  type Value,
  zset2Value,
} from '../../helpers/rdb-builder.js';
import { estimatesOf } from './estimates.js';

const COLUMNS = ['redis-6.0', 'redis-7.0', 'redis-8.0', 'valkey-8.1', 'valkey-9.1'] as const;
type Column = (typeof COLUMNS)[number];

function modelOf(name: Column) {
  const release = releaseNamed(name);
  if (!release) throw new Error(name);
  // The reference measured Redis 8.0.2, whose jemalloc is older than that of Valkey 9.1.2.
  return memoryModel(release, name === 'valkey-9.1' ? 'distribution-5.3.1' : 'distribution');
}

describe('string keys', () => {
  const rows: [what: string, name: number, value: number, integer: boolean, expires: boolean, bytes: number[]][] = [
    ['int', 1, 3, true, false, [48, 48, 48, 16, 32]],
    ['1 byte', 1, 1, false, false, [51, 64, 64, 32, 32]],
    ['20 bytes', 1, 20, false, false, [70, 80, 80, 48, 48]],
    ['44 bytes', 1, 44, false, false, [94, 96, 96, 64, 64]],
    ['45 bytes', 1, 45, false, false, [112, 112, 112, 80, 64]],
    ['100 bytes', 1, 100, false, false, [160, 160, 160, 128, 128]],
    ['1000 bytes', 1, 1000, false, false, [1072, 1072, 1072, 1040, 1056]],
    ['100000 bytes', 1, 100_000, false, false, [114_736, 114_736, 114_736, 114_704, 102_432]],
    ['a name of 30', 30, 1, false, false, [75, 88, 88, 64, 64]],
    ['a name of 40', 40, 1, false, false, [91, 104, 104, 80, 64]],
    ['a name of 100', 100, 1, false, false, [155, 168, 168, 24, 128]],
    ['with a TTL', 1, 1, false, true, [51, 64, 64, 48, 32]],
  ];

  it.each(rows)('%s', (_what, nameLength, valueLength, integer, expires, bytes) => {
    const told = COLUMNS.map((column) => modelOf(column).stringKey(nameLength, valueLength, integer, expires));
    expect(told).toEqual(bytes);
  });

  // Names of 14 and 100 bytes with values that are shorter than the pointer that they replace (Valkey 9.1.2).
  it('keep room for a pointer in Valkey 9.1', () => {
    const model = modelOf('valkey-9.1');
    expect(model.stringKey(14, 0, false, false)).toBe(48);
    expect(model.stringKey(13, 0, false, false)).toBe(32);
    expect(model.stringKey(100, 0, false, true)).toBe(160);
  });
});

/** `length` bytes, each different. */
function text(i: number, length: number): string {
  return `n${String(i).padStart(4, '0')}`.padEnd(length, 'x');
}

const thousand = Array.from({ length: 1000 }, (_, i) => i);
const values: [what: string, key: string, value: Value, bytes: number[], tolerance: number][] = [
  ['intset of 3', 'k', blobValue(11, intset([1, 2, 3])), [62, 64, 64, 32, 48], 0],
  ['a set of 3', 'k', setValue(['a', 'b', 'c']), [272, 232, 64, 32, 48], 0],
  [
    'a hash table of 1000',
    'k',
    hashValue(thousand.map((i) => [text(i, 9), text(i, 20)])),
    [80_336, 80_296, 80_296, 65_304, 65_464],
    0.01,
  ],
  [
    'a set table of 1000',
    'k',
    setValue(thousand.map((i) => text(i, 10))),
    [48_336, 48_296, 48_296, 33_304, 33_392],
    0.01,
  ],
  // The levels of a skiplist are random.
  [
    'a sorted set of 1000',
    'k',
    zset2Value(thousand.map((i) => [text(i, 10), i + 0.5])),
    [102_300, 102_400, 102_500, 87_500, 71_000],
    0.02,
  ],
];

describe('collections', () => {
  it.each(values)('%s', async (_what, key, value, bytes, tolerance) => {
    const dump = new RdbBuilder(10).key(key, value).finish();
    for (const [i, column] of COLUMNS.entries()) {
      const told = (await estimatesOf(dump, modelOf(column))).get(key)?.bytes ?? 0;
      expect(Math.abs(told - (bytes[i] ?? 0)), `${column}: ${told}`).toBeLessThanOrEqual((bytes[i] ?? 0) * tolerance);
    }
  });

  it('a list of one item of 10000 bytes', async () => {
    const dump = new RdbBuilder(10).key('k', quicklist2Value([{ plain: 'x'.repeat(10_000) }])).finish();
    const told = COLUMNS.slice(1).map(async (column) => (await estimatesOf(dump, modelOf(column))).get('k')?.bytes);
    expect(await Promise.all(told)).toEqual([10_368, 10_368, 10_336, 10_352]);
  });
});

/** XADD key 1700000000000+i-0 f x, 100 entries to a node; then one consumer reads all of them. */
function streamWithGroup(count: number): Value {
  const ids = Array.from({ length: count }, (_, i) => [1_700_000_000_000 + i, 0] as const);
  const nodes = [];
  for (let i = 0; i < count; i += 100) {
    nodes.push(streamNode(ids.slice(i, i + 100).map((id) => ({ id, fields: [['f', 'x']] }))));
  }
  const pending = ids.map((id) => ({ id, time: 0, count: 1 }));
  const consumers = [{ name: 'consumer', seen: 0, pending: ids }];
  const lastId = ids[count - 1] ?? [0, 0];
  return streamValue(19, { nodes, length: count, lastId, groups: [{ name: 'grp', lastId, pending, consumers }] });
}

/** XADD key 1700000000000+1000i-0 f <4000 bytes>: each entry has a node of its own. */
function streamOfNodes(count: number): Value {
  const ids = Array.from({ length: count }, (_, i) => [1_700_000_000_000 + i * 1000, 0] as const);
  const nodes = ids.map((id) => streamNode([{ id, fields: [['f', 'x'.repeat(4000)]] }]));
  return streamValue(19, { nodes, length: count, lastId: ids[count - 1] ?? [0, 0] });
}

// Redis 7.0.15, 8.0.6, Valkey 8.1.1, 9.1.2.
describe('streams', () => {
  it.each([
    ['g1', streamWithGroup(1), [1768, 1776, 472, 488]],
    ['g2', streamWithGroup(2), [3792, 3800, 736, 752]],
    ['g5', streamWithGroup(5), [6920, 6928, 1192, 1208]],
    ['g17', streamWithGroup(17), [19_448, 19_456, 2968, 2984]],
    ['g300', streamWithGroup(300), [317_592, 317_600, 46_464, 46_480]],
    ['n1', streamOfNodes(1), [4728, 4728, 4272, 4288]],
    ['n17', streamOfNodes(17), [78_816, 78_816, 70_768, 70_784]],
    ['n300', streamOfNodes(300), [1_381_836, 1_381_836, 1_246_368, 1_246_384]],
  ])('%s', async (key, value, bytes) => {
    const dump = new RdbBuilder(10).key(key, value).finish();
    const told = COLUMNS.slice(1).map(async (column) => (await estimatesOf(dump, modelOf(column))).get(key)?.bytes);
    expect(await Promise.all(told)).toEqual(bytes);
  });
});

describe('hashes with field expiry', () => {
  // Fields of 4 bytes with values of 5, all of which expire one second behind the other: key `N:1:4:5`.
  const fields = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ field: i.toString(36).padStart(4, '0'), value: 'vvvvv', at: i * 1000 }));

  it.each([
    [1, 120],
    [3, 168],
    [10, 344],
    [100, 2648],
    [600, 50_800],
  ])('%i in Redis 8.0.6', async (count, bytes) => {
    const key = `${count}:1:4:5`;
    const value = hashMetadataValue(
      2_000_000_000_000,
      fields(count).map(({ at, ...field }) => ({ ...field, ttl: at + 1 })),
    );
    const dump = new RdbBuilder(12).key(key, value).finish();
    expect((await estimatesOf(dump, modelOf('redis-8.0'))).get(key)?.bytes).toBe(bytes);
  });

  it.each([
    [1, 216],
    [3, 312],
    [100, 5560],
    [600, 37_424],
  ])('%i in Valkey 9.1.2', async (count, bytes) => {
    const key = `${count}:1:4:5`;
    const value = hash2Value(
      fields(count).map(({ at, ...field }) => ({ ...field, expireAtMs: 2_000_000_000_000 + at })),
    );
    const dump = new RdbBuilder(80, 'VALKEY').key(key, value).finish();
    const told = (await estimatesOf(dump, modelOf('valkey-9.1'))).get(key)?.bytes ?? 0;
    expect(Math.abs(told - bytes) / bytes, String(told)).toBeLessThanOrEqual(0.03);
  });
});
