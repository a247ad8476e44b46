import { describe, expect, it } from 'vitest';
import { eventsOf, shown } from '../../helpers/events.js';
import { randomBytes } from '../../helpers/random.js';
import { hex, moduleValue, RdbBuilder } from '../../helpers/rdb-builder.js';
import { toldOf, VALUE_AT } from '../../helpers/values.js';
import { VECTOR_SET } from '../../helpers/worked-dumps.js';

describe('values of modules', () => {
  it('the worked example, a vector set', async () => {
    const { events } = await eventsOf(new RdbBuilder(12).bytes(VECTOR_SET).finish());
    expect(events.slice(1, -2)).toEqual([
      'key "vs" db 0 MODULE_2 @9',
      'module value vectorset v0 @13',
      ...[3, 1, 4097, 0].map((n) => `uint ${n}`),
      'string "e1"',
      'string "\x7f\\u0000\\u0000"',
      ...[5, 1, 0, 0, 32].map((n) => `uint ${n}`),
      `uint ${0x3f8000003f800000n}`,
      'end of module',
    ]);
  });

  it('every kind of data', async () => {
    const value = moduleValue('ReJSON-RL', 1023, [
      { sint: -1 },
      { sint: 2n ** 62n },
      { uint: 2n ** 64n - 1n },
      { float: 0.5 },
      { double: 0.1 },
      { string: '12', form: 'int' },
    ]);
    expect(await toldOf(value)).toEqual([
      'module value ReJSON-RL v1023 @12',
      'sint -1',
      'sint 4611686018427387904',
      'uint 18446744073709551615',
      'float 0.5',
      'double 0.1',
      'string "12"',
      'end of module',
    ]);
  });

  it('nothing', async () => {
    expect(await toldOf(moduleValue('MBbloom--', 0, []))).toEqual(['module value MBbloom-- v0 @12', 'end of module']);
  });

  it('large strings pass in pieces', async () => {
    const big = randomBytes(3, 5000);
    const value = moduleValue('hellotype', 0, [{ string: big }, { uint: 1 }]);
    expect(await toldOf(value, { largeString: 1000, chunks: [99] })).toEqual([
      'module value hellotype v0 @12',
      'string large 5000',
      `content ${shown(big)}`,
      'uint 1',
      'end of module',
    ]);
  });

  it('an unknown opcode leaves the end unknown', async () => {
    const body = hex('81 85 e9 65 a2 dc a9 78 00  02 05  06 01  00');
    const { result } = await eventsOf(new RdbBuilder(12).key('k', { type: 7, body }).finish());
    expect(result).toMatchObject({
      complete: false,
      failure: { code: 'MODULE_BAD_OPCODE', offset: VALUE_AT + 11, inKey: true },
    });
  });
});
