// A program restores a backup: into a running server, into a drill, and from a log.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffBackups, LiveError, LoadError, loadBackup, materialize, rehearseBackup } from '../../src/index.js';
import { FIXTURES, lines } from '../helpers/corpus.js';
import { serverOnPath } from '../servers/available.js';
import { withServer } from '../servers/server.js';

const DUMP = join(FIXTURES, 'dump.rdb');
const KEYS = lines(join(FIXTURES, 'dump.truth.jsonl')).length;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rdbkit-restore-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a program', () => {
  it('loads a backup, compares it with what is there, and is told what was there already', async () => {
    await withServer(serverOnPath('redis'), async ({ port, client }) => {
      const url = `redis://127.0.0.1:${port}`;
      const first = await loadBackup(DUMP, url, { verify: true });
      expect(first).toMatchObject({ complete: true, keys: KEYS, loaded: KEYS, failed: 0, discrepancy: null });
      expect(first.verified).toMatchObject({ compared: KEYS, equal: KEYS, missing: 0, different: 0 });
      const keyspace = await client.info('keyspace');
      const held = [...keyspace.matchAll(/keys=(\d+)/g)].reduce((sum, [, keys]) => sum + Number(keys), 0);
      expect(held).toBe(KEYS);
      const again = await loadBackup(DUMP, url, { filters: { types: ['hash'] } });
      expect(again.loaded).toBe(0);
      expect(again.conflicted).toBe(again.keys);
      expect(again.keys).toBeGreaterThan(0);
      await expect(loadBackup(DUMP, `${url}/9`)).rejects.toThrow(LoadError);
    });
    await expect(loadBackup(DUMP, 'redis://127.0.0.1:1')).rejects.toThrow(LiveError);
  });

  it('rehearses a restore', async () => {
    const report = await rehearseBackup(DUMP);
    expect(report).toMatchObject({ verdict: 'restored', compared: 'keys', complete: true, failure: null });
    expect(report.databases.reduce((sum, { found }) => sum + found, 0)).toBe(KEYS);
  });

  it('makes an RDB of a log', async () => {
    const output = join(folder, 'made.rdb');
    await withServer({ ...serverOnPath('redis'), args: ['--appendonly', 'yes'] }, async ({ dir, client }) => {
      await client.rpush('list', 'a', 'b');
      await client.lpop('list');
      await client.set('n', '1');
      const report = await materialize(join(dir, 'appendonlydir'), output);
      expect(report).toMatchObject({ verdict: 'made', complete: true, keys: 2 });
      const saved = join(dir, 'dump.rdb');
      await client.save();
      using found = await diffBackups(saved, output);
      expect(found.summary).toMatchObject({ added: 0, removed: 0, changed: 0, unchanged: 2, complete: true });
    });
  });
});
