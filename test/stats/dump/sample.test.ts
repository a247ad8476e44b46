// The first keys wait until their names have told what divides them: none of them may be lost, or counted twice.
import { describe, expect, it } from 'vitest';
import { bytesToText } from '../../../src/keyspace/bytes-text.js';
import { dumpStats } from '../../../src/stats/dump/dump-stats.js';
import type { PrefixStats } from '../../../src/stats/report.js';
import { Directory, MADE_AT } from '../../cli/files.js';
import { hashValue, lzf, RdbBuilder, stringValue } from '../../helpers/rdb-builder.js';
import { SMALL_TABLES } from './run.js';

const directory = new Directory();
const SAMPLE = 4096;

/** `count` keys from `first` on, a few of them hashes, and a few that expire `minutes` after their file was made. */
function dump(first: number, count: number, madeAt = MADE_AT): string {
  const builder = new RdbBuilder(11).aux('redis-ver', '7.2.5').aux('ctime', String(madeAt)).selectDb(0);
  for (let i = first; i < first + count; i++) {
    if (i % 7 === 0) builder.expireMs((madeAt + 60 * (i % 700)) * 1000);
    builder.key(`user:${i % 10}:${i}`, i % 50 === 0 ? hashValue([['f', 'v']]) : stringValue(`value ${i}`));
  }
  return directory.write(`${first}-${count}-${madeAt}.rdb`, builder.finish());
}

function shown(tree: readonly PrefixStats[]): [prefix: string, keys: number][] {
  return tree.map(({ prefix, keys }) => [bytesToText(prefix), keys]);
}

describe('separators are guessed from a sample', () => {
  it.each([
    [[SAMPLE - 1]],
    [[SAMPLE]],
    [[SAMPLE + 1]],
    [[SAMPLE - 1, 1]],
    [[SAMPLE, 1]],
    [[1000, SAMPLE - 1001]],
    [[1000, SAMPLE - 1000]],
    [[1000, SAMPLE - 999, 500]],
    [[0, 1, 0, 2 * SAMPLE]],
  ])('of %j keys, all are counted once', async (counts) => {
    let first = 0;
    const paths = counts.map((count, i) => {
      const path = dump(first, count, MADE_AT + 100 * i);
      first += count;
      return path;
    });
    const guessed = await dumpStats(paths, { maxMemory: SMALL_TABLES });
    const given = await dumpStats(paths, { maxMemory: SMALL_TABLES, separators: [':'] });
    expect(guessed).toEqual({ ...given, prefixes: { ...given.prefixes, guessed: true } });
    expect(guessed.totals.keys).toBe(first);
    expect(guessed.files.map(({ keys }) => keys)).toEqual(counts);
    expect(shown(guessed.prefixes.tree)).toEqual([['user:', first]]);
    expect(guessed.distributions.keyLength.count).toBe(first);
  });

  it('that ends early where names are long', async () => {
    const builder = new RdbBuilder(11).aux('ctime', String(MADE_AT));
    const long = 'x'.repeat(512 * 1024);
    for (let i = 0; i < 100; i++) builder.key(i % 2 === 0 ? `${i}:${long}` : `a:${i}`, stringValue('v'));
    const path = directory.write('long.rdb', builder.finish());
    const report = await dumpStats([path], { maxMemory: SMALL_TABLES });
    expect(report.totals.keys).toBe(100);
    expect(report.prefixes.separators).toEqual([':']);
    expect(shown(report.prefixes.tree)).toContainEqual(['a:', 50]);
    expect(report.distributions.keyLength.max).toBe(long.length + 3);
  });
});

describe('a limit', () => {
  const paths = [dump(0, 10), dump(10, 10), dump(20, 10)];

  it.each([
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('of %i goes over all files', async (limit, keys) => {
    const report = await dumpStats(paths, { filters: { limit }, maxMemory: SMALL_TABLES });
    expect(report).toMatchObject({ limited: true, complete: true, totals: { keys: limit } });
    expect(report.files.map((file) => file.keys)).toEqual(keys);
  });

  it('that is not reached limits nothing', async () => {
    const report = await dumpStats(paths, { filters: { limit: 31 }, maxMemory: SMALL_TABLES });
    expect(report).toMatchObject({ limited: false, complete: true, totals: { keys: 30 } });
  });
});

describe('a name that does not decode', () => {
  it('counts as an empty one, and nothing of its neighbours is taken for it', async () => {
    const bad = Buffer.concat([Buffer.of(0), lzf(Buffer.of(0xff, 0xff, 0xff), 20), Buffer.of(1, 0x76)]);
    const builder = new RdbBuilder(11).aux('ctime', String(MADE_AT));
    builder.key('a:{t}:1', stringValue('v')).bytes(bad).key('a:{t}:2', stringValue('v')).bytes(bad, bad);
    const path = directory.write('bad-name.rdb', builder.finish());
    const reports = [
      await dumpStats([path], { maxMemory: SMALL_TABLES, separators: [':'] }),
      await dumpStats([path], { maxMemory: SMALL_TABLES }),
    ];
    for (const { totals, prefixes, slots, files, distributions } of reports) {
      expect(totals.keys).toBe(5);
      expect(shown(prefixes.tree)).toEqual([['a:', 2]]);
      expect(prefixes.without.keys).toBe(3);
      expect(slots.tags.map(({ tag, keys }) => [bytesToText(tag), keys])).toEqual([['t', 2]]);
      expect(distributions.keyLength).toMatchObject({ count: 5, sum: 14, max: 7 });
      expect(files[0]).toMatchObject({ complete: true, outcome: 'damaged' });
    }
  });
});
