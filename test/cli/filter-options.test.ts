import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addFilterOptions, type FilterFlags, filterOptionsOf } from '../../src/cli/filter-options.js';
import type { FilterOptions } from '../../src/keyspace/filters.js';
import { Directory } from './files.js';

const dir = new Directory();
const HOUR = 3_600_000;

function flagsOf(...args: string[]): FilterFlags {
  const command = new Command('keys').exitOverride().configureOutput({ writeErr: () => undefined });
  addFilterOptions(command);
  command.parse(args, { from: 'user' });
  return command.opts();
}

function options(...args: string[]): Promise<FilterOptions> {
  return filterOptionsOf(flagsOf(...args));
}

describe('filter options', () => {
  it('are none at first', async () => {
    expect(await options()).toEqual({});
  });

  it('take lists with commas and one by one', async () => {
    expect(await options('--db', '0,3', '--db', '7', '--type', 'hash,ReJSON-RL', '--slot', '1-3,9')).toEqual({
      ...{ dbs: [0, 3, 7], types: ['hash', 'ReJSON-RL'], slots: [1, 2, 3, 9] },
    });
  });

  it('leave commas to patterns', async () => {
    expect(await options('--match', '{a,b}', '--match', 'c', '--not-match', 'd,', '--regex', '^a{1,2}$')).toEqual({
      ...{ match: ['{a,b}', 'c'], notMatch: ['d,'], regex: ['^a{1,2}$'] },
    });
  });

  it('take sizes, numbers and remaining times', async () => {
    const args = [
      '--min-size',
      '1kb',
      '--max-size',
      '2k',
      '--min-elements',
      '0',
      '--max-elements',
      '5',
      '--limit',
      '9',
    ];
    expect(await options(...args, '--ttl', 'none,1h..7d', '--ttl', '..90s', '--ttl', '1d..')).toEqual({
      ...{ minSize: 1024, maxSize: 2000, minElements: 0, maxElements: 5, limit: 9 },
      ttl: [
        { kind: 'none' },
        { kind: 'range', minMs: HOUR, maxMs: 168 * HOUR },
        { kind: 'range', minMs: 0, maxMs: 90_000 },
        { kind: 'range', minMs: 24 * HOUR, maxMs: Number.POSITIVE_INFINITY },
      ],
    });
  });

  it.each([
    ['real', 'real'],
    ['2026-11-20T14:00:00Z', Date.UTC(2026, 10, 20, 14)],
    ['1790000000', 1_790_000_000_000],
  ])('--now %s', (text, now) => {
    expect(flagsOf('--now', text).now).toBe(now);
  });

  it.each([
    ['--db', '-1', /whole number/],
    ['--db', '', /name/],
    ['--type', 'hsah', /did you mean hash\?/],
    ['--type', 'json', /did you mean ReJSON-RL\?/],
    ['--slot', '16384', /0 to 16383/],
    ['--slot', '5-1', /0 to 16383/],
    ['--regex', '(', /[Ii]nvalid regular expression/],
    ['--min-size', 'big', /size/],
    ['--max-elements', '1.5', /whole number/],
    ['--ttl', 'soon', /1h\.\.7d/],
    ['--ttl', '..', /1h\.\.7d/],
    ['--ttl', '7d..1h', /shorter/],
    ['--ttl', '1..2', /unit/],
    ['--now', 'yesterday', /real/],
    ['--limit', '0', /from 1 on/],
  ])('%s %j says what is wrong', (option, value, message) => {
    expect(() => flagsOf(option, value)).toThrow(message);
  });

  it('that contradict each other are refused', async () => {
    await expect(options('--min-size', '2', '--max-size', '1')).rejects.toThrow(/--min-size 2 is more than/);
    await expect(options('--min-elements', '2', '--max-elements', '1')).rejects.toThrow(/no key is like that/);
  });

  it('read names from files', async () => {
    const first = dir.write('first', 'a\nb\\xff\n');
    const second = dir.write('second', 'c\r\n');
    const { keys } = await options('--key-file', first, '--key-file', second);
    const names = [Buffer.from('a'), Buffer.from([0x62, 0xff]), Buffer.from('c')];
    expect(names.map((name) => keys?.has(name))).toEqual([true, true, true]);
    await expect(options('--key-file', dir.join('none'))).rejects.toThrow(/--key-file .*none: there is no such file/);
  });
});
