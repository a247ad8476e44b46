// Logs whose data only a server can tell: as a command of its own, and behind the others.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { at, cmd, SELECT, set } from '../repair/logs.js';
import { Directory, SOUND } from './files.js';
import { BIN, ENVIRONMENT, rdbkit } from './run.js';

const directory = new Directory();
const T = 1_700_000_000;
const BASE = new RdbBuilder(9)
  .aux('redis-ver', '6.0.16')
  .aux('aof-preamble', '1')
  .selectDb(0)
  .key('kept', stringValue('1'))
  .key('gone', stringValue('1'))
  .finish();
const COMMANDS = at(T) + SELECT + set('new', '2') + at(T + 5) + cmd('INCR', 'kept') + cmd('DEL', 'gone');
/** What is in it at the end. */
const FINAL = { new: '2', kept: '2' };
const WITHOUT_SERVER = { env: { PATH: '' } };

function set7(name: string, incr = COMMANDS): string {
  const folder = directory.join(name);
  mkdirSync(folder);
  directory.write(`${name}/a.1.base.rdb`, BASE);
  directory.write(`${name}/a.1.incr.aof`, incr);
  directory.write(`${name}/a.manifest`, 'file a.1.base.rdb seq 1 type b\nfile a.1.incr.aof seq 1 type i\n');
  return folder;
}

const good = set7('good');
const torn = set7('torn', `${COMMANDS}*3\r\n$3`);
const program = set7('program', COMMANDS + cmd('CONFIG', 'SET', 'hz', '11'));
let outputs = 0;
const output = () => directory.join(`out-${outputs++}.rdb`);

/** Names and values of the strings that an export has. */
function exported(...args: string[]): Record<string, string> {
  const { stdout } = rdbkit(['export', '--format', 'jsonl', ...args]);
  const keys = stdout.split('\n').filter((line) => line.includes('"key"'));
  return Object.fromEntries(keys.map((line) => JSON.parse(line)).map(({ key, value }) => [key, value]));
}

describe('rdbkit materialize', () => {
  it('writes the final dataset, and says what it is', () => {
    const path = output();
    const { code, stdout, stderr } = rdbkit(['materialize', good, '-o', path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/MATERIALIZED, written to .*\n {2}server {5}(redis|valkey) \d/);
    expect(stdout).toContain('2 keys');
    expect(exported(path)).toEqual(FINAL);
    expect(rdbkit(['materialize', good, '-o', path])).toMatchObject({ code: 2, stdout: '' });
  });

  it('as JSON, at a point in time, from standard input', () => {
    const path = output();
    const stdin = Buffer.concat([BASE, Buffer.from(COMMANDS)]);
    const { code, stdout } = rdbkit(['materialize', '-', '-o', path, '--json', '--until', String(T)], { stdin });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schema: 1, ok: true, complete: true, limited: true, verdict: 'made', input: '-', output: path, keys: 3 },
      databases: [{ db: 0, keys: 3, expires: 0 }],
      cut: { reason: 'until', commands: 2 },
    });
    expect(exported(path)).toEqual({ kept: '1', gone: '1', new: '2' });
  });

  it('has every field described', () => {
    const page = readFileSync(new URL('../../docs/materialize-json.md', import.meta.url), 'utf8');
    const { stdout } = rdbkit(['materialize', program, '-o', output(), '--json']);
    expect(Object.keys(JSON.parse(stdout)).filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
  });

  it('an RDB has its data already: 2', () => {
    const dump = directory.write('plain.rdb', SOUND);
    const { code, stdout, stderr } = rdbkit(['materialize', dump, '-o', output()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `rdbkit: ${dump}: it is an RDB, and no log of commands follows: its data stand in it as they are\n`,
    );
  });

  it('calls standard input so', () => {
    const { stdout } = rdbkit(['materialize', '-', '-o', output()], { stdin: Buffer.from(COMMANDS) });
    expect(stdout).toMatch(/^standard input: MATERIALIZED/);
  });

  it('a missing end: written, told, and 1', () => {
    const path = output();
    const { code, stdout, stderr } = rdbkit(['materialize', torn, '-o', path, '--quiet']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/NOT COMPLETE, written to .*\n {2}missing {4}a\.1\.incr\.aof at /);
    expect(stderr).toContain('the result is not whole');
    expect(exported(path)).toEqual(FINAL);
  });

  it('commands that reach beyond the data: not executed, unless trusted', () => {
    const path = output();
    const { code, stdout, stderr } = rdbkit(['materialize', program, '-o', path]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/NOT MATERIALIZED[\s\S]*CONFIG SET, once: a\.1\.incr\.aof at [\s\S]*--trust/);
    expect(stderr).toContain('nothing was written');
    expect(existsSync(path)).toBe(false);
    expect(rdbkit(['materialize', program, '-o', path, '--trust']).code).toBe(0);
  });

  it('without a server: what to install, and 2', () => {
    const { code, stdout, stderr } = rdbkit(['materialize', good, '-o', output()], WITHOUT_SERVER);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/no redis-server or valkey-server on PATH; .*install it/);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s: nothing stays, no server, no file', async (signal) => {
    const tmp = directory.join(`tmp-${signal}`);
    mkdirSync(tmp);
    const many = Array.from({ length: 200_000 }, (_, i) => set(`key:${i}`)).join('');
    const log = directory.write(`many-${signal}.aof`, SELECT + many);
    const args = [BIN, 'materialize', log, '-o', directory.join(`${signal}.rdb`), '--tmp-dir', tmp];
    const child = spawn(process.execPath, args, { env: ENVIRONMENT });
    while (readdirSync(tmp).length === 0) await sleep(5);
    child.kill(signal);
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(readdirSync(tmp)).toEqual([]);
    expect(
      readdirSync(directory.path).filter((name) => name.includes('unfinished') || name === `${signal}.rdb`),
    ).toEqual([]);
  });
});

describe('commands that want keys', () => {
  it('keys lists those of the final dataset, and says where they come from', () => {
    const { code, stdout, stderr } = rdbkit(['keys', '--format', 'jsonl', good]);
    expect(code).toBe(0);
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).key);
    expect(names.sort()).toEqual(Object.keys(FINAL).sort());
    expect(stderr).toMatch(
      /^rdbkit: .*good: \d+ commands follow; this is the final dataset, as (redis|valkey) \d.*\n$/,
    );
  });

  it('get finds a key of a log that begins with an RDB', () => {
    const hybrid = directory.write('hybrid.aof', Buffer.concat([BASE, Buffer.from(COMMANDS)]));
    expect(rdbkit(['get', '--raw', hybrid, 'kept'])).toMatchObject({ code: 0, stdout: '2' });
    expect(rdbkit(['get', hybrid, 'gone'])).toMatchObject({ code: 1, stdout: '' });
  });

  it('export writes them, as text and as RDB', () => {
    expect(exported(good)).toEqual(FINAL);
    const path = output();
    expect(rdbkit(['export', '--format', 'rdb', good, '-o', path]).code).toBe(0);
    expect(exported(path)).toEqual(FINAL);
  });

  it('diff compares logs by what they come to', () => {
    const copy = output();
    expect(rdbkit(['materialize', good, '-o', copy]).code).toBe(0);
    expect(rdbkit(['diff', '--quiet', good, copy]).code).toBe(0);
    const { code, stdout } = rdbkit(['diff', '--jsonl', directory.write('base.rdb', BASE), good]);
    expect(code).toBe(1);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const changes = lines.slice(0, -1).map(({ change, key }) => `${change} ${key}`);
    expect(changes.sort()).toEqual(['added new', 'changed kept', 'removed gone']);
  });

  it('stats counts them beside the commands; with filters, as it does those of a dump', () => {
    const { code, stdout } = rdbkit(['stats', '--json', good]);
    const [file] = JSON.parse(stdout).files;
    expect(code).toBe(0);
    expect(file).toMatchObject({ kind: 'aof-set', dump: { totals: { keys: 2 } }, dataset: { totals: { keys: 2 } } });
    expect(file.commands).toContainEqual(expect.objectContaining({ name: 'incr', calls: 1 }));
    const filtered = JSON.parse(rdbkit(['stats', '--json', '--match', 'n*', good]).stdout);
    expect(filtered).toMatchObject({ complete: true, totals: { keys: 1 }, files: [{ kind: 'aof-set', keys: 1 }] });
    expect(rdbkit(['stats', good]).stdout).toMatch(/Commands [\s\S]*At the end of the log:[\s\S]*2 keys/);
  });

  it('a missing end makes them not whole', () => {
    const { code, stderr } = rdbkit(['keys', torn]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/AOF_TRUNCATED_TAIL at .*\n.*the list is not whole/);
  });

  it.each([
    ['keys', ['keys']],
    ['export', ['export', '--format', 'resp']],
    ['diff', ['diff', good]],
  ])('%s refuses a program, and without a server says what to install: 3', (_, args) => {
    const refused = rdbkit([...args, program]);
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toMatch(/reach beyond the data \(CONFIG SET\)/);
    const alone = rdbkit([...args, good], WITHOUT_SERVER);
    expect(alone).toMatchObject({ code: 3, stdout: '' });
    expect(alone.stderr).toMatch(/only a server can tell the final dataset: .*install it/);
  });

  it('stats counts the commands without a server, too', () => {
    const { code, stdout, stderr } = rdbkit(['stats', '--json', good], WITHOUT_SERVER);
    expect({ code, dataset: JSON.parse(stdout).files[0].dataset }).toEqual({ code: 0, dataset: null });
    expect(stderr).toMatch(/install it/);
    expect(rdbkit(['stats', '--no-dataset', good])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('how old the data of a log are', () => {
  it('without times in it: as old as its last part, so that two runs say the same', () => {
    const written = 1_750_000_000;
    const soon = SELECT + cmd('SET', 'soon', 'v') + cmd('PEXPIREAT', 'soon', String((written + 60) * 1000));
    const folder = set7('old', soon);
    const file = directory.write('old.aof', soon);
    for (const path of [join(folder, 'a.1.incr.aof'), file]) utimesSync(path, written, written);
    for (const path of [folder, file]) {
      const { stdout } = rdbkit(['keys', '--json', '--ttl', '30s..90s', path]);
      expect(JSON.parse(stdout).keys).toMatchObject([{ key: 'soon', expireAtMs: (written + 60) * 1000 }]);
    }
  });
});

describe('a log on standard input', () => {
  const log = Buffer.from(COMMANDS);
  const hybrid = Buffer.concat([BASE, log]);
  const NOTE =
    /^rdbkit: standard input: \d commands follow; this is the final dataset, as (redis|valkey) \S+ makes it of a copy\n$/;

  it.each([
    ['with an RDB in front', hybrid, FINAL],
    ['of commands alone', log, { new: '2', kept: '1' }],
  ])('%s: export sees the data at its end', (_, stdin, final) => {
    const { code, stdout, stderr } = rdbkit(['export', '--format', 'jsonl', '-'], { stdin });
    expect(code).toBe(0);
    expect(stderr).toMatch(NOTE);
    const pairs = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Object.fromEntries(pairs.map(({ key, value }) => [key, value]))).toEqual(final);
  });

  it('so do get, keys and a dump of it; --quiet leaves the note out, and nothing stays in --tmp-dir', () => {
    const tmp = directory.join('tmp-stdin');
    mkdirSync(tmp);
    const quiet = ['--quiet', '--tmp-dir', tmp];
    expect(rdbkit(['get', ...quiet, '--raw', '-', 'kept'], { stdin: hybrid })).toEqual({
      code: 0,
      stdout: '2',
      stderr: '',
    });
    const keys = rdbkit(['keys', ...quiet, '--json', '-'], { stdin: hybrid });
    expect({ ...keys, stdout: JSON.parse(keys.stdout).keys.length }).toEqual({ code: 0, stdout: 2, stderr: '' });
    const dump = output();
    const ran = rdbkit(['export', ...quiet, '--format', 'rdb', '-', '-o', dump], { stdin: hybrid });
    expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(exported(dump)).toEqual(FINAL);
    expect(readdirSync(tmp)).toEqual([]);
  });

  it('stats counts both the log and the data at its end', () => {
    const { code, stdout } = rdbkit(['stats', '--json', '-'], { stdin: hybrid });
    const [counted] = JSON.parse(stdout).files;
    expect({ code, path: counted.path, keys: counted.dataset.totals.keys }).toEqual({ code: 0, path: '-', keys: 2 });
    expect(counted.dataset.files[0].path).toBe('-');
    const some = rdbkit(['stats', '--json', '--match', 'n*', '-'], { stdin: log });
    expect(JSON.parse(some.stdout)).toMatchObject({ totals: { keys: 1 }, files: [{ path: '-' }] });
    expect(rdbkit(['stats', '--no-dataset', '-'], { stdin: log })).toMatchObject({ code: 0, stderr: '' });
  });

  it('that is a cut gzip is damaged, and no server is asked', () => {
    const stdin = gzipSync(Buffer.from(COMMANDS.repeat(50))).subarray(0, -9);
    const { code, stdout, stderr } = rdbkit(['keys', '-'], { stdin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^rdbkit: standard input: GZIP_TRUNCATED: /);
  });
});
