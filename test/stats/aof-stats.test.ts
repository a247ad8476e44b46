import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { commandBytes } from '../../src/resp/command.js';
import { aofStats } from '../../src/stats/aof-stats.js';
import { StatsError } from '../../src/stats/error.js';
import { BusiestKeys } from '../../src/stats/busiest-keys.js';
import { Rate } from '../../src/stats/rate.js';
import { stringValue } from '../helpers/rdb-builder.js';
import { database } from '../verify/hand-made.js';

const directory = mkdtempSync(join(tmpdir(), 'rdbkit-stats-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function write(...parts: (Uint8Array | string)[]): string {
  const path = join(directory, `${files++}.aof`);
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part))));
  return path;
}

function command(...words: string[]): Buffer {
  return Buffer.from(commandBytes(words.map((word) => Buffer.from(word))));
}

const names = (keys: readonly { key: Uint8Array; db: number; writes: number }[]) =>
  keys.map(({ key, db, writes }) => `${db} ${Buffer.from(key)} ${writes}`);

describe('a log', () => {
  it('is counted by command and by key', async () => {
    const log = [
      command('SELECT', '0'),
      command('SET', 'a', '1'),
      command('set', 'a', '22'),
      command('MSET', 'a', '1', 'b', '2'),
      command('DEL', 'b', 'c'),
      command('SELECT', '3'),
      command('HSET', 'a', 'f', 'v'),
      command('PING'),
    ];
    const stats = await aofStats(write(...log));
    expect(stats).toMatchObject({ kind: 'aof', complete: true, stops: [], writesMissedAtMost: 0 });
    expect(stats.commands.map(({ name, calls }) => [name, calls])).toEqual([
      ['select', 2],
      ['set', 2],
      ['del', 1],
      ['hset', 1],
      ['mset', 1],
      ['ping', 1],
    ]);
    const total = log.reduce((sum, { length }) => sum + length, 0);
    expect(stats.commands.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
    expect(stats.files).toMatchObject([{ role: 'file', bytes: total, commands: 8, rdbBytes: null }]);
    expect(names(stats.busiest.byWrites)).toEqual(['0 a 3', '0 b 2', '0 c 1', '3 a 1']);
  });

  it('is counted over time where it has annotations', async () => {
    const at = (seconds: number) => `#TS:${seconds}\r\n`;
    const one = command('SET', 'a', '1');
    const stats = await aofStats(write(one, at(100), one, one, at(101), one, at(200), one));
    expect(stats).toMatchObject({ firstTimestamp: 100, lastTimestamp: 200 });
    expect(stats.rate).toEqual({
      step: 1,
      points: [
        { at: 100, commands: 2, bytes: 2 * one.length },
        { at: 101, commands: 1, bytes: one.length },
        { at: 200, commands: 1, bytes: one.length },
      ],
    });
  });

  it('behind an RDB is counted beside it', async () => {
    const rdb = database(1).aux('aof-preamble', '1').key('k', stringValue('v')).finish();
    const log = command('SET', 'a', '1');
    const stats = await aofStats(write(rdb, log));
    expect(stats.files).toMatchObject([
      { rdbBytes: rdb.length, rdbKeys: 1, commands: 1, bytes: rdb.length + log.length },
    ]);
  });

  it('that is cut is counted up to there, and called not whole', async () => {
    const stats = await aofStats(write(command('SET', 'a', '1'), command('SET', 'b', '1').subarray(0, -3)));
    expect(stats).toMatchObject({ complete: false, commands: [{ name: 'set', calls: 1 }] });
    expect(stats.stops).toHaveLength(1);
    expect(names(stats.busiest.byWrites)).toEqual(['0 a 1']);
  });

  it.each([
    ['a dump', database(1).key('k', stringValue('v')).finish()],
    ['text', Buffer.from('hello, world')],
    ['nothing', Buffer.alloc(0)],
  ])('is not %s', async (_, bytes) => {
    await expect(aofStats(write(bytes))).rejects.toThrow(StatsError);
  });
});

describe('the busiest keys', () => {
  const block = (name: string) => Buffer.from(name);
  const add = (keys: BusiestKeys, name: string, bytes = 1) => keys.add(0, block(name), 0, block(name).length, bytes);

  it('are exact while they fit', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 }), (written) => {
        const keys = new BusiestKeys(4);
        for (const name of written) add(keys, name);
        expect(keys.missed).toBe(0);
        for (const { key, writes } of keys.top(4, 'writes')) {
          expect(writes).toBe(written.filter((name) => name === Buffer.from(key).toString()).length);
        }
      }),
    );
  });

  it('keep their place among many others, and say what may be missing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 200, maxLength: 600 }), (others) => {
        const keys = new BusiestKeys(50);
        others.forEach((n, i) => {
          add(keys, `other:${n}`);
          if (i % 2 === 0) add(keys, 'hot');
        });
        const [first] = keys.top(1, 'writes');
        const hot = keys.top(50, 'writes').find(({ key }) => Buffer.from(key).toString() === 'hot');
        const truth = Math.ceil(others.length / 2);
        expect(hot?.writes ?? 0).toBeGreaterThanOrEqual(truth - keys.missed);
        expect(first.writes).toBeLessThanOrEqual(others.length);
        expect(keys.size).toBeLessThanOrEqual(50);
      }),
    );
  });

  it('are told apart by what is not kept of a long name', () => {
    const keys = new BusiestKeys();
    add(keys, 'x'.repeat(300));
    add(keys, 'x'.repeat(301));
    expect(keys.top(5, 'writes').map(({ writes, key }) => [writes, key.length])).toEqual([
      [1, 256],
      [1, 256],
    ]);
  });
});

it('a long time is told in longer steps, with nothing lost', () => {
  const rate = new Rate();
  for (let i = 0; i < 10_000; i++) {
    rate.at(1_000_000 + 7 * i);
    rate.add(3);
  }
  const points = rate.list();
  expect(points.length).toBeLessThanOrEqual(600);
  expect(points.reduce((sum, { commands }) => sum + commands, 0)).toBe(10_000);
  expect(points.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(30_000);
  expect(points.every(({ at }) => at % rate.step === 0)).toBe(true);
});
