import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Level } from '../../../src/rdb/visitor.js';
import { eventsOf, shown } from '../../helpers/events.js';
import {
  blobValue,
  hex,
  type ListpackEntry,
  type ListpackForm,
  listpack,
  RdbBuilder,
} from '../../helpers/rdb-builder.js';
import { runs } from '../../helpers/runs.js';
import { toldOf, VALUE_AT } from '../../helpers/values.js';
import { HASH_LISTPACK, SET_LISTPACK, ZSET_LISTPACK } from '../../helpers/worked-dumps.js';

/** The members of a set, which shows each entry as it is. */
async function membersOf(entries: readonly ListpackEntry[]): Promise<string[]> {
  return toldOf(blobValue(20, listpack(entries)));
}

async function problemOf(blob: Uint8Array, type: 16 | 17 | 20 = 20): Promise<string[]> {
  return toldOf(blobValue(type, blob));
}

describe('listpacks', () => {
  it('the worked examples', async () => {
    const { events } = await eventsOf(new RdbBuilder(12).bytes(SET_LISTPACK, HASH_LISTPACK, ZSET_LISTPACK).finish());
    expect(events.filter((event) => /^(count|member|field)/.test(event))).toEqual([
      'count 2',
      'member "x"',
      'member "y"',
      'count 2',
      'field "f" "v"',
      'field "n" "7"',
      'count 3',
      'member "a" 1',
      'member "b" 2.5',
      'member "c" Infinity',
    ]);
  });

  // The greatest and the least that each encoding holds, and one that a smaller one would.
  it.each([
    ['u7', 0n, 127n],
    ['i13', -4096n, 4095n],
    ['i16', -32768n, 32767n],
    ['i24', -8388608n, 8388607n],
    ['i32', -2147483648n, 2147483647n],
    ['i64', -9223372036854775808n, 9223372036854775807n],
  ] as [ListpackForm, bigint, bigint][])('integers as %s', async (form, least, greatest) => {
    const values = [least, greatest, 1n, form === 'u7' ? 2n : -1n];
    expect(await membersOf(values.map((value) => ({ value, form })))).toEqual([
      'count 4',
      ...values.map((value) => `member "${value}"`),
    ]);
  });

  it.each([
    ['str6', [0, 1, 63]],
    ['str12', [0, 1, 64, 124, 125, 126, 127, 4095]],
    ['str32', [0, 1, 121, 122, 123, 4096, 16376, 16377, 16378, 16379, 70000]],
  ] as [ListpackForm, number[]][])('text as %s', async (form, lengths) => {
    const values = lengths.map((length) => 'x'.repeat(length));
    expect(await membersOf(values.map((value) => ({ value, form })))).toEqual([
      `count ${values.length}`,
      ...values.map((value) => `member ${shown(Buffer.from(value))}`),
    ]);
  });

  it('an entry of two million bytes, whose backlen takes four', async () => {
    const value = Buffer.alloc(2_097_200, 0x61);
    expect(await membersOf([value, 'b'])).toEqual(['count 2', `member ${shown(value)}`, 'member "b"']);
  });

  it('any entries in any form', async () => {
    const text = fc.uint8Array({ maxLength: 200 });
    const entry = fc.oneof(
      text.map((value) => ({ value, form: 'str32' as const, as: Buffer.from(value) })),
      text.map((value) => ({ value, form: 'str12' as const, as: Buffer.from(value) })),
      ...([13, 16, 24, 32, 64] as const).map((bits) =>
        fc
          .bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n })
          .map((value) => ({ value, form: `i${bits}` as const, as: Buffer.from(String(value)) })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 30 }), async (entries) => {
        expect(await membersOf(entries)).toEqual([
          `count ${entries.length}`,
          ...entries.map(({ as }) => `member ${shown(as)}`),
        ]);
      }),
      { numRuns: runs(60) },
    );
  });

  it('scores as integers or as text', async () => {
    const blob = listpack([
      'a',
      0,
      'b',
      -5,
      'c',
      '1e+20',
      'd',
      '-inf',
      'e',
      '0.10000000000000001',
      'f',
      9007199254740993n,
    ]);
    expect(await toldOf(blobValue(17, blob))).toEqual([
      'count 6',
      'member "a" 0',
      'member "b" -5',
      'member "c" 100000000000000000000',
      'member "d" -Infinity',
      'member "e" 0.1',
      'member "f" 9007199254740992',
    ]);
    expect(await toldOf(blobValue(17, listpack(['m', 'much'])))).toContain(`! ZSET_SCORE_INVALID @${VALUE_AT}`);
  });

  it('empty', async () => {
    expect(await membersOf([])).toEqual(['count 0']);
  });

  it('with a count that is not known', async () => {
    const blob = listpack(['a', 'b', 'c'], { count: 0xffff });
    expect(await problemOf(blob)).toEqual(['count 3', 'member "a"', 'member "b"', 'member "c"']);
  });

  it('with more entries than its count can say', async () => {
    const blob = listpack(Array.from({ length: 70_000 }, (_, i) => i % 100));
    const told = await toldOf(blobValue(20, blob));
    expect(told[0]).toBe('count 70000');
    expect(told).toHaveLength(70_001);
  });

  it('as a whole blob for a visitor that wants structure, compressed or not', async () => {
    const blob = listpack(['abcabcabcabcabcabcabc', 'b']);
    for (const form of ['raw', 'lzf'] as const) {
      expect(await toldOf(blobValue(16, blob, form), { level: Level.STRUCTURE })).toEqual([
        `listpack by 2 ${shown(blob)}`,
      ]);
    }
  });
});

describe('damaged listpacks', () => {
  const good = listpack(['abc', 'def', 5]);

  function changed(at: number, byte: number): Buffer {
    const blob = Buffer.from(good);
    blob[at < 0 ? blob.length + at : at] = byte;
    return blob;
  }

  it.each([
    ['shorter than its header', hex('06 00 00 00 00 00'), 'LISTPACK_TOO_SHORT'],
    ['nothing', new Uint8Array(0), 'LISTPACK_TOO_SHORT'],
    ['another total', listpack(['a'], { total: 11 }), 'LISTPACK_BAD_TOTAL'],
    ['no end mark', listpack(['a'], { terminator: 0 }), 'LISTPACK_NO_TERMINATOR'],
    ['an encoding that is none', changed(6, 0xf5), 'LISTPACK_BAD_ENTRY'],
    ['an early end mark', changed(6, 0xff), 'LISTPACK_EARLY_END'],
    ['text that reaches past the end', changed(6, 0xbf), 'LISTPACK_OUT_OF_BOUNDS'],
    ['text of four gigabytes', listpack([{ value: '', form: 'str32' }]).fill(0xff, 7, 11), 'LISTPACK_OUT_OF_BOUNDS'],
    ['an integer that reaches past the end', hex('0a 00 00 00 01 00 f4 01 02 ff'), 'LISTPACK_OUT_OF_BOUNDS'],
    ['a backlen that lies', changed(10, 5), 'LISTPACK_BAD_BACKLEN'],
    ['a last backlen that lies', changed(-2, 2), 'LISTPACK_BAD_BACKLEN'],
  ])('%s: nothing of it is told', async (_name, blob, code) => {
    expect(await problemOf(blob)).toEqual([`! ${code} @${VALUE_AT}`]);
  });

  it('a wrong count, which leaves the entries readable', async () => {
    expect(await problemOf(listpack(['a', 'b'], { count: 3 }))).toEqual([
      `! LISTPACK_BAD_COUNT @${VALUE_AT}`,
      'count 2',
      'member "a"',
      'member "b"',
    ]);
  });

  it('half of a pair', async () => {
    expect(await problemOf(listpack(['a', 'b', 'c']), 16)).toEqual([`! LISTPACK_UNEVEN @${VALUE_AT}`]);
  });

  it('is walked only to where it is sound, whatever byte is changed', async () => {
    const blob = listpack(['abc', 5, 'x'.repeat(100), -70000, 'end', 2n ** 40n]);
    const whole = await problemOf(blob, 16);
    expect(whole).toHaveLength(4);
    for (let at = 0; at < blob.length; at++) {
      for (const byte of [0, 1, 0x7f, 0x80, 0xf0, 0xff, blob[at] ^ 1]) {
        const copy = Buffer.from(blob);
        copy[at] = byte;
        // A change may still give a sound listpack, with other data; it never gives more pairs than fit.
        const told = await problemOf(copy, 16);
        expect(told.filter((event) => event.startsWith('field')).length).toBeLessThanOrEqual(3);
        expect(told.filter((event) => event.startsWith('!')).length).toBeLessThanOrEqual(1);
      }
    }
  });
});
