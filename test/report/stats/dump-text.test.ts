import fc from 'fast-check';
import picocolors from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { dumpText } from '../../../src/report/stats/dump-text.js';
import type { PrefixStats, StatsReport } from '../../../src/stats/report.js';
import { runs } from '../../helpers/runs.js';
import { applicationKeys, MADE_MS, modelFile, modelReport } from '../../helpers/stats-report.js';

const colors = picocolors.createColors(false);
const text = (report: StatsReport, columns = 100, top = 10) => dumpText(report, { colors, top, columns });
const lines = (report: StatsReport, columns?: number, top?: number) => text(report, columns, top).trimEnd().split('\n');
/** All of it on one line. */
const words = (report: StatsReport) => text(report).replace(/\s+/g, ' ');
/** The lines below the line that begins so, up to a blank one. */
function section(of: readonly string[], title: string): string[] {
  const at = of.findIndex((line) => line.startsWith(title));
  if (at < 0) return [];
  const end = of.indexOf('', at);
  return of.slice(at + 1, end < 0 ? of.length : end);
}

const application = modelReport(applicationKeys());

describe('statistics of a dump', () => {
  it.each([100, 80])('fit a screen of %i columns', (columns) => {
    const shown = lines(application, columns);
    expect(Math.max(...shown.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
    expect(shown.length).toBeLessThanOrEqual(60);
  });

  it('begin with the sums, and say what the memory is', () => {
    const [first] = lines(application);
    expect(first).toMatch(/^dump\.rdb: 5,514 keys, .* of memory, .* in the file$/);
    expect(text(application)).toContain('what MEMORY USAGE would say on redis-7.0 (official allocator)');
    expect(text(application)).toContain('36.3% expire, 42 had expired when the file was made');
  });

  it('list types, databases and encodings that there are, and no others', () => {
    const shown = lines(application);
    const first = (title: string) => section(shown, title).map((line) => line.trim().split(/ {2,}/)[0]);
    expect(first('Types').sort()).toEqual(['hash', 'list', 'set', 'string', 'zset']);
    expect(first('Databases')).toEqual(['db 0', 'db 1']);
    expect(text(application)).toContain('listpack 90.0%, hashtable 10.0%');
    const one = modelReport([{ name: 'a' }]);
    expect(text(one)).not.toContain('Databases');
  });

  it('have the tree of prefixes below their parents, and what divides names', () => {
    const shown = section(lines(application), 'Prefixes');
    const names = shown.map((line) =>
      line
        .split(/ {2,}(?=\S)/)
        .slice(0, 2)
        .find((part) => part.trim() !== ''),
    );
    expect(names.slice(0, 8)).toEqual([
      'board:',
      'cache:',
      'page:',
      'session:',
      'user:',
      'profile:',
      'visits:',
      '(no prefix)',
    ]);
    expect(shown.find((line) => line.includes('profile:'))).toMatch(/^ {4}profile:/);
    expect(shown.at(-1)).toContain('divided at ":" (guessed from the names; set with --separator)');
    const given = { ...application, prefixes: { ...application.prefixes, guessed: false } };
    expect(text(given)).not.toContain('seen in the names');
  });

  it('show as many rows as were asked for, and sum up the rest', () => {
    const shown = lines(application, 100, 3);
    expect(section(shown, 'Biggest keys')).toHaveLength(3 + 1);
    const prefixes = section(shown, 'Prefixes');
    expect(prefixes.filter((line) => /^ +\S+:/.test(line))).toHaveLength(3);
    // 5,514 keys but for 12 below board:, 500 below cache: and two without a prefix.
    expect(prefixes.find((line) => line.includes('(other prefixes)'))).toMatch(/ 5,000 /);
  });

  it('give bounds where prefixes are not exact, and the way to exact ones', () => {
    const missing = { keys: 500, expires: 0, bytes: 1000, memory: 400_000_000, elements: 1 };
    const tree: PrefixStats[] = application.prefixes.tree.map((node) => ({ ...node, missing, children: [] }));
    const report = { ...application, prefixes: { ...application.prefixes, tree, exact: false } };
    const row = section(lines(report), 'Prefixes').find((line) => line.includes('cache:'));
    expect(row).toMatch(/>= 4\.9 MiB \(up to 386 MiB\).*>= 500/);
    expect(words(report)).toContain('--exact makes them exact');
    expect(text(application)).not.toContain('--exact');
  });

  it('say where names are not divided by anything', () => {
    const report = modelReport([{ name: 'a' }, { name: 'b' }]);
    const none = { ...report, prefixes: { ...report.prefixes, separators: [] } };
    expect(text(none)).toContain('Nothing seems to divide the names');
    expect(text(report)).toContain('No name is divided at ":"');
  });

  it('tell when keys expire in words', () => {
    const hour = 3_600_000;
    const report = modelReport([
      { name: 'soon', expireAtMs: MADE_MS + 90_000, memory: 300 },
      { name: 'later', expireAtMs: MADE_MS + 72 * hour, memory: 200 },
      { name: 'past', expireAtMs: MADE_MS - hour, memory: 100 },
      { name: 'stays', memory: 90 },
    ]);
    const keys = section(lines(report), 'Biggest keys').map((line) => line.trim().split(/ {2,}/));
    expect(keys.map((row) => [row[0], row.at(-1)])).toEqual([
      ['soon', '90 s'],
      ['later', '3 d'],
      ['past', 'expired'],
      ['stays', 'never'],
    ]);
    expect(text(report)).toContain('no expiry: 25.0% of keys; expired: 25.0%; half of the others expire within 90 s.');
  });

  it('of nothing have no tables', () => {
    const empty = text(modelReport([]));
    expect(empty).toMatch(/^dump\.rdb: no keys\n/);
    for (const word of ['Types', 'Prefixes', 'Biggest', 'Distributions', 'slots', '%', 'NaN'])
      expect(empty).not.toContain(word);
    const filtered = modelReport([], { filters: ['--match', 'x*'] });
    expect(text(filtered)).toMatch(/^dump\.rdb: no keys that pass the filters\n/);
    expect(text(filtered)).toMatch(/ filters +--match x\*\n/);
  });

  it('that are not whole say so at the top and at the end', () => {
    const finding = {
      code: 'RDB_TRUNCATED',
      severity: 'error',
      offset: 100,
      ...{ db: null, key: null, type: null },
      message: 'the file ends inside a value\x1b[2J',
    } as const;
    const report = modelReport(applicationKeys(), {
      complete: false,
      files: [modelFile({ complete: false, checksum: 'unread', findings: [finding] })],
    });
    const shown = lines(report);
    expect(shown[0]).toMatch(/^NOT COMPLETE: dump\.rdb/);
    expect(shown.at(-1)).toMatch(/^NOT COMPLETE: dump\.rdb/);
    expect(text(report)).toContain('RDB_TRUNCATED at 0x64 (100): the file ends inside a value\\x1b[2J');
    const red = dumpText(report, { colors: picocolors.createColors(true), top: 10, columns: 100 });
    expect(red.startsWith('\x1b[31mNOT COMPLETE')).toBe(true);
    expect(text(application)).not.toContain('NOT COMPLETE');
  });

  it('of several files name each of them', () => {
    const files = [
      modelFile({ path: 'a.rdb', keys: 5000 }),
      modelFile({ path: 'b.rdb', keys: 514, checksum: 'mismatch' }),
    ];
    const shown = text({ ...application, files });
    expect(shown).toMatch(/^2 files together: 5,514 keys/);
    expect(shown).toMatch(/ a\.rdb: 5,000 keys, Redis 7\.0\.15, RDB 10, .*made 2026-01-02 03:04:05 UTC, checksum ok/);
    expect(shown).toMatch(/ b\.rdb: 514 keys, .*CHECKSUM MISMATCH/);
  });

  it('tell of slots only where they matter, and which hash tag crowds one', () => {
    const keys = Array.from({ length: 40 }, (_, i) => ({ name: `user:${i}`, memory: 100 }));
    expect(text(modelReport(keys))).not.toContain('Hash slots');
    const tagged = Array.from({ length: 60 }, (_, i) => ({ name: `{user1}:${i}`, memory: 100 }));
    const shown = section(lines(modelReport([...keys, ...tagged])), 'Hash slots').join('\n');
    // {user1} is in slot 8106: CRC-16 of "user1".
    expect(shown).toMatch(/biggest +slot 8106: 5\.9 KiB, 60 keys, 60\.0% of all/);
    expect(shown).toMatch(/crowded +\{user1\} holds 100% of slot 8106: 60 keys/);
  });

  it('name functions, and modules whose memory is not known', () => {
    const report = modelReport([{ name: 'doc', type: 'ReJSON-RL', encoding: 'raw' }], {
      memoryUnknown: 1,
      functions: [{ name: 'lib', engine: 'LUA', bytes: 2048 }],
      modules: [{ name: 'ReJSON-RL', keys: 1, bytes: 300 }],
    });
    expect(text(report)).toMatch(/functions +1 library of 2\.0 KiB: lib \(LUA\)/);
    expect(text(report)).toMatch(/modules +ReJSON-RL \(1 key, 300 B\)/);
    expect(words(report)).toContain('of 1 key of modules the bytes in the file');
  });

  it('are harmless and within their columns whatever the names are', () => {
    const name = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'grapheme' }),
      fc.constant('\x1b]0;x\x07:\u202e:日'),
    );
    const key = fc.record({ name, memory: fc.nat(1e9), bytes: fc.nat(1e9), elements: fc.nat(1e9), db: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 20 }), fc.constantFrom(80, 100), (keys, columns) => {
        const element = {
          db: 0,
          key: Buffer.from('\x1b[2J'),
          type: 'hash',
          element: Buffer.from('\x9b\r\n'),
          bytes: 1,
        };
        const shown = lines(modelReport(keys, {}, { elements: [element] }), columns);
        expect(shown.join('')).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e]/);
        expect(Math.max(...shown.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
      }),
      { numRuns: runs(25) },
    );
  });
});
