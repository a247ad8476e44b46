// What a server has, held against a dump that it wrote before.
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../src/backup/dataset.js';
import { bytesToText } from '../../src/keyspace/bytes-text.js';
import { openBulkTarget } from '../../src/live/bulk/open-bulk-target.js';
import { parseServerUrl } from '../../src/live/server-url.js';
import { type CompareOptions, compareWithTarget } from '../../src/load/compare-loaded.js';
import { compareFunctions } from '../../src/load/functions.js';
import { KeyMapping, type MappingOptions } from '../../src/load/key-mapping.js';
import { load } from '../../src/load/load.js';
import { availableServers, requireServer } from '../servers/available.js';
import { withServer } from '../servers/server.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let dumps = 0;

async function saved(client: Redis, dir: string): Promise<string> {
  await client.save();
  const path = join(folder, `${dumps++}.rdb`);
  copyFileSync(join(dir, 'dump.rdb'), path);
  return path;
}

async function compared(
  path: string,
  port: number,
  mapping: MappingOptions = {},
  options: Omit<CompareOptions, 'mapping'> = {},
) {
  const dataset = await openDataset(path);
  const target = await openBulkTarget(parseServerUrl(`redis://127.0.0.1:${port}`, {}));
  try {
    const given = { ...options, mapping: new KeyMapping(mapping) };
    const { changes, close, ...sums } = await compareWithTarget(dataset, target, async () => () => true, given);
    const told = [...changes()].map(({ db, key, change, what }) => [db, bytesToText(key), change, ...what].join(' '));
    close();
    return { ...sums, told: told.sort() };
  } finally {
    target.close();
    await dataset.close();
  }
}

/** Keys of many kinds, small and large. */
async function fill(client: Redis): Promise<void> {
  const pipeline = client.pipeline();
  for (const db of [0, 3]) {
    pipeline.select(db);
    for (let i = 0; i < 1000; i++) pipeline.set(`key:${i}`, i % 2 ? `value ${i}` : String(i));
    pipeline.set('large', 'large '.repeat(30_000)).set('expires', 'x', 'PX', 5_000_000).rpush('list', 'a', 'b');
    pipeline.set('random', Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i * 31) % 251)));
    // What is no compact encoding is saved in another order by another process.
    pipeline.sadd('set', ...Array.from({ length: 2000 }, (_, i) => `member:${i}`));
    pipeline.hset('hash', Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`field:${i}`, i])));
    pipeline.xadd('stream', '1-1', 'field', 'value');
  }
  await pipeline.exec();
}

const KEYS = 2 * 1007;
const EXPIRES_MS = 500;

it('of a server that dies are loaded, and told to be unproven', async () => {
  await withServer(requireServer('redis'), async ({ client, dir, port, pid }) => {
    await client.mset(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key:${i}`, 'value'])));
    const dataset = await openDataset(await saved(client, dir));
    await client.flushall();
    const target = await openBulkTarget(parseServerUrl(`redis://127.0.0.1:${port}`, {}), {}, { retryMs: 100 });
    let isKilled = false;
    try {
      const report = await load(dataset, target, {
        verify: true,
        onProgress: ({ phase }) => {
          if (phase === 'verify' && !isKilled) isKilled = process.kill(pid, 'SIGKILL');
        },
      });
      expect(report).toMatchObject({ complete: true, loaded: 5000, failed: 0, verified: null });
      expect(report.warnings.map(({ code }) => code)).toContain('NOT_VERIFIED');
    } finally {
      target.close();
      await dataset.close();
    }
  });
});

describe.each(availableServers())('keys of $name', (server) => {
  it('are told apart from what they were', async () => {
    await withServer(server, async ({ client, dir, port }) => {
      await fill(client);
      const path = await saved(client, dir);
      const EQUAL = { compared: KEYS, missing: 0, different: 0, expired: 0, told: [] };
      expect(await compared(path, port)).toEqual(EQUAL);
      await client.select(3);
      await client.del('key:7', 'list');
      await client.set('key:8', '9');
      await client.persist('expires');
      await client.pexpire('key:9', 1_000_000);
      await client.append('large', '.');
      await client.hset('hash', 'field:7', 'another');
      await client.sadd('set', 'one more');
      await client.del('key:10');
      await client.rpush('key:10', '10');
      await client.select(0);
      await client.setrange('random', 99_000, '?');
      const { told, ...sums } = await compared(path, port);
      expect(sums).toEqual({ compared: KEYS, missing: 2, different: 8, expired: 0 });
      expect(told.map((text) => text.replace(/ changed.*/, ' changed'))).toEqual([
        '0 random changed',
        '3 expires changed',
        '3 hash changed',
        '3 key:10 changed',
        '3 key:7 removed',
        '3 key:8 changed',
        '3 key:9 changed',
        '3 large changed',
        '3 list removed',
        '3 set changed',
      ]);
    });
  });
});

describe('a comparison with a target', () => {
  it('finds keys under their new names, and those whose time has passed', async () => {
    await withServer(requireServer('redis'), async ({ client, dir, port }) => {
      await client.mset('app:a', '1', 'app:b', '2');
      await client.set('app:c', '3', 'PXAT', Date.now() + EXPIRES_MS);
      const path = await saved(client, dir);
      await client.flushall();
      await client.select(5);
      await client.mset('new:a', '1', 'new:b', 'two');
      // The comparison begins when its time has passed.
      await sleep(EXPIRES_MS);
      const dbMap = new Map([[0, 5]]);
      const mapping = { dbMap, prefixStrip: Buffer.from('app:'), prefixAdd: Buffer.from('new:') };
      expect(await compared(path, port, mapping)).toEqual({
        ...{ compared: 3, missing: 0, different: 1, expired: 1 },
        told: ['0 app:b changed value'],
      });
    });
  });

  it('tells how far it is, ends when it should, and leaves nothing behind', async () => {
    await withServer(requireServer('redis'), async ({ client, dir, port }) => {
      await fill(client);
      const path = await saved(client, dir);
      const tmpDir = mkdtempSync(join(folder, 'tmp-'));
      const told: number[] = [];
      await compared(path, port, {}, { tmpDir, onProgress: (_, keys) => told.push(keys) });
      expect(told.length).toBeGreaterThan(0);
      const controller = new AbortController();
      controller.abort(new Error('enough of it'));
      await expect(compared(path, port, {}, { tmpDir, signal: controller.signal })).rejects.toThrow('enough of it');
      const later = new AbortController();
      const onProgress = () => later.abort(new Error('later'));
      await expect(compared(path, port, {}, { tmpDir, signal: later.signal, onProgress })).rejects.toThrow('later');
      expect(readdirSync(tmpDir)).toEqual([]);
    });
  });

  it('finds function libraries that are missing, or other ones', async () => {
    await withServer(requireServer('redis'), async ({ client, port }) => {
      const code = (name: string, result: number) =>
        Buffer.from(`#!lua name=${name}\nredis.register_function('${name}_f', function() return ${result} end)`);
      for (const [name, result] of [
        ['same', 1],
        ['other', 2],
      ] as const) {
        await client.call('FUNCTION', 'LOAD', code(name, result));
      }
      const target = await openBulkTarget(parseServerUrl(`redis://127.0.0.1:${port}`, {}));
      const wanted = [code('same', 1), code('other', 1), code('none', 1)];
      expect(await compareFunctions(target, wanted)).toEqual({ compared: 3, missing: ['other', 'none'] });
      target.close();
      await client.call('ACL', 'SETUSER', 'user', 'on', 'nopass', '~*', '+@all', '-function|list');
      const kept = await openBulkTarget(parseServerUrl(`redis://user:x@127.0.0.1:${port}`, {}));
      expect(await compareFunctions(kept, wanted)).toBeNull();
      kept.close();
    });
  });
});
