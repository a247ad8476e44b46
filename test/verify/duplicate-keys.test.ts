// A key that stands twice in one database: check tools do not see it, servers crash (section 8.2 of the format reference).
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openInput, openSource } from '../../src/backup/open.js';
import { StreamSource } from '../../src/bytes/sources/stream.js';
import type { FileReport } from '../../src/index.js';
import { verifyInput } from '../../src/verify/file.js';
import { RdbBuilder, type StringForm, stringValue } from '../helpers/rdb-builder.js';
import { database, head, NOW_MS } from './hand-made.js';
import { foundIn, verifyBytes } from './verify-bytes.js';

const ONE = stringValue('v');
const LIVE = NOW_MS + 1000;
const EXPIRED = NOW_MS - 1;

function duplicates(report: FileReport) {
  return report.findings.filter(({ code }) => code === 'DUPLICATE_KEY');
}

describe('a key twice in one database', () => {
  const pairs: [string, number, number, number][] = [
    ['the first two', 100, 0, 1],
    ['the last two', 100, 98, 99],
    ['the first and the last', 100, 0, 99],
    ['the only two', 2, 0, 1],
    ['the first and the last of many', 70_000, 0, 69_999],
    ['two in the middle of many', 70_000, 31_000, 40_000],
  ];
  it.each(pairs)('%s', async (_, count, one, other) => {
    const builder = database(count);
    const offsets: number[] = [];
    for (let i = 0; i < count; i++) {
      offsets.push(builder.offset);
      builder.key(i === other ? `key:${one}` : `key:${i}`, ONE);
    }
    const report = await verifyBytes(builder.finish());
    expect(report).toMatchObject({ ok: false, complete: true, outcome: 'damaged', keys: count });
    const [found, ...more] = duplicates(report);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ severity: 'error', offset: offsets[other], db: 0, type: 'string', confirmed: true });
    expect(Buffer.from(found.key ?? '').toString()).toBe(`key:${one}`);
    expect(found.message).toContain(`(${offsets[one]})`);
  });

  const forms: [string, StringForm, StringForm, string][] = [
    ['plain and as an integer', 'raw', 'server', '12'],
    ['plain and compressed', 'raw', 'lzf', 'a'.repeat(100)],
    ['longer than a small string', 'raw', 'raw', 'b'.repeat(1000)],
    ['empty', 'raw', 'raw', ''],
  ];
  it.each(forms)('the name stands %s', async (_, one, other, name) => {
    const file = database(2)
      .key(name, ONE, one)
      .key(name, stringValue('w'.repeat(80)), other)
      .finish();
    const report = await verifyBytes(file);
    const [found] = duplicates(report);
    expect(found).toMatchObject({ type: 'string', confirmed: true });
    expect(Buffer.from(found.key ?? 'none').toString()).toBe(name);
  });

  it('once for each time that it stands there again', async () => {
    const builder = database(300);
    for (let i = 0; i < 300; i++) builder.key('k', ONE);
    const report = await verifyBytes(builder.finish());
    expect(report.findingCounts.DUPLICATE_KEY).toBe(299);
    expect(duplicates(report)).toHaveLength(100);
    expect(report.errors).toBe(299);
  });

  it('in sections of a database that repeat', async () => {
    const file = head().selectDb(3).key('k', ONE).selectDb(1).key('x', ONE).selectDb(3).key('k', ONE).finish();
    expect(duplicates(await verifyBytes(file))).toMatchObject([{ db: 3, severity: 'error' }]);
  });

  it('behind attributes', async () => {
    const file = database(2, 1).key('k', ONE).expireMs(LIVE).freq(3).key('k', ONE).finish();
    expect(duplicates(await verifyBytes(file))).toMatchObject([{ db: 0, severity: 'error', confirmed: true }]);
  });

  it('not in two databases', async () => {
    const file = head().selectDb(0).key('k', ONE).selectDb(1).key('k', ONE).finish();
    expect(await verifyBytes(file)).toMatchObject({ ok: true, findings: [] });
  });

  it('not when nobody wants to know', async () => {
    const file = database(2).key('k', ONE).key('k', ONE).finish();
    expect(await verifyBytes(file, { duplicates: false })).toMatchObject({ ok: true, findings: [] });
  });

  // Servers drop what has expired while they load, so that only one is left.
  const expiries: [string, (number | undefined)[], string[]][] = [
    ['the first has expired', [EXPIRED, undefined], ['warning DUPLICATE_KEY']],
    ['the second has expired', [LIVE, EXPIRED], ['warning DUPLICATE_KEY']],
    ['both have expired', [EXPIRED, EXPIRED], ['warning DUPLICATE_KEY']],
    ['neither has expired', [LIVE, LIVE], ['error DUPLICATE_KEY']],
    ['of three the first has expired', [EXPIRED, LIVE, LIVE], ['error DUPLICATE_KEY', 'warning DUPLICATE_KEY']],
    ['of three one has not expired', [EXPIRED, LIVE, EXPIRED], ['warning DUPLICATE_KEY']],
  ];
  it.each(expiries)('%s', async (_, times, found) => {
    const builder = database(times.length, times.filter((time) => time !== undefined).length);
    for (const time of times) {
      if (time !== undefined) builder.expireMs(time);
      builder.key('k', ONE);
    }
    expect(foundIn(await verifyBytes(builder.finish()))).toEqual(found);
  });

  it('in a file that is cut behind them', async () => {
    const file = database(3).key('k', ONE).key('k', ONE).key('other', ONE).finish().subarray(0, -20);
    expect(foundIn(await verifyBytes(file))).toEqual(['error DUPLICATE_KEY', 'error RDB_TRUNCATED']);
  });

  it('with the same answer when the fingerprints spill', async () => {
    const builder = new RdbBuilder(11).selectDb(0);
    for (let i = 0; i < 150_000; i++) builder.key(`key:${i === 140_000 ? 7 : i}`, ONE);
    const report = await verifyBytes(builder.finish(), { maxMemory: 1024 * 1024 });
    expect(duplicates(report)).toMatchObject([{ key: Uint8Array.from(Buffer.from('key:7')), confirmed: true }]);
  });
});

const file = database(2).key('k', ONE).key('k', ONE).finish();
const at = file.lastIndexOf(Buffer.of(0, 1, 0x6b));

describe('input that can be read only once', () => {
  it('a stream', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rdbkit-once-'));
    try {
      const path = join(folder, 'dump.rdb');
      writeFileSync(path, file);
      const input = await openSource(new StreamSource(createReadStream(path)), async () => false);
      const report = await verifyInput('-', input, { nowMs: NOW_MS }, 0);
      await input.close();
      expect(duplicates(report)).toMatchObject([{ severity: 'error', offset: at, db: 0, key: null, confirmed: false }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('looks through a gzip a second time', async () => {
  const report = await verifyBytes(gzipSync(file));
  expect(duplicates(report)).toMatchObject([
    { severity: 'error', offset: at, db: 0, key: Uint8Array.from(Buffer.from('k')), confirmed: true },
  ]);
});

it('looks at the gzip that it has opened, not at the one that has its name by then', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rdbkit-replaced-'));
  try {
    const path = join(folder, 'dump.rdb.gz');
    writeFileSync(path, gzipSync(file));
    const input = await openInput(path);
    rmSync(path);
    writeFileSync(path, gzipSync(database(2).key('a', ONE).key('b', ONE).finish()));
    const report = await verifyInput(path, input, { nowMs: NOW_MS }, 0);
    await input.close();
    expect(duplicates(report)).toMatchObject([{ offset: at, confirmed: true }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('finds each of them again in a gzip of several megabytes', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `key:${i}`);
  const builder = database(2 * names.length);
  for (const name of names) builder.key(name, stringValue('v'.repeat(1_000_000)));
  const offsets = names.map((name) => {
    const { offset } = builder;
    builder.key(name, ONE);
    return offset;
  });
  const found = duplicates(await verifyBytes(gzipSync(builder.finish())));
  expect(found.map(({ offset }) => offset)).toEqual(offsets);
  expect(found.map(({ key }) => Buffer.from(key ?? '').toString())).toEqual(names);
  expect(found.every(({ confirmed }) => confirmed)).toBe(true);
});

it('tells long names apart by their last byte, and keeps the first ones', async () => {
  const name = 'n'.repeat(5000);
  const apart = await verifyBytes(database(2).key(`${name}a`, ONE).key(`${name}b`, ONE).finish());
  expect(duplicates(apart)).toEqual([]);
  const [found] = duplicates(await verifyBytes(database(2).key(name, ONE).key(name, ONE).finish()));
  expect(found).toMatchObject({ confirmed: true });
  expect(found.key).toHaveLength(1024);
});
