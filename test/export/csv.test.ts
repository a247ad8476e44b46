// Lines of CSV hold what lines of JSON hold.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CsvFormat } from '../../src/export/text/csv-format.js';
import { jsonLines } from '../../src/export/text/json-format.js';
import { textToBytes } from '../../src/keyspace/bytes-text.js';
import { Directory } from '../cli/files.js';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { hashValue, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { sample } from '../helpers/runs.js';
import type { Json } from '../helpers/truth.js';
import { exported } from './exported.js';

type Fields = { [name: string]: Json };
type Row = Record<string, string>;

/** By RFC 4180. */
function rowsOf(text: string): Row[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy)) {
    rows[rows.length - 1].push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  expect(rows.pop()).toEqual([]);
  const [header = [], ...rest] = rows;
  for (const row of rest) expect(row).toHaveLength(header.length);
  return rest.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
}

/** The elements of a key's JSON, as rows would have them. */
function elementsOf({ type, value, fieldExpireAtMs }: Fields): Row[] {
  const expiries = (fieldExpireAtMs ?? {}) as Fields;
  const row = (fields: Partial<Row>): Row =>
    ({ id: '', field: '', value: '', score: '', fieldExpireAtMs: '', ...fields }) as Row;
  switch (type) {
    case 'string':
      return [row({ value: String(value) })];
    case 'list':
      return (value as string[]).map((item, i) => row({ id: String(i), value: item }));
    case 'set':
      return (value as string[]).map((member) => row({ value: member }));
    case 'zset':
      return (value as Json[][]).map(([member, score]) =>
        row({ value: String(member), score: Object.is(score, -0) ? '-0' : String(score) }),
      );
    case 'hash':
      return Object.entries(value as Fields).map(([field, text]) =>
        row({
          field,
          value: String(text),
          fieldExpireAtMs: Object.hasOwn(expiries, field) ? String(expiries[field]) : '',
        }),
      );
    case 'stream':
      return ((value as Fields).entries as Fields[]).flatMap(({ id, fields }) => {
        const texts = fields as string[];
        return texts.flatMap((field, i) => (i % 2 === 0 ? [row({ id: String(id), field, value: texts[i + 1] })] : []));
      });
    case 'array':
      return ((value as Fields).elements as string[][]).map(([id, text]) => row({ id, value: text }));
    default:
      return [];
  }
}

const all = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))].filter(
  ({ name }) => !/many-20k|arrays-big/.test(name),
);

describe.each([
  { form: 'text', files: sample(all, 2) },
  { form: 'base64', files: sample(all, 2, 1) },
] as const)('bytes as $form', ({ form, files }) => {
  // Base64 is compared as it stands; the other form as the bytes that it means, since it escapes more than JSON does.
  const meant = (text: string) => (form === 'base64' ? text : Buffer.from(textToBytes(text)).toString('base64'));

  it.each(files)('$name', async ({ rdb }) => {
    const rows = rowsOf((await exported([rdb], new CsvFormat(form))).bytes.toString());
    const keys = (await exported([rdb], jsonLines(form))).bytes.toString().split('\n').slice(0, -1);
    let at = 0;
    for (const line of keys) {
      const key = JSON.parse(line) as Fields;
      const empty = { id: '', field: '', value: '', score: '', fieldExpireAtMs: '' };
      const elements = elementsOf(key);
      // An object of JavaScript puts integers first; the file has its own order.
      const order = (all: Row[]) => (key.type === 'hash' ? all.sort((a, b) => (a.field < b.field ? -1 : 1)) : all);
      const wanted = order(
        (elements.length === 0 ? [empty] : elements).map((row) => ({
          ...row,
          field: meant(row.field),
          value: meant(row.value),
        })),
      );
      const own = rows.slice(at, at + wanted.length);
      at += wanted.length;
      const found = own.map(({ id, field, value, score, fieldExpireAtMs }) => ({
        ...{ id, field: meant(field), value: meant(value), score, fieldExpireAtMs },
      }));
      expect(order(found)).toEqual(wanted);
      for (const row of own) {
        expect({ ...row, key: meant(row.key) }).toMatchObject({
          db: String(key.db),
          key: meant(String(key.key)),
          type: String(key.type),
          encoding: String(key.encoding),
          expireAtMs: String(key.expireAtMs ?? ''),
          freq: String(key.freq ?? ''),
          idle: String(key.idle ?? ''),
        });
      }
    }
    expect(at).toBe(rows.length);
  });
});

describe('what a spreadsheet would take for something else', () => {
  const directory = new Directory();

  it('is escaped, and reads back', async () => {
    const texts = ['=1+1', '+1', '-1', '@SUM(A1)', 'a,b', 'a"b', 'a\r\nb', '\\x41', '\u202eevil', '"', ''];
    const builder = new RdbBuilder(11);
    for (const text of texts) builder.key(`${text}k`, stringValue(text));
    builder.key('=h', hashValue([['=f', '=v']]));
    const path = directory.write('formulas.rdb', builder.finish());
    const text = (await exported([path], new CsvFormat('text'))).bytes.toString();
    const rows = rowsOf(text);
    expect(
      rows.slice(0, -1).map(({ key, value }) => [key, value].map((cell) => Buffer.from(textToBytes(cell)).toString())),
    ).toEqual(texts.map((value) => [`${value}k`, value]));
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@]|[\p{Cc}\p{Cf}]/u);
  });

  it('is escaped in values that pass in pieces', async () => {
    const value = `=${'a"\\x,\u202e'.repeat(150_000)}`;
    const path = directory.write('large.rdb', new RdbBuilder(11).key('k', stringValue(value)).finish());
    for (const form of ['text', 'base64'] as const) {
      const [row] = rowsOf((await exported([path], new CsvFormat(form))).bytes.toString());
      const bytes = form === 'base64' ? Buffer.from(row.value, 'base64') : Buffer.from(textToBytes(row.value));
      expect(bytes.equals(Buffer.from(value))).toBe(true);
      expect(row.value).not.toMatch(/^=/);
    }
  });
});
