import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BulkTarget } from '../../../src/live/bulk/bulk-target.js';
import { openBulkTarget } from '../../../src/live/bulk/open-bulk-target.js';
import type { LogReplay } from '../../../src/load/log/log-replay.js';
import { type ReplayOptions, replayLog } from '../../../src/load/log/replay.js';
import { commandBytes } from '../../../src/resp/command.js';
import { addressOf } from '../../live/bulk/sender.js';
import { requireServer } from '../../servers/available.js';
import { type RunningServer, startServer, withServer } from '../../servers/server.js';

const redis = requireServer('redis', '7.0');
const folder = mkdtempSync(join(tmpdir(), 'rdbkit-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Line = readonly (string | number | Uint8Array)[] | string;

/** A log of commands, and of annotations as text. */
function logOf(lines: readonly Line[]): Buffer {
  return Buffer.concat(lines.map((line) => (typeof line === 'string' ? Buffer.from(line) : commandBytes(line))));
}

let files = 0;
function fileOf(lines: readonly Line[] | Buffer): string {
  const path = join(folder, `log-${files++}.aof`);
  writeFileSync(path, Buffer.isBuffer(lines) ? lines : logOf(lines as readonly Line[]));
  return path;
}

/** Every command ends in one of the sums. */
function accounted(replay: LogReplay): boolean {
  const { commands, done, failed, lost, reaching, idle, elsewhere, unfinished, unsent } = replay;
  return commands === done + failed + lost + reaching + idle + elsewhere + unfinished + unsent;
}

describe('a log', () => {
  let server: RunningServer;
  let target: BulkTarget;
  beforeAll(async () => {
    server = await startServer({ ...redis, args: ['--enable-debug-command', 'yes', '--databases', '4'] });
    target = await openBulkTarget(addressOf(server.port));
  });
  beforeEach(async () => {
    await server.client.flushall();
  });
  afterAll(async () => {
    target?.close();
    await server?.stop();
  });

  const replay = async (logs: readonly (readonly Line[] | Buffer)[], options?: ReplayOptions) => {
    const parts = logs.map((lines) => ({ path: fileOf(lines) }));
    const result = await replayLog(parts, target, options);
    expect(accounted(result)).toBe(true);
    return { ...result, parts };
  };
  const inDb = async <T>(db: number, ask: (client: Redis) => Promise<T>) => {
    await server.client.select(db);
    return ask(server.client).finally(() => server.client.select(0));
  };

  it('that a server wrote gives what that server held', async () => {
    const logs: Buffer[] = [];
    let digest: unknown;
    const args = ['--appendonly', 'yes', '--enable-debug-command', 'yes', '--aof-timestamp-enabled', 'yes'];
    await withServer({ ...redis, args }, async ({ client, dir }) => {
      for (let i = 0; i < 300; i++) {
        await client.select(i % 3);
        await client.set(`s${i % 50}`, 'x'.repeat(i));
        await client.incrby(`n${i % 7}`, i);
        await client.rpush(`l${i % 11}`, i, `${i}`.repeat(20));
        await client.lpop(`l${i % 13}`, 1);
        await client.zadd(`z${i % 5}`, i / 7, `m${i}`);
        await client.hset(`h${i % 5}`, `f${i}`, Buffer.from([i, 0, 255, 13, 10]));
        await client.sadd('set', i, i + 1, i + 2);
        await client.spop('set', 2);
        await client.xadd('stream', '*', 'f', i);
        if (i % 10 === 0) await client.multi().set('a', i).rename('a', 'b').lpush('b', 1).incr('c').exec();
        if (i % 25 === 0) await client.eval("for i = 1, 5 do redis.call('RPUSH', KEYS[1], i) end", 1, 'script');
        if (i % 60 === 0) await client.move(`s${i % 50}`, 3);
      }
      await client.call('FUNCTION', 'LOAD', "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
      await client.pexpireat('s1', Date.now() + 1e9);
      digest = await client.call('DEBUG', 'DIGEST');
      const inner = join(dir, 'appendonlydir');
      for (const name of readdirSync(inner)) if (name.includes('.incr.')) logs.push(readFileSync(join(inner, name)));
    });
    const result = await replay(logs);
    expect(await server.client.call('DEBUG', 'DIGEST')).toBe(digest);
    expect(result).toMatchObject({ failed: 0, lost: 0, elsewhere: 0, unsent: 0, stopped: undefined });
    expect(result.lastTimestamp).toBeGreaterThan(1_700_000_000);
    expect(String(await server.client.call('FUNCTION', 'LIST'))).toContain('lib');
    await server.client.call('FUNCTION', 'FLUSH');
  });

  it('goes on behind what fails for a server as well, and tells it', async () => {
    const { parts, ...result } = await replay([
      [
        ['SET', 'a', 'x'],
        ['LPUSH', 'a', '1'],
        ['MULTI'],
        ['SET', 'b', '1'],
        ['INCR', 'a'],
        ['EXEC'],
        ['MULTI'],
        ['SET', 'c', '1'],
        ['NOSUCH', 'k'],
        ['EXEC'],
        ['SELECT', '9'],
        ['SET', 'elsewhere', '1'],
        ['SELECT', '0'],
        ['SET', 'last', '1'],
        ['DEL', 'nothing'],
      ],
    ]);
    expect(result).toMatchObject({ commands: 9, done: 4, failed: 5, stopped: undefined });
    const [{ path }] = parts;
    const failure = (command: string, key: string, error: string) =>
      expect.objectContaining({ path, command, key: Buffer.from(key), error: expect.stringContaining(error) });
    expect(result.failures).toEqual([
      failure('lpush', 'a', 'WRONGTYPE'),
      failure('incr', 'a', 'not an integer'),
      failure('nosuch', 'k', 'unknown command'),
      failure('set', 'elsewhere', 'out of range'),
    ]);
    expect(result.failures[0].offset).toBe(commandBytes(['SET', 'a', 'x']).length);
    expect((await server.client.keys('*')).sort()).toEqual(['a', 'b', 'last']);
  });

  it('is one place after the other, with the databases that are wanted', async () => {
    const mapDb = (db: number) => (db === 2 ? undefined : db === 0 ? 1 : db);
    const result = await replay(
      [
        [
          ['SET', 'zero', '1'],
          ['SELECT', '2'],
          ['SET', 'two', '1'],
          ['MULTI'],
          ['SELECT', '0'],
          ['SET', 'zero', '2'],
          ['SELECT', '3'],
          ['SET', 'three', '1'],
          ['SELECT', '2'],
          ['SET', 'two', '2'],
          ['EXEC'],
          ['SELECT', '3'],
          ['SET', 'moved', '1'],
          ['MOVE', 'moved', '0'],
          ['COPY', 'three', 'copied', 'DB', '0'],
          ['MOVE', 'three', '2'],
        ],
        [['RPUSH', 'list', '1']],
        [['RPUSH', 'list', '2']],
      ],
      { mapDb },
    );
    expect(result).toMatchObject({ commands: 11, done: 8, elsewhere: 3, failed: 0 });
    expect(await server.client.dbsize()).toBe(0);
    expect(await inDb(1, (client) => client.mget('zero', 'moved', 'copied'))).toEqual(['2', '1', '1']);
    expect(await inDb(1, (client) => client.lrange('list', 0, -1))).toEqual(['1', '2']);
    expect(await inDb(2, (client) => client.dbsize())).toBe(0);
    expect(await inDb(3, (client) => client.keys('*'))).toEqual(['three']);
  });

  it('reaches nothing but data, and waits for nobody', async () => {
    const lines = [
      ['CONFIG', 'SET', 'maxmemory-samples', '9'],
      ['EVAL', "redis.call('SET', 'by script', '1')", '0'],
      ['CONFIG', 'SET', 'maxmemory-samples', '8'],
      ['BLPOP', 'nothing', '0'],
      ['SUBSCRIBE', 'channel'],
      ['GET', 'a'],
      ['SET', 'a', '1'],
      ['SHUTDOWN'],
    ];
    const result = await replay([lines]);
    expect(result).toMatchObject({ commands: 8, done: 2, reaching: 4, idle: 2 });
    expect(result.reachingCommands).toMatchObject([
      { command: 'config set', reach: 'configuration', count: 2, offset: 0 },
      { command: 'eval', reach: 'scripts', count: 1 },
      { command: 'shutdown', reach: 'the process', count: 1 },
    ]);
    expect(await server.client.config('GET', 'maxmemory-samples')).toEqual(['maxmemory-samples', '5']);
    expect(await server.client.keys('*')).toEqual(['a']);
    expect(await replay([lines.slice(0, 2)], { trust: true })).toMatchObject({ done: 2, reaching: 0 });
    expect(await server.client.get('by script')).toBe('1');
  });

  it('is not begun when it would empty what is there', async () => {
    await server.client.set('there', '1');
    for (const flush of [['FLUSHALL'], ['flushdb', 'ASYNC'], ['FUNCTION', 'FLUSH']]) {
      const lines = [['SET', 'a', '1'], flush, ['SET', 'b', '1']];
      const { stopped, done, parts } = await replay([[['SET', 'first', '1']], lines]);
      expect({ stopped, done }).toEqual({
        done: 0,
        stopped: {
          path: parts[1].path,
          offset: commandBytes(['SET', 'a', '1']).length,
          reason: expect.stringContaining('would empty'),
        },
      });
    }
    expect(await server.client.keys('*')).toEqual(['there']);
    expect(await replay([[['FLUSHALL'], ['SET', 'b', '1']]], { flush: true })).toMatchObject({ done: 2 });
    expect(await server.client.keys('*')).toEqual(['b']);
  });

  it('ends at a time, or where its file does', async () => {
    const lines = [
      '#TS:1000\r\n',
      ['SET', 'a', '1'],
      '#TS:1001\r\n',
      ['SET', 'b', '1'],
      '#TS:1002\r\n',
      ['SET', 'c', '1'],
    ];
    const { until, ...upTo } = await replay([lines, [['SET', 'd', '1']]], { untilMs: 1_001_000 });
    expect(upTo).toMatchObject({ done: 2, lastTimestamp: 1001, stopped: undefined });
    expect(until).toMatchObject({ offset: logOf(lines.slice(0, 4)).length });
    expect((await server.client.keys('*')).sort()).toEqual(['a', 'b']);
    const open = [['SET', 'e', '1'], ['MULTI'], ['SET', 'f', '1'], '#TS:1003\r\n', ['INCR', 'f']] as const;
    expect(await replay([open], { untilMs: 1_002_000 })).toMatchObject({ done: 1, unfinished: 1 });
    expect(await replay([open])).toMatchObject({ done: 1, unfinished: 2, stopped: undefined, torn: undefined });
    const cut = logOf([
      ['SET', 'g', '1'],
      ['SET', 'h', '1'],
    ]).subarray(0, -4);
    const half = logOf([['SET', 'g', '1']]).length;
    const last = await replay([cut]);
    expect(last).toMatchObject({ done: 1, torn: { offset: half }, stopped: undefined });
    expect(await replay([cut, [['SET', 'i', '1']]])).toMatchObject({ done: 1, stopped: { offset: half } });
    expect(await replay([[['SET', 'g', '1'], 'rubbish'], []])).toMatchObject({ stopped: { offset: half } });
    expect((await server.client.keys('*')).sort()).toEqual(['a', 'b', 'e', 'g']);
  });

  it('stops where nothing behind it can be right', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => ['RPUSH', 'list', `element ${i} ${'x'.repeat(100)}`]);
    await server.client.config('SET', 'maxmemory', '3mb');
    const { stopped, done, failed, commands, failures } = await replay([lines]);
    await server.client.config('SET', 'maxmemory', '0');
    expect(stopped).toMatchObject({ reason: expect.stringContaining('OOM'), offset: failures[0].offset });
    expect(done).toBe(await server.client.llen('list'));
    expect(failed).toBeGreaterThan(0);
    expect(commands).toBeLessThan(lines.length);
  });
});

describe('a target that goes away', () => {
  it('ends the log, and it is known where', async () => {
    const server = await startServer(redis);
    const target = await openBulkTarget(addressOf(server.port), {}, { retryMs: 100 });
    const lines = Array.from({ length: 50_000 }, (_, i) => ['RPUSH', 'list', i]);
    const path = fileOf(lines);
    let isKilled = false;
    const onProgress = (bytes: number) => {
      if (bytes < 1_000_000 || isKilled) return;
      isKilled = true;
      process.kill(server.pid, 'SIGKILL');
    };
    const result = await replayLog([{ path }], target, { onProgress });
    expect(accounted(result)).toBe(true);
    expect(result.lost).toBeGreaterThan(0);
    expect(result.stopped?.reason).toMatch(/connection/);
    // All before this place is done: as many commands as are known to be.
    expect(result.stopped?.offset).toBe(logOf(lines.slice(0, result.done)).length);
    target.close();
    await server.stop();
  });
});
