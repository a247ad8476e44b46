// A report of statistics, made of a list of keys by the plainest means: exact, nothing bounded, everything in memory.
import { hashSlot, SLOTS } from '../../src/keyspace/slot.js';
import type {
  Distribution,
  ElementStats,
  KeyStats,
  PrefixStats,
  StatsFile,
  StatsReport,
  Totals,
} from '../../src/stats/report.js';

/** When the files were made. */
export const MADE_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

export interface ModelKey {
  readonly name: string | Uint8Array;
  readonly db?: number;
  readonly type?: string;
  readonly encoding?: string;
  readonly bytes?: number;
  readonly memory?: number;
  readonly elements?: number;
  readonly expireAtMs?: number;
}

type Full = KeyStats & { readonly text: string };

export function modelFile(over: Partial<StatsFile> = {}): StatsFile {
  return {
    path: 'dump.rdb',
    kind: 'rdb',
    bytes: 123_456,
    end: 123_456,
    complete: true,
    outcome: 'sound',
    producer: { name: 'redis', version: '7.0.15' },
    rdbVersion: 10,
    createdAtMs: MADE_MS,
    aux: { 'redis-ver': '7.0.15', 'redis-bits': '64' },
    checksum: 'ok',
    keys: 0,
    findings: [],
    ...over,
  };
}

/** `separator`: one character; the tree has `depth` levels. */
export function modelReport(
  model: readonly ModelKey[],
  over: Partial<StatsReport> = {},
  { separator = ':', depth = 2, elements = [] as readonly ElementStats[] } = {},
): StatsReport {
  const keys = model.map(full);
  const expired = keys.filter(({ expireAtMs }) => expireAtMs !== null && expireAtMs < MADE_MS).length;
  const by = (what: 'bytes' | 'memory' | 'elements') =>
    [...keys]
      .sort((a, b) => b[what] - a[what])
      .slice(0, 100)
      .map(({ text: _, ...key }) => key);
  const divided = keys.filter(({ text }) => text.includes(separator));
  const tree = prefixTree(divided, separator, depth, 1, '');
  const ttls = keys.flatMap(({ expireAtMs }) =>
    expireAtMs !== null && expireAtMs >= MADE_MS ? [Math.floor((expireAtMs - MADE_MS) / 1000)] : [],
  );
  return {
    files: [modelFile({ keys: keys.length })],
    complete: true,
    limited: false,
    filters: [],
    nowMs: MADE_MS,
    nowSource: 'file',
    memoryModel: { server: 'redis-7.0', allocator: 'official' },
    totals: sum(keys),
    expired,
    memoryUnknown: 0,
    databases: groups(keys, ({ db }) => String(db)).map(([db, group]) => ({ db: Number(db), ...sum(group) })),
    types: byMemory(groups(keys, ({ type }) => type).map(([type, group]) => ({ type, ...sum(group) }))),
    encodings: byMemory(
      groups(keys, ({ type, encoding }) => `${type} ${encoding}`).map(([name, group]) => {
        const [type, encoding] = name.split(' ');
        return { type, encoding, ...sum(group) };
      }),
    ),
    prefixes: {
      separators: [separator],
      guessed: true,
      depth,
      exact: true,
      unlisted: undefined,
      distinctExact: true,
      without: sum(keys.filter(({ text }) => !text.includes(separator))),
      tree,
      distinct: countNodes(tree),
    },
    biggest: { byBytes: by('bytes'), byMemory: by('memory'), byElements: by('elements'), elements },
    distributions: {
      valueBytes: distribution(keys.map(({ bytes, key }) => Math.max(0, bytes - key.length))),
      elements: distribution(keys.filter(({ type }) => type !== 'string').map((key) => key.elements)),
      keyLength: distribution(keys.map(({ key }) => key.length)),
      ttlSeconds: distribution(ttls),
      idleSeconds: undefined,
      frequency: undefined,
    },
    slots: slotReport(keys),
    functions: [],
    modules: [],
    ...over,
  };
}

/** Counts by powers of two, percentiles by the nearest rank. */
export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0;
  const exponents = new Map<number, number>();
  for (const value of sorted) {
    const exponent = value === 0 ? -1 : Math.floor(Math.log2(value));
    exponents.set(exponent, (exponents.get(exponent) ?? 0) + 1);
  }
  return {
    count: sorted.length,
    sum: sorted.reduce((a, b) => a + b, 0),
    max: sorted.at(-1) ?? 0,
    p50: rank(0.5),
    p90: rank(0.9),
    p99: rank(0.99),
    buckets: [...exponents].map(([exponent, count]) => {
      return exponent < 0 ? { from: 0, to: 0, count } : { from: 2 ** exponent, to: 2 ** (exponent + 1) - 1, count };
    }),
  };
}

/** A dataset as applications have them: users, sessions that expire, a cache, a queue, some without a prefix. */
export function applicationKeys(users = 2000): ModelKey[] {
  const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const hour = 3_600_000;
  return [
    ...many(users, (i): ModelKey => {
      const encoding = i % 10 === 0 ? 'hashtable' : 'listpack';
      return {
        name: `user:profile:${i}`,
        type: 'hash',
        encoding,
        bytes: 180 + (i % 40),
        memory: 320,
        elements: 8 + (i % 3),
      };
    }),
    ...many(users / 2, (i): ModelKey => {
      return { name: `user:visits:${i}`, encoding: 'int', bytes: 24, memory: 72, elements: 1 };
    }),
    ...many(users, (i): ModelKey => {
      const expireAtMs = MADE_MS + (i % 48) * hour - hour;
      return { name: `session:${i * 7919}`, encoding: 'raw', bytes: 420, memory: 560, elements: 1, expireAtMs };
    }),
    ...many(users / 4, (i): ModelKey => {
      const db = i % 2;
      return { name: `cache:page:/item/${i}.html`, db, encoding: 'raw', bytes: 9000, memory: 10_320, elements: 1 };
    }),
    ...many(12, (i): ModelKey => {
      const elements = 4000 * (i + 1);
      const memory = elements * 150;
      return { name: `board:{game${i}}`, type: 'zset', encoding: 'skiplist', bytes: elements * 30, memory, elements };
    }),
    { name: 'jobs', type: 'list', encoding: 'quicklist', bytes: 700_000, memory: 720_000, elements: 90_000 },
    { name: 'online', type: 'set', encoding: 'intset', bytes: 4000, memory: 4100, elements: 500 },
  ];
}

function full({ name, db = 0, type = 'string', encoding = 'embstr', ...sizes }: ModelKey): Full {
  const key = Buffer.from(name);
  const { bytes = key.length + 10, memory = key.length + 64, elements = 1, expireAtMs = null } = sizes;
  return { db, key, text: key.toString('latin1'), type, encoding, bytes, memory, elements, expireAtMs };
}

function sum(keys: readonly Full[]): Totals {
  const all = (what: 'bytes' | 'memory' | 'elements') => keys.reduce((total, key) => total + key[what], 0);
  const expires = keys.filter(({ expireAtMs }) => expireAtMs !== null).length;
  return { keys: keys.length, expires, bytes: all('bytes'), memory: all('memory'), elements: all('elements') };
}

function groups(keys: readonly Full[], by: (key: Full) => string): [string, Full[]][] {
  const found = new Map<string, Full[]>();
  for (const key of keys) {
    const group = found.get(by(key));
    if (group) group.push(key);
    else found.set(by(key), [key]);
  }
  return [...found];
}

function byMemory<T extends Totals>(rows: T[]): T[] {
  return rows.sort((a, b) => b.memory - a.memory);
}

function prefixTree(
  keys: readonly Full[],
  separator: string,
  levels: number,
  depth: number,
  start: string,
): PrefixStats[] {
  if (levels === 0) return [];
  const inside = keys.filter(({ text }) => text.startsWith(start) && text.includes(separator, start.length));
  const prefix = ({ text }: Full) => text.slice(0, text.indexOf(separator, start.length) + 1);
  return byMemory(
    groups(inside, prefix).map(([text, group]) => ({
      prefix: Buffer.from(text, 'latin1'),
      depth,
      ...sum(group),
      missing: undefined,
      children: prefixTree(group, separator, levels - 1, depth + 1, text),
    })),
  );
}

function countNodes(tree: readonly PrefixStats[]): number {
  return tree.reduce((count, { children }) => count + 1 + countNodes(children), 0);
}

function slotReport(keys: readonly Full[]): StatsReport['slots'] {
  const counts = Array.from({ length: SLOTS }, () => ({ keys: 0, bytes: 0, memory: 0 }));
  for (const { key, bytes, memory } of keys) {
    const slot = counts[hashSlot(key)];
    slot.keys++;
    slot.bytes += bytes;
    slot.memory += memory;
  }
  const tagged = keys.filter(({ text }) => /\{[^}]+\}/.test(text));
  const tags = groups(tagged, ({ text }) => /\{([^}]+)\}/.exec(text)?.[1] ?? '').map(([text, group]) => {
    const tag = Buffer.from(text, 'latin1');
    return { tag, slot: hashSlot(tag), missing: undefined, ...sum(group) };
  });
  const used = counts.flatMap((count, slot) => (count.keys > 0 ? [{ slot, ...count }] : []));
  return {
    relevant: tagged.length > 0,
    used: used.length,
    keys: counts.map((count) => count.keys),
    bytes: counts.map((count) => count.bytes),
    memory: counts.map((count) => count.memory),
    biggest: used.sort((a, b) => b.memory - a.memory).slice(0, 100),
    tags: byMemory(tags),
  };
}
