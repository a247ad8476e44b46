// Statistics by the plainest means: everything in memory, nothing bounded.
import * as crc from 'crc';
import type { Distribution, StatsReport, Totals } from '../../../src/stats/report.js';
import type { CountedKey } from './dataset.js';

/** What has to be counted of a key. */
export type ModelKey = CountedKey & {
  readonly memory: number;
  /** What its expiry is held against. */
  readonly nowMs: number;
};

export interface ModelOptions {
  readonly separators: readonly string[];
  readonly depth: number;
  readonly top: number;
}

/** Prefixes end within so many bytes of a name, and tags are no longer. */
const LONGEST = 256;

/** Where the prefixes of a name end, from the first level on; of separators that stand at one place the longest counts. */
export function prefixEnds(name: Buffer, separators: readonly string[], depth: number): number[] {
  const ends: number[] = [];
  const divided = separators.map((separator) => Buffer.from(separator)).sort((a, b) => b.length - a.length);
  for (let at = 0; at < name.length && ends.length < depth; ) {
    const found = divided.find((separator) => name.subarray(at, at + separator.length).equals(separator));
    at += found?.length ?? 1;
    if (at > LONGEST) break;
    if (found) ends.push(at);
  }
  return ends;
}

/** What stands between the first brace and the next closing one, when that is not empty. */
export function hashTag(name: Buffer): Buffer | undefined {
  const open = name.indexOf('{');
  const close = open < 0 ? -1 : name.indexOf('}', open + 1);
  return close > open + 1 ? name.subarray(open + 1, close) : undefined;
}

function slotOf(name: Buffer): number {
  return crc.crc16xmodem(hashTag(name) ?? name) & 0x3fff;
}

export function sum(keys: readonly ModelKey[]): Totals {
  const all = (of: (key: ModelKey) => number) => keys.reduce((total, key) => total + of(key), 0);
  return {
    keys: keys.length,
    expires: all(({ expireAtMs }) => (expireAtMs === undefined ? 0 : 1)),
    bytes: all(({ bytes }) => bytes),
    memory: all(({ memory }) => memory),
    elements: all(({ elements }) => elements),
  };
}

/** Keys by what `nameOf` says; a key may belong to several groups, or to none. */
export function groups(keys: readonly ModelKey[], namesOf: (key: ModelKey) => readonly string[]) {
  const found = new Map<string, ModelKey[]>();
  for (const key of keys) {
    for (const name of namesOf(key)) {
      const group = found.get(name);
      if (group) group.push(key);
      else found.set(name, [key]);
    }
  }
  return found;
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** Sums by prefix; names are latin1, `level` in front. */
export function prefixSums(
  keys: readonly ModelKey[],
  separators: readonly string[],
  depth: number,
): Map<string, Totals> {
  const found = groups(keys, ({ name }) =>
    prefixEnds(name, separators, depth).map((end, i) => `${i + 1} ${latin1(name.subarray(0, end))}`),
  );
  return new Map([...found].map(([name, group]) => [name, sum(group)]));
}

/** A distribution, its percentiles by the nearest rank. */
export function spread(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const buckets = new Map<number, { from: number; to: number; count: number }>();
  for (const value of sorted) {
    const from = value === 0 ? 0 : Number(1n << BigInt(BigInt(value).toString(2).length - 1));
    const bucket = buckets.get(from) ?? { from, to: from === 0 ? 0 : 2 * from - 1, count: 0 };
    bucket.count++;
    buckets.set(from, bucket);
  }
  return {
    count: sorted.length,
    sum: sorted.reduce((a, b) => a + b, 0),
    max: sorted.at(-1) ?? 0,
    p50: rank(0.5),
    p90: rank(0.9),
    p99: rank(0.99),
    buckets: [...buckets.values()],
  };
}

function present(values: readonly (number | undefined)[]): Distribution | undefined {
  const found = values.filter((value) => value !== undefined);
  return found.length > 0 ? spread(found) : undefined;
}

/** The keys with the largest values; of equal ones those that came first. */
function largest<T>(all: readonly T[], size: (one: T) => number, top: number): T[] {
  return [...all].sort((a, b) => size(b) - size(a)).slice(0, top);
}

const KEPT_NAME = 1024;

/** The parts of a report that keys decide about. Groups are maps by name: their order is looked at elsewhere. */
export function modelOf(keys: readonly ModelKey[], { separators, depth, top }: ModelOptions) {
  const sums = (namesOf: (key: ModelKey) => readonly string[]) =>
    new Map([...groups(keys, namesOf)].map(([name, group]) => [name, sum(group)]));
  const expiring = keys.flatMap(({ expireAtMs, nowMs }) => (expireAtMs === undefined ? [] : [expireAtMs - nowMs]));
  const collections = keys.filter(({ type }) => type !== 'string');
  const row = ({ db, name, expireAtMs, ...key }: ModelKey) => {
    const { type, encoding, bytes, memory, elements } = key;
    const shown = latin1(name.subarray(0, KEPT_NAME));
    return { db, key: shown, type, encoding, bytes, memory, elements, expireAtMs: expireAtMs ?? null };
  };
  const elements = keys.flatMap(({ db, name, type, biggest }) => {
    if (!biggest) return [];
    const element = biggest.element && latin1(biggest.element);
    return [{ db, key: latin1(name.subarray(0, KEPT_NAME)), type, element, bytes: biggest.bytes }];
  });
  const tags = ({ name }: ModelKey) => {
    const tag = hashTag(name);
    return tag && tag.length <= LONGEST ? [latin1(tag)] : [];
  };
  return {
    totals: sum(keys),
    expired: expiring.filter((left) => left < 0).length,
    databases: sums(({ db }) => [String(db)]),
    types: sums(({ type }) => [type]),
    encodings: sums(({ type, encoding }) => [`${type} ${encoding}`]),
    prefixes: prefixSums(keys, separators, depth),
    without: sum(keys.filter(({ name }) => prefixEnds(name, separators, depth).length === 0)),
    tags: sums(tags),
    slots: sums(({ name }) => [String(slotOf(name))]),
    biggest: {
      byBytes: largest(keys, ({ bytes }) => bytes, top).map(row),
      byMemory: largest(keys, ({ memory }) => memory, top).map(row),
      byElements: largest(collections, (key) => key.elements, top).map(row),
      elements: largest(elements, ({ bytes }) => bytes, top),
    },
    distributions: {
      valueBytes: spread(keys.map(({ valueBytes }) => valueBytes)),
      elements: spread(collections.map((key) => key.elements)),
      keyLength: spread(keys.map(({ name }) => name.length)),
      ttlSeconds: spread(expiring.filter((left) => left >= 0).map((left) => Math.ceil(left / 1000))),
      idleSeconds: present(keys.map(({ idle }) => idle)),
      frequency: present(keys.map(({ freq }) => freq)),
    },
  };
}

const numbers = ({ keys, expires, bytes, memory, elements }: Totals): Totals => {
  return { keys, expires, bytes, memory, elements };
};

/** Sums by prefix of a whole tree; names as in `prefixSums`. */
export function treeSums(tree: StatsReport['prefixes']['tree']): Map<string, Totals> {
  const nodes = (of: typeof tree): [string, Totals][] =>
    of.flatMap((node) => [
      [`${node.depth} ${latin1(node.prefix)}`, numbers(node)] as [string, Totals],
      ...nodes(node.children),
    ]);
  return new Map(nodes(tree));
}

/** The same parts of a real report. */
export function partsOf(report: StatsReport): ReturnType<typeof modelOf> {
  const { totals, expired, prefixes, slots, biggest, distributions } = report;
  const named = <T extends { readonly key: Uint8Array }>(row: T) => ({ ...row, key: latin1(row.key) });
  const rowsOf = <T extends Totals>(rows: readonly T[], nameOf: (row: T) => string) =>
    new Map(rows.map((row) => [nameOf(row), numbers(row)]));
  const slotSums = slots.keys.flatMap((keys, slot) => {
    return keys > 0 ? [[String(slot), { keys, bytes: slots.bytes[slot], memory: slots.memory[slot] }] as const] : [];
  });
  return {
    totals,
    expired,
    databases: rowsOf(report.databases, ({ db }) => String(db)),
    types: rowsOf(report.types, ({ type }) => type),
    encodings: rowsOf(report.encodings, ({ type, encoding }) => `${type} ${encoding}`),
    prefixes: treeSums(prefixes.tree),
    without: prefixes.without,
    tags: rowsOf(slots.tags, ({ tag }) => latin1(tag)),
    slots: new Map(slotSums) as Map<string, Totals>,
    biggest: {
      byBytes: biggest.byBytes.map(named),
      byMemory: biggest.byMemory.map(named),
      byElements: biggest.byElements.map(named),
      elements: biggest.elements.map((row) => ({ ...named(row), element: row.element && latin1(row.element) })),
    },
    distributions: {
      ...distributions,
      idleSeconds: distributions.idleSeconds,
      frequency: distributions.frequency,
    },
  };
}
