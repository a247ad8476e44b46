import { describe, expect, it } from 'vitest';
import type { KeyRow } from '../../src/keys/list-keys.js';
import { textToBytes } from '../../src/keyspace/bytes-text.js';
import { keyCsv, keyJsonl, keyText } from '../../src/report/key-lines.js';

const NOW = 1_790_000_000_000;
const ROW: KeyRow = {
  ...{ db: 3, key: Buffer.from('user:1'), type: 'hash', encoding: 'listpack', bytes: 40, memory: 96, elements: 2 },
  expireAtMs: NOW + 7_200_000,
};

/** Names that a terminal, a spreadsheet or a parser could stumble over. */
const NAMES = ['a,b', '"', 'a"b', 'x\ny', '\r', '\u001b[31m', '=1+1', '\\xff', 'ä€😀', '\u202e', '', ' a '].map(
  (text) => Buffer.from(text),
);
NAMES.push(Buffer.from([0xff, 0x00, 0xc3]));

/** One record of RFC 4180, read by the book. */
function csvRecord(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?:,|\r\n$)/g)) {
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  return fields;
}

describe('lists of keys', () => {
  it('as JSON lines', () => {
    expect(JSON.parse(keyJsonl('text').line(ROW, NOW))).toEqual({ ...ROW, key: 'user:1' });
    expect(JSON.parse(keyJsonl('base64').line({ ...ROW, memory: null, expireAtMs: null }, NOW))).toEqual({
      ...{ ...ROW, key: 'dXNlcjox', memory: null, expireAtMs: null },
    });
  });

  it('do not round what is beyond 2^53', () => {
    expect(JSON.parse(keyJsonl('text').line({ ...ROW, expireAtMs: 2 ** 60 }, NOW)).expireAtMs).toBe(
      '1152921504606846976',
    );
    expect(csvRecord(keyCsv('text').line({ ...ROW, expireAtMs: 2 ** 60 }, NOW))[7]).toBe('1152921504606846976');
  });

  it('as comma-separated values', () => {
    const { head, line } = keyCsv('text');
    expect(csvRecord(head)).toEqual(['db', 'key', 'type', 'encoding', 'bytes', 'memory', 'elements', 'expireAtMs']);
    expect(csvRecord(line(ROW, NOW))).toEqual([
      '3',
      'user:1',
      'hash',
      'listpack',
      '40',
      '96',
      '2',
      String(NOW + 7_200_000),
    ]);
    expect(csvRecord(line({ ...ROW, memory: null, expireAtMs: null }, NOW)).slice(5)).toEqual(['', '2', '']);
  });

  it.each(NAMES)('give the name %j back', (key) => {
    const row = { ...ROW, key };
    const [json, csv, text] = [keyJsonl, keyCsv]
      .map((lines) => lines('text').line(row, NOW))
      .concat(keyText('text', false).line(row, NOW));
    for (const line of [json, csv, text]) expect(line.slice(0, -2)).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
    expect(textToBytes(JSON.parse(json).key)).toEqual(key);
    expect(textToBytes(csvRecord(csv)[1])).toEqual(key);
    expect(textToBytes(text.slice(text.indexOf('2 h  ') + 5, -1))).toEqual(key);
    expect(Buffer.from(csvRecord(keyCsv('base64').line(row, NOW))[1], 'base64')).toEqual(key);
  });

  it('for people, in columns', () => {
    const { head, line } = keyText('text', true);
    const rows = [
      ROW,
      { ...ROW, expireAtMs: null, memory: null },
      { ...ROW, expireAtMs: NOW - 1, elements: 1_234_567 },
    ];
    const texts = rows.map((row) => line(row, NOW));
    expect(texts.map((text) => text.indexOf('user:1'))).toEqual(rows.map(() => head.indexOf('KEY')));
    expect(texts[0]).toMatch(/^ +3 +hash +listpack +40 B +96 B +2 +2 h +user:1\n$/);
    expect(texts[1]).toMatch(/ 40 B +- +2 +- +user:1/);
    expect(texts[2]).toMatch(/ 1,234,567 +expired +user:1/);
    expect(keyText('text', false).head).toBe('');
  });
});
