import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBulkTarget } from '../../src/live/bulk/open-bulk-target.js';
import { addressOf, sendKeys } from '../live/bulk/sender.js';
import { requireServer } from '../servers/available.js';
import { startCluster, type TestCluster, until } from '../servers/cluster.js';

const redis = requireServer('redis', '7.0');
const KEYS = 30_000;
const ALL_WELL = { sentUnits: KEYS, settledUnits: KEYS, oddParcels: 0, exceptions: [] };

describe('a cluster of three masters', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startCluster(redis, 3, true);
  }, 40_000);
  afterAll(async () => cluster?.stop());

  const open = () => openBulkTarget(addressOf(cluster.masters[0].port), {}, { mostUnderWay: 200_000 });
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
    expect(target.restarts).toMatchObject([{ node: `127.0.0.1:${master.port}`, kind: 'failover' }]);
    target.close();
  }, 30_000);

  it('goes on while a master is killed', async () => {
    const target = await open();
    const [, killed] = cluster.masters;
    const tally = await sendKeys(target, KEYS, async () => {
      process.kill(killed.pid, 'SIGKILL');
      await sleep(100);
    });
    expect(tally).toEqual(ALL_WELL);
    expect(target.restarts).toMatchObject([{ node: `127.0.0.1:${killed.port}`, kind: 'failover' }]);
    // What was acknowledged and not yet with the replica is gone: who loads has to look again.
    expect(await sendKeys(target, KEYS)).toEqual(ALL_WELL);
    const held = await Promise.all(target.nodes.map((node) => node.dbsize()));
    expect(held.reduce((a, b) => a + b)).toBe(KEYS);
    target.close();
  }, 40_000);
});
