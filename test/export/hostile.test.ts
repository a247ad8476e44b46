// Names and values that somebody made to break exports, or the programs that read them.
import { describe, expect, it } from 'vitest';
import type { KeyFormat } from '../../src/export/export-keys.js';
import { RespFormat } from '../../src/export/resp/resp-format.js';
import { CsvFormat } from '../../src/export/text/csv-format.js';
import { jsonDocument, jsonLines } from '../../src/export/text/json-format.js';
import { textToBytes } from '../../src/keyspace/bytes-text.js';
import { Directory } from '../cli/files.js';
import {
  hashValue,
  listValue,
  RdbBuilder,
  setValue,
  stringValue,
  type Value,
  zset2Value,
} from '../helpers/rdb-builder.js';
import { commandsIn } from './commands-in.js';
import { exported } from './exported.js';

const directory = new Directory();

const NAMES = [
  '',
  '__proto__',
  'constructor',
  '\0',
  '\x1b[2J',
  '"},{"db":9',
  '\\',
  '\\x',
  '\\xff',
  '\u2028\u202e\ufeff',
  '\r\n*1\r\n$8\r\nFLUSHALL\r\n',
].map((text) => Buffer.from(text));
/** Bytes that are no UTF-8: alone, too long, a surrogate, beyond the last character, cut. */
const BYTES = ['ff', 'c0af', 'eda080', 'f4908080', 'e282', '5cff', 'c3', '5c78ff'].map((hex) =>
  Buffer.from(hex, 'hex'),
);
const ALL = [...NAMES, ...BYTES];

const formats: [string, () => KeyFormat][] = [
  ['jsonl', () => jsonLines('text')],
  ['json', () => jsonDocument('text')],
  ['csv', () => new CsvFormat('text')],
  ['resp', () => new RespFormat(undefined, 0)],
];

function dumpOf(...keys: [Buffer | string, Value][]): string {
  const builder = new RdbBuilder(10);
  for (const [name, value] of keys) builder.key(name, value);
  return directory.write('hostile.rdb', builder.finish());
}

function bytesOf(text: string): string {
  return Buffer.from(textToBytes(text)).toString('latin1');
}

describe('names, fields and values come back from JSON as they were', () => {
  it.each(['text', 'base64'] as const)('%s', async (form) => {
    const read = (text: string) => (form === 'text' ? bytesOf(text) : Buffer.from(text, 'base64').toString('latin1'));
    const pairs = ALL.map((name): [Buffer, Buffer] => [name, name]);
    const path = dumpOf(
      ...ALL.map((name): [Buffer, Value] => [name, stringValue(name)]),
      ['hash', hashValue(pairs)],
      ['list', listValue(ALL)],
      ['zset', zset2Value(ALL.map((member, i) => [member, i]))],
    );
    const { bytes } = await exported([path], jsonLines(form));
    expect(bytes.toString()).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n]/u);
    const keys = bytes
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    const wanted = ALL.map((name) => name.toString('latin1'));
    const strings = keys.slice(0, ALL.length);
    expect(strings.map(({ key }) => read(key))).toEqual(wanted);
    expect(strings.map(({ value }) => read(value))).toEqual(wanted);
    const [hash, list, zset] = keys.slice(ALL.length).map(({ value }) => value);
    expect(Object.entries<string>(hash).map(([field, value]) => [read(field), read(value)])).toEqual(
      wanted.map((text) => [text, text]),
    );
    expect(list.map(read)).toEqual(wanted);
    expect(zset.map(([member]: [string]) => read(member))).toEqual(wanted);
  });
});

describe('values that no number can say', () => {
  it('are text in JSON and CSV', async () => {
    const scores = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, 0.1 + 0.2, 2 ** 70];
    const path = dumpOf(['z', zset2Value(scores.map((score, i) => [String(i), score]))]);
    const [line] = (await exported([path], jsonLines('text'))).bytes.toString().split('\n');
    expect(line).toContain('["0","nan"],["1","inf"],["2","-inf"],["3",-0],["4",5e-324],["5",0.30000000000000004],');
    const numbers = JSON.parse(line).value.map(([, score]: [string, number | string]) => score);
    expect(numbers.slice(3)).toEqual(scores.slice(3));
    const csv = (await exported([path], new CsvFormat('text'))).bytes.toString();
    expect(
      csv
        .split('\r\n')
        .slice(1, 5)
        .map((row) => row.split(',').at(-2)),
    ).toEqual(['nan', 'inf', '-inf', '-0']);
  });
});

describe('elements that come twice', () => {
  it('are written as often', async () => {
    const path = dumpOf(
      [
        'h',
        hashValue([
          ['f', '1'],
          ['f', '2'],
        ]),
      ],
      ['s', setValue(['m', 'm'])],
    );
    const [hash, set] = (await exported([path], jsonLines('text'))).bytes.toString().split('\n');
    expect(hash).toContain('"value":{"f":"1","f":"2"}');
    expect(JSON.parse(set).value).toEqual(['m', 'm']);
  });
});

/** A compressed string whose bytes do not decode: a reference in front of the start. */
const BROKEN = Buffer.from([0xc3, 3, 9, 0x20, 0xff, 0]);

describe.each(formats)('a string that does not decode, as %s', (name, format) => {
  const str = (text: string) => Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);

  it.each([
    ['name', Buffer.concat([Buffer.of(0), BROKEN, str('v')])],
    ['value', Buffer.concat([Buffer.of(0), str('k'), BROKEN])],
    ['item', Buffer.concat([Buffer.of(1), str('k'), Buffer.of(2), str('a'), BROKEN])],
    ['field', Buffer.concat([Buffer.of(4), str('k'), Buffer.of(1), BROKEN, str('v')])],
    ['value of a field', Buffer.concat([Buffer.of(4), str('k'), Buffer.of(1), str('f'), BROKEN])],
    ['member', Buffer.concat([Buffer.of(2), str('k'), Buffer.of(1), BROKEN])],
  ])('is told as damage, and what follows is there: %s', async (_, record) => {
    const dump = new RdbBuilder(10).bytes(record).key('after', stringValue('here')).finish();
    const { bytes, results } = await exported([directory.write('broken.rdb', dump)], format());
    expect(results).toMatchObject([{ outcome: 'damaged', complete: true }]);
    expect(results[0].findings.length).toBeGreaterThan(0);
    if (name === 'resp') expect(commandsIn(bytes).at(-1)).toEqual(['SET', 'after', 'here']);
    else expect(bytes.toString()).toContain('after');
    if (name === 'json') expect(JSON.parse(bytes.toString()).keys).toHaveLength(2);
  });
});
