import { describe, expect, it } from 'vitest';
import { crc64 } from '../helpers/crc64.js';
import { eventsOf } from '../helpers/events.js';
import { listValue, RdbBuilder, stringValue, type Trailer } from '../helpers/rdb-builder.js';
import { SMALLEST_FILE } from '../helpers/worked-dumps.js';

function file(version: number, trailer: Trailer): Buffer {
  return new RdbBuilder(version).key('k', stringValue('v')).finish(trailer);
}

describe('the end of a file', () => {
  it('the smallest useful file of the reference', async () => {
    const { events, result } = await eventsOf(SMALLEST_FILE);
    expect(events).toEqual([
      'header REDIS 9 common',
      'db 0 @9',
      'size 1 0 @11',
      'key "ok" db 0 STRING @14',
      'string "v"',
      'end of "ok" 2 bytes @18',
      'end 7966f9582d67ed2a @20',
    ]);
    expect(result).toEqual({ complete: true, end: 29, checksum: 0x7966f9582d67ed2an });
  });

  it('has a checksum from version 5 on', async () => {
    const old = await eventsOf(file(4, 'none'));
    expect(old.events.at(-1)).toBe('end @14');
    expect(old.result).toMatchObject({ complete: true, end: 15 });
    const five = await eventsOf(file(5, 'right'));
    expect(five.events.at(-1)).toMatch(/^end [0-9a-f]+ @14$/);
    expect(five.result).toMatchObject({ complete: true, end: 23 });
  });

  it('gives the stored checksum and the computed one', async () => {
    const sum = crc64(file(11, 'none'));
    for (const [trailer, stored] of [
      ['right', sum],
      ['wrong', sum ^ 1n],
      ['zero', 0n],
    ] as const) {
      const { events, result } = await eventsOf(file(11, trailer));
      expect(events.at(-1)).toBe(`end ${stored.toString(16)} @14`);
      expect(result.checksum).toBe(sum);
    }
  });

  it('is missed when the checksum is cut', async () => {
    const whole = file(11, 'right');
    for (let missing = 1; missing <= 8; missing++) {
      const { result } = await eventsOf(whole.subarray(0, whole.length - missing));
      expect(result).toMatchObject({
        complete: false,
        failure: { code: 'RDB_CHECKSUM_MISSING', offset: 15, inKey: false },
      });
    }
  });

  it('leaves alone what follows', async () => {
    for (const [version, end] of [
      [4, 15],
      [11, 23],
    ]) {
      const body = version === 4 ? file(4, 'none') : file(11, 'right');
      const { events, result } = await eventsOf(Buffer.concat([body, Buffer.from('*1\r\n$4\r\nPING\r\n')]));
      expect(result).toMatchObject({ complete: true, end });
      expect(events.at(-1)).toMatch(/^end /);
      const alone = await eventsOf(body);
      expect(result.checksum).toBe(alone.result.checksum);
    }
  });
});

describe('a file that is cut', () => {
  const whole = new RdbBuilder(9)
    .aux('redis-ver', '6.0.16')
    .selectDb(0)
    .key('first', stringValue('one'))
    .expireMs(4102444800000)
    .key('list', listValue(['a', 'bc', 'def']))
    .finish();

  it('stops at every length with a code, and an offset inside of it', async () => {
    for (let length = 9; length < whole.length; length++) {
      for (const sized of [false, true]) {
        const { events, result } = await eventsOf(whole.subarray(0, length), { sized });
        if (result.complete) throw new Error(`${length} bytes were enough`);
        const { code, offset, message } = result.failure;
        expect(code).toBe(length > whole.length - 9 ? 'RDB_CHECKSUM_MISSING' : 'RDB_TRUNCATED');
        expect(offset).toBeGreaterThanOrEqual(9);
        expect(offset).toBeLessThanOrEqual(length);
        expect(message).not.toBe('');
        expect(events.some((event) => event.startsWith('end ') && !event.startsWith('end of'))).toBe(false);
      }
    }
  });

  it('says whether it ends in the value of a key', async () => {
    const keyAt = whole.indexOf('list');
    const inName = await eventsOf(whole.subarray(0, keyAt + 2));
    expect(inName.result).toMatchObject({ failure: { inKey: false } });
    const inValue = await eventsOf(whole.subarray(0, keyAt + 8));
    expect(inValue.result).toMatchObject({ failure: { inKey: true } });
    expect(inValue.events.at(-1)).toBe('item "a"');
  });

  it('misses EOF when it ends between two records', async () => {
    const cut = new RdbBuilder(9).key('k', stringValue('v')).unfinished();
    expect((await eventsOf(cut)).result).toMatchObject({
      failure: { code: 'RDB_TRUNCATED', offset: cut.length, inKey: false },
    });
  });
});
