// The same servers as in load-topology.test.ts, loaded by the program as it ships.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, ENVIRONMENT, type Ran } from '../cli/run.js';
import { requireServer } from '../servers/available.js';
import { makeCertificates } from '../servers/certificates.js';
import { startCluster, takeOver, until } from '../servers/cluster.js';
import { freePort } from '../servers/ports.js';
import { failOver, MASTER_NAME, startWatched } from '../servers/sentinel.js';
import { withServer } from '../servers/server.js';

const redis = requireServer('redis', '7.0');
const folder = mkdtempSync(join(tmpdir(), 'rdbkit-topology-'));
const dump = join(folder, 'dump.rdb');
const STRINGS = 6000;
const KEYS = STRINGS + 200;

beforeAll(async () => {
  await withServer({ ...redis, args: ['--enable-debug-command', 'yes'] }, async ({ client, dir }) => {
    await client.call('DEBUG', 'POPULATE', String(STRINGS), 'key', '40');
    for (let i = 0; i < 100; i++) {
      await client.hset(`hash:${i}`, Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`field ${n}`, `${i}`])));
      await client.rpush(`list:${i}`, ...Array.from({ length: 300 }, (_, n) => n * i));
    }
    await client.call('SAVE');
    copyFileSync(join(dir, 'dump.rdb'), dump);
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program, and something else beside it. */
async function load(
  args: readonly string[],
  env: Record<string, string> = {},
  meanwhile?: () => Promise<void>,
): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, 'load', dump, ...args], { env: { ...ENVIRONMENT, ...env } });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code] = await Promise.all([ended, meanwhile?.()]);
  return { code, ...texts };
}

const ALL_LOADED = { keys: KEYS, loaded: KEYS, failed: 0, conflicted: 0, expired: 0, skipped: 0, discrepancy: null };
const ALL_EQUAL = { ...ALL_LOADED, verified: { compared: KEYS, equal: KEYS, missing: 0, different: 0 } };

const failoverOf = (port: number) => expect.objectContaining({ node: `127.0.0.1:${port}`, kind: 'failover' });

/** The summary, with the exit status. */
function told({ code, stdout, stderr }: Ran): unknown {
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
}

describe('load', () => {
  it('goes on while a master of a cluster fails', async () => {
    const cluster = await startCluster(redis, 3, true);
    try {
      const url = `redis://127.0.0.1:${cluster.masters[0].port}`;
      const [, killed] = cluster.masters;
      const first = await load(['--rate', '3000', '--json', url, '--cluster'], {}, async () => {
        await until(async () => (await killed.client.dbsize()) > 300);
        process.kill(killed.pid, 'SIGKILL');
        await takeOver(cluster.replicas[1]);
      });
      // A busy machine may make another one.
      const restarts = expect.arrayContaining([failoverOf(killed.port)]);
      expect(told(first)).toMatchObject({ code: 0, ...ALL_LOADED, restarts });
      // What the new master had not got from the old one is loaded now.
      const second = await load(['--on-conflict', 'replace', '--verify', '--json', url]);
      expect(told(second)).toMatchObject({ code: 0, ...ALL_EQUAL });
    } finally {
      await cluster.stop();
    }
  });

  it('goes on with the master that Sentinel names next', async () => {
    const watched = await startWatched(redis, 'secret');
    const { master, sentinel, stop } = watched;
    try {
      const args = [`redis://127.0.0.1:${sentinel.port}`, '--sentinel', MASTER_NAME, '--json'];
      const env = { RDBKIT_SENTINEL_PASSWORD: 'secret' };
      const first = await load([...args, '--rate', '3000'], env, async () => {
        await until(async () => (await master.client.dbsize()) > 1000);
        process.kill(master.pid, 'SIGKILL');
        await failOver(watched);
      });
      const restarts = expect.arrayContaining([failoverOf(master.port)]);
      expect(told(first)).toMatchObject({ code: 0, ...ALL_LOADED, restarts });
      const second = await load([...args, '--on-conflict', 'replace', '--verify'], env);
      expect(told(second)).toMatchObject({ code: 0, ...ALL_EQUAL });
    } finally {
      await stop();
    }
  });

  it('takes certificates of both sides', async () => {
    const files = makeCertificates(folder);
    const tlsPort = await freePort();
    const args = [
      ...['--tls-port', String(tlsPort), '--tls-ca-cert-file', files.ca],
      ...['--tls-cert-file', files.serverCert, '--tls-key-file', files.serverKey],
    ];
    await withServer({ ...redis, args }, async ({ client }) => {
      const tls = ['--tls-ca', files.ca, '--tls-cert', files.clientCert, '--tls-key', files.clientKey];
      const url = `rediss://127.0.0.1:${tlsPort}`;
      const ran = await load([url, ...tls, '--tls-server-name', 'redis.test', '--json']);
      expect(told(ran)).toMatchObject({ code: 0, ...ALL_LOADED });
      expect(await client.dbsize()).toBe(KEYS);
    });
  });

  it('says what a user may not do', async () => {
    await withServer(redis, async ({ port, client }) => {
      await client.call('ACL', 'SETUSER', 'loader', 'on', '>secret', '+@all', '-restore', '-set', '~*');
      const ran = await load([`redis://loader@127.0.0.1:${port}`], { RDBKIT_PASSWORD: 'secret' });
      expect(ran).toMatchObject({ code: 1, stderr: '', stdout: expect.stringContaining('NOPERM') });
      expect(ran.stdout).not.toContain('secret');
      expect(await client.exists('key:0')).toBe(0);
    });
  });
});
