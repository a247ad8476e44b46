/** Reports as they could come from real dumps, to be looked at and clicked on. */
import type {
  Distribution,
  ElementStats,
  EncodingStats,
  KeyStats,
  PrefixStats,
  StatsReport,
  Totals,
} from '../../../src/stats/report.js';
import { randomNumbers } from '../../helpers/random.js';

const MADE = Date.UTC(2026, 10, 19, 3, 0, 2);

const SERVICES: readonly (readonly [name: string, type: string, encoding: string, keys: number, each: number])[] = [
  ['session', 'string', 'raw', 1_900_000, 620],
  ['user', 'hash', 'listpack', 1_250_000, 410],
  ['cart', 'hash', 'listpack', 310_000, 890],
  ['product', 'hash', 'hashtable', 84_000, 6100],
  ['feed', 'list', 'quicklist', 120_000, 7400],
  ['leaderboard', 'zset', 'skiplist', 900, 240_000],
  ['events', 'stream', 'stream', 340, 1_900_000],
  ['tags', 'set', 'hashtable', 22_000, 4300],
  ['online', 'set', 'intset', 5200, 410],
  ['ratelimit', 'string', 'int', 640_000, 72],
  ['lock', 'string', 'embstr', 4100, 88],
  ['cache', 'string', 'raw', 410_000, 2300],
  ['queue', 'list', 'listpack', 130, 31_000],
];

const SECOND = 'eu us ap sa af mobile web api partner internal batch beta v1 v2 v3 archive hot cold'.split(' ');

export interface DemoOptions {
  /** Prefixes of all depths, about. */
  readonly prefixes?: number;
  /** Rows of each list of biggest keys. */
  readonly keys?: number;
  readonly exact?: boolean;
}

/** A shop with a dozen services. The same options give the same report. */
export function demoReport({ prefixes = 4000, keys = 200, exact = true }: DemoOptions = {}): StatsReport {
  const next = randomNumbers(7);
  const perService = Math.floor(prefixes / SERVICES.length / SECOND.length);
  const tree = SERVICES.map(([name, , , count, each]) => {
    const children = share(count * 0.93, SECOND.length, next).map((part, i) => {
      const leaves = share(part * 0.8, perService, next);
      const below = leaves.map((leaf, k) => node(`${name}:${SECOND[i]}:${words(k)}:`, 3, leaf, each, exact, []));
      return node(`${name}:${SECOND[i]}:`, 2, part, each, exact, byMemory(below));
    });
    return node(`${name}:`, 1, count, each, exact, byMemory(children));
  });
  const without = totals(48_211, 310, 0.4);
  const sum = [...tree, without].reduce<Totals>(add, { keys: 0, expires: 0, bytes: 0, memory: 0, elements: 0 });
  const big = Array.from({ length: keys }, (_, i) => bigKey(i, next));
  const encodings = merge(
    SERVICES.map(([, type, encoding, count, each]): EncodingStats => ({ type, encoding, ...totals(count, each, 0.5) })),
  );
  return {
    files: [
      {
        path: '/var/lib/redis/dump.rdb',
        kind: 'rdb',
        bytes: Math.round(sum.bytes * 1.02),
        end: Math.round(sum.bytes * 1.02),
        complete: true,
        outcome: 'sound',
        producer: { name: 'redis', version: '7.2.5' },
        rdbVersion: 11,
        createdAtMs: MADE,
        aux: {
          'redis-ver': '7.2.5',
          'redis-bits': '64',
          ctime: String(MADE / 1000),
          'used-mem': '6442450944',
          'repl-id': '1f7c6b6ef2a5d8a6e64f0d9f6ac0e4d12b8a9f30',
          'repl-offset': '88211930221',
          'aof-base': '0',
        },
        checksum: 'ok',
        keys: sum.keys,
        findings: [],
      },
    ],
    complete: true,
    limited: false,
    filters: [],
    nowMs: MADE,
    nowSource: 'file',
    memoryModel: { server: 'redis-7.2', allocator: 'official' },
    totals: sum,
    expired: 3127,
    memoryUnknown: 12,
    databases: [
      { db: 0, ...scale(sum, 0.9) },
      { db: 1, ...scale(sum, 0.08) },
      { db: 7, ...scale(sum, 0.02) },
    ],
    types: [...new Set(encodings.map(({ type }) => type))].map((type) => ({
      type,
      ...encodings
        .filter((row) => row.type === type)
        .map((row): Totals => row)
        .reduce(add),
    })),
    encodings,
    prefixes: {
      separators: [':'],
      guessed: true,
      depth: 3,
      exact,
      without,
      tree: byMemory(tree),
      distinct: 61_230,
      distinctExact: exact,
      unlisted: undefined,
    },
    biggest: {
      byBytes: [...big].sort((a, b) => b.bytes - a.bytes),
      byMemory: [...big].sort((a, b) => b.memory - a.memory),
      byElements: [...big].sort((a, b) => b.elements - a.elements),
      elements: Array.from({ length: keys }, (_, i): ElementStats => {
        const key = big[i % big.length];
        const element = key.type === 'hash' ? Buffer.from(`payload_${i}`) : null;
        return { db: 0, key: key.key, type: key.type, element, bytes: Math.round(4_000_000 / (i + 1)) };
      }),
    },
    distributions: {
      valueBytes: bell(9, 26, 7, sum.keys),
      elements: bell(4, 22, 3, 520_000),
      keyLength: bell(5, 9, 1.2, sum.keys),
      ttlSeconds: bell(14, 24, 4, sum.expires - 3127),
      idleSeconds: bell(12, 22, 4, sum.keys),
      frequency: undefined,
    },
    slots: slots(sum, next),
    functions: [
      { name: 'ratelimiter', engine: 'LUA', bytes: 4210 },
      { name: 'cartops', engine: 'LUA', bytes: 18_020 },
    ],
    modules: [{ name: 'MBbloom--', keys: 12, bytes: 5_100_200 }],
  };
}

/** Of a dump in which nothing is. */
export function emptyReport(): StatsReport {
  const report = demoReport({ prefixes: 300, keys: 1 });
  const none = totals(0, 0, 0);
  const nothing: Distribution = { count: 0, sum: 0, max: 0, p50: 0, p90: 0, p99: 0, buckets: [] };
  return {
    ...report,
    files: report.files.map((file) => ({ ...file, bytes: 120, keys: 0 })),
    totals: none,
    expired: 0,
    memoryUnknown: 0,
    databases: [],
    types: [],
    encodings: [],
    prefixes: { ...report.prefixes, separators: [], without: none, tree: [], distinct: 0 },
    biggest: { byBytes: [], byMemory: [], byElements: [], elements: [] },
    distributions: {
      valueBytes: nothing,
      elements: nothing,
      keyLength: nothing,
      ttlSeconds: nothing,
      idleSeconds: undefined,
      frequency: undefined,
    },
    slots: { ...report.slots, relevant: false, used: 0, biggest: [], tags: [] },
    functions: [],
    modules: [],
  };
}

function totals(keys: number, each: number, expiring: number): Totals {
  const n = Math.round(keys);
  return {
    keys: n,
    expires: Math.round(n * expiring),
    bytes: Math.round(n * each * 0.62),
    memory: Math.round(n * (each + 56)),
    elements: Math.round(n * (1 + each / 60)),
  };
}

function node(
  prefix: string,
  depth: number,
  keys: number,
  each: number,
  exact: boolean,
  children: readonly PrefixStats[],
): PrefixStats {
  const own = totals(keys, each, /session|cache|ratelimit|lock/.test(prefix) ? 1 : 0.1);
  const missing = exact || depth === 1 ? undefined : scale(own, 0.03);
  return { prefix: Buffer.from(prefix), depth, ...own, missing, children };
}

function bigKey(i: number, next: () => number): KeyStats {
  const [name, type, encoding, , each] = SERVICES[i % 5 === 0 ? 6 : next() % SERVICES.length];
  const memory = Math.round(((90_000_000 + (each % 1000) * 10_000) / (i + 2)) * (1 + (next() % 100) / 200));
  return {
    db: i % 11 === 0 ? 1 : 0,
    key: Buffer.from(`${name}:${SECOND[next() % SECOND.length]}:${words(next() % 500)}:${next() % 100_000}`),
    type,
    encoding,
    bytes: Math.round(memory * (0.5 + (next() % 100) / 400)),
    memory,
    elements: type === 'string' ? 1 : Math.round(memory / (20 + (next() % 80))),
    expireAtMs: i % 3 === 0 ? MADE + (next() % 900_000_000) - 40_000_000 : null,
  };
}

function slots(sum: Totals, next: () => number): StatsReport['slots'] {
  const mean = sum.keys / 16_384;
  const keys = Array.from({ length: 16_384 }, (_, slot) =>
    Math.round(mean * (slot === 5649 ? 60 : 0.7 + (next() % 600) / 1000)),
  );
  const each = sum.memory / sum.keys;
  const rows = keys.map((count, slot) => ({
    slot,
    keys: count,
    bytes: Math.round(count * each * 0.6),
    memory: Math.round(count * each),
  }));
  const biggest = byMemory(rows).slice(0, 20);
  return {
    relevant: true,
    used: 16_384,
    keys,
    bytes: rows.map(({ bytes }) => bytes),
    memory: rows.map(({ memory }) => memory),
    biggest,
    tags: [
      { tag: Buffer.from('tenant-acme'), slot: 5649, ...totals(19_000, 700, 0.2), missing: undefined },
      { tag: Buffer.from('tenant-globex'), slot: 11_021, ...totals(2100, 700, 0.2), missing: undefined },
      { tag: Buffer.from('queue'), slot: 3712, ...totals(130, 9000, 0), missing: totals(4, 9000, 0) },
    ],
  };
}

/** Rows of one type and encoding in one. */
function merge(rows: readonly EncodingStats[]): EncodingStats[] {
  const merged = new Map<string, EncodingStats>();
  for (const row of rows) {
    const id = `${row.type} ${row.encoding}`;
    const before = merged.get(id);
    merged.set(id, before ? { ...row, ...add(before, row) } : row);
  }
  return byMemory([...merged.values()]);
}

/** A distribution around 2^middle. */
function bell(middle: number, last: number, width: number, count: number): Distribution {
  const weights = Array.from({ length: last + 1 }, (_, i) => Math.exp(-(((i - middle) / width) ** 2)));
  const all = weights.reduce((a, b) => a + b, 0);
  const buckets = weights
    .map((weight, i) => ({ from: 2 ** i, to: 2 ** (i + 1) - 1, count: Math.round((weight / all) * count) }))
    .filter((bucket) => bucket.count > 0);
  const at = (part: number) => {
    let seen = 0;
    return buckets.find((bucket) => (seen += bucket.count) >= part * count)?.from ?? 0;
  };
  const max = buckets.at(-1)?.to ?? 0;
  return { count, sum: count * 2 ** middle, max, p50: at(0.5), p90: at(0.9), p99: at(0.99), buckets };
}

/** Parts of a whole that fall off as in real life. */
function share(whole: number, parts: number, next: () => number): number[] {
  const weights = Array.from({ length: parts }, (_, i) => (1 + (next() % 100) / 100) / (i + 1));
  const all = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => Math.floor((whole * weight) / all));
}

function words(i: number): string {
  const first = 'alpha bravo cargo delta ember flint gamma hotel index joker karma lemon'.split(' ');
  return i < first.length ? first[i] : `${first[i % first.length]}-${Math.floor(i / first.length)}`;
}

function byMemory<T extends { readonly memory: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => b.memory - a.memory);
}

function scale({ keys, expires, bytes, memory, elements }: Totals, by: number): Totals {
  const times = (n: number) => Math.round(n * by);
  return {
    keys: times(keys),
    expires: times(expires),
    bytes: times(bytes),
    memory: times(memory),
    elements: times(elements),
  };
}

function add(a: Totals, b: Totals): Totals {
  return {
    keys: a.keys + b.keys,
    expires: a.expires + b.expires,
    bytes: a.bytes + b.bytes,
    memory: a.memory + b.memory,
    elements: a.elements + b.elements,
  };
}
