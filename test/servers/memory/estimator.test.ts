import { describe, expect, it } from 'vitest';
import { memoryModel, modelledRelease } from '../../../src/servers/memory/model.js';
import { RELEASES, releaseName, releaseNamed } from '../../../src/servers/releases.js';
import { randomBytes } from '../../helpers/random.js';
import {
  arrayValue,
  blobValue,
  hashListpackExValue,
  hashValue,
  listpack,
  moduleValue,
  oldZsetValue,
  quicklistValue,
  RdbBuilder,
  setValue,
  stringValue,
  type Value,
} from '../../helpers/rdb-builder.js';
import { estimatesOf } from './estimates.js';

const models = RELEASES.map((release) => memoryModel(release, 'official'));

async function estimate(value: Value, name = 'redis-7.0', version = 14): Promise<number> {
  const release = releaseNamed(name);
  if (!release) throw new Error(name);
  const dump = new RdbBuilder(version).key('k', value).finish();
  return (await estimatesOf(dump, memoryModel(release, 'distribution'))).get('k')?.bytes ?? Number.NaN;
}

describe('the modelled release', () => {
  const named = (producer: { name: string; version: string | null } | null, rdb: number | null) =>
    releaseName(modelledRelease(undefined, producer, 'redis', rdb));

  it('is the wanted one, else who wrote the file, else the oldest that writes its version', () => {
    const wanted = releaseNamed('valkey-9.1');
    expect(modelledRelease(wanted, { name: 'redis', version: '7.0.15' }, 'redis', 10)).toBe(wanted);
    expect(named({ name: 'redis', version: '7.0.15' }, 10)).toBe('redis-7.0');
    expect(named({ name: 'valkey', version: '8.1.1' }, 11)).toBe('valkey-8.1');
    expect(named(null, 11)).toBe('redis-7.2');
    expect(named({ name: 'redis', version: null }, 12)).toBe('redis-7.4');
  });

  it('is the nearest that is modelled', () => {
    expect(named({ name: 'redis', version: '3.2.1' }, 7)).toBe('redis-6.0');
    expect(named({ name: 'redis', version: '7.1.9' }, 10)).toBe('redis-7.0');
    expect(named({ name: 'redis', version: '255.255.255' }, 99)).toBe(
      releaseName(RELEASES.findLast((r) => r.lineage === 'redis') ?? RELEASES[0]),
    );
  });
});

describe('strings', () => {
  it.each(['0', '7', '-1', '10000', '9223372036854775807', '-9223372036854775808'])(
    '%s is an integer',
    async (text) => {
      expect(await estimate(stringValue(text))).toBe(48);
    },
  );

  it.each(['-0', '007', '+1', '1.5', '', '-', '9223372036854775808', '-9223372036854775809', '99999999999999999999'])(
    '%s is not',
    async (text) => {
      expect(await estimate(stringValue(text))).toBe(24 + 8 + Math.max(32, Math.ceil((20 + text.length) / 16) * 16));
    },
  );
});

describe('collections that a server makes anew while it loads', () => {
  const members = (count: number, length: number) =>
    Array.from({ length: count }, (_, i) => `m${i}`.padEnd(length, 'x'));

  it('become compact where they are small enough', async () => {
    const hash = hashValue(members(10, 6).map((m) => [m, m]));
    // Ten fields and values of 6 bytes take 20 · 8 + 7 bytes.
    expect(await estimate(hash)).toBe(24 + 8 + 16 + 192);
    expect(await estimate(oldZsetValue([['member', 1]]))).toBe(24 + 8 + 16 + 32);
    expect(await estimate(setValue(members(10, 6)), 'redis-7.2')).toBe(24 + 8 + 16 + 96);
  });

  it('become tables where they are too large', async () => {
    const entries = members(200, 8);
    const compact = blobValue(20, listpack(entries));
    expect(await estimate(compact, 'redis-7.2')).toBe(await estimate(setValue(entries), 'redis-7.2'));
    // Integers as long as their text.
    const numbers = Array.from({ length: 200 }, (_, i) => 1_000_000 + i);
    expect(await estimate(blobValue(20, listpack(numbers)), 'redis-7.2')).toBe(
      await estimate(setValue([...numbers.map(String).slice(1), 'another']), 'redis-7.2'),
    );
  });

  it('know the number of elements of a compressed container without decoding it', async () => {
    const entries = members(129, 30);
    const [raw, compressed] = [blobValue(20, listpack(entries)), blobValue(20, listpack(entries), 'lzf')];
    expect(compressed.body.length).toBeLessThan(raw.body.length);
    expect(await estimate(compressed, 'redis-8.0')).toBe(await estimate(raw, 'redis-8.0'));
    const fewer = entries.slice(1);
    expect(await estimate(blobValue(20, listpack(fewer), 'lzf'), 'redis-8.0')).toBe(
      await estimate(blobValue(20, listpack(fewer)), 'redis-8.0'),
    );
  });
});

describe('every release', () => {
  const values = [stringValue('x'), setValue(['a', 'b', '9']), hashValue([['f', 'v']])];

  it('has a model that tells more for more', async () => {
    for (const model of models) {
      const dump = new RdbBuilder(11)
        .key('small', stringValue('x'))
        .key('large', stringValue('x'.repeat(5000)))
        .finish();
      const told = await estimatesOf(dump, model);
      expect(told.get('small')?.bytes, model.server).toBeGreaterThanOrEqual(16);
      expect(told.get('large')?.bytes, model.server).toBeGreaterThanOrEqual(5000);
      for (const each of values) {
        const one = await estimatesOf(new RdbBuilder(11).key('k', each).finish(), model);
        expect(one.get('k')?.bytes, model.server).toBeGreaterThanOrEqual(16);
      }
    }
  });

  it('takes the bytes in the file for what only a module knows', async () => {
    const dump = new RdbBuilder(11).key('k', moduleValue('somemodul', 1, [{ string: randomBytes(1, 300) }])).finish();
    for (const model of models) {
      const told = (await estimatesOf(dump, model)).get('k');
      expect(told?.known).toBe(false);
      expect(told?.bytes).toBeGreaterThan(300);
    }
    const array = new RdbBuilder(14).key('k', arrayValue([{ index: 1, string: 'x'.repeat(100) }])).finish();
    expect((await estimatesOf(array, models[0])).get('k')).toMatchObject({ known: true });
  });
});

describe('damaged containers', () => {
  const garbage = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 167 + 13) & 0xff));
  const claims = Buffer.from(garbage);
  claims.writeUInt32LE(0xffffffff, 0);
  claims.writeUInt32LE(0xffffffff, 4);
  const widthZero = Buffer.from(garbage);
  widthZero.writeUInt32LE(0, 0);
  const blobs = [
    garbage,
    claims,
    widthZero,
    Buffer.alloc(4000),
    Buffer.alloc(0),
    Buffer.of(2),
    Buffer.alloc(4000, 0xff),
  ];
  const forms: ((blob: Uint8Array) => Value)[] = [
    ...([9, 10, 11, 12, 13, 16, 17, 20] as const).map((type) => (blob: Uint8Array) => blobValue(type, blob)),
    (blob) => quicklistValue([blob]),
    (blob) => hashListpackExValue(0, blob),
  ];

  it('give some number that their size bounds', async () => {
    for (const model of models) {
      for (const [i, blob] of blobs.entries()) {
        for (const form of forms) {
          const value = form(blob);
          const told = await estimatesOf(new RdbBuilder(12).key('k', value).finish(), model);
          const bytes = told.get('k')?.bytes ?? Number.NaN;
          expect(Number.isSafeInteger(bytes), `${model.server}, blob ${i}, type ${value.type}`).toBe(true);
          expect(bytes).toBeGreaterThan(0);
          expect(bytes).toBeLessThan(2_000_000);
        }
      }
    }
  });
});
