import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessSeparators } from '../../src/keyspace/separators.js';

const bytes = (names: readonly string[]) => names.map((name) => Buffer.from(name));
const guess = (names: readonly string[]) => guessSeparators(bytes(names));
const each = (count: number, name: (i: number) => string) => Array.from({ length: count }, (_, i) => name(i));
const hex = (i: number) => createHash('md5').update(String(i)).digest('hex');
const uuid = (i: number) => hex(i).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

describe('separators', () => {
  it.each<[what: string, names: string[], separators: string[]]>([
    ['colons', each(100, (i) => `user:${i}:profile`), [':']],
    ['colons, though words have underscores', each(100, (i) => `app_${i % 3}_user:${i}`), [':']],
    ['colons in front of ids with dashes', each(100, (i) => `session:${uuid(i)}`), [':']],
    ['slashes', each(100, (i) => `/cache/page/${i}.html`), ['/']],
    ['dots', each(100, (i) => `service.${i}`), ['.']],
    ['dashes in front of an id', each(100, (i) => `session-${hex(i)}`), ['-']],
    ['a colon where each prefix has one name', each(100, (i) => `u${i}:name`), [':']],
    [
      'two of them, each in names of its own',
      [...each(60, (i) => `user:${i}`), ...each(40, (i) => `job/${i}`)],
      [':', '/'],
    ],
    ['two keys', ['a-1', 'a-2'], ['-']],
  ])('%s', (_, names, separators) => {
    expect(guess(names)).toEqual({ separators, share: 1 });
  });

  it.each<[what: string, names: string[]]>([
    ['no names', []],
    ['numbers', each(100, String)],
    ['random ids', each(1000, uuid)],
    ['random bytes in base64', each(10_000, (i) => Buffer.from(hex(i), 'hex').toString('base64'))],
    ['separators at the ends only', [':a', 'b:', ':', '']],
    ['addresses', each(100, (i) => `${hex(i)}@${hex(i + 1)}.example`)],
  ])('none in %s', (_, names) => {
    expect(guess(names)).toEqual({ separators: [], share: 0 });
  });

  it('leave rare ones out', () => {
    const { separators, share } = guess([...each(97, (i) => `user:${i}`), 'a/1', 'a/2', 'a/3']);
    expect(separators).toEqual([':']);
    expect(share).toBeCloseTo(0.97);
  });

  it('do not cut names that are divided for the sake of a few others', () => {
    const names = [...each(60, (i) => `user:${uuid(i)}`), ...each(40, (i) => `job-${i}`)];
    expect(guess(names)).toEqual({ separators: [':'], share: 0.6 });
  });

  it('are among the candidates whatever the bytes are, and divide the share that they say', () => {
    const name = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.stringMatching(/^[ab:/_-]{0,6}$/).map((s) => Buffer.from(s)),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 50 }), (names) => {
        const { separators, share } = guessSeparators(names);
        const inside = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').slice(1, -1);
        const divided = names.filter((bytes) => separators.some((separator) => inside(bytes).includes(separator)));
        expect(divided.length).toBe(Math.round(share * names.length));
        expect(separators.length === 0).toBe(divided.length === 0);
      }),
    );
  });
});
