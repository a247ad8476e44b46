// Keys that go to the nodes of a cluster, each to the one that has its slot, under whatever name it is built.
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadMode } from '../../../src/load/units/options.js';
import { Directory } from '../../cli/files.js';
import { hashValue, listValue, RdbBuilder, stringValue } from '../../helpers/rdb-builder.js';
import { availableServers } from '../../servers/available.js';
import { startCluster, type TestCluster } from '../../servers/cluster.js';
import { loadInto } from './load-into.js';

const server = availableServers().find(({ lineage, suite }) => lineage === 'redis' && suite === 'PATH');
const MODES: readonly LoadMode[] = ['auto', 'commands'];
const LARGE = Array.from({ length: 40_000 }, (_, i) => `an item that is long enough to matter, number ${i}`);
const LATER = 4_000_000_000_000;

/** Names of every kind that slots are made of. */
const NAMES = ['', '{}', '{tag}', 'a{tag}b', 'a{{b}c', '}{', ...Array.from({ length: 200 }, (_, i) => `key ${i}`)];

function file(): string {
  const builder = new RdbBuilder(10).selectDb(0).key('large', listValue(LARGE));
  for (const name of NAMES) {
    builder.key(name, stringValue('plain'));
    builder.expireMs(LATER).key(`${name} list`, listValue(['a', 'b']));
    builder.key(`${name} hash`, hashValue([['field', name]]));
  }
  const path = new Directory().join('cluster.rdb');
  writeFileSync(path, builder.finish());
  return path;
}

describe.skipIf(!server)('keys that are sent to a cluster', () => {
  const rdb = file();
  const count = 3 * NAMES.length + 1;
  let cluster: TestCluster;

  beforeAll(async () => {
    if (server) cluster = await startCluster(server, 2, false);
  });

  afterAll(() => cluster?.stop());

  it.each(MODES)('lie where they belong, in mode %s', async (mode) => {
    const clients = cluster.masters.map(({ client }) => client);
    await Promise.all(clients.map((client) => client.flushall()));
    const url = `redis://127.0.0.1:${cluster.masters[0]?.port}`;
    const { loaded, told } = await loadInto(url, rdb, { mode });
    expect(told).toEqual([]);
    expect(loaded).toHaveLength(count);
    const names = (await Promise.all(clients.map((client) => client.keys('*')))).map((keys) => keys.sort());
    expect(names.flat().sort()).toEqual(
      ['large', ...NAMES.flatMap((name) => [name, `${name} list`, `${name} hash`])].sort(),
    );
    const holder = clients[names.findIndex((keys) => keys.includes('large'))];
    expect(await holder?.lrange('large', 0, -1)).toEqual(LARGE);
    const again = await loadInto(url, rdb, { mode });
    expect(again.loaded).toEqual([]);
    expect(new Set(again.told.map(({ outcome }) => outcome.kind))).toEqual(new Set(['conflicted']));
    expect(again.told).toHaveLength(count);
    expect((await Promise.all(clients.map((client) => client.keys('rdbkit:*')))).flat()).toEqual([]);
  });
});
