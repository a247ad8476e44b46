// Loads that do not come to their end, and those that go on from there.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { stringValue } from '../helpers/rdb-builder.js';
import { requireServer } from '../servers/available.js';
import { until } from '../servers/cluster.js';
import { type ServerOptions, startServer, withServer } from '../servers/server.js';
import { Directory, redis72 } from './files.js';
import { BIN, ENVIRONMENT } from './run.js';

const directory = new Directory();
const redis = requireServer('redis', '7.0');

const KEYS = 12_000;
/** So slow that there is a middle to end it in. */
const RATE = '3000';

const path = directory.write('many.rdb', many().finish());

function many() {
  const builder = redis72().selectDb(0);
  for (let i = 0; i < KEYS; i++) builder.key(`key:${i}`, stringValue(`value ${i}`));
  return builder;
}

interface Summary {
  readonly keys: number;
  readonly loaded: number;
  readonly skipped: number;
  readonly loadedBefore: number;
  readonly expired: number;
  readonly conflicted: number;
  readonly failed: number;
  readonly reloaded: number;
  readonly interrupted: boolean;
  readonly discrepancy: string | null;
  readonly restarts: readonly unknown[];
  readonly journal: { readonly resumed: boolean; readonly restarted: boolean } | null;
  readonly verified: { readonly compared: number; readonly equal: number } | null;
}

function start(target: number | string, args: readonly string[]) {
  const command = [
    BIN,
    'load',
    '--json',
    path,
    typeof target === 'number' ? `redis://127.0.0.1:${target}` : target,
    ...args,
  ];
  const child = spawn(process.execPath, command, { env: ENVIRONMENT });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += String(chunk)));
  const ended = once(child, 'close').then(([code]) => {
    const report = stdout === '' ? undefined : (JSON.parse(stdout) as Summary);
    if (report) {
      const { keys, loaded, skipped, expired, conflicted, failed, discrepancy } = report;
      expect(loaded + skipped + expired + conflicted + failed).toBe(keys);
      expect(discrepancy).toBeNull();
    }
    return { code: code as number | null, report };
  });
  return { child, ended };
}

async function run(target: number | string, args: readonly string[]) {
  return start(target, args).ended;
}

/** Waits until a part of the keys is there. */
async function underWay(client: Redis, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && (await client.dbsize()) < KEYS / 10) await sleep(10);
}

/** A server that can be found again after a restart. */
function onSocket(dir: string, args: readonly string[]): { options: ServerOptions; url: string } {
  const socket = join(dir, 'redis.sock');
  return { options: { ...redis, dir, args: ['--unixsocket', socket, ...args] }, url: `unix://${socket}` };
}

describe('an interrupt', () => {
  it('ends a load with 130 and a summary, and the journal goes on from there', async () => {
    const journal = directory.join('interrupted.journal');
    await withServer(redis, async ({ port, client }) => {
      const { child, ended } = start(port, ['--rate', RATE, '--journal', journal]);
      await underWay(client, child);
      child.kill('SIGINT');
      const { code, report } = await ended;
      expect({ code, interrupted: report?.interrupted }).toEqual({ code: 130, interrupted: true });
      expect(report?.failed).toBeGreaterThan(0);
      expect(report?.loaded).toBeLessThanOrEqual(await client.dbsize());
      const second = await run(port, ['--journal', journal, '--verify']);
      expect(second.code).toBe(0);
      expect(second.report).toMatchObject({ keys: KEYS, failed: 0, conflicted: 0, journal: { resumed: true } });
      expect(second.report?.verified).toMatchObject({ compared: KEYS, equal: KEYS });
      expect(await client.dbsize()).toBe(KEYS);
      // Everything is settled: a third run has nothing to do.
      expect((await run(port, ['--journal', journal])).report).toMatchObject({ loaded: 0, loadedBefore: KEYS });
    });
  });
});

describe('kill -9', () => {
  it('of rdbkit: a second run with the journal loads the rest, each key once', async () => {
    const journal = directory.join('killed.journal');
    await withServer(redis, async ({ port, client }) => {
      const { child, ended } = start(port, ['--rate', RATE, '--journal', journal]);
      await underWay(client, child);
      child.kill('SIGKILL');
      await ended;
      // What it had sent is read when the server sees that its connections are closed.
      await until(
        async () =>
          String(await client.call('CLIENT', 'LIST'))
            .trim()
            .split('\n').length === 1,
      );
      const there = await client.dbsize();
      expect(there).toBeLessThan(KEYS);
      const { code, report } = await run(port, ['--journal', journal, '--verify']);
      expect(code).toBe(0);
      expect(report).toMatchObject({ loaded: KEYS - there, loadedBefore: there, conflicted: 0 });
      expect(report?.verified?.equal).toBe(KEYS);
    });
  });

  it.each([
    ['without persistence', []],
    ['with an append-only file', ['--appendonly', 'yes', '--appendfsync', 'always']],
  ])('of the server, %s, then of rdbkit: the second run leaves nothing out', async (name, args) => {
    const journal = directory.join(`server-${args.length}.journal`);
    const dir = directory.join(`data-${args.length}`);
    const { options, url } = onSocket(dir, args);
    const before = await startServer(options);
    const { child, ended } = start(url, ['--rate', RATE, '--journal', journal]);
    await underWay(before.client, child);
    process.kill(before.pid, 'SIGKILL');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    await before.stop();
    const after = await startServer(options);
    try {
      const survived = await after.client.dbsize();
      expect(survived > 0).toBe(name !== 'without persistence');
      const { code, report } = await run(url, ['--journal', journal, '--verify']);
      expect(code).toBe(0);
      expect(report).toMatchObject({ keys: KEYS, loaded: KEYS - survived, loadedBefore: survived });
      expect(report).toMatchObject({ conflicted: 0, failed: 0, journal: { resumed: true, restarted: true } });
      expect(report?.verified?.equal).toBe(KEYS);
    } finally {
      await after.stop();
    }
  });

  it('of the server, which comes back: the same run offers again what it forgot', async () => {
    const dir = directory.join('forgetful');
    const { options, url } = onSocket(dir, []);
    const before = await startServer(options);
    const { child, ended } = start(url, ['--rate', RATE, '--verify']);
    await underWay(before.client, child);
    process.kill(before.pid, 'SIGKILL');
    await before.stop();
    const after = await startServer(options);
    try {
      const { code, report } = await ended;
      expect({ code, loaded: report?.loaded, restarts: report?.restarts.length }).toEqual({
        code: 0,
        loaded: KEYS,
        restarts: 1,
      });
      expect(report?.reloaded).toBeGreaterThan(0);
      expect(report?.verified?.equal).toBe(KEYS);
      expect(await after.client.dbsize()).toBe(KEYS);
    } finally {
      await after.stop();
    }
  });
});

it('holds little memory, however slow the target is', async () => {
  const large = redis72().selectDb(0);
  const value = stringValue('x'.repeat(20_000));
  for (let i = 0; i < 8000; i++) large.key(`large:${i}`, value);
  const file = directory.write('large.rdb', large.finish());
  await withServer(redis, async ({ port, client }) => {
    await client.call('CLIENT', 'PAUSE', '1500', 'WRITE');
    const child = spawn(process.execPath, [BIN, 'load', '--quiet', file, `redis://127.0.0.1:${port}`]);
    let peakKiB = 0;
    const status = `/proc/${child.pid}/status`;
    const look = setInterval(() => {
      const text = existsSync(status) ? readFileSync(status, 'utf8') : '';
      peakKiB = Math.max(peakKiB, Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1] ?? 0));
    }, 20);
    const [code] = (await once(child, 'close')) as [number];
    clearInterval(look);
    expect(code).toBe(0);
    expect(peakKiB).toBeGreaterThan(0);
    expect(peakKiB).toBeLessThan(250 * 1000);
    expect(await client.dbsize()).toBe(8000);
  });
});
