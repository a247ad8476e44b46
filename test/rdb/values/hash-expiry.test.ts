import { describe, expect, it } from 'vitest';
import { Level } from '../../../src/rdb/visitor.js';
import { eventsOf, shown } from '../../helpers/events.js';
import {
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  listpack,
  preGaHashMetadataValue,
  RdbBuilder,
} from '../../helpers/rdb-builder.js';
import { toldOf, VALUE_AT } from '../../helpers/values.js';
import { HASH_2, HASH_LISTPACK_EX, HASH_METADATA } from '../../helpers/worked-dumps.js';

const VALKEY = { version: 80, magic: 'VALKEY' } as const;

describe('hashes whose fields expire', () => {
  it('the worked examples of Redis', async () => {
    const { events } = await eventsOf(new RdbBuilder(12).bytes(HASH_METADATA, HASH_LISTPACK_EX).finish());
    expect(events.filter((event) => /^(minimum|count|field)/.test(event))).toEqual([
      'minimum 1999999999999',
      'count 2',
      'field "fieldlong" "v" until 1999999999999',
      'field "ff" "w"',
      'minimum 9999999999999',
      'count 2',
      'field "f" "v" until 9999999999999',
      'field "g" "w"',
    ]);
  });

  it('the worked example of Valkey, which uses a number of Redis', async () => {
    const { events } = await eventsOf(new RdbBuilder(80, 'VALKEY').bytes(HASH_2).finish());
    expect(events.slice(1, 5)).toEqual([
      'key "hx" db 0 HASH_2 @9',
      'count 2',
      'field "f" "v" until 1999999999999',
      'field "g" "w"',
    ]);
  });

  it('the forms of the 7.4 release candidates', async () => {
    const fields = [
      { field: 'f', value: 'v', expireAtMs: 1999999999999 },
      { field: 'g', value: 'w', expireAtMs: 0 },
    ];
    expect(await toldOf(preGaHashMetadataValue(fields))).toEqual([
      'count 2',
      'field "f" "v" until 1999999999999',
      'field "g" "w"',
    ]);
    expect(await toldOf(blobValue(23, listpack(['f', 'v', 1999999999999, 'g', 'w', 0])))).toEqual([
      'count 2',
      'field "f" "v" until 1999999999999',
      'field "g" "w"',
    ]);
  });

  it('expiries are the minimum plus a distance less one', async () => {
    const value = hashMetadataValue(1000, [
      { field: 'a', value: '', ttl: 1 },
      { field: 'b', value: '', ttl: 500 },
      { field: 'c', value: '', ttl: 2 ** 48 - 1000 },
    ]);
    expect(await toldOf(value)).toEqual([
      'minimum 1000',
      'count 3',
      'field "a" "" until 1000',
      'field "b" "" until 1499',
      `field "c" "" until ${2 ** 48 - 1}`,
    ]);
  });

  it('expiries beyond 2^48 - 1 are refused by servers', async () => {
    const value = hashMetadataValue(1000, [{ field: 'a', value: '', ttl: 2 ** 48 - 999 }]);
    expect(await toldOf(value)).toContain(`! HASH_FIELD_EXPIRE_INVALID @${VALUE_AT + 9}`);
    const packed = hashListpackExValue(2 ** 48, listpack(['f', 'v', 2 ** 48]));
    expect(await toldOf(packed)).toContain(`! HASH_FIELD_EXPIRE_INVALID @${VALUE_AT + 8}`);
  });

  it('only -1 stands for no expiry in Valkey', async () => {
    const value = hash2Value([
      { field: 'a', value: '', expireAtMs: 0 },
      { field: 'b', value: '', expireAtMs: -5 },
    ]);
    const told = await toldOf(value, VALKEY);
    expect(told).toContain('field "a" "" until 0');
    expect(told.filter((event) => event.startsWith('!'))).toEqual([
      expect.stringMatching(/^! HASH_FIELD_EXPIRE_INVALID @/),
    ]);
  });

  it('expiries in a listpack have to be integers, ascending', async () => {
    const problems = async (entries: Parameters<typeof listpack>[0]) =>
      (await toldOf(hashListpackExValue(5, listpack(entries)))).filter((event) => event.startsWith('!'));
    const at = VALUE_AT + 8;
    expect(await problems(['f', 'v', 'soon'])).toEqual([`! HASH_FIELD_EXPIRE_INVALID @${at}`]);
    expect(await problems(['f', 'v', -1])).toEqual([`! HASH_FIELD_EXPIRE_INVALID @${at}`]);
    expect(await problems(['f', 'v', 6, 'g', 'w', 5])).toEqual([`! HASH_FIELD_EXPIRE_UNSORTED @${at}`]);
    expect(await problems(['f', 'v', 0, 'g', 'w', 5])).toEqual([`! HASH_FIELD_EXPIRE_UNSORTED @${at}`]);
    expect(await problems(['f', 'v', 5, 'g', 'w', 5, 'h', 'x', 0, 'i', 'y', 0])).toEqual([]);
    expect(await problems(['f', 'v', 5, 'g', 'w'])).toEqual([`! LISTPACK_UNEVEN @${at}`]);
  });

  it('the minimum and the blob for a visitor that wants structure', async () => {
    const blob = listpack(['f', 'v', 7]);
    expect(await toldOf(hashListpackExValue(7, blob), { level: Level.STRUCTURE })).toEqual([
      'minimum 7',
      `listpack by 3 ${shown(blob)}`,
    ]);
  });

  it('large values pass in pieces', async () => {
    const big = 'x'.repeat(5000);
    expect(
      await toldOf(
        hashMetadataValue(7, [
          { field: 'f', value: big, ttl: 1 },
          { field: 'g', value: 'w', ttl: 0 },
        ]),
        { largeString: 1000, chunks: [100] },
      ),
    ).toEqual([
      'minimum 7',
      'count 2',
      'field "f" large 5000 until 7',
      `content ${shown(Buffer.from(big))}`,
      'field "g" "w"',
    ]);
  });
});
