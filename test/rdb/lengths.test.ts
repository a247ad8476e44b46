import { describe, expect, it } from 'vitest';
import { eventsOf } from '../helpers/events.js';
import { hex, type LengthForm, len, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { toldOf } from '../helpers/values.js';

/** A database number is a plain length whose value an event shows. */
async function dbOf(bytes: Uint8Array): Promise<string[]> {
  const { events, result } = await eventsOf(new RdbBuilder(9).bytes(hex('fe'), bytes).finish());
  expect(result).toMatchObject({ complete: true });
  return events.slice(1, -1);
}

describe('lengths', () => {
  it.each([
    ['00', 0],
    ['3f', 63],
    ['4040', 64],
    ['6f96', 12182],
    ['7fff', 16383],
    ['8000004000', 16384],
    ['80ffffffff', 4294967295],
    ['810000000100000000', 4294967296],
    ['81001fffffffffffff', Number.MAX_SAFE_INTEGER],
  ])('%s is %d', async (digits, value) => {
    expect(await dbOf(hex(digits))).toEqual([`db ${value} @9`]);
  });

  it.each([
    [5, 14],
    [5, 32],
    [5, 64],
    [63, 14],
    [100, 32],
    [16383, 32],
    [70000, 64],
    [2 ** 32 - 1, 64],
  ] as [number, LengthForm][])('%d in %s bits is longer than it need be', async (value, form) => {
    // Told once for a file, where it ends.
    expect(await dbOf(len(value, form))).toEqual([`db ${value} @9`, '! RDB_LENGTH_NOT_SHORTEST @10']);
  });

  it('tells only the first that is longer than it need be', async () => {
    const file = new RdbBuilder(9).bytes(hex('fe'), len(1, 14), hex('fe'), len(2, 32)).finish();
    const { events } = await eventsOf(file);
    expect(events.filter((event) => event.includes('NOT_SHORTEST'))).toEqual(['! RDB_LENGTH_NOT_SHORTEST @10']);
  });

  it.each(['82', 'bf', '90'])('%s begins no length', async (lead) => {
    const { result } = await eventsOf(new RdbBuilder(9).bytes(hex('fe'), hex(lead), hex('0000000000')).finish());
    expect(result).toMatchObject({ complete: false, failure: { code: 'RDB_BAD_LENGTH', offset: 10 } });
  });

  it('takes the low bits of a string encoding, as servers do, and says so', async () => {
    expect(await dbOf(hex('c1'))).toEqual(['db 1 @9', '! RDB_SPECIAL_LENGTH @10']);
    const list = { type: 1, body: hex('c2 01 61 01 62') };
    expect(await toldOf(list)).toEqual(['count 2', 'item "a"', 'item "b"', '! RDB_SPECIAL_LENGTH @12']);
  });

  it('tells a string encoding in place of a length also in the last record of a file', async () => {
    // MODULE_AUX "after": UINT with c1 as its value, which is 1.
    const file = new RdbBuilder(9).bytes(hex('f7 81 bd e7 2d a2 bb 1e b4 00 02 02 02 c1 00')).finish();
    const { events } = await eventsOf(file);
    expect(events).toContain('uint 1');
    expect(events).toContain('! RDB_SPECIAL_LENGTH @22');
  });

  it('never takes memory for what a length claims', async () => {
    for (const sized of [true, false]) {
      const body = Buffer.concat([len(2 ** 40), Buffer.from('not so many')]);
      const file = new RdbBuilder(9).key('k', { type: 0, body }).unfinished();
      // A plain string passes in pieces, so what is there is passed before the end is missed.
      const { result } = await eventsOf(file, { sized });
      expect(result).toMatchObject({ complete: false, failure: { code: sized ? 'RDB_BAD_LENGTH' : 'RDB_TRUNCATED' } });
      const key = new RdbBuilder(9).bytes(hex('00'), body).unfinished();
      const inKey = await eventsOf(key, { sized });
      expect(inKey.result).toMatchObject({
        complete: false,
        failure: { code: sized ? 'RDB_BAD_LENGTH' : 'RDB_STRING_TOO_LARGE', offset: 9 },
      });
    }
  });

  it('believes a count only as far as elements come', async () => {
    const list = { type: 1, body: Buffer.concat([len(2n ** 63n), hex('01 61 01 62')]) };
    const { events, result } = await eventsOf(new RdbBuilder(9).key('k', list).unfinished());
    expect(events.slice(-2)).toEqual(['item "a"', 'item "b"']);
    expect(result).toMatchObject({ complete: false, failure: { code: 'RDB_TRUNCATED', inKey: true } });
  });

  it('reads string lengths of any form', async () => {
    for (const form of [14, 32, 64] as const) {
      const value = { type: 0, body: Buffer.concat([len(3, form), Buffer.from('abc')]) };
      expect(await toldOf(value)).toEqual(['string "abc"', '! RDB_LENGTH_NOT_SHORTEST @12']);
    }
    expect(await toldOf(stringValue('x'.repeat(16384)))).toHaveLength(1);
  });
});
