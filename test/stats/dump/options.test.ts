import { describe, expect, it } from 'vitest';
import { type DumpStatsOptions, dumpStats } from '../../../src/stats/dump/dump-stats.js';
import { StatsError } from '../../../src/stats/error.js';
import { FIXTURES } from '../../helpers/corpus.js';

const path = `${FIXTURES}/redis-7.0/all-types.rdb`;

describe('options of statistics', () => {
  it.each<DumpStatsOptions>([
    { top: -1 },
    { top: Number.NaN },
    { top: 1.5 },
    { depth: 0 },
    { depth: 17 },
    { depth: 1.5 },
    { separators: [] },
    { separators: [''] },
    { separators: ['123456789'] },
    { separators: Array(9).fill(':') },
    { maxMemory: -1 },
    { maxMemory: Number.NaN },
  ])('%j make no sense', async (options) => {
    await expect(dumpStats([path], options)).rejects.toThrow(StatsError);
  });

  it.each([0, 1, 1000, 2 ** 31, 2 ** 32, 2 ** 40, Number.POSITIVE_INFINITY])(
    'room for tables: of %i bytes, what is used is enough for a small file',
    async (maxMemory) => {
      expect(await dumpStats([path], { maxMemory })).toEqual(await dumpStats([path]));
    },
  );

  it.each([
    [1, 1],
    [16, 16],
  ])('levels of prefixes: %i', async (depth, deepest) => {
    const { prefixes } = await dumpStats([path], { depth, separators: [':', '_', '-'] });
    expect(prefixes.depth).toBe(deepest);
    expect(prefixes.tree.length).toBeGreaterThan(0);
    if (depth === 1) expect(prefixes.tree.flatMap(({ children }) => children)).toEqual([]);
  });
});
