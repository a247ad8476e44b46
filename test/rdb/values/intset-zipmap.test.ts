import { describe, expect, it } from 'vitest';
import { Level } from '../../../src/rdb/visitor.js';
import { eventsOf, shown } from '../../helpers/events.js';
import { blobValue, hex, intset, RdbBuilder, zipmap } from '../../helpers/rdb-builder.js';
import { toldOf, VALUE_AT } from '../../helpers/values.js';
import { SET_INTSET } from '../../helpers/worked-dumps.js';

async function membersOf(blob: Uint8Array): Promise<string[]> {
  return toldOf(blobValue(11, blob));
}

describe('intsets', () => {
  it('the worked example', async () => {
    const { events } = await eventsOf(new RdbBuilder(9).bytes(SET_INTSET).finish());
    expect(events.slice(2, 6)).toEqual(['count 3', 'member "1"', 'member "2"', 'member "70000"']);
  });

  it.each([
    [2, [-32768n, -1n, 0n, 32767n]],
    [4, [-2147483648n, -1n, 5n, 2147483647n]],
    [8, [-9223372036854775808n, -9007199254740993n, 0n, 9007199254740993n, 9223372036854775807n]],
  ])('integers of %d bytes', async (width, members) => {
    expect(await membersOf(intset(members, width))).toEqual([
      `count ${members.length}`,
      ...members.map((member) => `member "${member}"`),
    ]);
  });

  it('may be wider than they need be', async () => {
    expect(await membersOf(intset([1, 2], 8))).toEqual(['count 2', 'member "1"', 'member "2"']);
  });

  it.each([
    ['shorter than its header', hex('02 00 00 00 00 00 00'), 'INTSET_TOO_SHORT'],
    ['a width that is none', intset([], 3), 'INTSET_BAD_WIDTH'],
    ['more members than there are', intset([1, 2], 2, 3), 'INTSET_BAD_SIZE'],
    ['fewer members than there are', intset([1, 2], 2, 1), 'INTSET_BAD_SIZE'],
    ['a count that overflows', intset([1, 2], 8, 0x20000002), 'INTSET_BAD_SIZE'],
  ])('%s: nothing of it is told', async (_name, blob, code) => {
    expect(await membersOf(blob)).toEqual([`! ${code} @${VALUE_AT}`]);
  });

  it.each([
    ['unsorted', [3, 2], 'INTSET_UNSORTED'],
    ['with a repeated member', [2, 2], 'SET_DUPLICATE_MEMBER'],
  ])('%s, which leaves the members readable', async (_name, members, code) => {
    expect(await membersOf(intset(members))).toEqual([
      `! ${code} @${VALUE_AT}`,
      'count 2',
      ...members.map((member) => `member "${member}"`),
    ]);
  });

  it('empty', async () => {
    expect(await membersOf(intset([]))).toEqual([`! EMPTY_COLLECTION @${VALUE_AT}`, 'count 0']);
  });
});

describe('zipmaps', () => {
  async function fieldsOf(blob: Uint8Array): Promise<string[]> {
    return toldOf(blobValue(9, blob), { version: 3 });
  }

  it('fields and values, with unused bytes behind some', async () => {
    const blob = zipmap([
      { field: 'f', value: 'v', free: 3 },
      { field: '', value: '' },
      { field: 'long', value: 'x'.repeat(300) },
      { field: 'g', value: 'y', free: 255 },
    ]);
    expect(await fieldsOf(blob)).toEqual([
      'count 4',
      'field "f" "v"',
      'field "" ""',
      `field "long" ${shown(Buffer.from('x'.repeat(300)))}`,
      'field "g" "y"',
    ]);
    expect(await toldOf(blobValue(9, blob), { version: 3, level: Level.STRUCTURE })).toEqual([
      `zipmap by 2 ${shown(blob)}`,
    ]);
  });

  it('lengths around the one that needs the long form', async () => {
    const lengths = [252, 253, 254, 255];
    const blob = zipmap(lengths.map((length) => ({ field: `f${length}`, value: 'z'.repeat(length) })));
    expect(await fieldsOf(blob)).toEqual([
      'count 4',
      ...lengths.map((length) => `field "f${length}" ${shown(Buffer.from('z'.repeat(length)))}`),
    ]);
  });

  it('with a count that is not known', async () => {
    const fields = Array.from({ length: 300 }, (_, i) => ({ field: `f${i}`, value: 'v' }));
    expect((await fieldsOf(zipmap(fields)))[0]).toBe('count 300');
    expect(await fieldsOf(zipmap([{ field: 'f', value: 'v' }], { count: 254 }))).toEqual(['count 1', 'field "f" "v"']);
  });

  it.each([
    ['shorter than anything', hex('00'), 'ZIPMAP_TOO_SHORT'],
    ['no end mark', zipmap([{ field: 'f', value: 'v' }], { terminator: 0 }), 'ZIPMAP_NO_TERMINATOR'],
    ['a field that reaches past the end', hex('01 09 66 01 00 76 ff'), 'ZIPMAP_OUT_OF_BOUNDS'],
    ['a value that reaches past the end', hex('01 01 66 05 00 76 ff'), 'ZIPMAP_OUT_OF_BOUNDS'],
    ['unused bytes that reach past the end', hex('01 01 66 01 02 76 ff'), 'ZIPMAP_OUT_OF_BOUNDS'],
    ['a field without a value', hex('01 01 66 ff'), 'ZIPMAP_OUT_OF_BOUNDS'],
    ['a long length that is cut', hex('01 fe 01 00 ff'), 'ZIPMAP_OUT_OF_BOUNDS'],
    ['a field of four gigabytes', hex('01 fe ff ff ff ff 66 01 00 76 ff'), 'ZIPMAP_OUT_OF_BOUNDS'],
  ])('%s: nothing of it is told', async (_name, blob, code) => {
    expect(await fieldsOf(blob)).toEqual([`! ${code} @${VALUE_AT}`]);
  });

  it('a wrong count', async () => {
    expect(await fieldsOf(zipmap([{ field: 'f', value: 'v' }], { count: 2 }))).toContain(
      `! ZIPMAP_BAD_COUNT @${VALUE_AT}`,
    );
  });

  // redis-check-rdb 7.0.15 refuses both.
  it('a count of 255, which is a count: only 254 stands for an unknown one', async () => {
    const blob = zipmap([{ field: 'f', value: 'v' }], { count: 255 });
    expect(await fieldsOf(blob)).toContain(`! ZIPMAP_BAD_COUNT @${VALUE_AT}`);
  });

  it('a length in the long form that would fit into the short one', async () => {
    const told = await fieldsOf(zipmap([{ field: 'f', value: 'v', long: true }]));
    expect(told.filter((event) => event.startsWith('!'))).toHaveLength(1);
  });

  it('empty', async () => {
    expect(await fieldsOf(zipmap([]))).toEqual(['count 0']);
  });
});
