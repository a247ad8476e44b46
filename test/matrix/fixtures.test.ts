/** Every server loads every fixture that it can hold, whole, and refuses the others: so the fixtures are what they say. */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sample } from '../helpers/runs.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { ServerStartError, withServer } from '../servers/server.js';

const FOLDER = fileURLToPath(new URL('../../fixtures', import.meta.url));

interface Fixture {
  name: string;
  path: string;
  magic: 'REDIS' | 'VALKEY';
  rdbVersion: number;
  /** What INFO keyspace tells after loading. */
  keyspace: Record<string, { keys: number; expires: number }>;
  /** A node has to be in cluster mode to load what it wrote while it imported slots. */
  needsCluster: boolean;
}

interface TruthLine {
  db: number;
  expireAtMs: number | string | null;
}

const fixtures = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.rdb') && !/^(damaged|loading|aof)\b/.test(name))
  .sort()
  .map(readFixture);

/** Every fixture meets two or three of the servers; all of them in a long run. */
const servers = availableServers().map((server, at) => ({ ...server, fixtures: sample(fixtures, 3, at) }));

describe.each(servers)('$name', (server) => {
  const [loadable, refused] = [true, false].map((wanted) =>
    server.fixtures.filter((fixture) => canHold(server, fixture) === wanted),
  );

  test.each(loadable ?? [])('loads $name', async (fixture) => {
    await withServer(optionsFor(server, fixture), async ({ client }) => {
      expect(keyspaceOf(await client.info('keyspace'))).toEqual(fixture.keyspace);
    });
  });

  test.each(refused ?? [])('refuses $name', async (fixture) => {
    const loading = withServer(optionsFor(server, fixture), async () => {});
    await expect(loading).rejects.toThrow(ServerStartError);
  });
});

function readFixture(name: string): Fixture {
  const path = join(FOLDER, name);
  const [, magic, version] = /^(REDIS|VALKEY)(\d+)/.exec(readFileSync(path, 'latin1').slice(0, 9)) ?? [];
  const lines: TruthLine[] = readFileSync(path.replace(/\.rdb$/, '.truth.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const keyspace: Fixture['keyspace'] = {};
  for (const { db, expireAtMs } of lines) {
    const counts = (keyspace[`db${db}`] ??= { keys: 0, expires: 0 });
    counts.keys++;
    counts.expires += expireAtMs === null ? 0 : 1;
  }
  return {
    name,
    path,
    magic: magic === 'VALKEY' ? 'VALKEY' : 'REDIS',
    rdbVersion: Number(version),
    keyspace,
    needsCluster: name.includes('slot-import'),
  };
}

/** The newest RDB version that Redis releases take, newest first. */
const REDIS_TAKES = [
  { from: 808, rdbVersion: 14 },
  { from: 806, rdbVersion: 13 },
  { from: 704, rdbVersion: 12 },
  { from: 702, rdbVersion: 11 },
  { from: 700, rdbVersion: 10 },
  { from: 600, rdbVersion: 9 },
];

/** Redis takes its own versions; Valkey those up to 11, where the two parted, and its own. */
function canHold({ lineage, release }: AvailableServer, { magic, rdbVersion }: Fixture): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  if (lineage === 'valkey') {
    return magic === 'VALKEY' ? major >= 9 : rdbVersion <= 11;
  }
  const newest = REDIS_TAKES.find(({ from }) => major * 100 + minor >= from)?.rdbVersion ?? 0;
  return magic === 'REDIS' && rdbVersion <= newest;
}

function optionsFor(server: AvailableServer, { path, needsCluster }: Fixture) {
  return {
    ...server,
    args: needsCluster ? ['--cluster-enabled', 'yes'] : [],
    prepare: (dir: string) => copyFileSync(path, join(dir, 'dump.rdb')),
  };
}

/** Lines such as `db0:keys=13,expires=1,avg_ttl=…`. */
function keyspaceOf(info: string): Fixture['keyspace'] {
  const lines = info.matchAll(/^(db\d+):keys=(\d+),expires=(\d+)/gm);
  return Object.fromEntries(
    [...lines].map(([, db, keys, expires]) => [db, { keys: Number(keys), expires: Number(expires) }]),
  );
}
