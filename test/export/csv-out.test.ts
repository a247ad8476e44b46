// Fields of CSV read back to the bytes that they were, however they are cut, and whatever is in them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvOut } from '../../src/export/text/csv-out.js';
import { bytesToLine, textToBytes } from '../../src/keyspace/bytes-text.js';
import { runs } from '../helpers/runs.js';

/** What is written for one value, whole or in pieces. */
function written(value: Uint8Array, form: 'text' | 'base64', cuts?: readonly number[]): string {
  const taken: Buffer[] = [];
  const out = new CsvOut(form, (bytes) => taken.push(Buffer.from(bytes)));
  if (cuts) {
    out.beginField();
    const places = [0, ...cuts.map((cut) => cut % (value.length + 1)).sort((a, b) => a - b), value.length];
    for (let i = 1; i < places.length; i++) out.piece(value, places[i - 1], places[i]);
    out.endField();
  } else out.field(value, 0, value.length);
  out.flush();
  return Buffer.concat(taken).toString();
}

/** By RFC 4180. */
function cellOf(field: string): string {
  if (!field.startsWith('"')) {
    expect(field).not.toMatch(/[",\r\n]/);
    return field;
  }
  expect(field).toMatch(/^"([^"]|"")*"$/);
  return field.slice(1, -1).replaceAll('""', '"');
}

/** Text with everything that matters in it, and bytes that are none. */
const values = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 4 }),
      fc.constantFrom(
        '"',
        ',',
        '\\',
        '\\x',
        '\\x5c',
        '=',
        '+',
        '-',
        '@',
        '\r\n',
        '\t',
        '\u202e',
        'é',
        '日本',
        '\ufeff',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part)))));

describe('a field', () => {
  it('reads back, is safe in terminals and spreadsheets, and the same whichever way it is written', () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(64), { maxLength: 4 }), (value, cuts) => {
        const cell = cellOf(written(value, 'text'));
        expect(Buffer.from(textToBytes(cell)).equals(value)).toBe(true);
        expect(cell).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(cell).not.toMatch(/^[=+\-@]/);
        expect(cellOf(written(value, 'text', cuts))).toBe(cell);
        // The form of lists of keys, but for what a spreadsheet would take for a formula.
        expect(cell.replace(/^\\x(3d|2b|2d|40)/, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))).toBe(
          bytesToLine(value),
        );
        for (const form of [undefined, cuts]) {
          expect(Buffer.from(written(value, 'base64', form), 'base64').equals(value)).toBe(true);
        }
      }),
      { numRuns: runs(1000) },
    );
  });

  it('needs no quotes without a reason', () => {
    for (const text of ['', 'plain', 'é', '日本', 'a b', '\\n', 'back\\slash']) {
      expect(written(Buffer.from(text), 'text')).toBe(text);
    }
    expect(written(Buffer.from('a"b,é'), 'text')).toBe('"a""b,é"');
  });
});
