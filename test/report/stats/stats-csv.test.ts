import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textToBytes } from '../../../src/keyspace/bytes-text.js';
import { csvText } from '../../../src/report/stats/csv.js';
import { statsCsv } from '../../../src/report/stats/stats-csv.js';
import { STATS_TABLES, type StatsTable } from '../../../src/report/stats/tables.js';
import { modelAof } from '../../helpers/aof-stats.js';
import { applicationKeys, modelReport } from '../../helpers/stats-report.js';

/** A reader of RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r\n|$)/y;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) throw new Error(`no field at ${field.lastIndex}`);
    const [, value, end] = match;
    rows.at(-1)?.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === '\r\n') rows.push([]);
  }
  expect(rows.pop()).toEqual([]);
  return rows;
}

const report = modelReport(applicationKeys());
const results = { dumps: report, logs: [modelAof()] };
const rows = (table: StatsTable) => parseCsv(statsCsv(results, table));

describe('a field', () => {
  it('holds any bytes so that they can be read back, and none that a terminal or a spreadsheet obeys', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .string({ unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', '\t', '\x1b', '\\', 'x', '3') })
        .map((s) => Buffer.from(s)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, bytes), { maxLength: 5 }), (pairs) => {
        const text = csvText(['a', 'b'], pairs, 'text');
        const [header, ...found] = parseCsv(text);
        expect(header).toEqual(['a', 'b']);
        expect(found.map((row) => row.map((cell) => Buffer.from(textToBytes(cell)).toString('hex')))).toEqual(
          pairs.map((row) => row.map((cell) => Buffer.from(cell).toString('hex'))),
        );
        for (const cell of found.flat()) expect(cell).not.toMatch(/^[=+\-@]|[\0-\x1f\x7f]/);
        expect(text.split('\r\n')).toHaveLength(pairs.length + 2);
      }),
    );
  });

  it('is quoted where it must be, and empty for nothing', () => {
    const row = ['a,b', 'say "hi"', null, undefined, 0, 2 ** 60, 1.5, Buffer.from('=1')];
    expect(csvText(['h'], [row], 'text')).toBe('h\r\n"a,b","say ""hi""",,,0,1152921504606846976,1.5,\\x3d1\r\n');
    expect(csvText(['h'], [[Buffer.from('=1')]], 'base64')).toBe('h\r\nPTE=\r\n');
  });
});

describe('a table', () => {
  it.each(STATS_TABLES)('%s has rows as long as its header, which is described', (table) => {
    const [header, ...found] = rows(table);
    for (const row of found) expect(row).toHaveLength(header.length);
    const page = readFileSync(new URL('../../../docs/stats-json.md', import.meta.url), 'utf8').split(
      '# The tables of',
    )[1];
    const line =
      page.split('\n').find((each) => each.startsWith('|') && each.split('|')[1].includes(`\`${table}\``)) ?? '';
    for (const column of header.filter((name) => !/Missing$|^(keys|expires|bytes|memory|elements)$/.test(name))) {
      expect(line).toContain(`\`${column}\``);
    }
  });

  it('of prefixes has the whole tree', () => {
    const [header, ...found] = rows('prefixes');
    expect(header.slice(0, 4)).toEqual(['prefix', 'depth', 'keys', 'expires']);
    expect(found.map(([prefix, depth, keys]) => `${prefix} ${depth} ${keys}`).sort()).toEqual([
      'board: 1 12',
      'cache: 1 500',
      'cache:page: 2 500',
      'session: 1 2000',
      'user: 1 3000',
      'user:profile: 2 2000',
      'user:visits: 2 1000',
    ]);
  });

  it('of keys has each of the biggest once, in the order of memory', () => {
    const [header, ...found] = rows('keys');
    expect(header).toEqual(['db', 'key', 'type', 'encoding', 'bytes', 'memory', 'elements', 'expireAtMs']);
    expect(found[0]).toEqual(['0', 'board:{game11}', 'zset', 'skiplist', '1440000', '7200000', '48000', '']);
    expect(new Set(found.map(([db, key]) => `${db} ${key}`)).size).toBe(found.length);
    const memory = found.map((row) => Number(row[5]));
    expect(memory).toEqual([...memory].sort((a, b) => b - a));
  });

  it('of slots adds up to all keys', () => {
    const [, ...found] = rows('slots');
    expect(found.reduce((sum, [, keys]) => sum + Number(keys), 0)).toBe(report.totals.keys);
    expect(found.every(([, keys]) => Number(keys) > 0)).toBe(true);
  });

  it('of distributions has the buckets of all that there are', () => {
    const [, ...found] = rows('distributions');
    expect(new Set(found.map(([name]) => name))).toEqual(
      new Set(['valueBytes', 'elements', 'keyLength', 'ttlSeconds']),
    );
    const names = found.filter(([name]) => name === 'keyLength');
    expect(names.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(report.totals.keys);
  });

  it('about logs says which one', () => {
    expect(rows('commands')).toEqual([
      ['path', 'command', 'calls', 'bytes'],
      ['appendonlydir', 'set', '750', '81920'],
      ['appendonlydir', 'del', '250', '20480'],
    ]);
    expect(rows('written-prefixes').map((row) => row[1])).toEqual([
      'prefix',
      'user:',
      'user:name:',
      'user:rare:',
      'page:',
    ]);
    expect(rows('written-keys').map((row) => row[2])).toEqual(['key', 'user:name:1', 'hits', 'page:1']);
    expect(rows('rate')[2].slice(2)).toEqual(['1', '900', '92160']);
  });

  it('about dumps is about those in front of logs where there is no other', () => {
    const base = modelReport([{ name: 'a:1' }]);
    const one = { dumps: null, logs: [modelAof({ dump: base })] };
    expect(parseCsv(statsCsv(one, 'prefixes')).map(([prefix]) => prefix)).toEqual(['prefix', 'a:']);
    expect(parseCsv(statsCsv({ ...one, dumps: modelReport([]) }, 'prefixes'))).toHaveLength(1);
  });
});
