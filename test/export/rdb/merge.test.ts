import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportRdb } from '../../../src/export/rdb/export-rdb.js';
import { ExportError, type RdbExportOptions } from '../../../src/export/rdb/options.js';
import {
  hash2Value,
  hashMetadataValue,
  hashValue,
  RdbBuilder,
  stringValue,
  templateRefValue,
} from '../../helpers/rdb-builder.js';
import { runs } from '../../helpers/runs.js';
import { type TruthRecord, truthOf } from '../../helpers/truth.js';
import { verifyBytes } from '../../verify/verify-bytes.js';
import { exported, exportedBytes, inputFiles, pathOf, useFolder } from './exported.js';

useFolder();

/** A dump of strings: `{ 0: { a: '1' } }`. */
function dump(databases: Record<number, Record<string, string>>, version = 11): Buffer {
  const rdb = new RdbBuilder(version).aux('redis-ver', '7.2.0').aux('ctime', '1700000000');
  for (const [db, keys] of Object.entries(databases)) {
    rdb.selectDb(Number(db)).resizeDb(Object.keys(keys).length, 0);
    for (const [name, value] of Object.entries(keys)) rdb.key(name, stringValue(value));
  }
  return rdb.finish();
}

/** The strings of a dump, in the order of the file. */
async function strings(bytes: Uint8Array): Promise<string[]> {
  const { records, result, problems } = await truthOf(bytes, { sized: true });
  expect(result.complete).toBe(true);
  expect(problems).toEqual([]);
  const text = (value: unknown) => Buffer.from(String(value), 'base64').toString();
  return records.map(({ db, key, value }) => `${db} ${text(key)}=${text(value)}`);
}

async function refusal(inputs: readonly Uint8Array[], options: RdbExportOptions = {}): Promise<string> {
  const out = pathOf(`refused-${Math.random()}.rdb`);
  const error = await exportRdb(inputFiles(...inputs), { path: out }, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExportError);
  expect(existsSync(out)).toBe(false);
  return error instanceof ExportError ? `${error.fault}: ${error.message}` : '';
}

describe('several inputs become one file', () => {
  it('database by database, with true sizes', async () => {
    const copy = await exportedBytes([
      dump({ 0: { a: '1', b: '2' }, 3: { a: '3' } }),
      dump({ 0: { c: '4' }, 1: { a: '5' }, 3: { d: '6' } }),
    ]);
    expect(await strings(copy)).toEqual(['0 a=1', '0 b=2', '0 c=4', '1 a=5', '3 a=3', '3 d=6']);
    const report = await verifyBytes(copy);
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    // One section for each database, which announces what it holds.
    const body = copy.toString('latin1');
    for (const section of ['\xfe\x00\xfb\x03\x00', '\xfe\x01\xfb\x01\x00', '\xfe\x03\xfb\x02\x00']) {
      expect(body.split(section)).toHaveLength(2);
    }
  });

  it('with all keys of any inputs, each once', async () => {
    const names = fc.uniqueArray(fc.string({ maxLength: 6 }), { maxLength: 30, selector: (s) => s });
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 2, max: 4 }), async (all, parts) => {
        const inputs = Array.from({ length: parts }, (_, i) => {
          const mine = all.filter((_name, at) => at % parts === i);
          return dump({ 0: Object.fromEntries(mine.map((name) => [`k${name}`, `v${name}`])) });
        });
        const { records } = await truthOf(await exportedBytes(inputs), { sized: true });
        const wanted = all.map((name) => Buffer.from(`k${name}`).toString('base64'));
        expect(records.map(({ key }) => key).sort()).toEqual(wanted.sort());
      }),
      { numRuns: runs(12) },
    );
  });

  it('under the header of the newest, with the time of the oldest', async () => {
    const old = new RdbBuilder(9).aux('redis-ver', '6.0.16').aux('ctime', '1600000000').key('a', stringValue('1'));
    const fresh = new RdbBuilder(11).aux('redis-ver', '7.2.4').aux('ctime', '1700000000').key('b', stringValue('2'));
    const report = await verifyBytes(await exportedBytes([fresh.finish(), old.finish()]));
    expect(report.rdbVersion).toBe(11);
    expect(report.aux).toEqual({ 'redis-ver': '7.2.4', ctime: '1600000000' });
  });

  it('without what was true of one input only', async () => {
    const rdb = new RdbBuilder(11).aux('repl-id', 'a'.repeat(40)).aux('repl-offset', '7').aux('used-mem', '1');
    rdb.selectDb(0).aux('slot-info', '1,1,0').key('a', stringValue('1'));
    const report = await verifyBytes(await exportedBytes([rdb.finish(), dump({ 0: { b: '2' } })]));
    expect(report.aux).toEqual({});
    expect(report.slots).toBeNull();
  });

  it('and very many databases come input by input', async () => {
    const many = (name: string) =>
      dump(Object.fromEntries(Array.from({ length: 50 }, (_, db) => [db, { [name]: 'x' }])));
    const { records } = await truthOf(await exportedBytes([many('a'), many('b')]), { sized: true });
    expect(records).toHaveLength(100);
  });

  it('and the filters hold for each', async () => {
    const inputs = [dump({ 0: { a1: '1', b1: '1' } }), dump({ 0: { a2: '2', b2: '2222' } })];
    expect(await strings(await exportedBytes(inputs, { filters: { match: ['a*'] } }))).toEqual(['0 a1=1', '0 a2=2']);
    expect(await strings(await exportedBytes(inputs, { filters: { minSize: 8 } }))).toEqual(['0 b2=2222']);
    expect(await strings(await exportedBytes(inputs, { filters: { limit: 3 } }))).toHaveLength(3);
  });
});

describe('a key that comes twice', () => {
  const inputs = [dump({ 0: { a: '1', b: '1' }, 1: { c: '1' } }), dump({ 0: { b: '2', c: '2' }, 1: { b: '2' } })];

  it('is an error that names it', async () => {
    expect(await refusal(inputs)).toMatch(
      /^conflict: a key comes more than once: "b" in database 0 \(again in .*in-\d+\.rdb\)/,
    );
  });

  it('is taken from the first or the last input, as asked for', async () => {
    expect(await strings(await exportedBytes(inputs, { onConflict: 'first' }))).toEqual([
      '0 a=1',
      '0 b=1',
      '0 c=2',
      '1 b=2',
      '1 c=1',
    ]);
    expect(await strings(await exportedBytes(inputs, { onConflict: 'last' }))).toContain('0 b=2');
  });

  it('counts as often as it comes, also within one input', async () => {
    const twice = new RdbBuilder(11).selectDb(0).key('k', stringValue('1')).key('k', stringValue('2')).finish();
    const thrice = [twice, dump({ 0: { k: '3' } }), twice];
    for (const [onConflict, value] of [
      ['first', '1'],
      ['last', '2'],
    ] as const) {
      const { summary, files } = await exported(inputFiles(...thrice), { onConflict });
      expect(await strings(files['.rdb'])).toEqual([`0 k=${value}`]);
      expect(summary).toMatchObject({ keys: 1, replaced: 4 });
    }
  });

  it('does not count when a filter leaves one of them out', async () => {
    expect(await strings(await exportedBytes(inputs, { filters: { dbs: [1] } }))).toEqual(['1 b=2', '1 c=1']);
  });

  it('is found among many, whole dumps included', async () => {
    const keys = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key:${i}`, `${i}`]));
    const other = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key:${i}`, `n${i}`]));
    const { summary, files } = await exported(inputFiles(dump({ 0: keys }), dump({ 0: other })), {
      onConflict: 'last',
    });
    expect(summary).toMatchObject({ keys: 50_000, replaced: 50_000 });
    expect((await strings(files['.rdb'])).every((line) => line.includes('=n'))).toBe(true);
  });
});

describe('what belongs to files', () => {
  const library = (name: string, answer: number) =>
    `#!lua name=${name}\nredis.register_function('${name}', function() return ${answer} end)`;
  const withLibrary = (key: string, ...libraries: string[]) => {
    const rdb = new RdbBuilder(11);
    for (const code of libraries) rdb.functionLibrary(code);
    return rdb.selectDb(0).key(key, stringValue('1')).finish();
  };

  it('comes along once', async () => {
    const copy = await exportedBytes([
      withLibrary('a', library('one', 1)),
      withLibrary('b', library('one', 1), library('two', 2)),
    ]);
    expect((await verifyBytes(copy)).functions).toBe(2);
  });

  it('is an error when two differ, unless it is said which counts', async () => {
    const inputs = [withLibrary('a', library('one', 1)), withLibrary('b', library('one', 2))];
    expect(await refusal(inputs)).toMatch(/^conflict: the function library "one" is not the same in /);
    expect((await exportedBytes(inputs, { onConflict: 'last' })).toString('latin1')).toContain('return 2');
  });

  it('includes data of modules, in front of the keys and behind them', async () => {
    const withAux = (key: string, when: number, text: string) => {
      const rdb = new RdbBuilder(11);
      if (when === 1) rdb.moduleAux('mod-type1', 1, 1, [{ string: text, form: 'raw' }]);
      rdb.selectDb(0).key(key, stringValue('1'));
      if (when === 2) rdb.moduleAux('mod-type1', 1, 2, [{ string: text, form: 'raw' }]);
      return rdb.finish();
    };
    const large = 'x'.repeat(3_000_000);
    const copy = (await exportedBytes([withAux('a', 2, large), withAux('b', 1, 'front')])).toString('latin1');
    expect(copy.indexOf('front')).toBeLessThan(copy.indexOf('\xfe\x00'));
    expect(copy.indexOf(large)).toBeGreaterThan(copy.indexOf('\xfe\x00'));
  });
});

describe('lineages', () => {
  const redis = new RdbBuilder(12).selectDb(0).key('r', stringValue('1')).finish();
  const valkey = new RdbBuilder(80, 'VALKEY').selectDb(0).key('v', stringValue('2')).finish();

  it('go together as far as they share what they use', async () => {
    const copy = await exportedBytes([redis, valkey]);
    expect(copy.toString('latin1', 0, 9)).toBe('REDIS0011');
    expect(await strings(copy)).toEqual(['0 r=1', '0 v=2']);
    const common = await exportedBytes([dump({ 0: { c: '3' } }), valkey]);
    expect(common.toString('latin1', 0, 9)).toBe('VALKEY080');
  });

  it('clash where only one of them knows a type', async () => {
    const expiring = new RdbBuilder(12)
      .selectDb(0)
      .key('h', hashMetadataValue(1_800_000_000_000, [{ field: 'f', value: 'v', ttl: 1 }]))
      .finish();
    expect(await refusal([expiring, valkey])).toMatch(
      /^conflict: .* holds keys of the type HASH_METADATA, which only Redis reads, and .* is of the other lineage/,
    );
    const own = new RdbBuilder(80, 'VALKEY')
      .selectDb(0)
      .key('h', hash2Value([{ field: 'f', value: 'v', expireAtMs: 1_800_000_000_000 }]))
      .finish();
    expect(await refusal([redis, own])).toMatch(/HASH_2, which only Valkey reads/);
  });
});

describe('hash templates', () => {
  const withTemplate = (name: string, id: number, fields: string[], values: string[]) =>
    new RdbBuilder(15).hashTemplate(id, fields).selectDb(0).key(name, templateRefValue(id, values)).finish();

  const fieldsOf = (record: TruthRecord) =>
    Object.entries(record.value as Record<string, { v: string }>).map(([field, { v }]) =>
      [field, v].map((text) => Buffer.from(text, 'base64').toString()).join('='),
    );

  it('keep their numbers where these are free, or mean the same', async () => {
    const copy = await exportedBytes([
      withTemplate('a', 0, ['f', 'g'], ['1', '2']),
      withTemplate('b', 0, ['f', 'g'], ['3', '4']),
      withTemplate('c', 1, ['h'], ['5']),
    ]);
    const { records, problems } = await truthOf(copy, { sized: true });
    expect(problems).toEqual([]);
    expect(records.map(fieldsOf)).toEqual([['f=1', 'g=2'], ['f=3', 'g=4'], ['h=5']]);
    expect(records.every(({ rdbType }) => rdbType === 32)).toBe(true);
  });

  it('give their names back to hashes whose number means something else', async () => {
    const large = 'y'.repeat(2_000_000);
    const copy = await exportedBytes([
      withTemplate('a', 0, ['f', 'g'], ['1', '2']),
      withTemplate('b', 0, ['h', 'i'], [large, '4']),
    ]);
    const { records, problems } = await truthOf(copy, { sized: true });
    expect(problems).toEqual([]);
    expect(records[0]).toMatchObject({ rdbType: 32 });
    const plain = await truthOf(
      new RdbBuilder(15)
        .key(
          'b',
          hashValue([
            ['h', large],
            ['i', '4'],
          ]),
        )
        .finish(),
    );
    expect(records[1]).toEqual(plain.records[0]);
  });
});

describe('inputs that cannot be copied', () => {
  it('damage: nothing is written, and it is said what is wrong', async () => {
    const cut = dump({ 0: { a: '1' } }).subarray(0, -12);
    const wrong = new RdbBuilder(11).selectDb(0).key('a', stringValue('1')).finish('wrong');
    for (const [bytes, code] of [
      [cut, 'RDB_TRUNCATED'],
      [wrong, 'RDB_CHECKSUM_MISMATCH'],
    ] as const) {
      for (const more of [[], [dump({ 0: { b: '1' } })]]) {
        const { summary } = await exported(inputFiles(bytes, ...more));
        expect(summary).toMatchObject({ written: false, files: [] });
        expect(summary.inputs[0].ending.findings.map((finding) => finding.code)).toContain(code);
      }
    }
  });

  it('the output is not an input', async () => {
    const [path] = inputFiles(dump({ 0: { a: '1' } }));
    const before = readFileSync(path);
    await expect(exportRdb([path], { path })).rejects.toThrow('is an input');
    expect(readFileSync(path)).toEqual(before);
  });

  it('a file that is there stays when nothing new can be written', async () => {
    const out = pathOf('kept.rdb');
    writeFileSync(out, 'old');
    const [path] = inputFiles(dump({ 0: { a: '1' } }));
    appendFileSync(path, 'x');
    await exportRdb([path], { path: out });
    expect(readFileSync(out, 'latin1')).toMatch(/^REDIS/);
    const [broken] = inputFiles(dump({ 0: { a: '1' } }).subarray(0, -9));
    writeFileSync(out, 'old');
    expect((await exportRdb([broken], { path: out })).written).toBe(false);
    expect(readFileSync(out, 'latin1')).toBe('old');
  });
});
