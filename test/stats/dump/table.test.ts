// What the table of prefixes promises when it is far too small for them.
import { beforeAll, describe, expect, it } from 'vitest';
import { dumpStats } from '../../../src/stats/dump/dump-stats.js';
import type { PrefixStats, StatsReport, Totals } from '../../../src/stats/report.js';
import { Directory, MADE_AT } from '../../cli/files.js';
import { randomNumbers } from '../../helpers/random.js';
import { RdbBuilder, setValue, stringValue } from '../../helpers/rdb-builder.js';
import { groups, hashTag, type ModelKey, prefixEnds, prefixSums, sum } from './model.js';
import { memoryOf } from './run.js';

const directory = new Directory();
/** The least that tables take: so they forget many times. */
const TINY = 1;
const DEPTH = 3;
const SEPARATORS = [':', '::'];
const FIELDS = ['keys', 'expires', 'bytes', 'memory', 'elements'] as const;
const LISTED = 10_000;
/** Six standard errors of the estimate (1.04 / sqrt of its 4096 registers): the seed of its hash is another one in each run. */
const ESTIMATE = 6 * 0.01625;

/** Numbers that look random, and are the same in every run. */
class Random {
  private readonly next = randomNumbers(7);

  below(end: number): number {
    return this.next() % end;
  }

  /** Small numbers often, those near `end` seldom. */
  skewed(end: number): number {
    return Math.floor(end ** (this.next() / 2 ** 32));
  }
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** Writes keys of these names; values, expiries and types are random. */
async function written(file: string, names: readonly string[], random: Random) {
  const builder = new RdbBuilder(11).aux('redis-ver', '7.2.5').aux('ctime', String(MADE_AT));
  const keys = names.map((text) => {
    const start = builder.offset;
    const expires = random.below(4) === 0;
    if (expires) builder.expireMs((MADE_AT + random.below(1000)) * 1000);
    const elements = random.below(20) === 0 ? 1 + random.below(30) : 1;
    const isSet = elements > 1;
    const members = Array.from({ length: elements }, (_, i) => `member ${i}`);
    builder.key(text, isSet ? setValue(members) : stringValue('v'.repeat(random.below(60))));
    return { name: Buffer.from(text), elements, bytes: builder.offset - start, expireAtMs: expires ? 1 : undefined };
  });
  const path = directory.write(file, builder.finish('zero'));
  const memory = await memoryOf(path);
  return { path, keys: keys.map((key, i) => ({ ...key, memory: memory[i] }) as unknown as ModelKey) };
}

function nodesOf(tree: readonly PrefixStats[]): PrefixStats[] {
  return tree.flatMap((node) => [node, ...nodesOf(node.children)]);
}

const nameOf = ({ depth, prefix }: PrefixStats) => `${depth} ${latin1(prefix)}`;

const sumOf = (nodes: readonly PrefixStats[], field: (typeof FIELDS)[number]) =>
  nodes.reduce((total, node) => total + node[field], 0);

/** The true value lies between the number and what may be missing from it. Collected, since there are thousands. */
function wrong(
  name: string,
  shown: Totals & { readonly missing: Totals | undefined },
  truth: Totals | undefined,
): string[] {
  return FIELDS.flatMap((field) => {
    const value = truth?.[field] ?? 0;
    const most = shown[field] + (shown.missing?.[field] ?? 0);
    return value >= shown[field] && value <= most ? [] : [`${name} ${field}: ${value} in ${shown[field]}..${most}`];
  });
}

/** The largest of each number, over all that are not listed. */
function largestOf(truth: ReadonlyMap<string, Totals>, listed: ReadonlySet<string>): Totals {
  const most = { keys: 0, expires: 0, bytes: 0, memory: 0, elements: 0 };
  for (const [name, totals] of truth) {
    if (listed.has(name)) continue;
    for (const field of FIELDS) most[field] = Math.max(most[field], totals[field]);
  }
  return most;
}

function expectPromises({ prefixes, slots }: StatsReport, truth: Truth): void {
  const nodes = nodesOf(prefixes.tree);
  expect(nodes.length).toBeGreaterThan(100);
  const names = new Set(nodes.map(nameOf));
  expect(names.size).toBe(nodes.length);
  expect(nodes.flatMap((node) => wrong(nameOf(node), node, truth.prefixes.get(nameOf(node))))).toEqual([]);
  const tags = slots.tags.map((tag) => ({ ...tag, name: latin1(tag.tag) }));
  expect(tags.flatMap((tag) => wrong(tag.name, tag, truth.tags.get(tag.name)))).toEqual([]);
  const { unlisted } = prefixes;
  expect(unlisted).toBeDefined();
  for (const most of [largestOf(truth.prefixes, names), largestOf(truth.tags, new Set(tags.map(({ name }) => name)))]) {
    for (const field of FIELDS) expect(most[field]).toBeLessThanOrEqual(unlisted?.[field] ?? -1);
  }
  const misplaced = nodes.flatMap((node) =>
    node.children.filter(({ prefix, depth }) => {
      const above = prefixEnds(Buffer.from(prefix), SEPARATORS, DEPTH).at(-2) ?? 0;
      return depth !== node.depth + 1 || !Buffer.from(prefix.subarray(0, above)).equals(Buffer.from(node.prefix));
    }),
  );
  expect(misplaced).toEqual([]);
  expect(prefixes.tree.every(({ depth }) => depth === 1)).toBe(true);
  const larger = nodes.filter((node) => FIELDS.some((field) => sumOf(node.children, field) > node[field]));
  expect(larger.map(nameOf)).toEqual([]);
  expect(prefixes.without).toEqual(truth.without);
  expect(Math.abs(prefixes.distinct - truth.prefixes.size)).toBeLessThan(truth.prefixes.size * ESTIMATE);
  expect(prefixes.distinctExact).toBe(false);
}

interface Truth {
  readonly prefixes: Map<string, Totals>;
  readonly tags: Map<string, Totals>;
  readonly without: Totals;
  readonly totals: Totals;
}

function truthOf(keys: readonly ModelKey[]): Truth {
  const tags = groups(keys, ({ name }) => {
    const tag = hashTag(name);
    return tag && tag.length <= 256 ? [latin1(tag)] : [];
  });
  return {
    prefixes: prefixSums(keys, SEPARATORS, DEPTH),
    tags: new Map([...tags].map(([name, group]) => [name, sum(group)])),
    without: sum(keys.filter(({ name }) => prefixEnds(name, SEPARATORS, DEPTH).length === 0)),
    totals: sum(keys),
  };
}

const COUNT = 20_000;
const many = (make: (i: number) => string) => Array.from({ length: COUNT }, (_, i) => make(i));

const DATASETS: readonly [string, (random: Random) => string[]][] = [
  [
    'many small prefixes and a few large ones',
    (r) => many(() => `u${r.skewed(50_000)}:f${r.skewed(90)}:{t${r.skewed(30_000)}}`),
  ],
  ['prefixes of one key each', (r) => many((i) => `a${i}:b${r.below(3)}:c`)],
  ['a prefix above all others', (r) => many((i) => `app:${r.below(2) === 0 ? i : r.skewed(5000)}:x:y`)],
  [
    'prefixes that fill the room for names',
    (r) => many(() => `${r.skewed(4000)}${'long'.repeat(r.below(50))}::${r.skewed(9)}::`),
  ],
  [
    'large ones that come late',
    (r) => many((i) => (i < COUNT / 2 ? `small${i}:${i % 7}:` : `large${r.below(300)}::${r.below(5)}:`)),
  ],
  [
    'names without prefixes, and tags',
    (r) => many((i) => (r.below(3) === 0 ? `plain ${i}` : `{${r.skewed(50_000)}}p${i}:x`)),
  ],
];

describe.each(DATASETS)('a table that is too small: %s', (title, make) => {
  let path = '';
  let truth: Truth;
  let keys: readonly ModelKey[] = [];

  beforeAll(async () => {
    const random = new Random();
    ({ path, keys } = await written(`${title.replaceAll(/\W/g, '-')}.rdb`, make(random), random));
    truth = truthOf(keys);
  });

  const options = { separators: SEPARATORS, depth: DEPTH, maxMemory: TINY };

  it('gives bounds', async () => {
    const report = await dumpStats([path], options);
    expect(report.totals).toEqual(truth.totals);
    expectPromises(report, truth);
    const hasBounds = nodesOf(report.prefixes.tree).some(({ missing }) => missing);
    expect(report.prefixes.exact).toBe(!hasBounds);
  });

  it('gives exact numbers with a second pass', async () => {
    const report = await dumpStats([path], { ...options, exact: true });
    expect(report.totals).toEqual(truth.totals);
    expectPromises(report, truth);
    expect(report.prefixes.exact).toBe(true);
    const found = nodesOf(report.prefixes.tree);
    expect(found.filter(({ missing }) => missing !== undefined)).toEqual([]);
    expect(report.slots.tags.filter(({ missing }) => missing !== undefined)).toEqual([]);
    expect(found.length).toBeLessThanOrEqual(LISTED);
    expect(report.files).toHaveLength(1);
    expect(report.files[0].keys).toBe(COUNT);
  });

  it('that is large enough gives all', async () => {
    const { prefixes, slots } = await dumpStats([path], { ...options, maxMemory: 64 * 1024 * 1024 });
    const found = nodesOf(prefixes.tree);
    expect(prefixes).toMatchObject({
      exact: true,
      unlisted: undefined,
      distinct: truth.prefixes.size,
      distinctExact: true,
    });
    expect(found).toHaveLength(Math.min(LISTED, truth.prefixes.size));
    expect(found.flatMap((node) => wrong(nameOf(node), node, truth.prefixes.get(nameOf(node))))).toEqual([]);
    expect(found.filter(({ missing }) => missing !== undefined)).toEqual([]);
    // Nothing that is left out has more than what is listed.
    const least = Math.min(...found.map(({ memory }) => memory));
    if (found.length < truth.prefixes.size)
      expect(largestOf(truth.prefixes, new Set(found.map(nameOf))).memory).toBeLessThanOrEqual(least);
    expect(slots.tags).toHaveLength(Math.min(LISTED, truth.tags.size));
  });
});
