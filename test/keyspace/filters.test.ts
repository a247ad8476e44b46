import { describe, expect, it } from 'vitest';
import { type FilteredKey, type FilterOptions, KeyFilter } from '../../src/keyspace/filters.js';
import { MomentOfFile } from '../../src/keyspace/moment-of-file.js';
import { NameSet } from '../../src/keyspace/name-set.js';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;

interface Some {
  readonly db?: number;
  readonly type?: string;
  readonly moduleType?: string;
  readonly expireAtMs?: number;
}

/** A key in the middle of some memory. */
function key(name: string | Uint8Array, { db = 0, type = 'string', moduleType, expireAtMs }: Some = {}): FilteredKey {
  const bytes = Buffer.from(name);
  const buffer = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')]);
  const ref = { resolve: () => undefined, buffer, start: 6, end: 6 + bytes.length };
  return { db, name: ref, type: { type }, moduleType, expireAtMs };
}

function passes(options: FilterOptions, ...keys: FilteredKey[]): boolean[] {
  const filter = new KeyFilter(options, NOW);
  return keys.map((one) => filter.matchesKey(one));
}

describe('filters of keys', () => {
  it('let everything pass when there are none', () => {
    const filter = new KeyFilter({ limit: 3 });
    expect([filter.isEmpty, filter.needsValue, filter.limit]).toEqual([true, false, 3]);
    expect(filter.matchesKey(key('a'))).toBe(true);
    expect(filter.matchesValue(key('a'), 1e9, 0)).toBe(true);
  });

  it('want any value of one filter', () => {
    expect(passes({ dbs: [0, 3] }, key('a'), key('a', { db: 1 }), key('a', { db: 3 }))).toEqual([true, false, true]);
    expect(passes({ match: ['a*', 'b*'] }, key('a'), key('b'), key('c'))).toEqual([true, true, false]);
    expect(passes({ regex: ['^a$', 'c'] }, key('a'), key('ab'), key('bcd'))).toEqual([true, false, true]);
  });

  it('want all filters at once', () => {
    const options = { dbs: [0], match: ['a*'], notMatch: ['*z'], types: ['set'] };
    const set = { type: 'set' };
    expect(
      passes(options, key('ab', set), key('az', set), key('b', set), key('ab'), key('ab', { ...set, db: 1 })),
    ).toEqual([true, false, false, false, false]);
  });

  it('give regular expressions the text form', () => {
    expect(passes({ regex: ['^\\\\xff\\p{Lu}$'] }, key(Buffer.from([0xff, 0x41])), key('A'))).toEqual([true, false]);
  });

  it('take a name that does not decode for an empty one', () => {
    const name = { resolve: () => 'LZF_TRUNCATED', buffer: Buffer.from('a'), start: 0, end: 1 };
    const unreadable = { ...key('a'), name };
    expect(passes({ match: ['a'] }, unreadable)).toEqual([false]);
    expect(passes({ notMatch: ['a'] }, unreadable)).toEqual([true]);
  });

  it('take exact names', () => {
    const keys = new NameSet();
    keys.add(Buffer.from('a'));
    expect(passes({ keys }, key('a'), key('ab'))).toEqual([true, false]);
  });

  it('compute slots', () => {
    // CLUSTER KEYSLOT foo is 12182.
    expect(passes({ slots: [12182] }, key('foo'), key('{foo}bar'), key('bar'))).toEqual([true, true, false]);
  });

  it('know types of modules only behind the value', () => {
    const filter = new KeyFilter({ types: ['ReJSON-RL', 'hash'] });
    const atKey = key('a', { type: 'module' });
    expect(filter.needsValue).toBe(true);
    expect([filter.matchesKey(atKey), filter.matchesKey(key('a'))]).toEqual([true, false]);
    expect(filter.matchesValue({ ...atKey, moduleType: 'ReJSON-RL' }, 1, 1)).toBe(true);
    expect(filter.matchesValue({ ...atKey, moduleType: 'TSDB-TYPE' }, 1, 1)).toBe(false);
    expect(filter.matchesValue(key('a', { type: 'hash' }), 1, 1)).toBe(true);
    const core = new KeyFilter({ types: ['hash'] });
    expect([core.matchesKey(atKey), core.needsValue]).toEqual([false, false]);
  });

  it('compare sizes and elements with both ends', () => {
    const filter = new KeyFilter({ minSize: 10, maxSize: 20, minElements: 2, maxElements: 3 });
    const one = key('a');
    expect([9, 10, 20, 21].map((bytes) => filter.matchesValue(one, bytes, 2))).toEqual([false, true, true, false]);
    expect([1, 2, 3, 4].map((n) => filter.matchesValue(one, 15, n))).toEqual([false, true, true, false]);
    expect([filter.needsElements, filter.needsSize]).toEqual([true, true]);
  });

  it('say what they are in the words of the command line', () => {
    const filter = new KeyFilter({
      ...{ dbs: [0, 3], match: ['a,b', Buffer.from([0xff])], slots: [7, 1, 2, 3], minSize: 1024, limit: 5 },
      ttl: [{ kind: 'none' }, { kind: 'range', minMs: 36 * HOUR, maxMs: 168 * HOUR }],
    });
    expect(filter.describe()).toEqual([
      ...['--db 0,3', '--match a,b', '--match \\xff', '--min-size 1024', '--slot 1-3,7'],
      ...['--ttl none,36h..7d', '--limit 5'],
    ]);
  });
});

describe('remaining time', () => {
  const none = key('none');
  const never = key('never', { expireAtMs: -1 });
  const past = key('past', { expireAtMs: NOW - 1 });
  const soon = key('soon', { expireAtMs: NOW + HOUR });
  const later = key('later', { expireAtMs: NOW + 3 * HOUR });
  const all = [none, never, past, soon, later];
  const range = (minMs: number, maxMs: number) => ({ kind: 'range', minMs, maxMs }) as const;

  it.each([
    ['none', [{ kind: 'none' }], [none, never]],
    ['any', [{ kind: 'any' }], [past, soon, later]],
    ['expired', [{ kind: 'expired' }], [past]],
    ['..1h', [range(0, HOUR)], [soon]],
    ['1h..3h', [range(HOUR, 3 * HOUR)], [soon, later]],
    ['2h..', [range(2 * HOUR, Number.POSITIVE_INFINITY)], [later]],
    ['none,expired', [{ kind: 'none' }, { kind: 'expired' }], [none, never, past]],
  ] as const)('%s', (_, ttl, wanted) => {
    expect(passes({ ttl }, ...all)).toEqual(all.map((one) => (wanted as readonly FilteredKey[]).includes(one)));
  });

  it('counts from the moment that was set last', () => {
    const filter = new KeyFilter({ ttl: [{ kind: 'expired' }] }, NOW);
    filter.setNow(NOW + 2 * HOUR);
    expect(all.map((one) => filter.matchesKey(one))).toEqual([false, false, true, true, false]);
  });
});

describe('the moment of a file', () => {
  const CLOCK = NOW + 5 * HOUR;

  it('is its ctime, else its modification, else now', () => {
    const moment = new MomentOfFile('file', NOW, CLOCK);
    expect(moment).toMatchObject({ nowMs: NOW, source: 'file' });
    moment.takeCtime('1780000000');
    expect(moment).toMatchObject({ nowMs: 1_780_000_000_000, source: 'file' });
    expect(new MomentOfFile('file', undefined, CLOCK)).toMatchObject({ nowMs: CLOCK, source: 'clock' });
  });

  it.each(['', '0', '-1', '12e3', '9999999999999999', 'soon'])('is not %j', (ctime) => {
    const moment = new MomentOfFile('file', NOW, CLOCK);
    moment.takeCtime(ctime);
    expect(moment).toMatchObject({ nowMs: NOW, source: 'file' });
  });

  it('is what was asked for', () => {
    const real = new MomentOfFile('real', NOW, CLOCK);
    const given = new MomentOfFile(1, NOW, CLOCK);
    for (const moment of [real, given]) moment.takeCtime('1780000000');
    expect(real).toMatchObject({ nowMs: CLOCK, source: 'clock' });
    expect(given).toMatchObject({ nowMs: 1, source: 'option' });
  });
});
