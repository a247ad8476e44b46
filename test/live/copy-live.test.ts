// A copy of a running server by SCAN and DUMP, held against the dump that the server itself makes.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { FileSink } from '../../src/bytes/sinks/file.js';
import { connectServer } from '../../src/live/connect.js';
import { copyLive, type LiveCopyOptions } from '../../src/live/copy-live.js';
import { parseServerUrl } from '../../src/live/server-url.js';
import { verify } from '../../src/verify/verify.js';
import { FIXTURES, goldens } from '../helpers/corpus.js';
import { type TruthRecord, truthOf } from '../helpers/truth.js';
import { availableServers, requireServer } from '../servers/available.js';
import { freePort } from '../servers/ports.js';
import { withServer } from '../servers/server.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-live-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Larger files take long, and say nothing that smaller ones do not. */
const LARGEST = 4 * 1024 * 1024;

async function copied(url: string, options: LiveCopyOptions = {}) {
  const server = await connectServer(parseServerUrl(url, {}));
  const path = join(folder, `copy-${copies++}.rdb`);
  try {
    const copy = await copyLive(server, new FileSink(path), options);
    return { ...copy, path, bytes: readFileSync(path) };
  } finally {
    server.close();
  }
}

let copies = 0;

const urlOf = (port: number, rest = '') => `redis://127.0.0.1:${port}${rest}`;

/** By database and name; without what a server does not tell of a key. */
async function keysOf(dump: Uint8Array): Promise<TruthRecord[]> {
  const { records } = await truthOf(dump);
  return records
    .map(({ idle: _idle, freq: _freq, ...record }) => record as TruthRecord)
    .sort((a, b) => a.db - b.db || (a.key < b.key ? -1 : 1));
}

describe.each(availableServers())('$name', (server) => {
  const folderName = `${server.lineage}-${server.release}`;
  const files = goldens(FIXTURES).filter(
    ({ name, rdb }) => name.startsWith(folderName) && !name.includes('slot-import') && statSync(rdb).size <= LARGEST,
  );

  it.each(files)('$name', async ({ name, rdb }) => {
    const options = {
      ...server,
      args: ['--databases', '1000', ...(name.includes('cluster') ? ['--cluster-enabled', 'yes'] : [])],
      prepare: (dir: string) => copyFileSync(rdb, join(dir, 'dump.rdb')),
    };
    await withServer(options, async ({ client, dir, port }) => {
      if (name.includes('cluster')) {
        await ownAllSlots(client);
      }
      const { bytes, path, keys, vanished, expiryWithinMs } = await copied(urlOf(port));
      await client.save();
      const wanted = await keysOf(readFileSync(join(dir, 'dump.rdb')));
      const found = await keysOf(bytes);
      expect(found.map(withoutTime)).toEqual(wanted.map(withoutTime));
      for (const [i, { expireAtMs }] of found.entries()) {
        const off = Math.abs(Number(expireAtMs ?? 0) - Number(wanted[i].expireAtMs ?? 0));
        expect(off).toBeLessThanOrEqual(expiryWithinMs);
      }
      expect({ keys, vanished }).toEqual({ keys: wanted.length, vanished: 0 });
      expect((await verify([path])).files[0].outcome).toBe('sound');
    });
  });
});

const withoutTime = ({ expireAtMs, ...record }: TruthRecord) => ({ ...record, expires: expireAtMs !== null });

/** A node owns the slots of the keys that it has loaded, and no others. */
async function ownAllSlots(client: Redis): Promise<void> {
  const pipeline = client.pipeline();
  for (let slot = 0; slot < 16384; slot++) pipeline.call('CLUSTER', 'ADDSLOTS', String(slot));
  await pipeline.exec();
  while (!(await client.cluster('INFO')).includes('cluster_state:ok')) await sleep(50);
}

describe('a copy', () => {
  it('has no keys that nobody wants', async () => {
    await withServer(requireServer('redis'), async ({ client, port }) => {
      for (const db of [0, 3, 5]) {
        await client.select(db);
        await client.mset('user:1', 'a', 'user:2', 'b', 'other', 'c');
      }
      const names = async (rest: string, options?: LiveCopyOptions) =>
        (await keysOf((await copied(urlOf(port, rest), options)).bytes)).map(
          ({ db, key }) => `${db} ${Buffer.from(key, 'base64')}`,
        );
      expect(await names('/3')).toEqual(['3 other', '3 user:1', '3 user:2']);
      expect(await names('', { match: 'user:*', wantedDb: (db) => db !== 3 })).toHaveLength(4);
      expect(await names('', { wanted: (db, name) => db === 5 && name.length === 5 })).toEqual(['5 other']);
      expect(await names('/9')).toEqual([]);
    });
  });

  it('tells how far it is', async () => {
    await withServer(requireServer('redis'), async ({ client, port }) => {
      await client.mset(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, 'v'])));
      const told: [number, number][] = [];
      await copied(urlOf(port), {
        onProgress: (...progress) => told.push(progress),
        wanted: (_, name) => name.length < 4,
      });
      expect(told.length).toBeGreaterThan(2);
      expect(told.map(([keys]) => keys)).toEqual(told.map(([keys]) => keys).sort((a, b) => a - b));
      expect(told.at(-1)).toEqual([3000, 3000]);
    });
  });

  it('of large values takes them one by one', async () => {
    await withServer(requireServer('redis'), async ({ client, dir, port }) => {
      const large = 'x'.repeat(8 * 1024 * 1024);
      for (let i = 0; i < 12; i++) await client.set(`large:${i}`, large);
      const { keys, bytes } = await copied(urlOf(port));
      expect(keys).toBe(12);
      await client.save();
      expect(await keysOf(bytes)).toEqual(await keysOf(readFileSync(join(dir, 'dump.rdb'))));
    });
  });

  it('counts keys apart that go while they are read', async () => {
    await withServer(requireServer('redis'), async ({ client, port }) => {
      await client.mset(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`k${i}`, 'v'])));
      let gone = 0;
      const { keys, vanished } = await copied(urlOf(port), {
        wanted: () => {
          // After SCAN has named them, and before they are read.
          if (gone++ === 0) void client.flushall();
          return true;
        },
      });
      expect(keys + vanished).toBeGreaterThan(0);
      expect(vanished).toBeGreaterThan(0);
      expect(keys + vanished).toBeLessThanOrEqual(2000);
    });
  });

  it('leaves the server as it was, and needs no more than to read', async () => {
    await withServer(requireServer('redis'), async ({ client, port }) => {
      await client.mset('a', '1', 'b', '2');
      await client.call(
        'ACL',
        'SETUSER',
        'reader',
        'on',
        '>se:cret/',
        '~*',
        '-@all',
        '+@read',
        '+info',
        '+time',
        '+multi',
        '+exec',
        '+select',
        '+auth',
        '+hello',
        '+ping',
      );
      const before = /rdb_changes_since_last_save:(\d+)/.exec(await client.info('persistence'))?.[1];
      const url = `redis://reader:${encodeURIComponent('se:cret/')}@127.0.0.1:${port}`;
      expect((await copied(url)).keys).toBe(2);
      expect(/rdb_changes_since_last_save:(\d+)/.exec(await client.info('persistence'))?.[1]).toBe(before);
    });
  });
});

describe('what cannot be read is told in a sentence', () => {
  it('a port where nothing is', async () => {
    await expect(copied(urlOf(await freePort()))).rejects.toThrow('nothing answers there');
  });

  it('a password that is missing, or wrong', async () => {
    await withServer(
      { ...requireServer('redis'), args: ['--requirepass', 'right'], client: { password: 'right' } },
      async ({ port }) => {
        await expect(copied(urlOf(port))).rejects.toThrow('it wants a password');
        await expect(copied(`redis://:wrong@127.0.0.1:${port}`)).rejects.toThrow(
          'does not take this user and password',
        );
      },
    );
  });

  it('a socket that is not there', async () => {
    await expect(copied(`unix://${join(folder, 'no.sock')}`)).rejects.toThrow('there is no such socket');
  });

  it('a user who may not', async () => {
    await withServer(requireServer('redis'), async ({ client, port }) => {
      await client.set('a', '1');
      await client.call('ACL', 'SETUSER', 'blind', 'on', 'nopass', '~*', '+@all', '-dump');
      await expect(copied(`redis://blind:x@127.0.0.1:${port}`)).rejects.toThrow(/may not do what is needed.*dump/i);
    });
  });
});
