// `rdbkit load` into a cluster of real servers.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setValue, stringValue } from '../helpers/rdb-builder.js';
import { requireServer } from '../servers/available.js';
import { startCluster, type TestCluster } from '../servers/cluster.js';
import { Directory, redis72, SOUND } from './files.js';
import { rdbkit } from './run.js';

const directory = new Directory();
const KEYS = 2000;
let cluster: TestCluster;
let url: string;

beforeAll(async () => {
  cluster = await startCluster(requireServer('redis', '7.0'), 3, false);
  url = `redis://127.0.0.1:${cluster.masters[0].port}`;
});
afterAll(async () => cluster?.stop());

it('puts each key where it belongs, and finds it there', async () => {
  const builder = redis72().selectDb(0);
  for (let i = 0; i < KEYS; i++) builder.key(`key:${i}`, i % 2 === 0 ? stringValue(`v${i}`) : setValue(['a', `b${i}`]));
  const path = directory.write('many.rdb', builder.finish());
  const dry = rdbkit(['load', '--json', '--dry-run', path, url]);
  expect(JSON.parse(dry.stdout)).toMatchObject({ loaded: KEYS, conflicted: 0 });
  const { code, stdout } = rdbkit(['load', '--json', '--cluster', '--verify', path, url]);
  const report = JSON.parse(stdout) as { verified: unknown };
  expect(code).toBe(0);
  expect(report).toMatchObject({ keys: KEYS, loaded: KEYS, discrepancy: null, target: { cluster: true } });
  expect(report.verified).toMatchObject({ compared: KEYS, equal: KEYS });
  const sizes = await Promise.all(cluster.masters.map(({ client }) => client.dbsize()));
  expect(sizes.reduce((a, b) => a + b)).toBe(KEYS);
  const again = rdbkit(['load', '--json', '--dry-run', path, url]);
  expect(JSON.parse(again.stdout)).toMatchObject({ loaded: 0, conflicted: KEYS });
});

it('refuses databases that a cluster does not have', () => {
  const path = directory.write('databases.rdb', SOUND);
  const { code, stderr } = rdbkit(['load', path, url]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/database 3.*a cluster has database 0 only.*--db-map 3:0/);
  expect(rdbkit(['load', '--quiet', '--db-map', '3:0', path, url]).code).toBe(0);
});
