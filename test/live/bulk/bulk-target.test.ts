import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BulkTarget } from '../../../src/live/bulk/bulk-target.js';
import { type BulkOptions, openBulkTarget } from '../../../src/live/bulk/open-bulk-target.js';
import { Series } from '../../../src/live/bulk/parcel.js';
import { serverOnPath } from '../../servers/available.js';
import { until } from '../../servers/cluster.js';
import { freePort } from '../../servers/ports.js';
import { type RunningServer, startServer, withServer } from '../../servers/server.js';
import { addressOf, parcelOf, sendKeys, settle } from './sender.js';

const redis = serverOnPath('redis');
const KEYS = 5000;
const ALL_WELL = { sentUnits: KEYS, settledUnits: KEYS, oddParcels: 0, exceptions: [] };

const error = (text: string) => ({ kind: 'error', text: expect.stringContaining(text) });
const integer = (value: number) => ({ kind: 'integer', value });
const lost = (why: RegExp | string) => expect.objectContaining({ lost: expect.stringMatching(why) });

describe('a server', () => {
  let server: RunningServer;
  let target: BulkTarget;
  beforeAll(async () => {
    server = await startServer({ ...redis, args: ['--databases', '3'] });
    target = await openBulkTarget(addressOf(server.port));
  });
  beforeEach(async () => {
    await server.client.flushall();
  });
  afterAll(async () => {
    target?.close();
    await server?.stop();
  });

  it('is what it says', () => {
    const { lineage, version } = server;
    expect(target).toMatchObject({ lineage, version, isCluster: false, restarts: [], full: false });
    expect(target.nodeOf(1)).toBe(0);
  });

  it('tells of each unit what was no success', async () => {
    await server.client.set('there', '1');
    const units = [
      [['SET', 'a', '1']],
      [['SET', 'there', '2', 'NX']],
      [['LPUSH', 'there', '2']],
      [['DEL', 'nothing']],
      [
        ['DEL', 'tmp'],
        ['RPUSH', 'tmp', 'a', 'b'],
        ['RENAMENX', 'tmp', 'there'],
      ],
      [
        ['RPUSH', 'list', 'x'],
        ['EXPIRE', 'list', '100'],
      ],
      [['MULTI'], ['INCR', 'a'], ['LPUSH', 'a', '2'], ['EXEC']],
      [['XADD', 's', '1-1', 'f', 'v']],
      [['NOSUCH']],
      [['LRANGE', 'list', '0', '-1']],
    ];
    const odd = await settle(target, parcelOf(units));
    const replies = new Map([...odd].map(([unit, result]) => [unit, result.replies]));
    expect(replies).toEqual(
      new Map<number, unknown>([
        [1, [{ kind: 'nil' }]],
        [2, [error('WRONGTYPE')]],
        [3, [integer(0)]],
        [4, [integer(0), integer(2), integer(0)]],
        [
          6,
          [
            { kind: 'status', text: 'OK' },
            { kind: 'status', text: 'QUEUED' },
            { kind: 'status', text: 'QUEUED' },
            { kind: 'array', length: 2, errors: [expect.stringContaining('WRONGTYPE')], errorsAt: [1] },
          ],
        ],
        [8, [error('unknown command')]],
      ]),
    );
    for (const { repeated, lost } of odd.values())
      expect({ repeated, lost }).toEqual({ repeated: false, lost: undefined });
  });

  it('takes keys of several databases, and none that belong to one that is not there', async () => {
    const parcels = Array.from({ length: 40 }, (_, i) => parcelOf([[['SET', `key:${i}`, 'v']]], i % 4));
    const odd = await Promise.all(parcels.map((parcel) => settle(target, parcel)));
    for (const [i, exceptions] of odd.entries()) {
      const refused = new Map([[0, { replies: [error('out of range')], repeated: false, lost: undefined }]]);
      expect(exceptions).toEqual(i % 4 === 3 ? refused : new Map());
    }
    for (const db of [2, 1, 0]) {
      await server.client.select(db);
      const names = (await server.client.keys('*')).map((name) => Number(name.slice(4)) % 4);
      expect(names).toEqual(new Array(10).fill(db));
    }
  });

  it('that does not read makes the sender wait', async () => {
    const small = await openBulkTarget(addressOf(server.port), {}, { mostUnderWay: 10_000 });
    await server.client.call('CLIENT', 'PAUSE', '100000', 'WRITE');
    let settled = 0;
    let sent = 0;
    for (; !small.full; sent++) small.send(parcelOf([[['SET', `key:${sent}`, 'v'.repeat(1000)]]]), () => settled++);
    expect(sent).toBe(10);
    let isReady = false;
    const ready = small.ready().then(() => {
      isReady = true;
    });
    await sleep(100);
    expect({ settled, isReady, full: small.full }).toEqual({ settled: 0, isReady: false, full: true });
    await server.client.call('CLIENT', 'UNPAUSE');
    await ready;
    await small.drain();
    expect(settled).toBe(sent);
    expect(await server.client.dbsize()).toBe(sent);
    small.close();
  });

  it.each([
    ['', 0],
    [', also when the clock is set back meanwhile', 3_600_000],
  ])('that is busy is waited for%s', async (_, backMs) => {
    const endless = "redis.call('GET', 'x') while true do end";
    const busy = server.client.duplicate();
    busy.on('error', () => undefined);
    await server.client.config('SET', 'busy-reply-threshold', '10');
    const script = busy.eval(endless, 0).catch((reason: Error) => reason.message);
    await until(() => isBusy(server));
    const result = sendKeys(target, KEYS);
    await sleep(300);
    if (backMs > 0) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - backMs });
    try {
      await server.client.call('SCRIPT', 'KILL');
      expect(await script).toContain('killed');
      expect(await result).toEqual(ALL_WELL);
    } finally {
      vi.useRealTimers();
    }
    expect(await server.client.dbsize()).toBe(KEYS);
    busy.disconnect();
  });

  it('settles what is under way when it is closed', async () => {
    const closing = await openBulkTarget(addressOf(server.port));
    await server.client.call('CLIENT', 'PAUSE', '100000', 'WRITE');
    const parcel = parcelOf([[['SET', 'a', '1']], [['SET', 'b', '2']]]);
    const result = settle(closing, parcel);
    await sleep(20);
    closing.close();
    await server.client.call('CLIENT', 'UNPAUSE');
    const why = lost('the connection was closed before it was answered');
    expect([...(await result).values()]).toEqual([why, why]);
    expect([...(await settle(closing, parcelOf([[['SET', 'c', '3']]]))).values()]).toEqual([lost('was closed')]);
    await closing.drain();
  });

  it('takes the parts of a series in their order, up to the first that fails', async () => {
    const push = (key: string, i: number) => [['RPUSH', key, i]];
    const series = new Series();
    const others = sendKeys(target, KEYS);
    const parts = Array.from({ length: 200 }, (_, i) => parcelOf([push('list', i)], 0, undefined, series));
    const odd = await Promise.all(parts.map((part) => settle(target, part)));
    expect(odd.every(({ size }) => size === 0)).toBe(true);
    expect(await server.client.lrange('list', 0, -1)).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
    expect(await others).toEqual(ALL_WELL);
    const failing = new Series();
    const [first] = await settle(target, parcelOf([push('key:1', 1)], 0, undefined, failing));
    expect(first).toMatchObject([0, { replies: [error('WRONGTYPE')], lost: undefined }]);
    const [next] = await settle(target, parcelOf([push('list', 1)], 0, undefined, failing));
    expect(next).toEqual([0, lost('WRONGTYPE')]);
    expect(await server.client.llen('list')).toBe(200);
  });
});

/** It runs a script that has taken too long. */
async function isBusy({ client }: RunningServer): Promise<boolean> {
  return client.ping().then(
    () => false,
    (reason: Error) => reason.message.startsWith('BUSY'),
  );
}

/** Keys take their time to load: it answers LOADING meanwhile. */
const SLOWLY = ['--key-load-delay', '300', '--loading-process-events-interval-bytes', '1024'];

describe('a server that is killed', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rdbkit-killed-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  /** `back`: how it is started again; undefined: not at all. */
  async function killedMeanwhile(options: BulkOptions, back: readonly string[] | undefined) {
    const port = await freePort();
    const servers = [await startServer({ ...redis, port, dir })];
    const target = await openBulkTarget(addressOf(port), {}, { mostUnderWay: 50_000, ...options });
    try {
      const series = new Series();
      const part = () => settle(target, parcelOf([[['RPUSH', 'list', 'x']]], 0, undefined, series));
      const begun = await part();
      const tally = await sendKeys(target, KEYS, async () => {
        await servers[0].client.call('SAVE');
        process.kill(servers[0].pid, 'SIGKILL');
        await sleep(100);
        if (back) servers.push(await startServer({ ...redis, port, dir, args: back }));
      });
      return { target, tally, port, begun, rest: await part(), after: await sendKeys(target, KEYS) };
    } finally {
      target.close();
      await Promise.all(servers.map((server) => server.stop()));
    }
  }

  it('and back, and slow to load, is gone on with, and told', async () => {
    const { target, tally, port, begun, rest, after } = await killedMeanwhile({}, SLOWLY);
    expect(tally).toEqual(ALL_WELL);
    expect(after).toEqual(ALL_WELL);
    expect(target.restarts).toMatchObject([{ node: `127.0.0.1:${port}`, kind: 'restart' }]);
    // It went through a connection that is gone.
    expect(begun).toEqual(new Map());
    expect([...rest]).toEqual([[0, lost('the connection was lost before all of it was sent')]]);
  });

  it('and gone is given up after a while', async () => {
    const { tally, after } = await killedMeanwhile({ retryMs: 300 }, undefined);
    expect(tally).toMatchObject({ sentUnits: KEYS, settledUnits: KEYS, oddParcels: 0 });
    expect(tally.exceptions.length).toBeGreaterThan(KEYS / 3);
    expect(after.exceptions).toHaveLength(KEYS);
    for (const one of [...tally.exceptions, ...after.exceptions])
      expect(one).toEqual(lost('the connection was refused'));
  });

  it('or stopped is noticed', async () => {
    await withServer(redis, async ({ port, pid }) => {
      const options = { answerTimeoutMs: 500, retryMs: 500, connectTimeoutMs: 2000 };
      const target = await openBulkTarget(addressOf(port), {}, options);
      process.kill(pid, 'SIGSTOP');
      const question = target.nodes[0].dbsize().catch((reason: unknown) => reason);
      const another = openBulkTarget(addressOf(port), {}, options).catch((reason: unknown) => reason);
      const odd = await settle(target, parcelOf([[['SET', 'a', '1']]]));
      expect([...odd]).toEqual([[0, lost('it takes connections, and does not answer')]]);
      expect(odd.get(0)?.repeated).toBe(true);
      expect(String(await another)).toContain('does not answer');
      expect(await question).toBeInstanceOf(Error);
      target.close();
      process.kill(pid, 'SIGCONT');
    });
  });

  it('by what it is sent is not killed for ever', async () => {
    await withServer({ ...redis, args: ['--enable-debug-command', 'yes'] }, async ({ port, pid }) => {
      const target = await openBulkTarget(addressOf(port), {}, { connections: 1 });
      const deadly = settle(target, parcelOf([[['DEBUG', 'CRASH-AND-RECOVER']]]));
      expect([...(await deadly).values()]).toEqual([lost('the connection broke 4 times under it')]);
      expect(await settle(target, parcelOf([[['SET', 'a', '1']]]))).toEqual(new Map());
      expect(target.restarts.length).toBeGreaterThanOrEqual(3);
      target.close();
      process.kill(pid, 'SIGKILL');
    });
  });
});

describe('ways to a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rdbkit-bulk-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are a socket and a password, which is never told', async () => {
    const path = join(folder, 'redis.sock');
    const args = ['--unixsocket', path, '--requirepass', 'secret'];
    await withServer({ ...redis, args, client: { password: 'secret' } }, async ({ port, client }) => {
      const target = await openBulkTarget(addressOf(port, { path, password: 'secret' }));
      expect(await sendKeys(target, KEYS)).toEqual(ALL_WELL);
      expect(await client.dbsize()).toBe(KEYS);
      target.close();
      await expect(openBulkTarget(addressOf(port))).rejects.toThrow('it wants a password');
      const failed = await openBulkTarget(addressOf(port, { password: 'hunter2' })).catch((reason: unknown) => reason);
      expect(String(failed)).toContain('it does not take this user and password');
      expect(String(failed)).not.toContain('hunter2');
      await expect(openBulkTarget(addressOf(port, { path: join(folder, 'none') }))).rejects.toThrow('no such socket');
    });
  });

  it('may lead to nothing', async () => {
    await expect(openBulkTarget(addressOf(await freePort()))).rejects.toThrow('nothing answers there');
  });
});
