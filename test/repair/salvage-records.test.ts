// Damage of what stands around the keys: the header, functions, records that select a database; and of what values say as wholes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Salvaged } from '../../src/repair/salvage/salvage.js';
import { salvage } from '../../src/repair/salvage/write-salvage.js';
import { moduleValue, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { type Truth, truthOf } from '../helpers/truth.js';
import { consumer, groupFile, pending, streamFile } from '../verify/streams.js';
import { verifyBytes } from '../verify/verify-bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-salvage-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

async function salvaged(bytes: Uint8Array): Promise<Salvaged & { truth: Truth; bytes: Buffer }> {
  const input = join(folder, `in-${count}.rdb`);
  const output = join(folder, `out-${count++}.rdb`);
  writeFileSync(input, bytes);
  const result = await salvage(input, output);
  const written = readFileSync(output);
  return { ...result, truth: await truthOf(written, { sized: true }), bytes: written };
}

const names = ({ records }: Truth, db: number) =>
  records.filter((record) => record.db === db).map(({ key }) => Buffer.from(key, 'base64').toString());

const LIBRARY = "#!lua name=lib\nredis.register_function('f', function() return 1 end)\n";
const PER_DB = 40;

function addKeys(rdb: RdbBuilder, db: number): RdbBuilder {
  rdb.selectDb(db).resizeDb(PER_DB, 0);
  for (let i = 0; i < PER_DB; i++) rdb.key(`db${db}:key:${i}`, stringValue(`the value of key ${i}`));
  return rdb;
}

const SOUND = addKeys(addKeys(new RdbBuilder(11).aux('redis-ver', '7.2.5').functionLibrary(LIBRARY), 0), 5).finish();

describe('a damaged header', () => {
  it.each([
    ['no magic', '\0\0\0\0\0\0\0\0\0'],
    ['a version that no server has', 'REDIS0091'],
    ['a version that is too old for what follows', 'REDIS0001'],
    ['no version', 'REDIS00x1'],
  ])('is guessed from the release that is named behind it: %s', async (_, header) => {
    const bytes = Buffer.from(SOUND);
    bytes.write(header, 'latin1');
    const { survey, truth, bytes: written } = await salvaged(bytes);
    expect(survey).toMatchObject({ headerGuessed: true, magic: 'REDIS', version: 11, sure: 2 * PER_DB });
    expect(truth.records).toHaveLength(2 * PER_DB);
    expect(await verifyBytes(written)).toMatchObject({ ok: true, functions: 1 });
  });

  it('is no damage when the checksum is good: the file is newer', async () => {
    const { survey } = await salvaged(
      new RdbBuilder(42).aux('redis-ver', '99.0').selectDb(0).key('a', stringValue('b')).finish(),
    );
    expect(survey).toMatchObject({ headerGuessed: false, version: 42 });
  });
});

// Each of these can be read to its end, and keeps a server from starting.
describe('a stream that contradicts itself', () => {
  it.each([
    ['STREAM_PENDING_UNKNOWN', groupFile({ pending: [pending([1, 0])] })],
    ['STREAM_CONSUMER_REPEATED', groupFile({ consumers: [consumer('c', [1, 0]), consumer('c', [2, 0])] })],
    ['STREAM_LENGTH_WRONG', streamFile({ length: 2 }, { version: 80 })],
  ])('is in doubt: %s', async (code, file) => {
    const { survey, truth, bytes: written } = await salvaged(file);
    expect(survey).toMatchObject({ sure: 0, suspect: { container: 1 }, suspects: [{ type: 'stream', code }] });
    expect(truth.records).toEqual([]);
    expect(await verifyBytes(written)).toMatchObject({ ok: true });
  });
});

it('a string of a module that does not decode puts its key in doubt', async () => {
  const text = 'abcdefgh'.repeat(8);
  const value = moduleValue('some-type', 0, [{ string: text, form: 'lzf' }]);
  const file = new RdbBuilder(11).aux('redis-ver', '7.2.5').selectDb(0).key('a', value).finish();
  // The first byte of the block announces literals; like this, a reference in front of its beginning.
  const block = file.indexOf('abcdefgh') - 1;
  file[block] = 0x20;
  const { survey, bytes: written } = await salvaged(file);
  expect(survey).toMatchObject({
    sure: 0,
    suspects: [{ type: 'some-type', reason: 'container', code: 'LZF_BAD_REFERENCE' }],
  });
  expect(await verifyBytes(written)).toMatchObject({ ok: true, keys: 0 });
});

describe('a damaged function library', () => {
  it.each([
    ['FUNCTION_NOT_COMPILABLE', 'function()', 'fun((('],
    ['FUNCTION_FAILS', 'register', 'reg1ster'],
    ['FUNCTION_BAD_HEADER', 'name=lib', 'game=lib'],
    ['FUNCTION_ENGINE_UNKNOWN', '!lua', '!lub'],
  ])('is left out, as the server that wrote it would not load the file: %s', async (code, sound, damage) => {
    const bytes = Buffer.from(SOUND);
    bytes.write(damage, bytes.indexOf(sound));
    const { survey, outcome, truth, bytes: written } = await salvaged(bytes);
    expect(outcome).toBe('lost');
    expect(survey.skipped).toMatchObject([{ code }]);
    expect(truth.records).toHaveLength(2 * PER_DB);
    expect(await verifyBytes(written)).toMatchObject({ ok: true, functions: 0 });
  });
});

it('a function library that a newer server may load is kept', async () => {
  const library = LIBRARY.replace('register', 'reg1ster');
  const { survey, bytes: written } = await salvaged(
    new RdbBuilder(12)
      .aux('redis-ver', '8.9.0')
      .functionLibrary(library)
      .selectDb(0)
      .key('a', stringValue('b'))
      .finish(),
  );
  expect(survey.skipped).toEqual([]);
  expect(await verifyBytes(written)).toMatchObject({ functions: 1 });
});

describe('a record that selects a database', () => {
  const at = SOUND.indexOf(Buffer.of(0xfe, 5));

  it.each([
    ['overwritten', () => Buffer.from(SOUND).fill(0xee, at, at + 2)],
    ['gone, with what stands around it', () => Buffer.concat([SOUND.subarray(0, at - 20), SOUND.subarray(at + 20)])],
  ])('is missed: keys behind it are in doubt, and in no wrong database: %s', async (_, damaged) => {
    const { truth, survey } = await salvaged(damaged());
    expect(names(truth, 0).every((name) => name.startsWith('db0:'))).toBe(true);
    expect(names(truth, 0).length).toBeGreaterThan(PER_DB - 5);
    expect(names(truth, 5)).toEqual([]);
    expect(survey.suspect.database).toBeGreaterThan(PER_DB - 10);
  });

  it('is not missed when keys in front of it are lost', async () => {
    const { truth } = await salvaged(Buffer.from(SOUND).fill(0xee, at - 200, at - 100));
    expect(names(truth, 0).every((name) => name.startsWith('db0:'))).toBe(true);
    expect(names(truth, 5)).toHaveLength(PER_DB);
  });
});
