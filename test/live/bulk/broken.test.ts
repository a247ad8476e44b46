// Connections that break half-way, each at a place that is chosen.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/backup/dataset.js';
import { openBulkTarget } from '../../../src/live/bulk/open-bulk-target.js';
import { liveError } from '../../../src/live/live-error.js';
import { load } from '../../../src/load/load.js';
import { serverOnPath } from '../../servers/available.js';
import { type Passage, startGoBetween } from '../../servers/go-between.js';
import { type RunningServer, startServer } from '../../servers/server.js';
import { addressOf, parcelOf, settle } from './sender.js';

const FIXTURE = fileURLToPath(new URL('../../../fixtures/dump.rdb', import.meta.url));
const MIB = 1024 * 1024;

describe('a connection that breaks', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer(serverOnPath('redis'));
  });
  beforeEach(async () => {
    await server.client.flushall();
  });
  afterAll(async () => server?.stop());

  it('behind an error that passes loses no unit', async () => {
    const { client } = server;
    await client.config('SET', 'min-replicas-to-write', '1');
    const cut = new Set<Passage>();
    const between = await startGoBetween(server.port, {
      onAnswer: (passage, bytes) => {
        if (cut.has(passage)) return false;
        if (!bytes.includes('-NOREPLICAS')) return true;
        cut.add(passage);
        // The first unit has its answer, the other one never gets it.
        void client.config('SET', 'min-replicas-to-write', '0').then(() => {
          passage.client.end(bytes.subarray(0, bytes.indexOf('\n') + 1));
        });
        return false;
      },
    });
    const target = await openBulkTarget(addressOf(between.port), {}, { connections: 1 });
    const odd = await settle(target, parcelOf([[['SET', 'a', '1']], [['SET', 'b', '2']]]));
    expect(odd).toEqual(new Map());
    expect(cut.size).toBe(1);
    expect(await client.mget('a', 'b')).toEqual(['1', '2']);
    target.close();
    await between.stop();
  });

  it('in one direction only is given up at once', async () => {
    let stopped: Passage | undefined;
    const between = await startGoBetween(server.port, {
      onRequest: (passage, bytes) => {
        if (stopped || !bytes.includes('SET')) return passage !== stopped;
        stopped = passage;
        // What we send is taken by nobody, and no answer will come.
        passage.client.pause();
        passage.client.end();
        return false;
      },
    });
    const target = await openBulkTarget(addressOf(between.port), {}, { connections: 1 });
    const value = 'x'.repeat(MIB);
    const parcels = Array.from({ length: 15 }, (_, i) => settle(target, parcelOf([[['SET', `key:${i}`, value]]])));
    for (const odd of await Promise.all(parcels)) expect(odd).toEqual(new Map());
    expect(stopped).toBeDefined();
    expect(await server.client.dbsize()).toBe(15);
    target.close();
    await between.stop();
  });

  it('while a question is asked makes it be asked again, until the target is closed', async () => {
    let broken = 0;
    let isBreaking = true;
    const between = await startGoBetween(server.port, {
      onRequest: ({ client }, bytes) => {
        if (!isBreaking || !/dbsize/i.test(bytes.toString('latin1'))) return true;
        isBreaking = ++broken < 2;
        client.destroy();
        return false;
      },
    });
    const target = await openBulkTarget(addressOf(between.port));
    await server.client.set('a', '1');
    expect(await target.ask(([node]) => node.dbsize())).toBe(1);
    expect(broken).toBe(2);
    await expect(target.ask(([node]) => node.call('NOSUCH'))).rejects.toThrow('unknown command');
    target.close();
    await expect(target.ask(([node]) => node.dbsize().catch(fail))).rejects.toThrow('the connection was lost');
    await between.stop();
  });

  it('before the first key is sent does not end a load', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rdbkit-broken-'));
    const questions = ['replication', 'proto-max-bulk-len', 'FUNCTION'];
    const between = await startGoBetween(server.port, {
      onRequest: ({ client }, bytes) => {
        const asked = questions.findIndex((word) => bytes.includes(word));
        if (asked < 0) return true;
        questions.splice(asked, 1);
        client.destroy();
        return false;
      },
    });
    const target = await openBulkTarget(addressOf(between.port));
    const dataset = await openDataset(FIXTURE);
    const report = await load(dataset, target, { journal: join(folder, 'journal') });
    expect(questions).toEqual([]);
    expect(report).toMatchObject({ complete: true, failed: 0, conflicted: 0, discrepancy: null });
    expect(report.functions).toMatchObject({ libraries: 1, loaded: 1 });
    const keyspace = await server.client.info('keyspace');
    const held = [...keyspace.matchAll(/keys=(\d+)/g)].reduce((sum, [, keys]) => sum + Number(keys), 0);
    expect(held).toBeGreaterThan(0);
    expect(report.loaded).toBeGreaterThanOrEqual(held);
    await dataset.close();
    target.close();
    await between.stop();
    rmSync(folder, { recursive: true });
  });
});

describe('a host that takes connections and never answers', () => {
  let silent: Server;
  const taken: Socket[] = [];
  beforeAll(async () => {
    silent = createServer((socket) => taken.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of taken) socket.destroy();
    silent?.close();
  });

  it('is no Sentinel that is waited for', async () => {
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const options = { sentinel: 'orders', connectTimeoutMs: 300 };
    await expect(openBulkTarget(addressOf(port), {}, options)).rejects.toThrow('no Sentinel can be asked');
    expect(taken).toHaveLength(1);
  });
});

function fail(error: unknown): never {
  throw liveError(error);
}
