import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Level } from '../../../src/rdb/visitor.js';
import { eventsOf, shown } from '../../helpers/events.js';
import {
  blobValue,
  hex,
  quicklistValue,
  RdbBuilder,
  type ZiplistEntry,
  type ZiplistForm,
  ziplist,
} from '../../helpers/rdb-builder.js';
import { runs } from '../../helpers/runs.js';
import { toldOf, VALUE_AT } from '../../helpers/values.js';
import { HASH_ZIPLIST, QUICKLIST } from '../../helpers/worked-dumps.js';

/** The items of a list, which shows each entry as it is. */
async function itemsOf(entries: readonly ZiplistEntry[]): Promise<string[]> {
  return toldOf(blobValue(10, ziplist(entries)));
}

describe('ziplists', () => {
  it('the worked examples', async () => {
    const { events } = await eventsOf(new RdbBuilder(9).bytes(HASH_ZIPLIST, QUICKLIST).finish());
    expect(events.filter((event) => /^(count|item|field)/.test(event))).toEqual([
      'count 2',
      'field "f" "v"',
      'field "n" "7"',
      'count 1',
      'item "a"',
      'item "b"',
      'item "1"',
      'item "300"',
    ]);
  });

  it.each([
    ['immediate', 0n, 12n],
    ['i8', -128n, 127n],
    ['i16', -32768n, 32767n],
    ['i24', -8388608n, 8388607n],
    ['i32', -2147483648n, 2147483647n],
    ['i64', -9223372036854775808n, 9223372036854775807n],
  ] as [ZiplistForm, bigint, bigint][])('integers as %s', async (form, least, greatest) => {
    const values = [least, greatest, 1n, 2n];
    expect(await itemsOf(values.map((value) => ({ value, form })))).toEqual([
      'count 4',
      ...values.map((value) => `item "${value}"`),
    ]);
  });

  it.each([
    ['str6', [0, 1, 63]],
    ['str14', [0, 64, 250, 251, 252, 253, 16383]],
    ['str32', [0, 1, 248, 249, 16384, 70000]],
  ] as [ZiplistForm, number[]][])(
    'text as %s, and the length of it in front of the next entry',
    async (form, lengths) => {
      const values = lengths.map((length) => 'x'.repeat(length));
      expect(await itemsOf(values.map((value) => ({ value, form })))).toEqual([
        `count ${values.length}`,
        ...values.map((value) => `item ${shown(Buffer.from(value))}`),
      ]);
    },
  );

  it('small lengths of entries before in the long form', async () => {
    const entries = ['a', 'b', 7, 'c'].map((value) => ({ value, longPrevlen: true }));
    expect(await itemsOf(entries)).toEqual(['count 4', 'item "a"', 'item "b"', 'item "7"', 'item "c"']);
  });

  it('any entries in any form', async () => {
    const longPrevlen = fc.boolean();
    const entry = fc.oneof(
      fc
        .record({ value: fc.uint8Array({ maxLength: 300 }), longPrevlen })
        .map((e) => ({ ...e, form: 'str14' as const, as: Buffer.from(e.value) })),
      ...([8, 16, 24, 32, 64] as const).map((bits) =>
        fc
          .record({
            value: fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n }),
            longPrevlen,
          })
          .map((e) => ({ ...e, form: `i${bits}` as const, as: Buffer.from(String(e.value)) })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 30 }), async (entries) => {
        expect(await itemsOf(entries)).toEqual([
          `count ${entries.length}`,
          ...entries.map(({ as }) => `item ${shown(as)}`),
        ]);
      }),
      { numRuns: runs(60) },
    );
  });

  it('sorted sets', async () => {
    expect(await toldOf(blobValue(12, ziplist(['a', '1', 'b', '2.5', 'c', 'inf'])))).toEqual([
      'count 3',
      'member "a" 1',
      'member "b" 2.5',
      'member "c" Infinity',
    ]);
  });

  it('empty, or with a count that is not known', async () => {
    expect(await itemsOf([])).toEqual(['count 0']);
    expect(await toldOf(blobValue(10, ziplist(['a'], { count: 0xffff })))).toEqual(['count 1', 'item "a"']);
  });

  it('quicklists of several, compressed or not', async () => {
    const nodes = [ziplist(['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'b']), ziplist([1, 2])];
    for (const form of ['raw', 'lzf'] as const) {
      expect(await toldOf(quicklistValue(nodes, form), { version: 9 })).toEqual([
        'count 2',
        'item "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        'item "b"',
        'item "1"',
        'item "2"',
      ]);
      expect(await toldOf(quicklistValue(nodes, form), { version: 9, level: Level.STRUCTURE })).toEqual([
        'count 2',
        ...nodes.map((node) => `ziplist by 1 ${shown(node)}`),
      ]);
    }
  });
});

describe('damaged ziplists', () => {
  const good = ziplist(['abc', 'def', 5]);

  function changed(at: number, byte: number): Buffer {
    const blob = Buffer.from(good);
    blob[at] = byte;
    return blob;
  }

  it.each([
    ['shorter than its header', good.subarray(0, 10), 'ZIPLIST_TOO_SHORT'],
    ['another size', ziplist(['a'], { total: 99 }), 'ZIPLIST_BAD_TOTAL'],
    ['no end mark', ziplist(['a'], { terminator: 0 }), 'ZIPLIST_NO_TERMINATOR'],
    ['an encoding that is none', changed(11, 0xc1), 'ZIPLIST_BAD_ENTRY'],
    ['an early end mark', changed(10, 0xff), 'ZIPLIST_EARLY_END'],
    ['text that reaches past the end', changed(11, 0x3f), 'ZIPLIST_OUT_OF_BOUNDS'],
    ['a wrong length of the entry before', changed(15, 4), 'ZIPLIST_BAD_PREVLEN'],
    ['a first entry with something before it', changed(10, 1), 'ZIPLIST_BAD_PREVLEN'],
    ['text of four gigabytes', hex('11 00 00 00 0a 00 00 00 01 00 00 80 ff ff ff ff ff'), 'ZIPLIST_OUT_OF_BOUNDS'],
  ])('%s: nothing of it is told', async (_name, blob, code) => {
    expect(await toldOf(blobValue(10, blob))).toEqual([`! ${code} @${VALUE_AT}`]);
  });

  it.each([
    ['a wrong tail', ziplist(['a', 'b'], { tail: 10 }), 'ZIPLIST_BAD_TAIL'],
    ['a wrong count', ziplist(['a', 'b'], { count: 1 }), 'ZIPLIST_BAD_COUNT'],
  ])('%s, which leaves the entries readable', async (_name, blob, code) => {
    expect(await toldOf(blobValue(10, blob))).toEqual([`! ${code} @${VALUE_AT}`, 'count 2', 'item "a"', 'item "b"']);
  });

  it('half of a pair', async () => {
    expect(await toldOf(blobValue(13, ziplist(['a', 'b', 'c'])))).toEqual([`! ZIPLIST_UNEVEN @${VALUE_AT}`]);
  });

  it('one bad node does not hide the others', async () => {
    const nodes = [ziplist(['a']), ziplist(['b'], { total: 3 }), ziplist(['c'])];
    const told = await toldOf(quicklistValue(nodes), { version: 9 });
    expect(told[1]).toBe('item "a"');
    expect(told[2]).toMatch(/^! ZIPLIST_BAD_TOTAL @/);
    expect(told[3]).toBe('item "c"');
  });
});
