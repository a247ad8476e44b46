// Files that are meant to cost a reader its time or its memory, through the built program with little heap.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, ENVIRONMENT } from '../../cli/run.js';
import { bomb, listpackHead, numbered, oneValue, records } from '../../fuzz/hostile.js';
import { directory, MIB } from '../../fuzz/verdict.js';
import { le, len, listpack, moduleId, str } from '../../helpers/rdb-builder.js';

const NONE = Buffer.alloc(0);
/** An answer that takes longer than this is none. */
const PATIENCE_MS = 120_000;
/** From this size on a file is told as text, too. */
const LARGE = 512 * 1024;
/** Of standard output: nothing that is listed may grow with the file. */
const MOST_OUTPUT = 4 * MIB;

function run(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--max-old-space-size=192', BIN, ...args], {
    encoding: 'utf8',
    env: ENVIRONMENT,
    maxBuffer: 512 * MIB,
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  return { code: status, stdout, stderr: stderr.slice(0, 2000) };
}

/** Counts the file in all forms; returns the document. */
function counted(file: Uint8Array, code: number, ...options: readonly string[]) {
  const path = join(directory, 'hostile.rdb');
  writeFileSync(path, file);
  const page = join(directory, 'hostile.html');
  const ran = run(['stats', '--json', '--html', page, path, ...options]);
  expect({ ...ran, stdout: ran.stdout.length < MOST_OUTPUT }).toMatchObject({ code, stdout: true });
  // The text of a few keys is looked at elsewhere.
  if (file.length > LARGE) expect(run(['stats', path]).code).toBe(code);
  return JSON.parse(ran.stdout);
}

/** Counts files in one run, each for itself. */
function countedApart(files: readonly Uint8Array[]) {
  const paths = files.map((file, i) => {
    const path = join(directory, `lying-${i}.rdb`);
    writeFileSync(path, file);
    return path;
  });
  const { code, stdout } = run(['stats', '--json', '--per-file', ...paths]);
  const each: readonly { totals: { keys: number; elements: number } }[] = JSON.parse(stdout).perFile;
  expect(each).toHaveLength(files.length);
  return { code, keys: each.map(({ totals }) => totals.keys), elements: each.map(({ totals }) => totals.elements) };
}

/** Lists the keys of the file that was counted last; returns how many there are. */
function listed(code: number): number {
  const ran = run(['keys', '--format', 'csv', join(directory, 'hostile.rdb')]);
  expect(ran).toMatchObject({ code });
  return ran.stdout.split('\r\n').length - 2;
}

const shortKey = Buffer.from([0, 1, 0x6b, 1, 0x76]);

describe('much of everything', () => {
  it('300,000 databases', () => {
    const record = Buffer.concat([Buffer.of(0xfe, 0x80, 0, 0, 0, 0), shortKey]);
    const { totals, databases } = counted(records(11, numbered(record, 2, 300_000)), 0);
    expect(totals.keys).toBe(300_000);
    expect(databases.reduce((sum: number, { keys }: { keys: number }) => sum + keys, 0)).toBe(300_000);
  });

  it('30,000 types of modules', () => {
    const record = Buffer.concat([Buffer.of(7, 1, 0x6b), Buffer.of(0x81), Buffer.alloc(8), len(0)]);
    const file = records(11, numbered(record, 4, 30_000, 0x12345678));
    const { totals, memoryUnknown, modules } = counted(file, 0);
    expect(totals.keys).toBe(30_000);
    expect(memoryUnknown).toBe(30_000);
    expect(modules.length).toBeLessThanOrEqual(1000);
    expect(listed(0)).toBe(30_000);
  });

  it('300,000 prefixes of 200 bytes', () => {
    const name = Buffer.alloc(200, 'p');
    name[199] = 0x3a;
    const record = Buffer.concat([Buffer.of(0), len(200), name, Buffer.of(1, 0x76)]);
    const { totals, prefixes } = counted(
      records(11, numbered(record, 100, 300_000, 0x61616161)),
      0,
      '--separator',
      ':',
    );
    expect(totals.keys).toBe(300_000);
    // Six standard errors of the estimate, whose hash has another seed in each run.
    expect(Math.abs(prefixes.distinct - 300_000)).toBeLessThan(30_000);
  });

  it('50,000 function libraries', () => {
    const library = Buffer.concat([Buffer.of(0xf5), str('#!lua name=abcd\nredis.register_function()')]);
    const { functions } = counted(records(11, numbered(library, 13, 50_000, 0x61616161)), 0);
    expect(functions.length).toBeLessThanOrEqual(1000);
  });

  it('300,000 damaged keys', () => {
    const bad = Buffer.concat([Buffer.of(20), str('key'), str(listpack(['a'], { count: 9 }))]);
    const { totals, files } = counted(records(11, Buffer.alloc(bad.length * 300_000, bad)), 0);
    expect(totals.keys).toBe(300_000);
    expect(files[0].findings.length).toBeLessThanOrEqual(101);
  });
});

describe('names', () => {
  it('of 50 MB', () => {
    const name = Buffer.alloc(50 * MIB, 'n:');
    const { totals, biggest, prefixes } = counted(records(11, Buffer.of(0), str(name), str('v')), 0);
    expect(totals).toMatchObject({ keys: 1, bytes: name.length + 1 + 5 + 2 });
    expect(biggest.byBytes[0].key.length).toBe(1024);
    expect(prefixes.tree).toHaveLength(1);
  });

  it('of 100 MB in 1.2 MB, many times', () => {
    const name = bomb(NONE, Buffer.from('n'), 100 * MIB);
    const { totals } = counted(
      records(
        11,
        ...Array(6)
          .fill([Buffer.of(0), name, str('v')])
          .flat(),
      ),
      0,
    );
    expect(totals.keys).toBe(6);
  });

  it('that do not decode', () => {
    const bad = Buffer.concat([Buffer.of(0xc3, 3, 20), Buffer.of(0xff, 0xff, 0xff)]);
    const record = Buffer.concat([Buffer.of(0), bad, Buffer.of(1, 0x76)]);
    const { totals } = counted(records(11, Buffer.alloc(record.length * 100_000, record)), 1);
    expect(totals.keys).toBe(100_000);
  });
});

describe('counts that lie', () => {
  const huge = [2n ** 31n, 2n ** 53n + 1n, 2n ** 60n, 2n ** 63n, 2n ** 64n - 1n];

  it.each(huge)('values of %i elements', (count) => {
    const types = [1, 2, 4, 5, 14, 18, 21];
    const files = types.map((type) => oneValue(11, type, len(count), str('a'), str('b')));
    const { code, elements } = countedApart(files);
    expect(code).toBe(1);
    expect(elements.filter((n) => n < 100)).toHaveLength(types.length);
  });

  it('a list of all the elements that there could be, in all forms', () => {
    const { totals } = counted(oneValue(11, 1, len(2n ** 64n - 1n), str('a'), str('b')), 1);
    expect(totals.elements).toBeLessThan(100);
  });

  it.each([
    ['more than there are', listpack(['a', 'b'], { count: 60_000 })],
    ['unknown', listpack(['a', 'b'], { count: 0xffff })],
    ['none', listpack(['a', 'b'], { count: 0 })],
    ['more bytes than there are', listpack(['a', 'b'], { total: 0xffffffff })],
    ['nothing at all', NONE],
    ['half a head', Buffer.of(1, 0, 0)],
  ])('of a listpack: %s', (_, blob) => {
    const { code, keys, elements } = countedApart([16, 17, 20].map((type) => oneValue(11, type, str(blob))));
    expect([0, 1]).toContain(code);
    expect(keys).toEqual([1, 1, 1]);
    for (const n of elements) expect(n).toBeLessThanOrEqual(blob.length);
  });

  it.each([
    ['an intset', 11, Buffer.concat([le(8, 4), le(2 ** 32 - 1, 4), Buffer.alloc(16)])],
    ['an intset of width zero', 11, Buffer.concat([le(0, 4), le(2 ** 32 - 1, 4), Buffer.alloc(16)])],
    ['a ziplist', 10, Buffer.concat([le(2 ** 32 - 1, 4), le(2 ** 32 - 1, 4), le(0xfffe, 2), Buffer.of(0, 1, 0xff)])],
    ['a zipmap', 9, Buffer.of(253, 1, 0x61, 1, 0, 0x62, 0xff)],
  ])('of %s', (_, type, blob) => {
    const path = join(directory, 'lying.rdb');
    writeFileSync(path, oneValue(11, type, str(blob)));
    const ran = run(['stats', '--json', path]);
    expect([0, 1]).toContain(ran.code);
    expect(JSON.parse(ran.stdout).totals.elements).toBeLessThanOrEqual(blob.length);
  });
});

describe('little that becomes much', () => {
  it('a set of 50 million entries in 1.2 MB', () => {
    const blob = bomb(listpackHead(100e6), Buffer.of(1, 1), 100e6, Buffer.of(0xff));
    expect([0, 1]).toContain(JSON.parse(run(['stats', '--json', written(oneValue(11, 20, blob))]).stdout).files.length);
  });

  it('a hash of 50 million fields, with a count', () => {
    const blob = bomb(listpackHead(100e6, 60_000), Buffer.of(1, 1), 100e6, Buffer.of(0xff));
    const ran = run(['stats', '--json', written(oneValue(11, 16, blob))]);
    expect([0, 1]).toContain(ran.code);
    expect(JSON.parse(ran.stdout).totals.keys).toBe(1);
  });

  it('a module value of three million parts', () => {
    const value = Buffer.concat([len(2), len(2n ** 64n - 1n)]);
    const id = len(moduleId('hostiletp', 1));
    const ran = run(['stats', '--json', written(oneValue(11, 7, id, Buffer.alloc(value.length * 3e6, value), len(0)))]);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout).totals.keys).toBe(1);
  });

  function written(file: Uint8Array): string {
    const path = join(directory, 'bomb.rdb');
    writeFileSync(path, file);
    return path;
  }
});

describe('times and counters at the ends of their ranges', () => {
  it.each([0n, -1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)])('an expiry at %i', (ms) => {
    const expiry = Buffer.concat([Buffer.of(0xfc), le(ms, 8)]);
    const record = Buffer.concat([expiry, shortKey]);
    const { totals, expired, distributions } = counted(records(11, Buffer.alloc(record.length * 100, record)), 0);
    expect(totals.expires).toBe(ms === -1n ? 0 : 100);
    expect(expired + distributions.ttlSeconds.count).toBe(totals.expires);
  });

  it.each([63n, 2n ** 32n, 2n ** 64n - 2n])('an idle time of %i', (seconds) => {
    const record = Buffer.concat([Buffer.of(0xf8), len(seconds), shortKey]);
    const { totals, distributions } = counted(records(11, Buffer.alloc(record.length * 100, record)), 0);
    expect(totals.keys).toBe(100);
    expect(distributions.idleSeconds).toMatchObject({ count: 100 });
  });
});
