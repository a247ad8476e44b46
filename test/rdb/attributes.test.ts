import { describe, expect, it } from 'vitest';
import { eventsOf } from '../helpers/events.js';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';

const V = stringValue('v');

/** Events without the header, the values and the end. */
async function keysOf(builder: RdbBuilder): Promise<string[]> {
  const { events, result } = await eventsOf(builder.finish());
  expect(result).toMatchObject({ complete: true });
  return events.filter((event) => /^(key|db|aux|!)/.test(event));
}

describe('what stands before a key', () => {
  it('expiry in milliseconds', async () => {
    expect(await keysOf(new RdbBuilder(9).expireMs(1999999999999).key('k', V))).toEqual([
      'key "k" db 0 STRING expireAtMs 1999999999999 @9',
    ]);
  });

  it('expiry in seconds', async () => {
    expect(await keysOf(new RdbBuilder(2).expireSeconds(1700000000).key('k', V))).toEqual([
      'key "k" db 0 STRING expireAtMs 1700000000000 @9',
    ]);
  });

  it('an expiry may lie in the past, or before all time', async () => {
    expect(
      await keysOf(new RdbBuilder(9).expireMs(0).key('a', V).expireMs(-5).key('b', V).expireSeconds(-1).key('c', V)),
    ).toEqual([
      'key "a" db 0 STRING expireAtMs 0 @9',
      'key "b" db 0 STRING expireAtMs -5 @23',
      'key "c" db 0 STRING expireAtMs -1000 @37',
    ]);
  });

  it('idle time and frequency', async () => {
    expect(await keysOf(new RdbBuilder(9).idle(90000).key('a', V).freq(255).key('b', V))).toEqual([
      'key "a" db 0 STRING idle 90000 @9',
      'key "b" db 0 STRING freq 255 @20',
    ]);
  });

  it('belongs to that key alone', async () => {
    expect(await keysOf(new RdbBuilder(9).expireMs(5).freq(1).key('a', V).key('b', V))).toEqual([
      'key "a" db 0 STRING expireAtMs 5 freq 1 @9',
      'key "b" db 0 STRING @25',
    ]);
  });

  it('reaches the key over AUX and SELECTDB in between', async () => {
    const told = await keysOf(new RdbBuilder(9).expireMs(5).aux('mvcc-tstamp', '1').idle(2).selectDb(3).key('k', V));
    expect(told).toContain('key "k" db 3 STRING expireAtMs 5 idle 2 @9');
    expect(told).toContain('aux "mvcc-tstamp" "1" @18');
    // An AUX may stand there (KeyDB); a SELECTDB is odd.
    expect(told.filter((event) => event.startsWith('!'))).toEqual(['! RDB_DANGLING_ATTRIBUTE @9']);
  });

  it('the last of two counts, with a word', async () => {
    expect(await keysOf(new RdbBuilder(9).expireMs(5).expireMs(6).key('k', V))).toEqual([
      '! RDB_ATTRIBUTE_REPEATED @18',
      'key "k" db 0 STRING expireAtMs 6 @9',
    ]);
    expect(await keysOf(new RdbBuilder(9).idle(5).idle(6).key('k', V))).toEqual([
      '! RDB_ATTRIBUTE_REPEATED @11',
      'key "k" db 0 STRING idle 6 @9',
    ]);
    expect(await keysOf(new RdbBuilder(9).freq(5).freq(6).key('k', V))).toEqual([
      '! RDB_ATTRIBUTE_REPEATED @11',
      'key "k" db 0 STRING freq 6 @9',
    ]);
  });

  it('idle time and frequency exclude each other', async () => {
    for (const builder of [new RdbBuilder(9).idle(5).freq(6), new RdbBuilder(9).freq(6).idle(5)]) {
      const told = await keysOf(builder.key('k', V));
      expect(told[0]).toBe('! RDB_IDLE_AND_FREQ @11');
      expect(told[1]).toMatch(/freq 6 idle 5/);
    }
  });

  it('is left over where no key follows', async () => {
    const { events } = await eventsOf(new RdbBuilder(9).key('k', V).expireMs(5).finish());
    expect(events).toContain('! RDB_DANGLING_ATTRIBUTE @14');
  });

  it('the database changes with SELECTDB, as often as one likes', async () => {
    expect(
      await keysOf(new RdbBuilder(9).key('a', V).selectDb(2).key('b', V).selectDb(0).key('c', V).selectDb(2)),
    ).toEqual([
      'key "a" db 0 STRING @9',
      'db 2 @14',
      'key "b" db 2 STRING @16',
      'db 0 @21',
      'key "c" db 0 STRING @23',
      'db 2 @28',
    ]);
  });
});
