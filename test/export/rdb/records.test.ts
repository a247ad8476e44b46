// Everything that can stand in a file, in files made by hand.
import { describe, expect, it } from 'vitest';
import { EVERY_FILE, foreignFile } from '../../helpers/every-record.js';
import { hashValue, listValue, RdbBuilder, setValue, stringValue } from '../../helpers/rdb-builder.js';
import { truthOf } from '../../helpers/truth.js';
import { exportedBytes, useFolder } from './exported.js';
import { rawKeys } from './raw-keys.js';

useFolder();

const KEY_BY_KEY = { filters: { match: ['*'] } };
const HELD = { filters: { minSize: 0 } };

describe('a copy has every record', () => {
  it.each(EVERY_FILE.filter(([, make]) => make !== foreignFile))('of %s, as it stands', async (_name, make) => {
    const source = make();
    expect((await exportedBytes([source])).equals(source)).toBe(true);
  });

  it.each(EVERY_FILE)('of %s, key by key', async (_name, make) => {
    const source = make();
    const wanted = await truthOf(source);
    for (const options of [KEY_BY_KEY, HELD]) {
      const copy = await exportedBytes([source], options);
      const found = await truthOf(copy);
      expect(found.result.complete).toBe(true);
      expect(found.records).toEqual(wanted.records);
      expect((await rawKeys(copy)).keys).toEqual((await rawKeys(source)).keys);
    }
  });

  it('but those that only Redis Enterprise reads', async () => {
    const rdb = () => new RdbBuilder(9).selectDb(0);
    const source = rdb().ramLru(70_000).key('a', stringValue('1')).slotNum(5).key('b', stringValue('2')).finish();
    const wanted = rdb().key('a', stringValue('1')).key('b', stringValue('2')).finish();
    expect(await exportedBytes([source])).toEqual(wanted);
  });
});

describe('what belongs to a key goes where it goes', () => {
  const meta = { name: 'KMT1', version: 1, flags: 1, parts: [{ string: 'x'.repeat(3_000_000), form: 'raw' as const }] };
  const source = () =>
    new RdbBuilder(13)
      .selectDb(0)
      .expireMs(-(2n ** 62n))
      .idle(2 ** 40)
      .key('gone', setValue(['m']))
      .expireMs(2n ** 62n + 1n)
      .freq(255)
      .keyMeta(meta)
      .key('kept', setValue(['m']))
      .aux('mvcc-tstamp', '1')
      .key('gone too', stringValue('v'))
      .aux('keydb-subexpire-key', 'f')
      .aux('mvcc-tstamp', '2')
      .expireMs(1_800_000_000_000)
      .key('kept as well', stringValue('v'))
      .aux('keydb-subexpire-key', 'g')
      .finish();

  it('with a key that is kept, and away with another one', async () => {
    const wanted = new RdbBuilder(13)
      .selectDb(0)
      .expireMs(2n ** 62n + 1n)
      .freq(255)
      .keyMeta(meta)
      .key('kept', setValue(['m']))
      .aux('mvcc-tstamp', '2')
      .expireMs(1_800_000_000_000)
      .key('kept as well', stringValue('v'))
      .aux('keydb-subexpire-key', 'g')
      .finish();
    expect((await exportedBytes([source()], { filters: { match: ['kept*'] } })).equals(wanted)).toBe(true);
  });

  it('in front of a run of small strings', async () => {
    expect((await exportedBytes([source()])).equals(source())).toBe(true);
  });
});

it('values of any size pass', async () => {
  const rdb = new RdbBuilder(11)
    .aux('redis-ver', '7.2.0')
    .moduleAux('hellotype', 1, 1, [{ string: 'a'.repeat(2_500_000) }]);
  const big = 'abcdefghij'.repeat(2_500_000);
  rdb
    .selectDb(0)
    .key('string', stringValue(big))
    .key('packed', stringValue('z'.repeat(5_000_000), 'server'));
  rdb.key('list', listValue(Array.from({ length: 300_000 }, (_, i) => `item ${i}`)));
  rdb.expireMs(1_800_000_000_000).key(
    'hash',
    hashValue([
      ['f', big],
      ['g', 'v'],
    ]),
  );
  for (let i = 0; i < 100_000; i++) rdb.key(`key:${i}`, stringValue(`${i}`));
  const source = rdb.finish();
  for (const options of [{}, KEY_BY_KEY, HELD])
    expect((await exportedBytes([source], options)).equals(source)).toBe(true);
});

it('a stream gets the same bytes, and waits when its reader does', async () => {
  const { PassThrough } = await import('node:stream');
  const { exportRdb } = await import('../../../src/export/rdb/export-rdb.js');
  const { inputFiles } = await import('./exported.js');
  const rdb = new RdbBuilder(11).selectDb(0);
  for (let i = 0; i < 300_000; i++) rdb.key(`key:${i}`, stringValue(`value ${i}`));
  const source = rdb.finish();
  const stream = new PassThrough();
  const done = exportRdb(inputFiles(source), { stream });
  // Nobody reads yet: what is on its way stays bounded.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(stream.writableLength + stream.readableLength).toBeLessThan(source.length / 2);
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  expect((await done).files).toEqual([{ path: null, keys: 300_000, bytes: source.length }]);
  expect(Buffer.concat(parts).equals(source)).toBe(true);
});
