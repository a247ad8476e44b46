import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { bar, cut, sparkline, table } from '../../../src/report/stats/columns.js';
import { atLeast, between, percent } from '../../../src/report/stats/words.js';

const plain = (title: string, heads: string) => title + heads;

describe('a table', () => {
  it('lines up, also with characters of two columns', () => {
    const columns = [
      { head: 'Names', cells: ['a', '日本語'] },
      { head: 'n', cells: ['1', '1000'], align: 'right' as const },
    ];
    expect(table(columns, 80, plain)).toEqual(
      ['Names        n', '  a          1', '  日本語  1000'].map((line) => line.trimEnd()),
    );
  });

  it('leaves spare columns out before it cuts names below what they need', () => {
    const columns = [
      { head: 'Name', cells: ['x'.repeat(50)], least: 20 },
      { head: 'size', cells: ['12345'], align: 'right' as const },
      { head: 'less', cells: ['y'.repeat(10)], spare: 1 },
      { head: 'least', cells: ['z'.repeat(10)], spare: 2 },
    ];
    expect(table(columns, 100, plain)[1]).toContain('zzz');
    const some = table(columns, 45, plain);
    expect(some[1]).toContain('yyy');
    expect(some.join()).not.toContain('zzz');
    const few = table(columns, 30, plain);
    expect(few.join()).not.toContain('yyy');
    expect(few[1]).toBe(`  ${'x'.repeat(20)}…  12345`);
    expect(few.every((line) => line.length <= 30)).toBe(true);
  });
});

it('a cut text takes no more columns than it may', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('日', 'a', '\u0301', '👩‍👧') }),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 12 }), (long, columns) => {
      const short = cut(long, columns);
      expect(stringWidth(short)).toBeLessThanOrEqual(columns);
      if (short !== long) expect(short.endsWith('…')).toBe(true);
    }),
  );
  expect(cut(`a${'\u0301'.repeat(100_000)}`, 10).length).toBeLessThan(200);
});

describe('bars', () => {
  it('are as long as their share, and never nothing for something', () => {
    expect([bar(0, 10, 8), bar(10, 10, 8), bar(5, 10, 8), bar(1, 1e9, 8), bar(20, 10, 8)]).toEqual([
      '',
      '████████',
      '████',
      '▏',
      '████████',
    ]);
    expect(bar(1, 0, 8)).toBe('');
  });

  it('side by side are as high as the counts', () => {
    expect(sparkline([0, 1, 50, 100])).toBe(' ▁▅█');
    expect(sparkline([])).toBe('');
  });
});

it('a share is 0 or 100 % only when it is', () => {
  expect([percent(0, 0), percent(0, 5), percent(1, 1e9), percent(1, 3), percent(999_999, 1e6), percent(7, 7)]).toEqual([
    '0%',
    '0%',
    '<0.1%',
    '33.3%',
    '>99.9%',
    '100%',
  ]);
});

it('bounds are told where there are some', () => {
  expect(atLeast(1234, undefined)).toBe('1,234');
  expect(atLeast(1234, 0)).toBe('1,234');
  expect(atLeast(1234, 5)).toBe('>= 1,234');
  expect(between(2048, 0)).toBe('2.0 KiB');
  expect(between(2048, 2048)).toBe('>= 2.0 KiB (up to 4.0 KiB)');
  expect(between(2_000_000, 1)).toBe('~1.9 MiB');
});
