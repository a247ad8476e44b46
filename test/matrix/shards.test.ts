/** The dumps of a real cluster, as one backup: what servers write of slots is enough to tell that a shard is missing. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verify } from '../../src/index.js';
import { hashSlot } from '../../src/keyspace/slot.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { withServer } from '../servers/server.js';

const THIRDS = [
  [0, 5460],
  [5461, 10_922],
  [10_923, 16_383],
] as const;
const KEYS = 3000;
const SHARDS = { shards: { maxSkewMs: 600_000 } };

/** ADDSLOTSRANGE came with 7.0; before 7.4 no dump says where its keys are. */
const servers = availableServers().filter(({ release }) => Number.parseFloat(release) >= 7);

describe.each(servers)('$name', (server) => {
  const tellsSlots = server.lineage === 'valkey' || Number.parseFloat(server.release) >= 7.4;
  let folder = '';
  let dumps: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rdbkit-cluster-'));
    dumps = await Promise.all(THIRDS.map((slots, i) => dumpOfNode(server, slots, join(folder, `${i}.rdb`))));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('all shards fit together', async () => {
    const report = await verify(dumps, SHARDS);
    expect(report.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      tellsSlots ? 'info SHARDS_SLOTS_MISSING' : 'info SHARDS_NO_SLOTS',
    ]);
    expect(report.ok).toBe(true);
    expect(report.files.reduce((sum, { keys }) => sum + (keys ?? 0), 0)).toBe(KEYS);
  });

  test.runIf(tellsSlots)('one that is missing is noticed', async () => {
    for (const missing of THIRDS.keys()) {
      const report = await verify(
        dumps.filter((_, i) => i !== missing),
        SHARDS,
      );
      expect(report.findings).toMatchObject([{ code: 'SHARDS_SLOTS_MISSING', severity: 'error' }]);
      expect(report.ok).toBe(false);
    }
  });

  test('one that is there twice is noticed', async () => {
    const copy = join(folder, 'copy.rdb');
    copyFileSync(dumps[1], copy);
    const { findings } = await verify([...dumps, copy], SHARDS);
    expect(findings.map(({ code }) => code)).toContain('SHARDS_FILE_TWICE');
    if (tellsSlots) expect(findings.map(({ code }) => code)).toContain('SHARDS_SLOT_TWICE');
  });
});

/** Writes the dump of a node that owns `slots` and the keys that belong there, and returns its path. */
async function dumpOfNode(
  server: AvailableServer,
  [first, last]: readonly [number, number],
  path: string,
): Promise<string> {
  const args = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no'];
  await withServer({ ...server, args }, async ({ client, dir }) => {
    await client.call('CLUSTER', 'ADDSLOTSRANGE', String(first), String(last));
    while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await sleep(50);
    const names = Array.from({ length: KEYS }, (_, i) => `key:${i}`).filter((name) => {
      const slot = hashSlot(Buffer.from(name));
      return slot >= first && slot <= last;
    });
    const pipeline = client.pipeline();
    for (const name of names) pipeline.set(name, 'v');
    const replies = await pipeline.exec();
    expect(replies?.every(([error]) => error === null)).toBe(true);
    await client.save();
    copyFileSync(join(dir, 'dump.rdb'), path);
  });
  return path;
}
