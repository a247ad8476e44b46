import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashSlot, SLOTS } from '../../src/keyspace/slot.js';
import { type BulkOptions, openBulkTarget } from '../../src/live/bulk/open-bulk-target.js';
import { Series } from '../../src/live/bulk/parcel.js';
import type { TlsFiles } from '../../src/live/connect.js';
import type { ServerAddress } from '../../src/live/server-url.js';
import { replayLog } from '../../src/load/log/replay.js';
import { commandBytes } from '../../src/resp/command.js';
import { addressOf, parcelOf, sendKeys, settle } from '../live/bulk/sender.js';
import { requireServer } from '../servers/available.js';
import { type Certificates, makeCertificates } from '../servers/certificates.js';
import { startCluster, type TestCluster, takeOver, until } from '../servers/cluster.js';
import { freePort } from '../servers/ports.js';
import { failOver, MASTER_NAME, startWatched, type Watched } from '../servers/sentinel.js';
import { type RunningServer, startServer, withServer } from '../servers/server.js';

const redis = requireServer('redis', '7.0');
const KEYS = 30_000;
/** As long as a busy machine may need for a failover. */
const RETRY_MS = 250_000;
const ALL_WELL = { sentUnits: KEYS, settledUnits: KEYS, oddParcels: 0, exceptions: [] };

describe('a cluster of three masters', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster(redis, 3, true);
  });
  afterAll(async () => cluster?.stop());

  const open = () =>
    openBulkTarget(addressOf(cluster.masters[0].port), {}, { mostUnderWay: 200_000, retryMs: RETRY_MS });
  const sizes = (servers: readonly { client: { dbsize(): Promise<number> } }[]) =>
    Promise.all(servers.map(({ client }) => client.dbsize()));

  it('takes each key where it belongs', async () => {
    const target = await open();
    expect(target).toMatchObject({ isCluster: true, version: redis.version });
    expect(target.nodes).toHaveLength(3);
    expect(await sendKeys(target, KEYS)).toEqual(ALL_WELL);
    expect((await sizes(cluster.masters)).reduce((a, b) => a + b)).toBe(KEYS);
    expect(target.restarts).toEqual([]);
    target.close();
  });

  it('goes on while a master hands over to its replica', async () => {
    await Promise.all(cluster.masters.map(({ client }) => client.flushall()));
    const target = await open();
    const [master] = cluster.masters;
    const [replica] = cluster.replicas;
    const tally = await sendKeys(target, KEYS, async () => {
      await replica.client.call('CLUSTER', 'FAILOVER');
      await until(async () => (await replica.client.info('replication')).includes('role:master'));
    });
    expect(tally).toEqual(ALL_WELL);
    await until(async () => (await master.client.info('replication')).includes('master_link_status:up'));
    const held = await sizes([replica, ...cluster.masters.slice(1)]);
    expect(held.reduce((a, b) => a + b)).toBe(KEYS);
    expect(target.restarts).toContainEqual(
      expect.objectContaining({ node: `127.0.0.1:${master.port}`, kind: 'failover' }),
    );
    target.close();
  });

  it('goes on while a master is killed', async () => {
    const target = await open();
    const [, killed] = cluster.masters;
    const [, heir] = cluster.replicas;
    const tally = await sendKeys(target, KEYS, async () => {
      process.kill(killed.pid, 'SIGKILL');
      await sleep(100);
      await takeOver(heir);
    });
    expect(tally).toEqual(ALL_WELL);
    expect(target.restarts).toContainEqual(
      expect.objectContaining({ node: `127.0.0.1:${killed.port}`, kind: 'failover' }),
    );
    // What was acknowledged and not yet with the replica is gone: who loads has to look again.
    expect(await sendKeys(target, KEYS)).toEqual(ALL_WELL);
    const held = await Promise.all(target.nodes.map((node) => node.dbsize()));
    expect(held.reduce((a, b) => a + b)).toBe(KEYS);
    target.close();
  });
});

describe('a cluster whose slots move', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster(redis, 2, false);
  });
  afterAll(async () => cluster?.stop());

  it('takes keys of a slot that is half way', async () => {
    const [from, to] = cluster.masters;
    const slot = hashSlot(Buffer.from('{a}'));
    const [source, sink] = slot < SLOTS / 2 ? [from, to] : [to, from];
    const id = async ({ client }: RunningServer) => String(await client.call('CLUSTER', 'MYID'));
    await source.client.set('{a}:there', 'before');
    await sink.client.call('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', await id(source));
    await source.client.call('CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', await id(sink));
    const target = await openBulkTarget(addressOf(from.port), {});
    const set = (key: string) => [['SET', key, 'v', 'NX']];
    const first = await settle(target, parcelOf([set('{a}:new'), set('{a}:there'), set('{a}:newer')], 0, slot));
    // The one that is there stays, and is told; the others went ahead to the new place.
    expect([...first]).toEqual([[1, { replies: [{ kind: 'nil' }], repeated: false, lost: undefined }]]);
    expect(await sink.client.call('CLUSTER', 'COUNTKEYSINSLOT', String(slot))).toBe(2);
    // Both names of a RENAME have to be in one place: it is tried again until the slot has moved.
    const several = [
      ['DEL', '{a}:temporary'],
      ['RPUSH', '{a}:temporary', '1', '2'],
      ['RENAMENX', '{a}:temporary', '{a}:list'],
    ];
    const second = settle(target, parcelOf([several], 0, slot));
    await sleep(300);
    await source.client.call('MIGRATE', '127.0.0.1', String(sink.port), '{a}:there', '0', '1000');
    for (const server of [sink, source]) {
      await server.client.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', await id(sink));
    }
    // The last try deleted what the first one left.
    expect(await second).toEqual(new Map());
    expect(await sink.client.lrange('{a}:list', 0, -1)).toEqual(['1', '2']);
    expect(await settle(target, parcelOf([set('{a}:last')], 0, slot))).toEqual(new Map());
    expect(target.nodeOf(slot)).toBe(cluster.masters.indexOf(sink));
    expect(target.restarts).toEqual([]);
    target.close();
  });

  it('takes the commands of a log, each where its key belongs', async () => {
    await Promise.all(cluster.masters.map(({ client }) => client.flushall()));
    const library = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";
    const lines = [
      ...Array.from({ length: 500 }, (_, i) => ['RPUSH', `list:${i % 50}`, i]),
      ['FUNCTION', 'LOAD', library],
      ...[['MULTI'], ['SET', '{x}1', '1'], ['SET', '{x}2', '2'], ['EXEC']],
      ...[['MULTI'], ['SET', 'foo', '1'], ['SET', 'a', '2'], ['EXEC']],
      ['RENAME', 'list:1', 'list:2'],
      ['SELECT', '1'],
      ['SET', 'other', '1'],
    ];
    const path = join(mkdtempSync(join(tmpdir(), 'rdbkit-log-')), 'log.aof');
    writeFileSync(path, Buffer.concat(lines.map(commandBytes)));
    const target = await openBulkTarget(addressOf(cluster.masters[1].port));
    const replay = await replayLog([{ path }], target);
    expect(replay).toMatchObject({ commands: 507, done: 503, failed: 4, lost: 0, unsent: 0, stopped: undefined });
    expect(replay.failures.map(({ error }) => error)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('its keys are in several slots'),
        expect.stringContaining('CROSSSLOT'),
        expect.stringContaining('SELECT is not allowed in cluster mode'),
      ]),
    );
    const held = await Promise.all(target.nodes.map((node) => node.dbsize()));
    expect(held.reduce((a, b) => a + b)).toBe(52);
    for (const node of target.nodes) expect(String(await node.call('FUNCTION', 'LIST'))).toContain('lib');
    const node = target.nodes[target.nodeOf(hashSlot(Buffer.from('list:3')))];
    expect(await node.lrange('list:3', 0, -1)).toEqual(Array.from({ length: 10 }, (_, i) => String(3 + 50 * i)));
    target.close();
    rmSync(dirname(path), { recursive: true });
  });

  it('ends a series whose slot has moved, and knows the new place', async () => {
    const [from, to] = cluster.masters;
    const slot = hashSlot(Buffer.from('{series}'));
    const [source, sink] = slot < SLOTS / 2 ? [from, to] : [to, from];
    const target = await openBulkTarget(addressOf(from.port));
    const id = String(await sink.client.call('CLUSTER', 'MYID'));
    for (const { client } of [sink, source]) await client.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', id);
    const push = async (series: Series) => settle(target, parcelOf([[['RPUSH', '{series}', '1']]], 0, slot, series));
    const series = new Series();
    const lost = (why: string) => [[0, { replies: [], repeated: false, lost: expect.stringContaining(why) }]];
    expect([...(await push(series))]).toEqual(lost('the target answered MOVED'));
    expect([...(await push(series))]).toEqual(lost('MOVED'));
    expect(await push(new Series())).toEqual(new Map());
    expect(await sink.client.llen('{series}')).toBe(1);
    target.close();
  });

  it('is asked for, and is not there', async () => {
    await withServer(redis, async ({ port }) => {
      await expect(openBulkTarget(addressOf(port), {}, { cluster: true })).rejects.toThrow(
        'it is no node of a cluster',
      );
    });
    await withServer({ ...redis, args: ['--cluster-enabled', 'yes'] }, async ({ port }) => {
      await expect(openBulkTarget(addressOf(port))).rejects.toThrow('no slots that anybody owns');
    });
  });
});

describe('Sentinel', () => {
  const PASSWORD = 'of-the-sentinel';
  let watched: Watched;
  beforeAll(async () => {
    watched = await startWatched(redis, PASSWORD);
  });
  afterAll(async () => watched?.stop());

  const open = (options: BulkOptions = {}, more: Partial<ServerAddress> = {}) =>
    openBulkTarget(
      addressOf(watched.sentinel.port, more),
      {},
      {
        sentinel: MASTER_NAME,
        sentinelPassword: PASSWORD,
        mostUnderWay: 200_000,
        answerTimeoutMs: 8000,
        retryMs: RETRY_MS,
        ...options,
      },
    );

  it('names the master, whichever it is', async () => {
    const { master, replica } = watched;
    // Of several Sentinels some may be gone.
    const target = await open(
      {},
      { port: await freePort(), others: [{ host: '127.0.0.1', port: watched.sentinel.port }] },
    );
    const tally = await sendKeys(target, KEYS, async () => {
      // Nothing breaks: it only does not answer any more.
      process.kill(master.pid, 'SIGSTOP');
      await failOver(watched);
    });
    if (replica.client.status === 'end') await replica.client.connect();
    expect(tally).toEqual(ALL_WELL);
    expect(target.restarts).toContainEqual(
      expect.objectContaining({ node: `127.0.0.1:${master.port}`, kind: 'failover' }),
    );
    expect(await sendKeys(target, KEYS)).toEqual(ALL_WELL);
    expect(await target.nodes[0].dbsize()).toBe(KEYS);
    expect(await replica.client.dbsize()).toBe(KEYS);
    target.close();
    process.kill(master.pid, 'SIGKILL');
  });

  it('says what is wrong', async () => {
    await expect(open({ sentinel: 'other' })).rejects.toThrow('the Sentinel knows no master of the name "other"');
    await expect(open({ sentinelPassword: 'wrong one' })).rejects.toThrow(
      /no Sentinel can be asked: .*user and password/,
    );
    await expect(open({}, { port: await freePort() })).rejects.toThrow(
      'no Sentinel can be asked: nothing answers there',
    );
    await expect(open({ sentinelPassword: undefined }, { port: watched.replica.port })).rejects.toThrow(
      'this is no Sentinel',
    );
  });
});

describe('TLS with certificates of both sides', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rdbkit-tls-'));
  let files: Certificates;
  let server: RunningServer;
  let tlsPort = 0;
  beforeAll(async () => {
    files = makeCertificates(folder);
    tlsPort = await freePort();
    server = await startServer({
      ...redis,
      args: [
        ...['--tls-port', String(tlsPort), '--tls-ca-cert-file', files.ca],
        ...['--tls-cert-file', files.serverCert, '--tls-key-file', files.serverKey],
      ],
    });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const open = (tlsFiles: TlsFiles, more: Partial<ServerAddress> = {}, options: BulkOptions = {}) =>
    openBulkTarget(addressOf(tlsPort, { tls: true, ...more }), tlsFiles, options);

  it('loads', async () => {
    const client = { ca: files.ca, cert: files.clientCert, key: files.clientKey };
    const target = await open({ ...client, serverName: 'redis.test' });
    expect(await sendKeys(target, KEYS)).toEqual(ALL_WELL);
    expect(await server.client.dbsize()).toBe(KEYS);
    target.close();
  });

  it('says what is wrong', async () => {
    const client = { cert: files.clientCert, key: files.clientKey };
    await expect(open(client)).rejects.toThrow('its certificate is from nobody who is trusted here');
    await expect(open({ ...client, ca: files.ca, serverName: 'other.test' })).rejects.toThrow('for another name');
    await expect(open({ ca: files.ca })).rejects.toThrow(/wants a certificate of ours/);
    const short = { connectTimeoutMs: 1000 };
    await expect(open({ ca: files.ca }, { port: server.port }, short)).rejects.toThrow('a port without TLS');
    await expect(open({}, { tls: false })).rejects.toThrow('a port with TLS');
  });
});

describe('a user with too few rights', () => {
  it('is told what it may not do, and nothing of what it may fails', async () => {
    await withServer(redis, async ({ port, client }) => {
      await client.call('ACL', 'SETUSER', 'loader', 'on', '>secret', '+set', '+select', '~mine:*');
      await client.call('ACL', 'SETUSER', 'nobody', 'off', '>secret');
      const as = (username: string, password: string) => openBulkTarget(addressOf(port, { username, password }));
      const target = await as('loader', 'secret');
      expect(target.version).toBe(redis.version);
      const set = (key: string) => [['SET', key, 'v']];
      const odd = await settle(target, parcelOf([set('mine:1'), set('other'), [['DEL', 'mine:2']], set('mine:3')]));
      expect([...odd.keys()]).toEqual([1, 2]);
      for (const { replies } of odd.values()) {
        expect(replies).toEqual([{ kind: 'error', text: expect.stringMatching(/^NOPERM /) }]);
      }
      expect(await client.dbsize()).toBe(2);
      target.close();
      for (const password of ['wrong one', 'secret']) {
        await expect(as('nobody', password)).rejects.toThrow('it does not take this user and password');
      }
    });
  });
});
