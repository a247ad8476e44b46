import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseChoices, parseDuration, parseList, parseNames, parseNumber, parseSize } from '../../src/cli/parse.js';
import { addVerify, type VerifyFlags } from '../../src/cli/verify.js';
import { optionsOf } from '../../src/cli/verify-options.js';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

describe('durations', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['90s', 90 * SECOND],
    ['10m', 600 * SECOND],
    ['10min', 600 * SECOND],
    ['24h', DAY],
    ['7d', 7 * DAY],
    ['2w', 14 * DAY],
    ['1.5h', 1.5 * HOUR],
    ['1d12h', 36 * HOUR],
    ['1h30m', 1.5 * HOUR],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '24', 'h', '24 h', '-1h', '1h-', '1y', '24H', '1h30', 'abc1h', '1e3s'])('%j is none', (text) => {
    expect(() => parseDuration(text)).toThrow(/duration/);
  });
});

describe('numbers', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each(['', '-1', '1.5', '1k', '9007199254740992', '1e3', ' 1'])('%j is none', (text) => {
    expect(() => parseNumber(text)).toThrow(/whole number/);
  });

  it('sizes are those of redis.conf', () => {
    expect(['1k', '1kb', '1KiB', '10'].map(parseSize)).toEqual([1000, 1024, 1024, 10]);
  });
});

describe('several values', () => {
  it('come one by one or with commas', () => {
    expect(parseList('b,c', ['a'])).toEqual(['a', 'b', 'c']);
    expect(parseNames(' a , b,', undefined)).toEqual(['a', 'b']);
  });

  it('may be none where that means something', () => {
    expect(parseList('', undefined)).toEqual([]);
    expect(() => parseNames('', undefined)).toThrow(/name/);
  });

  it('have to be known where they are', () => {
    const parse = parseChoices(['red', 'green']);
    expect(parse('red,green', undefined)).toEqual(['red', 'green']);
    expect(() => parse('red,blue', undefined)).toThrow('red, green');
  });
});

describe('the flags of verify become options', () => {
  it('without flags: nothing is expected', () => {
    expect(optionsFrom([])).toMatchObject({
      level: 'structure',
      failOnWarning: false,
      failOnPartly: false,
      failOnUnknown: false,
      duplicates: true,
      expect: {},
    });
    for (const name of ['targets', 'databases', 'modules', 'cluster', 'shards']) {
      expect(optionsFrom([])).not.toHaveProperty(name);
    }
  });

  it('expectations', () => {
    const flags = ['--max-age', '24h', '--min-keys', '0', '--max-keys=9', '--min-size', '1kb'];
    const more = ['--expect-producer', 'valkey', '--expect-version', '>=8', '--require-checksum'];
    expect(optionsFrom([...flags, ...more]).expect).toEqual({
      maxAgeMs: DAY,
      minKeys: 0,
      maxKeys: 9,
      minSize: 1024,
      producer: 'valkey',
      version: '>=8',
      checksum: true,
    });
  });

  it('what a server has', () => {
    const flags = ['--for', 'redis-8.0,valkey-9.1', '--for', 'redis-7.2', '--databases', '32', '--cluster', 'no'];
    expect(optionsFrom([...flags, '--modules', 'ReJSON-RL', '--modules', 'bf', '--no-duplicates'])).toMatchObject({
      targets: ['redis-8.0', 'valkey-9.1', 'redis-7.2'],
      databases: 32,
      cluster: false,
      modules: ['ReJSON-RL', 'bf'],
      duplicates: false,
    });
    expect(optionsFrom(['--modules', ''])).toMatchObject({ modules: [] });
    expect(optionsFrom(['--cluster', 'yes'])).toMatchObject({ cluster: true });
  });

  it('what fails', () => {
    const all = { failOnWarning: true, failOnPartly: true, failOnUnknown: true };
    expect(optionsFrom(['--fail-on', 'warning,partly', '--fail-on', 'unknown'])).toMatchObject(all);
    expect(optionsFrom(['--fail-on', 'error'])).toMatchObject({ failOnWarning: false });
  });

  it('shards', () => {
    expect(optionsFrom(['--shards'])).toMatchObject({ shards: { maxSkewMs: 600 * SECOND } });
    expect(optionsFrom(['--shards', '--max-skew', '90s'])).toMatchObject({ shards: { maxSkewMs: 90 * SECOND } });
  });
});

function optionsFrom(flags: readonly string[]) {
  const program = new Command('rdbkit').exitOverride();
  addVerify(program);
  const [verify] = program.commands;
  let options: VerifyFlags | undefined;
  verify.action((_inputs: string[], flags: VerifyFlags) => {
    options = flags;
  });
  program.parse(['verify', ...flags, 'dump.rdb'], { from: 'user' });
  if (!options) throw new Error('verify was not called');
  return optionsOf(options);
}
