import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessSeparators } from '../../../src/keyspace/separators.js';
import { memoryModel, modelledRelease } from '../../../src/servers/memory/model.js';
import { type DumpStatsOptions, dumpStats } from '../../../src/stats/dump/dump-stats.js';
import type { Distribution, PrefixStats, StatsReport, Totals } from '../../../src/stats/report.js';
import { Directory } from '../../cli/files.js';
import { runs } from '../../helpers/runs.js';
import { type CountedKey, dataset, fileOf, type KeySpec, MADE_AT, separators, VERSION } from './dataset.js';
import { type ModelKey, modelOf, partsOf, prefixEnds } from './model.js';
import { memoryOf, reportInPieces, SMALL_TABLES } from './run.js';

const directory = new Directory();
const depth = fc.integer({ min: 1, max: 16 });

/** What a value of a module takes in memory is not known: what it takes in the file stands for it, beside the name. */
function moduleMemory({ name, valueBytes, expireAtMs }: CountedKey): number {
  const release = modelledRelease(undefined, { name: 'redis', version: VERSION }, 'redis', 14);
  return memoryModel(release, 'official').keyspace.object(name.length, expireAtMs !== undefined) + valueBytes;
}

/** Writes a file of these keys, and tells what has to be counted. */
async function written(name: string, specs: readonly KeySpec[], madeAt = MADE_AT) {
  const { file, keys } = fileOf(specs, madeAt);
  const path = directory.write(name, file);
  const memory = await memoryOf(path);
  expect(memory).toHaveLength(keys.length);
  const model: ModelKey[] = keys.map((key, i) => {
    return { ...key, memory: memory[i] ?? moduleMemory(key), nowMs: madeAt * 1000 };
  });
  return { path, file, model };
}

/**
 * Everything that both have is the same, but: percentiles may be too high by 1/32, never above the largest; sums beyond 2^53
 * depend on the order of the summands.
 */
function expectModel(report: StatsReport, model: ReturnType<typeof modelOf>): void {
  const found = partsOf(report);
  const exactPart = (of: Distribution | undefined) => of && { ...of, sum: 0, p50: 0, p90: 0, p99: 0 };
  const spreads = (of: typeof found) =>
    Object.fromEntries(Object.entries(of.distributions).map(([name, one]) => [name, exactPart(one)]));
  const slots = (of: Map<string, Partial<Totals>>) =>
    [...of].map(([slot, { keys, bytes, memory }]) => ({ slot: Number(slot), keys, bytes, memory }));
  const plain = (of: typeof found) => ({
    ...of,
    distributions: spreads(of),
    slots: slots(of.slots).sort((a, b) => a.slot - b.slot),
  });
  expect(plain(found)).toEqual(plain(model));
  for (const [name, expected] of Object.entries(model.distributions)) {
    const spread = found.distributions[name as keyof typeof found.distributions];
    if (!expected || !spread) continue;
    expect(Math.abs(spread.sum - expected.sum)).toBeLessThanOrEqual(
      expected.sum > 2 ** 53 ? expected.sum / 2 ** 45 : 0,
    );
    for (const p of ['p50', 'p90', 'p99'] as const) {
      expect(spread[p]).toBeGreaterThanOrEqual(expected[p]);
      expect(spread[p]).toBeLessThanOrEqual(Math.min(spread.max, expected[p] * (1 + 1 / 32)));
    }
  }
}

/** Most memory first, at every level; what stands below a prefix begins with it, is one level deeper, and is no more. */
function expectOrder(tree: readonly PrefixStats[], names: readonly string[], above?: PrefixStats): void {
  const name = ({ prefix }: PrefixStats) => Buffer.from(prefix);
  tree.forEach((node, i) => {
    const before = tree[i - 1];
    if (before) expect(before.memory).toBeGreaterThanOrEqual(node.memory);
    expect(node.depth).toBe((above?.depth ?? 0) + 1);
    const ends = prefixEnds(name(node), names, 16);
    expect(ends.at(-1)).toBe(node.prefix.length);
    expect(ends).toHaveLength(node.depth);
    expect(node.missing).toBeUndefined();
    if (above) {
      expect(name(node).subarray(0, ends.at(-2)).equals(name(above))).toBe(true);
      expect(node.keys).toBeLessThanOrEqual(above.keys);
      expect(node.memory).toBeLessThanOrEqual(above.memory);
    }
    expectOrder(node.children, names, node);
  });
}

describe('statistics of random keys', () => {
  it('are those of the plain model, in runs and one by one', async () => {
    const run = async (specs: KeySpec[], names: string[], levels: number, top: number) => {
      const { path, model } = await written('random.rdb', specs);
      const options: DumpStatsOptions = { separators: names, depth: levels, top, maxMemory: SMALL_TABLES };
      const expected = modelOf(model, { separators: names, depth: levels, top });
      const report = await dumpStats([path], options);
      expect(report).toMatchObject({ complete: true, limited: false, files: [{ keys: specs.length, findings: [] }] });
      expectModel(report, expected);
      expectOrder(report.prefixes.tree, names);
      expect(report.prefixes).toMatchObject({ exact: true, distinct: expected.prefixes.size, distinctExact: true });
      // A filter that everything passes takes the runs of small strings away.
      const { filters: _, ...oneByOne } = await dumpStats([path], { ...options, filters: { minSize: 0 } });
      expect({ ...oneByOne, filters: [] }).toEqual(report);
    };
    await fc.assert(fc.asyncProperty(dataset, separators, depth, fc.integer({ min: 0, max: 12 }), run), {
      numRuns: runs(25),
      endOnFailure: true,
    });
  });

  it('do not depend on how the bytes arrive', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
    const window = fc.constantFrom(64, 256, 4096, undefined);
    const run = async (specs: KeySpec[], names: string[] | undefined, pieces: number[], size: number | undefined) => {
      const { file } = fileOf(specs);
      const options = names ? { separators: names } : {};
      const whole = await reportInPieces(file, [file.length], undefined, options);
      expect(await reportInPieces(file, pieces, size, options)).toEqual(whole);
    };
    await fc.assert(fc.asyncProperty(dataset, fc.option(separators, { nil: undefined }), lengths, window, run), {
      numRuns: runs(25),
      endOnFailure: true,
    });
  });

  it('of several files add up, each held against its own moment, also while separators are guessed', async () => {
    const run = async (first: KeySpec[], second: KeySpec[], later: number) => {
      const files = [await written('first.rdb', first), await written('second.rdb', second, MADE_AT + later)];
      const model = files.flatMap((file) => file.model);
      const names = guessSeparators(model.map(({ name }) => name.subarray(0, 256))).separators;
      const paths = files.map(({ path }) => path);
      const report = await dumpStats(paths, { depth: 3, top: 7, maxMemory: SMALL_TABLES });
      expect(report.prefixes).toMatchObject({ separators: names, guessed: true });
      expectModel(report, modelOf(model, { separators: names, depth: 3, top: 7 }));
      expect(report.files.map(({ keys }) => keys)).toEqual([first.length, second.length]);
    };
    await fc.assert(fc.asyncProperty(dataset, dataset, fc.integer({ min: -100_000, max: 100_000 }), run), {
      numRuns: runs(25),
      endOnFailure: true,
    });
  });
});
