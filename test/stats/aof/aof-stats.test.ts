import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type KeyRecord, Level, RdbVisitor } from '../../../src/rdb/visitor.js';
import { commandBytes } from '../../../src/resp/command.js';
import { type AofStats, aofStats, type CountRdb, StatsError } from '../../../src/stats/aof/aof-stats.js';
import { Rate } from '../../../src/stats/aof/rate.js';
import { stringValue } from '../../helpers/rdb-builder.js';
import { modelReport } from '../../helpers/stats-report.js';
import { database } from '../../verify/hand-made.js';

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

  it('is counted by prefix, divided as its names tell or as was said', async () => {
    const log = [command('SET', 'user:1', 'x'), command('DEL', 'user:2', 'job/1'), command('INCR', 'hits')];
    const path = write(...log);
    const tree = ({ prefixes }: AofStats) =>
      prefixes.tree.map(({ prefix, writes }) => `${Buffer.from(prefix)} ${writes}`);
    const seen = await aofStats(path);
    expect(seen.prefixes).toMatchObject({ separators: [':'], guessed: true, exact: true, without: { writes: 2 } });
    expect(tree(seen)).toEqual(['user: 2']);
    const said = await aofStats(path, { separators: ['/'] });
    expect(said.prefixes).toMatchObject({ separators: ['/'], guessed: false, exact: true, without: { writes: 3 } });
    expect(tree(said)).toEqual(['job/ 1']);
    expect(said.written).toEqual({ writes: 4, bytes: log.reduce((sum, { length }) => sum + length, 0) });
  });

  it('tells who counts it the RDB in front, and goes on behind it', async () => {
    const rdb = database(1).aux('aof-preamble', '1').key('k', stringValue('v')).key('l', stringValue('v')).finish();
    const log = command('SET', 'a', '1');
    const report = modelReport([{ name: 'k' }, { name: 'l' }]);
    const told: string[] = [];
    class Names extends RdbVisitor {
      override key({ name }: KeyRecord): number {
        told.push(Buffer.from(name.toBytes()).toString());
        return Level.SKIP;
      }
    }
    const countRdb: CountRdb = async (_, parse) => {
      expect(await parse(new Names())).toMatchObject({ complete: true, end: rdb.length });
      return report;
    };
    const stats = await aofStats(write(rdb, log), { countRdb });
    expect(told).toEqual(['k', 'l']);
    expect(stats).toMatchObject({
      complete: true,
      bytes: rdb.length + log.length,
      commands: [{ name: 'set', calls: 1 }],
    });
    expect(stats.files).toMatchObject([{ rdbKeys: 2, commands: 1 }]);
    expect(stats.dump).toBe(report);
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
