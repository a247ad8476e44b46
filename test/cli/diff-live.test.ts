// A backup and a running server, by `rdbkit diff`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { availableServers, requireServer } from '../servers/available.js';
import { until } from '../servers/cluster.js';
import { freePort } from '../servers/ports.js';
import { withServer } from '../servers/server.js';
import { Directory } from './files.js';
import { rdbkit } from './run.js';

const directory = new Directory();

const urlOf = (port: number, rest = '') => `redis://127.0.0.1:${port}${rest}`;

interface Side {
  readonly keys: number;
  readonly inputs: readonly { readonly path: string; readonly expired: number; readonly vanished?: number }[];
}

function compared(...args: string[]) {
  const { code, stdout, stderr } = rdbkit(['diff', '--json', ...args]);
  const { summary, changes, equal } = JSON.parse(stdout) as {
    summary: { left: Side; right: Side; added: number; removed: number; changed: number; sample: number | null };
    changes: { change: string; key: string; what: string[] }[];
    equal: boolean;
  };
  return { code, stderr, summary, changes, equal };
}

async function saveTo(client: Redis, dir: string, name: string): Promise<string> {
  await client.save();
  const path = join(directory.path, name);
  copyFileSync(join(dir, 'dump.rdb'), path);
  return path;
}

describe.each(availableServers())('a dump and the $name that wrote it', (server) => {
  const release = `${server.lineage}-${server.release}`;
  const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))].filter(
    ({ name }) => name.startsWith(release) && /all-types|field-expiry/.test(name),
  );

  it.each(files)('have no difference: $name', async ({ name, rdb }) => {
    const prepare = (dir: string) => copyFileSync(rdb, join(dir, 'dump.rdb'));
    await withServer({ ...server, prepare }, async ({ client, dir, port }) => {
      const dump = await saveTo(client, dir, `${server.name}-${name.replaceAll('/', '-')}`);
      const { code, summary, changes, equal } = compared(dump, urlOf(port));
      expect(changes).toEqual([]);
      expect({ code, equal }).toEqual({ code: 0, equal: true });
      expect(summary.right.keys).toBeGreaterThan(0);
    });
  });
});

describe('a dump and a server', () => {
  it('differ in what was changed since', async () => {
    await withServer(requireServer('redis'), async ({ client, dir, port }) => {
      await client.mset('same', '1', 'changed', '1', 'gone', '1');
      await client.hset('hash', 'a', '1', 'b', '2');
      const dump = await saveTo(client, dir, 'changed.rdb');
      await client.set('changed', '2');
      await client.del('gone');
      await client.hset('hash', 'b', '3');
      await client.set('new', '1');
      await client.expire('same', 1000);
      const { code, changes } = compared(dump, urlOf(port));
      expect(code).toBe(1);
      expect(changes.map(({ change, key, what }) => [change, key, what].flat().join(' ')).sort()).toEqual([
        'added new',
        'changed changed value',
        'changed hash value',
        'changed same expire',
        'removed gone',
      ]);
      // The other way round, and only one database.
      const { summary } = compared(urlOf(port, '/0'), dump);
      expect(summary).toMatchObject({ added: 1, removed: 1, changed: 3 });
    });
  });

  it('are the same when keys have expired since', async () => {
    const server = { ...requireServer('redis', '7.0'), args: ['--enable-debug-command', 'yes'] };
    await withServer(server, async ({ client, dir, port }) => {
      // It stays until it is saved, however long that takes.
      await client.call('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
      await client.set('short', '1', 'PX', 300);
      await client.set('long', '1', 'EX', 1000);
      const dump = await saveTo(client, dir, 'expired.rdb');
      await sleep(400);
      const { code, summary } = compared(dump, urlOf(port));
      expect({ code, added: summary.added, removed: summary.removed }).toEqual({ code: 0, added: 0, removed: 0 });
      expect(summary.left.inputs[0].expired).toBe(1);
    });
  });

  it('can be compared by a sample', async () => {
    await withServer(requireServer('redis'), async ({ client, dir, port }) => {
      const names = Array.from({ length: 20_000 }, (_, i) => `key:${i}`);
      await client.mset(Object.fromEntries(names.map((name) => [name, 'v'])));
      const dump = await saveTo(client, dir, 'sample.rdb');
      const equal = compared('--sample', '2000', dump, urlOf(port));
      expect(equal.code).toBe(0);
      expect(equal.summary).toMatchObject({ limited: true, sample: expect.closeTo(0.1) });
      expect(equal.summary.left.keys).toBe(equal.summary.right.keys);
      // Six standard deviations of 2000 are 255.
      expect(Math.abs(equal.summary.left.keys - 2000)).toBeLessThan(255);
      await client.mset(Object.fromEntries(names.map((name) => [name, 'w'])));
      const other = compared('--sample', '2000', dump, urlOf(port));
      expect(other.code).toBe(1);
      expect(other.summary.changed).toBe(other.summary.left.keys);
    });
  });

  it('are told apart while somebody writes', async () => {
    await withServer(requireServer('redis'), async ({ client, dir, port }) => {
      await client.mset(
        Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key:${String(i).padStart(12, '0')}`, 'v'])),
      );
      const dump = await saveTo(client, dir, 'writes.rdb');
      const load = ['-t', 'set,lpush,hset,spop', '-r', '20000', '-n', '10000000', '-c', '4', '-q'];
      const benchmark = spawn('redis-benchmark', ['-p', String(port), ...load], { stdio: 'ignore' });
      await until(async () => (await client.dbsize()) > 6000);
      const { code, summary } = compared(dump, urlOf(port));
      benchmark.kill();
      await once(benchmark, 'exit');
      expect(code).toBe(1);
      expect(summary.left.keys).toBe(5000);
      expect(summary.added + summary.changed).toBeGreaterThan(0);
    });
  });

  it('leave no copy behind', async () => {
    const tmp = join(directory.path, 'spools');
    mkdirSync(tmp);
    await withServer(requireServer('redis'), async ({ client, port }) => {
      await client.set('a', '1');
      expect(rdbkit(['diff', '--tmp-dir', tmp, urlOf(port), urlOf(port)]).code).toBe(0);
    });
    expect(readdirSync(tmp)).toEqual([]);
  });
});

describe('what cannot be done', () => {
  it('a server that is not there: 2, and no password is shown', async () => {
    const url = `redis://:secret@127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = rdbkit(['diff', join(FIXTURES, 'dump.rdb'), url]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('nothing answers there');
    expect(stderr).not.toContain('secret');
  });

  it('a sample of files', async () => {
    const dump = join(FIXTURES, 'dump.rdb');
    expect(rdbkit(['diff', '--sample', '10', dump, dump])).toMatchObject({ code: 2 });
  });
});
