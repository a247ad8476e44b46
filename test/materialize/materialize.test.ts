// A log becomes the RDB that a real server makes of it, or nothing does.
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { finalDataset } from '../../src/materialize/dataset.js';
import { materialize } from '../../src/materialize/materialize.js';
import { RdbVisitor } from '../../src/rdb/visitor.js';
import { len, moduleId, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { truthOf } from '../helpers/truth.js';
import { at, bytes, cmd, MULTI, rdbHead, SELECT, set, Workshop } from '../repair/logs.js';

const shop = new Workshop();
const T = 1_700_000_000;
const LONG_AGO_MS = '1000000000000';

/** Names and values of the strings in an RDB, by database. */
async function stringsIn(path: string): Promise<Record<string, string>> {
  const { records } = await truthOf(readFileSync(path));
  const text = (base64: unknown) => Buffer.from(String(base64), 'base64').toString();
  return Object.fromEntries(records.map(({ db, key, value }) => [`${db} ${text(key)}`, text(value)]));
}

async function made(input: string, options = {}) {
  const output = shop.fresh('out.rdb');
  const report = await materialize(input, output, options);
  return { report, output, beside: readdirSync(dirname(output)) };
}

describe('the RDB of a log', () => {
  const log = SELECT + set('a', '1') + cmd('INCR', 'a') + cmd('SELECT', '20') + set('b') + cmd('DEL', 'gone');

  it.each([
    ['a file', () => shop.file(log)],
    ['in gzip', () => shop.file(gzipSync(log))],
    ['a directory', () => dirname(shop.file(log))],
    ['behind an RDB', () => shop.file(bytes(rdbHead('aof-preamble'), log))],
    ['of a set', () => shop.set({ 'a.1.base.rdb': rdbHead(), 'a.1.incr.aof': log })],
    ['of a set with a base of commands', () => shop.set({ 'a.1.base.aof': set('base'), 'a.1.incr.aof': log })],
  ])('%s', async (name, input) => {
    const { report, output, beside } = await made(input());
    const base = /RDB|set/.test(name) ? { '0 base': 'v' } : {};
    expect(await stringsIn(output)).toEqual({ ...base, '0 a': '2', '20 b': 'v' });
    expect(report).toMatchObject({ verdict: 'made', complete: true, cut: null, server: { name: 'redis' } });
    expect(report.keys).toBe(Object.keys(base).length + 2);
    expect(report.databases.map(({ db }) => db)).toEqual([0, 20]);
    expect(beside).toEqual(['out.rdb']);
  });

  it('holds what has expired since the log was written', async () => {
    const dump = new RdbBuilder(10).aux('aof-base', '1').selectDb(0).expireMs(Number(LONG_AGO_MS));
    const base = dump.key('base', stringValue('v')).finish();
    const incr = SELECT + set('a') + cmd('PEXPIREAT', 'a', LONG_AGO_MS) + cmd('SET', 'b', 'v', 'PXAT', LONG_AGO_MS);
    const { report, output } = await made(shop.set({ 'a.1.base.rdb': base, 'a.1.incr.aof': incr }));
    expect(report.databases).toEqual([{ db: 0, keys: 3, expires: 3 }]);
    const { records } = await truthOf(readFileSync(output));
    expect(records.map(({ expireAtMs }) => String(expireAtMs))).toEqual([LONG_AGO_MS, LONG_AGO_MS, LONG_AGO_MS]);
  });

  it('ends at a point in time', async () => {
    const stamped = at(T) + SELECT + set('a') + at(T + 5) + set('b') + at(T + 9) + set('c');
    const { report, output } = await made(shop.file(`${stamped}*3\r\n$3`), { untilMs: (T + 6) * 1000 });
    expect(Object.keys(await stringsIn(output)).sort()).toEqual(['0 a', '0 b']);
    expect(report).toMatchObject({ verdict: 'made', complete: true, keys: 2, lastTimestampMs: (T + 5) * 1000 });
    expect(report.cut).toMatchObject({ reason: 'until', commands: 1 });
  });

  it('leaves the log as it is, and nothing in the temporary directory', async () => {
    const input = shop.set({ 'a.1.base.rdb': rdbHead(), 'a.1.incr.aof': `${log}*3\r\n$3` });
    const copy = shop.fresh('copy');
    cpSync(input, copy, { recursive: true });
    const tmpDir = shop.fresh('tmp');
    mkdirSync(tmpDir);
    const contentOf = (folder: string) =>
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]);
    const times = () => readdirSync(input).map((name) => statSync(join(input, name)).mtimeMs);
    const before = times();
    const { report } = await made(input, { tmpDir });
    expect(report.verdict).toBe('incomplete');
    expect(contentOf(input)).toEqual(contentOf(copy));
    expect(times()).toEqual(before);
    expect(readdirSync(tmpDir)).toEqual([]);
  });
});

describe('a log whose end is missing', () => {
  it.each([
    ['inside a command', '*3\r\n$3\r\nSET\r\n$1\r\nz'],
    ['inside a transaction', MULTI + set('z')],
  ])('%s: written, and not complete', async (_, tail) => {
    const { report, output } = await made(shop.file(SELECT + set('a') + tail));
    expect(await stringsIn(output)).toEqual({ '0 a': 'v' });
    expect(report).toMatchObject({ verdict: 'incomplete', complete: false, cut: { reason: 'tail' } });
  });

  it('is not complete for those who want its keys either', async () => {
    const dataset = await finalDataset(shop.file(`${SELECT}${set('a')}*3\r\n`));
    const result = await dataset.scan({ visitor: () => new RdbVisitor() });
    await dataset.close();
    expect(result).toMatchObject({ complete: false, outcome: 'damaged', findings: [{ code: 'AOF_TRUNCATED_TAIL' }] });
  });

  it('commands that fail are told', async () => {
    const { report } = await made(shop.file(SELECT + set('a') + cmd('LPUSH', 'a', 'x') + set('b')));
    expect(report).toMatchObject({ verdict: 'incomplete', keys: 2, failedCommands: { count: 1 } });
    expect(report.failedCommands.lines[0]).toContain('WRONGTYPE');
  });
});

describe('nothing is written', () => {
  it.each([
    ['of damage in the middle', `${SELECT}${set('a')}hello\r\n${set('b')}`, 'AOF_TEXT'],
    ['of zero bytes', '', 'INPUT_EMPTY'],
    ['of something else', 'hello, this is a text', 'INPUT_NOT_A_BACKUP'],
  ])('%s', async (_, content, code) => {
    const { report, beside } = await made(shop.file(content));
    expect(report).toMatchObject({ verdict: 'refused', complete: false, server: null, refusals: [{ code }] });
    expect(beside).toEqual([]);
  });

  it('of a program, unless it is trusted', async () => {
    const input = shop.file(SELECT + set('a') + cmd('CONFIG', 'SET', 'hz', '11') + cmd('EVAL', 'return 1', '0'));
    const { report, beside } = await made(input);
    expect(report).toMatchObject({ verdict: 'refused', server: null });
    expect(report.reaching.map(({ command }) => command)).toEqual(['config set', 'eval']);
    expect(beside).toEqual([]);
    await expect(finalDataset(input)).rejects.toMatchObject({ fault: 'unknown' });
    const trusted = await made(input, { trust: true });
    expect(trusted.report).toMatchObject({ verdict: 'made', keys: 1 });
    expect(trusted.report.reaching).toHaveLength(2);
  });

  it('of what is behind the point in time, nothing is executed', async () => {
    const input = shop.file(at(T) + SELECT + set('a') + at(T + 5) + cmd('CONFIG', 'SET', 'hz', '11'));
    const { report } = await made(input, { untilMs: T * 1000 });
    expect(report).toMatchObject({ verdict: 'made', keys: 1, reaching: [] });
  });

  it('of what the server does not load, with its reason', async () => {
    const value = Buffer.concat([Buffer.of(7, 1, 0x6b), len(moduleId('nobodyhas', 1)), len(0)]);
    const base = new RdbBuilder(10).aux('aof-base', '1').selectDb(0).bytes(value).finish();
    const { report, beside } = await made(shop.set({ 'a.1.base.rdb': base, 'a.1.incr.aof': SELECT + set('a') }));
    expect(report).toMatchObject({ verdict: 'failed', complete: false, failure: { exitCode: 1, signal: null } });
    expect(report.failure?.lines.join()).toMatch(/module/);
    expect(beside).toEqual([]);
  });

  it('onto a file that is there', async () => {
    const output = shop.file('before');
    await expect(materialize(shop.file(SELECT + set('a')), output)).rejects.toThrow('exists');
    expect(readFileSync(output, 'utf8')).toBe('before');
  });

  it('of an RDB, which is one already', async () => {
    await expect(made(shop.file(rdbHead('ctime'), 'dump.rdb'))).rejects.toThrow('is an RDB');
  });

  it('without a server', async () => {
    const server = join(tmpdir(), 'no-such-server');
    await expect(made(shop.file(SELECT + set('a')), { server })).rejects.toMatchObject({ fault: 'no-program' });
  });
});
