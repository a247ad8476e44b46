import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BackupError,
  DamagedBackupError,
  type Finding,
  type LargeKey,
  type NewEntry,
  openBackup,
  readEntries,
  ValueTooLargeError,
} from '../../src/index.js';
import { FIXTURES, lines } from '../helpers/corpus.js';
import { listValue, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { readAll, written } from './written.js';

const DUMP = join(FIXTURES, 'dump.rdb');
const dump = readFileSync(DUMP);
/** Keys, as the server that wrote it says. */
const TOTAL = lines(join(FIXTURES, 'dump.truth.jsonl')).length;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rdbkit-entries-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function names(iterable: AsyncIterable<{ db: number; key: Uint8Array }>): Promise<string[]> {
  const all: string[] = [];
  for await (const { db, key } of iterable) all.push(`${db} ${Buffer.from(key).toString('latin1')}`);
  return all;
}

describe('inputs', () => {
  it('come from a path, a URL, memory, streams of Node and of the web, in chunks of any length, through a gzip', async () => {
    const wanted = await names(readEntries(DUMP));
    expect(wanted).toHaveLength(TOTAL);
    const gzip = join(folder, 'dump.rdb.gz');
    await writeFile(gzip, gzipSync(dump));
    const bytewise = async function* () {
      for (const byte of dump) yield Uint8Array.of(byte);
    };
    const inputs = {
      url: new URL(`file://${DUMP}`),
      memory: new Uint8Array(dump),
      'packed memory': gzipSync(dump),
      'packed file': gzip,
      Readable: createReadStream(DUMP, { highWaterMark: 777 }),
      'web stream': Readable.toWeb(createReadStream(DUMP)) as AsyncIterable<Uint8Array>,
      'byte by byte': bytewise(),
    };
    for (const [what, input] of Object.entries(inputs)) expect(await names(readEntries(input)), what).toEqual(wanted);
  });

  it('a stream can be read once, everything else again and at the same time', async () => {
    const stream = await openBackup(createReadStream(DUMP));
    expect(stream.repeatable).toBe(false);
    expect(await names(stream.entries())).toHaveLength(TOTAL);
    await expect(stream.entries().next()).rejects.toThrow(BackupError);
    await stream.close();
    await using backup = await openBackup(DUMP);
    const two = [backup.entries(), backup.entries()];
    for (let i = 0; i < TOTAL; i++) {
      const [left, right] = await Promise.all(two.map((iterator) => iterator.next()));
      expect(left).toEqual(right);
    }
    expect(await Promise.all(two.map((iterator) => iterator.next()))).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
    expect(await names(backup.entries())).toHaveLength(TOTAL);
  });

  it('says what cannot be opened', async () => {
    await expect(openBackup(join(folder, 'nothing-here'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(openBackup(Buffer.from('hello'))).rejects.toMatchObject({ name: 'BackupError', fault: 'damaged' });
    await expect(openBackup(Buffer.from('*1\r\n$4\r\nPING\r\n'))).rejects.toMatchObject({ fault: 'unknown' });
    await expect(openBackup(Readable.from(['text'], { objectMode: true }))).rejects.toThrow(TypeError);
    // @ts-expect-error: callers without types get an error of their own
    await expect(openBackup(7)).rejects.toThrow(TypeError);
    await expect(readEntries(join(folder, 'nothing-here')).next()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a loop that is left', () => {
  it('reads no further, and leaves the backup open for the next one', async () => {
    await using backup = await openBackup(DUMP);
    for (let round = 0; round < 3; round++) {
      let seen = 0;
      for await (const _ of backup.entries()) if (++seen === 10) break;
      expect(seen).toBe(10);
    }
    expect(await names(backup.entries())).toHaveLength(TOTAL);
  });

  it('destroys the stream that it was reading', async () => {
    const stream = createReadStream(DUMP);
    for await (const _ of readEntries(stream)) break;
    expect(stream.destroyed).toBe(true);
  });

  it('ends when the backup is closed, even while the stream gives nothing', async () => {
    const stream = new PassThrough();
    stream.write(dump.subarray(0, 2000));
    const backup = await openBackup(stream);
    const iterator = backup.entries();
    // The first one comes, however long that takes.
    let seen = (await iterator.next()).done ? 0 : 1;
    for (let next = iterator.next(); ; next = iterator.next()) {
      const first = await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 100, 'nothing'))]);
      if (first === 'nothing') break;
      seen++;
    }
    expect(seen).toBeGreaterThan(0);
    await backup.close();
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    expect(stream.destroyed).toBe(true);
  });

  it('gives entries in order to calls that do not wait for each other', async () => {
    const wanted = await names(readEntries(DUMP));
    const iterator = readEntries(DUMP);
    const results = await Promise.all(Array.from({ length: TOTAL + 2 }, () => iterator.next()));
    expect(results.slice(TOTAL).every(({ done }) => done === true)).toBe(true);
    const found = results.slice(0, TOTAL).flatMap(({ value }) => (value ? [value] : []));
    expect(found.map(({ db, key }) => `${db} ${Buffer.from(key).toString('latin1')}`)).toEqual(wanted);
  });
});

describe('memory', () => {
  it('reads no further than a slow loop takes', async () => {
    const value = 'v'.repeat(50_000);
    const entries = Array.from({ length: 1000 }, (_, i): NewEntry => ({ key: `k${i}`, type: 'string', value }));
    const bytes = await written(entries, { magic: 'REDIS', version: 11 });
    let given = 0;
    const slowly = async function* () {
      for (let at = 0; at < bytes.length; at += 65536) {
        given = at;
        yield bytes.subarray(at, at + 65536);
      }
    };
    let taken = 0;
    for await (const entry of readEntries(slowly())) {
      taken += entry.bytes;
      // The window reads up to 16 MiB ahead; two batches of entries of a megabyte each are on their way.
      expect(given - taken).toBeLessThan(24 * 1024 * 1024);
    }
    expect(taken).toBeGreaterThan(1000 * 50_000);
  });

  it('lets a value go that is too large', async () => {
    const list = listValue(Array.from({ length: 5000 }, (_, i) => `item ${i}`));
    const file = new RdbBuilder(11)
      .selectDb(0)
      .key('before', stringValue('1'))
      .key('large', list)
      .key('long', stringValue('x'.repeat(3_000_000)))
      .key('behind', stringValue('2'))
      .finish();
    const options = { maxValueBytes: 100_000 };
    const iterator = readEntries(file, options);
    expect((await iterator.next()).value?.key).toEqual(new Uint8Array(Buffer.from('before')));
    await expect(iterator.next()).rejects.toThrow(ValueTooLargeError);
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    const large: LargeKey[] = [];
    const rest = await names(readEntries(file, { ...options, onTooLarge: (key) => large.push(key) }));
    expect(rest).toEqual(['0 before', '0 behind']);
    expect(large.map(({ key, type, elements }) => [Buffer.from(key).toString(), type, elements])).toEqual([
      ['large', 'list', 5000],
      ['long', 'string', 1],
    ]);
    expect(await names(readEntries(file, { ...options, filters: { maxSize: 1000 } }))).toEqual([
      '0 before',
      '0 behind',
    ]);
    expect((await readAll(file)).map(({ elements }) => elements)).toEqual([1, 5000, 1, 1]);
    expect(() => readEntries(file, { maxValueBytes: Number.NaN })).toThrow(RangeError);
  });

  it('joins strings that come in pieces', async () => {
    const long = Buffer.from('0123456789'.repeat(400_000));
    const file = new RdbBuilder(11)
      .selectDb(0)
      .key('s', stringValue(long))
      .key('z', stringValue(long, 'lzf'))
      .key('l', listValue([long, 'short', long]))
      .finish();
    const [s, z, l] = await readAll(file, { raw: true });
    expect(Buffer.compare(s.value as Uint8Array, long)).toBe(0);
    expect(Buffer.compare(z.value as Uint8Array, long)).toBe(0);
    expect((l.value as Uint8Array[]).map(({ length }) => length)).toEqual([long.length, 5, long.length]);
    expect(s.raw).toHaveLength(long.length + 5);
    for (const { raw, offset, bytes } of [s, z, l]) {
      const place = file.subarray(offset, offset + bytes);
      expect(Buffer.compare(place.subarray(bytes - (raw?.length ?? 0)), raw ?? new Uint8Array())).toBe(0);
    }
  });
});

describe('filters', () => {
  it('choose what comes', async () => {
    const all = await readAll(DUMP);
    const hashes = await readAll(DUMP, { filters: { types: ['hash'], dbs: [0], minElements: 3 } });
    expect(hashes).toEqual(all.filter(({ db, type, elements }) => db === 0 && type === 'hash' && elements >= 3));
    expect(hashes.length).toBeGreaterThan(0);
    const limited = readEntries(DUMP, { filters: { limit: 7 } });
    expect(await names(limited)).toHaveLength(7);
    expect(limited.ending).toMatchObject({ limited: true, complete: false, outcome: 'sound' });
    expect(await names(readEntries(DUMP, { filters: { limit: 0 } }))).toEqual([]);
    expect(() => readEntries(DUMP, { filters: { regex: ['('] } })).toThrow(SyntaxError);
  });
});

describe('damage', () => {
  const cut = dump.subarray(0, 20_000);

  it('ends the loop with an error behind the last good key', async () => {
    const sound = await names(readEntries(DUMP));
    const found: string[] = [];
    const iterator = readEntries(cut);
    const reading = (async () => {
      for await (const { db, key } of iterator) found.push(`${db} ${Buffer.from(key).toString('latin1')}`);
    })();
    const error = await reading.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DamagedBackupError);
    expect(error).toMatchObject({ fault: 'damaged', findings: [{ code: 'RDB_TRUNCATED', key: expect.anything() }] });
    expect((error as Error).message).toMatch(/^RDB_TRUNCATED at byte \d+, db 0, set "search:words": /);
    expect(found).toEqual(sound.slice(0, found.length));
    expect(found).toHaveLength(148);
    expect(iterator.ending).toMatchObject({ complete: false, outcome: 'damaged' });
  });

  it('is told, with `onDamage`, and the loop goes on as far as it can', async () => {
    const findings: Finding[] = [];
    expect(await names(readEntries(cut, { onDamage: (finding) => findings.push(finding) }))).toHaveLength(148);
    expect(findings.map(({ code }) => code)).toEqual(['RDB_TRUNCATED']);
  });

  it('of a checksum is known at the end', async () => {
    const wrong = Buffer.from(dump);
    wrong[wrong.length - 1] ^= 1;
    const found: string[] = [];
    const reading = (async () => {
      for await (const { key } of readEntries(wrong)) found.push(String(key));
    })();
    await expect(reading).rejects.toMatchObject({ findings: [{ code: 'RDB_CHECKSUM_MISMATCH' }] });
    expect(found).toHaveLength(TOTAL);
  });

  it('inside a value leaves that value out, whatever its type', async () => {
    const broken = { type: 16, body: Buffer.from([3, 1, 2, 3]) };
    const undecodable = { type: 0, body: Buffer.from([0xc3, 2, 4, 0xe0, 0xff]) };
    const file = new RdbBuilder(11)
      .selectDb(0)
      .key('a', stringValue('1'))
      .key('listpack', broken)
      .key('b', stringValue('2'))
      .key('lzf', undecodable)
      .key('c', stringValue('3'))
      .finish();
    const iterator = readEntries(file);
    expect((await iterator.next()).value?.value).toEqual(Uint8Array.of(0x31));
    await expect(iterator.next()).rejects.toThrow('hash "listpack"');
    const findings: Finding[] = [];
    expect(await names(readEntries(file, { onDamage: (finding) => findings.push(finding) }))).toEqual([
      '0 a',
      '0 b',
      '0 c',
    ]);
    expect(findings.map(({ key }) => Buffer.from(key ?? []).toString())).toEqual(['listpack', 'lzf']);
  });

  it('is not what a newer format or commands behind the data are', async () => {
    const commands = Buffer.concat([dump, Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n')]);
    const found: string[] = [];
    const reading = (async () => {
      for await (const { key } of readEntries(commands)) found.push(String(key));
    })();
    await expect(reading).rejects.toMatchObject({ name: 'BackupError', fault: 'unknown' });
    expect(found).toHaveLength(TOTAL);
    const newer = new RdbBuilder(11)
      .selectDb(0)
      .key('a', stringValue('1'))
      .bytes(Buffer.of(99, 1, 65, 0))
      .finish();
    await expect(readAll(newer)).rejects.toMatchObject({ name: 'BackupError', fault: 'unknown' });
  });

  it('that the stream reports itself is passed on', async () => {
    const failing = async function* () {
      yield dump.subarray(0, 5000);
      throw new Error('connection lost');
    };
    await expect(readAll(failing())).rejects.toThrow('connection lost');
  });
});
