// Drills of logs with a dump in front: keys that no command can have written to are compared, and never one too many.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RehearseOptions } from '../../src/rehearse/options.js';
import { rehearse } from '../../src/rehearse/rehearse.js';
import { hashValue, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-rehearse-log-'));
const room = join(folder, 'room');
mkdirSync(room);
afterAll(() => {
  const left = readdirSync(room);
  rmSync(folder, { recursive: true, force: true });
  expect(left).toEqual([]);
});

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

/** Ten keys in each of the databases 0 and 1, and one that has expired. */
function base(): Buffer {
  const dump = new RdbBuilder(9);
  for (const db of [0, 1]) {
    dump.selectDb(db);
    for (let i = 0; i < 9; i++) dump.key(`key:${db}:${i}`, stringValue(`value ${i}`));
    dump.expireMs(1).key(`old:${db}`, hashValue([['f', 'v']]));
  }
  return dump.finish();
}

let sets = 0;

/** An append-only set of that base and commands. */
function set(...commands: string[][]): string {
  const path = join(folder, `set${sets++}`);
  mkdirSync(path);
  writeFileSync(join(path, 'appendonly.aof.1.base.rdb'), base());
  writeFileSync(join(path, 'appendonly.aof.1.incr.aof'), commands.map((words) => command(...words)).join(''));
  const manifest = 'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n';
  writeFileSync(join(path, 'appendonly.aof.manifest'), manifest);
  return path;
}

async function hold(path: string, options: RehearseOptions = {}) {
  const { report } = await rehearse(path, { tmpDir: room, ...options });
  return { ...report, keys: report.databases.map(({ base, compared, found }) => ({ base, compared, found })) };
}

describe('a log behind a dump', () => {
  it('has all other keys of the dump compared, by value and expiry', async () => {
    const report = await hold(
      set(
        ['SELECT', '0'],
        ['SET', 'key:0:0', 'new'],
        ['MULTI'],
        ['DEL', 'key:0:1', 'key:0:2'],
        ['RENAME', 'key:0:3', 'renamed'],
        ['SELECT', '1'],
        ['EXPIRE', 'key:1:0', '1000'],
        ['EXEC'],
        ['SADD', 'members', 'key:1:1'],
      ),
    );
    expect(report).toMatchObject({
      ...{ verdict: 'restored', compared: 'unwritten', wroteAll: null, differences: [], warnings: [] },
      functions: { libraries: 0, missing: 0, extra: 0 },
      // `renamed` and `members` are new; a member with the name of a key is no key.
      keys: [
        { base: 10, compared: 6, found: 8 },
        { base: 10, compared: 9, found: 11 },
      ],
    });
  });

  it('is not equal when a key that no command names came out as another one', async () => {
    // A copy whose base has another value: the server is a wrapper that changes it before it starts.
    const cheat = join(folder, 'cheat');
    const script = `#!/bin/sh
case "$1" in --version) exec redis-server --version;; esac
sed -i 's/value 7/VALUE 7/g; s/value 0/VALUE 0/g' appendonlydir/*.base.rdb
exec redis-server "$@" --rdbchecksum no\n`;
    writeFileSync(cheat, script);
    chmodSync(cheat, 0o755);
    const log = set(['SELECT', '0'], ['APPEND', 'key:0:0', 'x']);
    const report = await hold(log, { server: cheat });
    expect(report).toMatchObject({ verdict: 'different', compared: 'unwritten', failedCommands: { count: 0 } });
    const names = report.differences.map(({ change, db, key, what }) => [
      change,
      db,
      String(Buffer.from(key)),
      ...what,
    ]);
    // What was appended to is not known.
    expect(names.sort()).toEqual([
      ['different', 0, 'key:0:7', 'value'],
      ['different', 1, 'key:1:0', 'value'],
      ['different', 1, 'key:1:7', 'value'],
    ]);
  });

  it('that empties a database has those of the others compared', async () => {
    const report = await hold(set(['SELECT', '0'], ['FLUSHDB'], ['SET', 'a', '1']));
    expect(report).toMatchObject({
      ...{ verdict: 'restored', compared: 'unwritten' },
      keys: [
        { base: 10, compared: 0, found: 1 },
        { base: 10, compared: 10, found: 10 },
      ],
    });
  });

  it.each([
    ['empties all of them', 'flushall', [['FLUSHALL'], ['SET', 'a', '1']]],
    ['runs scripts', 'eval', [['EVAL', "return redis.call('set', 'key:0:0', 1)", '0']]],
  ])('that %s has none compared, and says so', async (_, wroteAll, commands) => {
    const report = await hold(set(['SELECT', '0'], ...commands), { trust: true });
    expect(report).toMatchObject({ verdict: 'restored', compared: 'executed', wroteAll, differences: [] });
    expect(report.keys.map(({ compared }) => compared)).toEqual(report.keys.map(() => 0));
  });

  it('that swaps databases has neither compared', async () => {
    const report = await hold(set(['SELECT', '0'], ['SWAPDB', '0', '1']));
    expect(report).toMatchObject({ verdict: 'restored', compared: 'executed', wroteAll: null });
  });

  it('that moves and copies keys between databases has both ends left out', async () => {
    const report = await hold(
      set(
        ['SELECT', '0'],
        ['MOVE', 'key:0:4', '1'],
        ['COPY', 'key:0:5', 'key:1:6', 'DB', '1', 'REPLACE'],
        ['SORT', 'key:none', 'BY', 'nosort', 'STORE', 'key:0:8'],
      ),
    );
    expect(report).toMatchObject({
      ...{ verdict: 'restored', compared: 'unwritten', differences: [] },
      keys: [
        { base: 10, compared: 7, found: 8 },
        { base: 10, compared: 9, found: 11 },
      ],
    });
  });

  it('that loads a library has its keys compared, and no libraries', async () => {
    const library = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";
    const report = await hold(set(['FUNCTION', 'LOAD', library]));
    expect(report).toMatchObject({ verdict: 'restored', compared: 'unwritten', functions: null });
    expect(report.keys.map(({ compared }) => compared)).toEqual([10, 10]);
  });

  it('comes into an empty server by load, too', async () => {
    const report = await hold(set(['SELECT', '0'], ['SET', 'key:0:0', 'new'], ['DEL', 'key:0:1']), { via: 'load' });
    // What had expired is not loaded.
    expect(report).toMatchObject({
      ...{ verdict: 'restored', via: 'load', compared: 'unwritten', warnings: [] },
      keys: [
        { base: 10, compared: 7, found: 8 },
        { base: 10, compared: 9, found: 9 },
      ],
    });
  });
});
