import { describe, expect, it } from 'vitest';
import type { Split } from '../../../src/export/rdb/options.js';
import { hashSlot } from '../../../src/keyspace/slot.js';
import { RdbBuilder, stringValue } from '../../helpers/rdb-builder.js';
import { truthOf } from '../../helpers/truth.js';
import { verifyBytes } from '../../verify/verify-bytes.js';
import { exported, inputFiles, useFolder } from './exported.js';

useFolder();

function dump(names: readonly (string | Uint8Array)[], db = 0): Buffer {
  const rdb = new RdbBuilder(11).aux('redis-ver', '7.2.0').functionLibrary('#!lua name=lib\n').selectDb(db);
  for (const name of names) rdb.key(name, stringValue('v'));
  return rdb.finish();
}

/** The keys of each file, sorted; all are sound, and have what belongs to files. */
async function split(inputs: readonly Uint8Array[], by: Split): Promise<Record<string, string[]>> {
  const { summary, files } = await exported(inputFiles(...inputs), { split: by });
  const found: Record<string, string[]> = {};
  for (const [name, bytes] of Object.entries(files)) {
    const { records } = await truthOf(bytes, { sized: true });
    found[name.replace(/(USER)~[0-9a-f]{32}/, '$1~DIGEST')] = records
      .map(({ key }) => Buffer.from(key, 'base64').toString('latin1'))
      .sort();
  }
  expect(Object.values(found).flat()).toHaveLength(summary.keys);
  expect(summary.files.map(({ keys }) => keys)).toEqual(Object.values(found).map((keys) => keys.length));
  for (const bytes of Object.values(files).slice(0, 50)) {
    const report = await verifyBytes(bytes);
    expect(report).toMatchObject({
      complete: true,
      functions: 1,
      checksum: { status: 'ok' },
      aux: { 'redis-ver': '7.2.0' },
    });
  }
  return found;
}

describe('split', () => {
  it('into files of as many slots each, as the nodes of a cluster have', async () => {
    // Known slots: foo 12182, k1 12706, hh 12077, {foo}2 12182; a 15495, b 3300.
    expect(await split([dump(['foo', 'k1', 'hh', '{foo}2', 'a', 'b'])], 3)).toEqual({
      '-slots-0-5460.rdb': ['b'],
      '-slots-10923-16383.rdb': ['a', 'foo', 'hh', 'k1', '{foo}2'],
      '-slots-5461-10922.rdb': [],
    });
  });

  it('by slot, into more files than can be open', async () => {
    const names = Array.from({ length: 1500 }, (_, i) => `key:${i}`);
    const found = await split([dump(names)], 'slot');
    expect(Object.values(found).flat()).toHaveLength(1500);
    for (const [file, keys] of Object.entries(found)) {
      for (const key of keys) expect(file).toBe(`-slot-${hashSlot(Buffer.from(key))}.rdb`);
    }
  });

  it('by database, several inputs as well', async () => {
    expect(await split([dump(['a'], 0), dump(['b'], 7), dump(['c'], 0)], 'db')).toEqual({
      '-db-0.rdb': ['a', 'c'],
      '-db-7.rdb': ['b'],
    });
  });

  it('by prefix, whose text can do no harm', async () => {
    const hostile = ['../../etc/passwd:x', 'a/b:1', '\x1b[2J:1', '.:1', ':1', 'none', 'no-prefix:1', '%2e:1'];
    expect(await split([dump([...hostile, 'user:1', 'user:2', 'USER:1'])], 'prefix')).toEqual({
      '-prefix-..%2f..%2fetc%2fpasswd.rdb': ['../../etc/passwd:x'],
      '-prefix-a%2fb.rdb': ['a/b:1'],
      '-prefix-%1b%5b2J.rdb': ['\x1b[2J:1'],
      '-prefix-..rdb': ['.:1'],
      '-prefix-.rdb': [':1'],
      '-no-prefix.rdb': ['none'],
      '-prefix-no-prefix.rdb': ['no-prefix:1'],
      '-prefix-%252e.rdb': ['%2e:1'],
      '-prefix-user.rdb': ['user:1', 'user:2'],
      // Some file systems take it for the same name as the one before.
      '-prefix-USER~DIGEST.rdb': ['USER:1'],
    });
  });

  it('by prefix, however long it is', async () => {
    const long = 'x'.repeat(100_000);
    const found = await split(
      [dump([`${long}1:a`, `${long}2:a`, `${long}1:b`, Buffer.from(`${'ff'.repeat(300)}3a`, 'hex')])],
      'prefix',
    );
    expect(Object.keys(found).every((name) => name.length < 200)).toBe(true);
    expect(
      Object.values(found)
        .map((keys) => keys.length)
        .sort(),
    ).toEqual([1, 1, 2]);
  });

  it('is bounded', async () => {
    const names = Array.from({ length: 16_385 }, (_, i) => `${i}:x`);
    await expect(exported(inputFiles(dump(names)), { split: 'prefix' })).rejects.toThrow('more than 16384 files');
    await expect(exported(inputFiles(dump(['a'])), { split: 0 })).rejects.toThrow('1 to 16384 files');
  });
});
