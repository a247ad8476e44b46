import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/backup/dataset.js';
import { type FindResult, findKey, type WantedKey } from '../../src/get/find-key.js';
import { RawValue } from '../../src/get/raw-value.js';
import { Directory, redis72 } from '../cli/files.js';
import { hashValue, len, setValue, stringValue, type Text } from '../helpers/rdb-builder.js';

const dir = new Directory();

/** Looks for a key, and collects the bytes of its value. */
async function find(
  path: string,
  name: Text,
  db?: number,
): Promise<FindResult & { value: string; otherType: string | undefined; read: number }> {
  const pieces: Buffer[] = [];
  const raw = new RawValue((bytes) => pieces.push(Buffer.from(bytes)));
  const wanted: WantedKey = { name: Buffer.from(name), ...(db === undefined ? {} : { db }) };
  let read = 0;
  const dataset = await openDataset(path);
  const result = await findKey(dataset, wanted, { reader: () => raw, onProgress: (done) => (read = done) });
  await dataset.close();
  return { ...result, value: Buffer.concat(pieces).toString('latin1'), otherType: raw.otherType, read };
}

const some = redis72()
  .selectDb(0)
  .key('a', stringValue('in 0'))
  .key('s', setValue(['x']))
  .selectDb(3)
  .key('a', stringValue('in 3'))
  .key(Buffer.from([0xff, 0]), stringValue('binary'))
  .key('12', stringValue('number'), 'int8')
  .key('compressed'.repeat(10), stringValue('y'.repeat(100), 'lzf'), 'lzf');
const path = dir.write('some.rdb', some.finish());

describe('a key', () => {
  it.each<[Text, number | undefined, string]>([
    ['a', undefined, 'in 0'],
    ['a', 3, 'in 3'],
    [Buffer.from([0xff, 0]), undefined, 'binary'],
    ['12', undefined, 'number'],
    ['compressed'.repeat(10), undefined, 'y'.repeat(100)],
  ])('%j in database %s', async (name, db, value) => {
    expect(await find(path, name, db)).toMatchObject({ found: true, whole: true, limited: true, value });
  });

  it.each<[Text, number | undefined]>([
    ['b', undefined],
    ['aa', undefined],
    ['', undefined],
    ['a', 1],
    ['s', 3],
  ])('%j is not in database %s', async (name, db) => {
    const result = await find(path, name, db);
    expect(result).toMatchObject({ found: false, complete: true, outcome: 'sound', value: '' });
  });

  it('that is no string has no bytes', async () => {
    expect(await find(path, 's')).toMatchObject({ found: true, value: '', otherType: 'set' });
  });
});

describe('reading', () => {
  it('ends behind the key', async () => {
    const large = redis72().selectDb(0).key('first', stringValue('1'));
    for (let i = 0; i < 64; i++) large.key(`filler ${i}`, stringValue(Buffer.alloc(1024 * 1024, i)));
    const bytes = large.finish();
    const result = await find(dir.write('large.rdb', bytes), 'first');
    expect(result).toMatchObject({ found: true, whole: true, value: '1' });
    expect(result.read).toBeLessThan(bytes.length / 4);
  });

  it('does not meet what is damaged behind it', async () => {
    const cut = dir.write(
      'cut.rdb',
      redis72().selectDb(0).key('a', stringValue('1')).bytes(Buffer.of(0xc8)).unfinished(),
    );
    expect(await find(cut, 'a')).toMatchObject({ found: true, whole: true, outcome: 'sound', value: '1' });
    expect(await find(cut, 'b')).toMatchObject({ found: false, complete: false, outcome: 'damaged' });
  });

  it('passes large strings in pieces', async () => {
    const text = Array.from({ length: 400_000 }, (_, i) => `${i};`).join('');
    const forms = redis72().selectDb(0).key('raw', stringValue(text)).key('lzf', stringValue(text, 'lzf'));
    const both = dir.write('strings.rdb', forms.finish());
    expect((await find(both, 'raw')).value === text).toBe(true);
    expect((await find(both, 'lzf')).value === text).toBe(true);
  });

  it('says when the value is not all there', async () => {
    const cut = redis72()
      .selectDb(0)
      .key('a', stringValue('x'.repeat(100)))
      .unfinished()
      .subarray(0, -50);
    expect(await find(dir.write('value.rdb', cut), 'a')).toMatchObject({
      ...{ found: true, whole: false, complete: false, outcome: 'damaged' },
    });
  });

  it.each([30, 3_000_000])('says when a value of %d bytes does not decode', async (length) => {
    const bad = {
      type: 0,
      body: Buffer.concat([Buffer.of(0xc3), len(length), len(length), Buffer.alloc(length, 0xff)]),
    };
    const bytes = redis72()
      .selectDb(0)
      .key('a', bad)
      .key('b', hashValue([['f', 'v']]))
      .finish();
    const result = await find(dir.write('lzf.rdb', bytes), 'a');
    expect(result).toMatchObject({
      found: true,
      whole: false,
      outcome: 'damaged',
      findings: [{ code: expect.stringMatching(/^LZF_/) }],
    });
  });
});
