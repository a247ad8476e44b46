// Drills on real servers: what a server made of a backup is held against it.
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rehearse } from '../../src/rehearse/rehearse.js';
import { someKeys } from '../cli/files.js';
import { hashValue, len, stringValue } from '../helpers/rdb-builder.js';
import { withServer } from '../servers/server.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-rehearse-'));
const room = join(folder, 'room');
mkdirSync(room);
afterAll(() => {
  // Whatever happened in between, no drill leaves anything behind.
  const left = readdirSync(room);
  rmSync(folder, { recursive: true, force: true });
  expect(left).toEqual([]);
});

const hold = async (path: string, options = {}) => (await rehearse(path, { tmpDir: room, ...options })).report;

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

const LIBRARY = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";

async function fill(client: Redis): Promise<void> {
  await client.set('string', 'v');
  await client.set('soon', 'v', 'PX', 60_000_000);
  await client.rpush('list', ...Array.from({ length: 300 }, (_, i) => `item ${i}`));
  await client.zadd('zset', 1.5, 'a', 'inf', 'b');
  await client.xadd('stream', '1-1', 'f', 'v');
  await client.xgroup('CREATE', 'stream', 'group', '0');
  await client.xreadgroup('GROUP', 'group', 'alice', 'COUNT', 1, 'STREAMS', 'stream', '>');
  await client.call('FUNCTION', 'LOAD', LIBRARY);
  await client.select(20);
  await client.hset('hash', 'f', 'v');
}

describe('a dump', () => {
  const path = join(folder, 'a dump.rdb');

  beforeAll(() =>
    withServer(
      { binary: 'redis-server', args: ['--databases', '32', '--enable-debug-command', 'yes'] },
      async ({ client, dir }) => {
        await fill(client);
        // A key that expires before the drill, and that stands in the dump.
        await client.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
        await client.set('expired', 'v', 'PX', 1);
        await client.save();
        copyFileSync(join(dir, 'dump.rdb'), path);
      },
    ),
  );

  it('is restored as it is, with what has expired, in all databases, with its functions', async () => {
    const report = await hold(path);
    expect(report).toMatchObject({
      ...{ verdict: 'restored', complete: true, kind: 'rdb', compared: 'keys', differences: [], limited: false },
      ...{ failure: null, warnings: [], producer: { name: 'redis' }, server: { name: 'redis' } },
      functions: { libraries: 1, found: 1, missing: 0, extra: 0 },
      databases: [
        { db: 0, keys: 5, expired: 0, found: 5, missing: 0, different: 0, unsure: 0, extra: 0 },
        { db: 20, keys: 2, expired: 1, found: 2, missing: 0, different: 0, unsure: 0, extra: 0 },
      ],
    });
    expect(report.readyMs).toBeGreaterThan(0);
    expect(report.memory?.used).toBeGreaterThan(100_000);
    // Connections take as much as so few keys.
    expect(report.memory?.ratio).toBeNull();
    expect(report.memory?.atSave).toBeGreaterThan(100_000);
  });

  it('leaves a server that is to be kept, and that its caller stops', async () => {
    const { report, server } = await rehearse(path, { tmpDir: room, keep: true });
    expect(report.verdict).toBe('restored');
    expect(await server?.info('keyspace')).toContain('db20:');
    await server?.stop();
  });

  it('comes into an empty server by load, without what has expired', async () => {
    expect(await hold(path, { via: 'load' })).toMatchObject({
      ...{ verdict: 'restored', via: 'load', compared: 'keys', warnings: [] },
      functions: { libraries: 1, found: 1, missing: 0, extra: 0 },
      databases: [
        { db: 0, keys: 5, expired: 0, found: 5, missing: 0, different: 0, extra: 0 },
        { db: 20, keys: 2, expired: 1, found: 1, missing: 0, different: 0, extra: 0 },
      ],
    });
  });

  it('is compared within the memory that is given, on disk where it must', async () => {
    const report = await hold(path, { maxMemory: 1024 * 1024 });
    expect(report).toMatchObject({ verdict: 'restored', databases: [{ keys: 5 }, { keys: 2 }] });
  });

  it('can be held several at once', async () => {
    const reports = await Promise.all([hold(path), hold(path), hold(path)]);
    expect(reports.map(({ verdict }) => verdict)).toEqual(['restored', 'restored', 'restored']);
  });

  it('is told apart from what a server makes of it', async () => {
    // A server that changes a key behind our back: a wrapper that adds commands when it is up.
    const cheat = join(folder, 'cheat');
    const script = `#!/bin/sh
case "$1" in --version) exec redis-server --version;; esac
sed -i 's/item 7/item 8/' dump.rdb 2>/dev/null
exec redis-server "$@" --rdbchecksum no\n`;
    writeFileSync(cheat, script);
    chmodSync(cheat, 0o755);
    const dump = someKeys(9).key('item 7', stringValue('v')).finish();
    const report = await hold(file('cheated.rdb', dump), { server: cheat });
    expect(report.verdict).toBe('different');
    expect(report.databases).toMatchObject([
      { db: 0 },
      { db: 3, keys: 2, found: 1, missing: 1, different: 0, extra: 1 },
    ]);
    expect(report.differences.map(({ change, db, key }) => [change, db, Buffer.from(key).toString()]).sort()).toEqual([
      ['extra', 3, 'item 8'],
      ['missing', 3, 'item 7'],
    ]);
  });
});

describe('a dump that no server loads', () => {
  it.each([
    ['cut', someKeys(9).finish().subarray(0, -11), 'truncated'],
    ['of a later version', someKeys(42).finish(), 'too-new'],
    ['with a wrong checksum', someKeys(9).finish('wrong'), 'checksum'],
    ['with a key twice', someKeys(9).key('name', stringValue('again')).finish(), 'other'],
    ['of an unknown type', someKeys(9).bytes(Buffer.of(99), len(1), Buffer.from('k')).finish(), 'unknown-type'],
  ])('fails with its own reason: %s', async (what, bytes, kind) => {
    const report = await hold(file(`${what}.rdb`, bytes), { server: 'redis-server' });
    expect(report).toMatchObject({ verdict: 'failed', compared: 'nothing', databases: [], readyMs: null });
    expect(report.failure).toMatchObject({ salvage: null });
    expect([kind, 'crash']).toContain(report.failure?.kind);
    expect(report.failure?.lines.length).toBeGreaterThan(0);
  });

  it('holds no drill when no server on PATH reads that version', async () => {
    await expect(hold(file('new.rdb', someKeys(42).finish()))).rejects.toMatchObject({ fault: 'no-program' });
  });

  it('fails when the server does not come up in time', async () => {
    const sleeper = join(folder, 'sleeper');
    writeFileSync(sleeper, '#!/bin/sh\ncase "$1" in --version) exec redis-server --version;; esac\nexec sleep 60\n');
    chmodSync(sleeper, 0o755);
    const path = file('waits.rdb', someKeys(9).finish());
    const report = await hold(path, { server: sleeper, timeoutMs: 200 });
    expect(report).toMatchObject({ verdict: 'failed', failure: { kind: 'timeout', exitCode: null, signal: null } });
  });

  it('is not loaded into an empty one, either', async () => {
    const path = file('cut for load.rdb', someKeys(9).finish().subarray(0, -11));
    expect(await hold(path, { via: 'load' })).toMatchObject({ verdict: 'failed', failure: { kind: 'load' } });
  });

  it('fails when the server is killed', async () => {
    const killed = join(folder, 'killed');
    writeFileSync(killed, '#!/bin/sh\ncase "$1" in --version) exec redis-server --version;; esac\nkill -9 $$\n');
    chmodSync(killed, 0o755);
    const report = await hold(file('dies.rdb', someKeys(9).finish()), { server: killed });
    expect(report).toMatchObject({ verdict: 'failed', failure: { kind: 'crash', signal: 'SIGKILL' } });
  });
});

describe('a log', () => {
  const LOG = command('SET', 'a', '1') + command('SELECT', '40') + command('SET', 'b', '2');

  it('is executed, in all of its databases', async () => {
    const report = await hold(file('log.aof', LOG));
    expect(report).toMatchObject({
      ...{ verdict: 'restored', kind: 'aof', compared: 'executed', commands: 3, rdbVersion: null },
      databases: [
        { db: 0, keys: null, found: 1 },
        { db: 40, keys: null, found: 1 },
      ],
    });
  });

  it('behind a dump is executed, too', async () => {
    const path = file('hybrid.aof', Buffer.concat([someKeys(9).finish(), Buffer.from(LOG)]));
    const report = await hold(path);
    expect(report).toMatchObject({ verdict: 'restored', kind: 'aof', compared: 'unwritten', rdbVersion: 9 });
    expect(report.databases.map(({ db, found }) => [db, found])).toEqual([
      [0, 3],
      [3, 1],
      [40, 1],
    ]);
  });

  it('that ends inside a command fails, and what a restart would save is said', async () => {
    const report = await hold(file('torn.aof', LOG.slice(0, -4)));
    expect(report).toMatchObject({
      verdict: 'failed',
      failure: { kind: 'log-truncated', exitCode: 1, salvage: { starts: true, keys: 1 } },
    });
  });

  it('is not started when its commands reach beyond the data', async () => {
    const marker = join(folder, 'loaded');
    const log = [
      command('CONFIG', 'SET', 'maxmemory', '1'),
      command('module', 'LOAD', marker),
      command('REPLICAOF', '192.0.2.1', '6379'),
      command('CONFIG', 'GET', 'dir'),
    ];
    const path = file('reaching.aof', log.join('') + LOG);
    const report = await hold(path);
    expect(report).toMatchObject({ verdict: 'refused', server: null, compared: 'nothing', failure: null });
    expect(report.reaching).toEqual([
      { command: 'config set', reach: 'configuration', path, offset: 0, count: 1 },
      { command: 'module load', reach: 'modules', path, offset: log[0].length, count: 1 },
      { command: 'replicaof', reach: 'replication', path, offset: log[0].length + log[1].length, count: 1 },
    ]);
  });

  it('is started nevertheless when it is trusted', async () => {
    const path = file('trusted.aof', command('CONFIG', 'SET', 'maxmemory-samples', '7') + LOG);
    const report = await hold(path, { trust: true });
    expect(report).toMatchObject({ verdict: 'restored', reaching: [], databases: [{ found: 1 }, { found: 1 }] });
  });

  it('whose commands fail is no good, though the server starts', async () => {
    const report = await hold(file('wrong type.aof', LOG + command('SELECT', '0') + command('LPUSH', 'a', 'x')));
    expect(report).toMatchObject({ verdict: 'different', failedCommands: { count: 1 } });
    expect(report.failedCommands.lines[0]).toContain('CRITICAL');
  });

  it('that a server does not know fails', async () => {
    const report = await hold(file('unknown.aof', LOG + command('NO.SUCH', 'a')));
    expect(report).toMatchObject({ verdict: 'failed', failure: { kind: 'log-command', exitCode: 1 } });
  });
});

describe('an append-only set', () => {
  it('whose base has all data is compared key by key, expired ones too', async () => {
    const set = join(folder, 'set');
    mkdirSync(set);
    const base = someKeys(9)
      .expireMs(1)
      .key('old', hashValue([['f', 'v']]))
      .finish();
    writeFileSync(join(set, 'appendonly.aof.1.base.rdb'), base);
    writeFileSync(join(set, 'appendonly.aof.1.incr.aof'), '');
    const manifest = 'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n';
    writeFileSync(join(set, 'appendonly.aof.manifest'), manifest);
    expect(await hold(set)).toMatchObject({
      ...{ verdict: 'restored', kind: 'aof-set', compared: 'keys', commands: 0 },
      databases: [
        { db: 0, keys: 2, found: 2, expired: 0 },
        { db: 3, keys: 2, found: 2, expired: 1 },
      ],
    });
    rmSync(join(set, 'appendonly.aof.1.incr.aof'));
    expect(await hold(set)).toMatchObject({ verdict: 'failed', failure: { kind: 'missing-file', exitCode: 1 } });
  });
});
