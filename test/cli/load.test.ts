// `rdbkit load` into real servers.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIXTURES } from '../helpers/corpus.js';
import { listValue, stringValue } from '../helpers/rdb-builder.js';
import { requireServer } from '../servers/available.js';
import { freePort } from '../servers/ports.js';
import { type RunningServer, startServer, withServer } from '../servers/server.js';
import { Directory, NEWER, redis72, SOUND, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { bash, rdbkit } from './run.js';

const directory = new Directory();
const redis = requireServer('redis', '7.0');
const dump = join(FIXTURES, 'dump.rdb');

let server: RunningServer;
let client: Redis;
let url: string;

beforeAll(async () => {
  server = await startServer(redis);
  client = server.client;
  url = `redis://127.0.0.1:${server.port}`;
});
afterAll(() => server.stop());
beforeEach(async () => {
  await client.flushall();
  await client.call('FUNCTION', 'FLUSH');
});

interface Report {
  readonly ok: boolean;
  readonly complete: boolean;
  readonly keys: number;
  readonly loaded: number;
  readonly skipped: number;
  readonly expired: number;
  readonly conflicted: number;
  readonly failed: number;
  readonly discrepancy: string | null;
  readonly stopped: string | null;
  readonly withoutPrefix: number;
  readonly verified: { compared: number; equal: number; missing: number; different: number; first: unknown[] } | null;
  readonly failures: { reason: string; keys: number; first: { key: string; detail: string }[] }[];
  readonly conflicts: { reason: string; keys: number; first: { key: string }[] }[];
  readonly functions: { libraries: number; loaded: number; skipped: number } | null;
  readonly warnings: { code: string }[];
}

/** Loads, and holds the sums against each other. */
function load(args: readonly string[], to = url) {
  const { code, stdout, stderr } = rdbkit(['load', '--json', ...args, to]);
  const report = JSON.parse(stdout) as Report;
  const { keys, loaded, skipped, expired, conflicted, failed, discrepancy } = report;
  expect(loaded + skipped + expired + conflicted + failed).toBe(keys);
  expect(discrepancy).toBeNull();
  return { code, stderr, report, sums: { keys, loaded, skipped, expired, conflicted, failed } };
}

const NOTHING = { loaded: 0, skipped: 0, expired: 0, conflicted: 0, failed: 0 };

const some = directory.write('some.rdb', SOUND);
/** Names with a prefix and without, of which two become one. */
const prefixed = directory.write(
  'prefixed.rdb',
  redis72()
    .selectDb(0)
    .key('app:a', stringValue('first'))
    .key('a', stringValue('second'))
    .key('app:b', listValue(['x', 'y']))
    .finish(),
);

describe('a dump of all types', () => {
  it.each(['auto', 'restore', 'commands'])('is there afterwards, as --verify and diff say: --mode %s', async (mode) => {
    const { code, report, sums } = load(['--mode', mode, '--verify', dump]);
    expect({ code, sums, ok: report.ok }).toEqual({ code: 0, sums: { ...NOTHING, keys: 244, loaded: 244 }, ok: true });
    expect(report.verified).toMatchObject({ compared: 244, equal: 244, missing: 0, different: 0 });
    expect(report.functions).toMatchObject({ libraries: 1, loaded: 1 });
    expect(await client.call('FUNCTION', 'LIST')).toHaveLength(1);
    expect(rdbkit(['diff', '--quiet', dump, url]).code).toBe(0);
  });

  it('comes with its functions, also when they are asked for, and without them', () => {
    const loaded = (flag: string) => load([flag, '--on-conflict', 'replace', dump]).report.functions?.loaded;
    expect([loaded('--functions'), loaded('--no-functions')]).toEqual([1, undefined]);
  });

  it('comes from a pipe, too', () => {
    const { code, stdout } = bash(`cat "${dump}" | $rdbkit load --verify - ${url}`);
    expect(code).toBe(0);
    expect(stdout).toContain('244 of 244 keys loaded');
    expect(stdout).toContain('244 of 244 keys equal');
  });

  it('says little when all is well and nothing is asked', () => {
    expect(rdbkit(['load', '--quiet', dump, url])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('keys that exist', () => {
  beforeEach(async () => {
    await client.set('tags', 'mine');
  });

  it('are conflicts by default, and stay as they are', async () => {
    const { code, report, sums } = load([some]);
    expect({ code, sums }).toEqual({ code: 1, sums: { ...NOTHING, keys: 3, loaded: 2, conflicted: 1 } });
    expect(report.conflicts).toMatchObject([{ reason: 'BUSYKEY', keys: 1, first: [{ key: 'tags' }] }]);
    expect(await client.get('tags')).toBe('mine');
  });

  it('are left out by --on-conflict skip', async () => {
    const { code, sums } = load(['--on-conflict', 'skip', some]);
    expect({ code, sums }).toEqual({ code: 0, sums: { ...NOTHING, keys: 3, loaded: 2, skipped: 1 } });
    expect(await client.get('tags')).toBe('mine');
  });

  it('are overwritten by --on-conflict replace', async () => {
    const { code, sums } = load(['--on-conflict', 'replace', '--verify', some]);
    expect({ code, sums }).toEqual({ code: 0, sums: { ...NOTHING, keys: 3, loaded: 3 } });
    expect((await client.smembers('tags')).sort()).toEqual(['a', 'b']);
  });

  it('are found by --dry-run, which writes nothing', async () => {
    const { code, sums } = load(['--dry-run', some]);
    expect({ code, sums }).toEqual({ code: 1, sums: { ...NOTHING, keys: 3, loaded: 2, conflicted: 1 } });
    expect(await client.keys('*')).toEqual(['tags']);
    expect(rdbkit(['load', '--dry-run', '--on-conflict', 'skip', some, url])).toMatchObject({ code: 0 });
    expect(await client.dbsize()).toBe(1);
  });
});

describe('a part of a dump', () => {
  it('is what passes the filters', async () => {
    expect(load(['--db', '0', '--type', 'set', some]).sums).toEqual({ ...NOTHING, keys: 1, loaded: 1 });
    expect(await client.keys('*')).toEqual(['tags']);
    expect(load(['--min-elements', '2', '--on-conflict', 'skip', prefixed]).sums).toEqual({
      ...NOTHING,
      keys: 1,
      loaded: 1,
    });
    expect(await client.lrange('app:b', 0, -1)).toEqual(['x', 'y']);
  });

  it('is as much as --limit says', async () => {
    const { code, sums } = load(['--limit', '100', dump]);
    expect({ code, sums }).toEqual({ code: 0, sums: { ...NOTHING, keys: 100, loaded: 100 } });
    expect(await client.dbsize()).toBe(100);
  });
});

describe('other places', () => {
  it('--db-map puts databases elsewhere', async () => {
    expect(load(['--db-map', '3:0,0:5', '--verify', some]).sums).toEqual({ ...NOTHING, keys: 3, loaded: 3 });
    expect(await client.get('name')).toBe('Ada');
    await client.select(5);
    expect((await client.keys('*')).sort()).toEqual(['session', 'tags']);
    await client.select(0);
  });

  it('a database in the URL is meant for all keys, when they are of one', async () => {
    expect(rdbkit(['load', some, `${url}/7`])).toMatchObject({ code: 2, stdout: '' });
    expect(load(['--db', '3', '--verify', some], `${url}/7`).sums).toEqual({ ...NOTHING, keys: 1, loaded: 1 });
    await client.select(7);
    expect(await client.get('name')).toBe('Ada');
    await client.select(0);
  });

  it('prefixes change, and of two keys that become one the second is a conflict', async () => {
    const args = ['--prefix-strip', 'app:', '--prefix-add', 'new:', '--on-conflict', 'replace', '--verify', prefixed];
    const { code, report, sums } = load(args);
    expect({ code, sums }).toEqual({ code: 1, sums: { ...NOTHING, keys: 3, loaded: 2, conflicted: 1 } });
    expect(report.conflicts).toMatchObject([{ reason: 'SAME_NAME', first: [{ key: 'a' }] }]);
    expect(report.withoutPrefix).toBe(1);
    expect(report.verified).toMatchObject({ compared: 2, equal: 2 });
    expect(await client.get('new:a')).toBe('first');
    expect((await client.keys('*')).sort()).toEqual(['new:a', 'new:b']);
  });

  it('a database that the target lacks is refused before anything is written', async () => {
    const { code, stderr } = rdbkit(['load', '--db-map', '3:99', some, url]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/database 99.*--db-map/);
    expect(await client.dbsize()).toBe(0);
  });
});

describe('keys whose time has passed', () => {
  const path = directory.write(
    'expired.rdb',
    redis72()
      .selectDb(0)
      .expireMs(1_000_000_000_000)
      .key('old', stringValue('v'))
      .expireMs(4_000_000_000_000)
      .key('young', stringValue('v'))
      .finish(),
  );

  it('are counted, and not sent', async () => {
    expect(load([path])).toMatchObject({ code: 0, sums: { ...NOTHING, keys: 2, loaded: 1, expired: 1 } });
    expect(await client.pexpiretime('young')).toBe(4_000_000_000_000);
  });

  it('are sent by --expired load, and gone at once', async () => {
    expect(load(['--expired', 'load', '--verify', path])).toMatchObject({
      code: 0,
      sums: { ...NOTHING, keys: 2, loaded: 2 },
    });
    expect(await client.exists('old')).toBe(0);
  });

  it('are judged by --now as well', () => {
    expect(load(['--now', '2099-01-01T00:00:00Z', path]).sums).toEqual({ ...NOTHING, keys: 2, expired: 2 });
  });
});

describe('of an input that is not sound, nothing is loaded:', () => {
  it.each([
    ['damaged', WRONG_CHECKSUM, 1, /RDB_CHECKSUM_MISMATCH.*--salvage/],
    ['truncated', TRUNCATED, 1, /RDB_TRUNCATED.*--salvage/],
    ['newer than we know', NEWER, 3, /version 42/],
  ])('%s', async (name, content, status, said) => {
    const path = directory.write(`${name.replaceAll(' ', '-')}.rdb`, content);
    const { code, stdout, stderr } = rdbkit(['load', path, url]);
    expect({ code, stdout }).toEqual({ code: status, stdout: '' });
    expect(stderr).toMatch(said);
    expect(await client.dbsize()).toBe(0);
  });
});

describe('a target that does not take it:', () => {
  it('nobody answers', async () => {
    const { code, stdout, stderr } = rdbkit(['load', some, `redis://127.0.0.1:${await freePort()}`]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/refused/);
  });

  it('the password is wrong, and is not told', async () => {
    await withServer(
      { ...redis, args: ['--requirepass', 'right'], client: { password: 'right' } },
      async ({ port }) => {
        const { code, stderr } = rdbkit(['load', some, `redis://:verysecret@127.0.0.1:${port}`]);
        expect(code).toBe(2);
        expect(stderr).not.toContain('verysecret');
        expect(rdbkit(['load', some, `redis://127.0.0.1:${port}`], { env: { RDBKIT_PASSWORD: 'right' } }).code).toBe(0);
      },
    );
  });

  it('a replica', async () => {
    await withServer({ ...redis, args: ['--replicaof', `127.0.0.1 ${server.port}`] }, async ({ port }) => {
      const { code, stderr } = rdbkit(['load', some, `redis://127.0.0.1:${port}`]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/replica of 127\.0\.0\.1.*load into its master/);
    });
  });

  it('a user who may not write', async () => {
    await client.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~*', '+@read', '+@connection', '+info', '+select');
    const { code, report, sums } = load([some], `redis://reader:pw@127.0.0.1:${server.port}`);
    expect({ code, sums }).toEqual({ code: 1, sums: { ...NOTHING, keys: 3, failed: 3 } });
    expect(report.complete).toBe(false);
    expect(report.stopped).toMatch(/NOPERM/);
    expect(await client.dbsize()).toBe(0);
  });

  it('an ACL user given apart from the URL, and two of them', async () => {
    await client.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~*', '+@read', '+@connection', '+info', '+select');
    const url = `redis://127.0.0.1:${server.port}`;
    const asReader = rdbkit(['load', '--user', 'reader', some, url, '--json'], { env: { RDBKIT_PASSWORD: 'pw' } });
    expect(asReader.code).toBe(1);
    expect(JSON.parse(asReader.stdout).stopped).toMatch(/NOPERM/);
    const wrong = rdbkit(['load', '--user', 'reader', some, url], { env: { RDBKIT_PASSWORD: 'other' } });
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('does not take this user and password');
    const two = rdbkit(['load', '--user', 'reader', some, `redis://other:pw@127.0.0.1:${server.port}`]);
    expect(two).toMatchObject({ code: 2, stdout: '' });
    expect(two.stderr).toContain('--user another one');
    expect(await client.dbsize()).toBe(0);
  });

  it('no memory is left', async () => {
    const many = redis72().selectDb(0);
    for (let i = 0; i < 3000; i++) many.key(`key:${i}`, stringValue('x'.repeat(2000)));
    const path = directory.write('many.rdb', many.finish());
    await withServer({ ...redis, args: ['--maxmemory', '3mb'] }, async (small) => {
      const { code, report, sums } = load([path], `redis://127.0.0.1:${small.port}`);
      expect(code).toBe(1);
      expect(report.stopped).toMatch(/^OOM/);
      expect(report.warnings).toMatchObject([{ code: 'TARGET_MEMORY' }]);
      expect(sums).toMatchObject({ keys: 3000, skipped: 0, expired: 0, conflicted: 0 });
      expect(sums.failed).toBeGreaterThan(0);
      expect(await small.client.dbsize()).toBe(sums.loaded);
    });
  });
});

describe('usage', () => {
  it.each([
    ['no URL', [some], /missing required argument/],
    ['a server as the input', ['redis://127.0.0.1:1', 'redis://127.0.0.1:1'], /input is a file/],
    [
      'a journal of a dry run',
      ['--dry-run', '--journal', 'x', some, 'redis://127.0.0.1:1'],
      /--dry-run writes nothing/,
    ],
    ['no map', ['--db-map', 'x', some, 'redis://127.0.0.1:1'], /from:to/],
  ])('%s', (_, args, said) => {
    const { code, stdout, stderr } = rdbkit(['load', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });

  it('a file that is no journal is refused, and stays as it is', async () => {
    const copy = directory.join('copy.rdb');
    copyFileSync(some, copy);
    const { code, stderr } = rdbkit(['load', '--journal', copy, some, url]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no journal/);
    expect(rdbkit(['diff', '--quiet', some, copy]).code).toBe(0);
    expect(await client.dbsize()).toBe(0);
  });
});
