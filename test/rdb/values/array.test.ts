import { describe, expect, it } from 'vitest';
import { eventsOf, shown } from '../../helpers/events.js';
import { arrayValue, hex, len, RdbBuilder } from '../../helpers/rdb-builder.js';
import { type OneValue, toldOf, VALUE_AT } from '../../helpers/values.js';
import { ARRAY } from '../../helpers/worked-dumps.js';

const V14: OneValue = { version: 14 };

/** The text that clients see for a double. */
async function textOf(double: number): Promise<string> {
  const told = await toldOf(arrayValue([{ index: 0, double }]), V14);
  return /^\[0\] "(.*)" tag 2/.exec(told[1])?.[1] ?? told[1];
}

describe('arrays', () => {
  it('the worked example', async () => {
    const { events } = await eventsOf(new RdbBuilder(14).bytes(ARRAY).finish());
    expect(events.slice(2, 8)).toEqual([
      'array 5 insert 64',
      '[0] "5" tag 1',
      '[1] "2.5" tag 2 2.5',
      '[2] "hi" tag 3',
      '[7] "long string" tag 0',
      '[16384] "-70000" tag 1',
    ]);
  });

  it('without an insert index, and with the greatest', async () => {
    expect(await toldOf(arrayValue([{ index: 0, short: '' }]), V14)).toEqual(['array 1', '[0] "" tag 3']);
    const value = arrayValue([{ index: 2n ** 64n - 2n, integer: 1 }], 2n ** 64n - 2n);
    expect(await toldOf(value, V14)).toEqual([
      'array 1 insert 18446744073709551614',
      '[18446744073709551614] "1" tag 1',
    ]);
  });

  it('integers of 64 bits', async () => {
    const value = arrayValue([
      { index: 0, integer: 2n ** 63n - 1n },
      { index: 1, integer: -(2n ** 63n) },
    ]);
    expect(await toldOf(value, V14)).toEqual([
      'array 2',
      '[0] "9223372036854775807" tag 1',
      '[1] "-9223372036854775808" tag 1',
    ]);
  });

  // From the text of the reference: the shortest digits, no exponent, ".0" where there is no point; low bits are cleared.
  it.each([
    [2.5, '2.5'],
    [1, '1.0'],
    [-0, '-0.0'],
    [1e6, '1000000.0'],
    [-1e21, '-1000000000000000000000.0'],
    [2 ** 61, '2305843009213693952.0'],
    [9007199254740992, '9007199254740992.0'],
    [2 ** -12, '0.000244140625'],
    [2 ** -30, '0.0000000009313225746154785'],
    [3.14, '3.139999999999999'],
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('the double %d is "%s" to clients', async (double, text) => {
    expect(await textOf(double)).toBe(text);
  });

  it('large strings pass in pieces', async () => {
    const big = 'noise and '.repeat(500);
    const value = arrayValue([
      { index: 3, string: big },
      { index: 4, short: 'x' },
    ]);
    expect(await toldOf(value, { ...V14, largeString: 1000, chunks: [9] })).toEqual([
      'array 2',
      '[3] large 5000 tag 0',
      `content ${shown(Buffer.from(big))}`,
      '[4] "x" tag 3',
    ]);
  });

  it('what servers refuse', async () => {
    expect(await toldOf(arrayValue([]), V14)).toContain(`! ARRAY_EMPTY @${VALUE_AT}`);
    const element = hex('00 03 00');
    expect(await toldOf({ type: 28, body: Buffer.concat([hex('01 02 05'), element]) }, V14)).toContain(
      `! ARRAY_INSERT_INDEX_INVALID @${VALUE_AT}`,
    );
    expect(await toldOf(arrayValue([{ index: 0, short: 'a' }], 2n ** 64n - 1n), V14)).toContain(
      `! ARRAY_INSERT_INDEX_INVALID @${VALUE_AT}`,
    );
    expect(await toldOf(arrayValue([{ index: 2n ** 64n - 1n, short: 'a' }]), V14)).toContain(
      `! ARRAY_INDEX_INVALID @${VALUE_AT + 2}`,
    );
    expect(await toldOf(arrayValue([{ index: 0, short: '12345678' }]), V14)).toContain(
      `! ARRAY_SHORT_STRING_TOO_LONG @${VALUE_AT + 2}`,
    );
    const special = { type: 28, body: Buffer.concat([len(1), len(0), hex('c1 03 00')]) };
    expect(await toldOf(special, V14)).toContain(`! RDB_SPECIAL_LENGTH @${VALUE_AT + 2}`);
  });

  it('a tag that is none leaves the end unknown', async () => {
    const value = arrayValue([{ index: 0, tag: 4, bytes: hex('00') }]);
    const { result } = await eventsOf(new RdbBuilder(14).key('k', value).finish());
    expect(result).toMatchObject({
      complete: false,
      failure: { code: 'ARRAY_TAG_UNKNOWN', offset: VALUE_AT + 2, inKey: true },
    });
  });
});
