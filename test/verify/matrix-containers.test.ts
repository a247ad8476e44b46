// Sections 8.2 and 8.3 of the format reference: compact containers.
import {
  blobValue,
  hex,
  intset,
  type ListpackEntry,
  type ListpackHeader,
  le,
  listpack,
  quicklist2Value,
  str,
  ziplist,
  zipmap,
} from '../helpers/rdb-builder.js';
import { fileOf } from './hand-made.js';
import { accepted, refused } from './rows.js';

refused('listpacks', [
  {
    defect: 'total not the length of the blob',
    file: hash(['f', 'v'], { total: 14 }),
    finds: ['error LISTPACK_BAD_TOTAL'],
  },
  { defect: 'no ff at its end', file: hash(['f', 'v'], { terminator: 0 }), finds: ['error LISTPACK_NO_TERMINATOR'] },
  {
    defect: 'shorter than the smallest',
    file: fileOf(blobValue(16, hex('06 00 00 00 00 00'))),
    finds: ['error LISTPACK_TOO_SHORT'],
  },
  { defect: 'count too high', file: hash(['f', 'v'], { count: 4 }), finds: ['error LISTPACK_BAD_COUNT'] },
  { defect: 'count too low', file: hash(['f', 'v'], { count: 0 }), finds: ['error LISTPACK_BAD_COUNT'] },
  { defect: 'odd pairs of a hash', file: hash(['f', 'v', 'g']), finds: ['error LISTPACK_UNEVEN'] },
  { defect: 'odd pairs of a zset', file: zset(['m', 1, 'n']), finds: ['error LISTPACK_UNEVEN'] },
  { defect: 'repeated field', file: hash(['f', 'v', 'f', 'w']), finds: ['error HASH_DUPLICATE_FIELD'] },
  { defect: 'repeated member of a zset', file: zset(['m', 1, 'm', 2]), finds: ['error ZSET_DUPLICATE_MEMBER'] },
  { defect: 'repeated member of a set', file: set(['m', 'n', 'm']), finds: ['error SET_DUPLICATE_MEMBER'] },
  // The logical value is the decimal text, whatever the form.
  {
    defect: 'repeated field, 5 against "5"',
    file: hash([5, 'v', { value: '5', form: 'str6' }, 'w']),
    finds: ['error HASH_DUPLICATE_FIELD'],
  },
  {
    defect: 'repeated member, 5 in two widths',
    file: set([5, { value: 5, form: 'i64' }]),
    finds: ['error SET_DUPLICATE_MEMBER'],
  },
  {
    defect: 'repeated member, -70000 against "-70000"',
    file: set([{ value: '-70000', form: 'str12' }, -70000]),
    finds: ['error SET_DUPLICATE_MEMBER'],
  },
  // A header and an ff around what the text says.
  { defect: 'backlen wrong', file: blob('81 66 02  81 76 03', 2), finds: ['error LISTPACK_BAD_BACKLEN'] },
  { defect: 'entry beyond the end', file: blob('81 66 02  8a 76 0b', 2), finds: ['error LISTPACK_OUT_OF_BOUNDS'] },
  {
    defect: '32-bit length beyond the end',
    file: blob('81 66 02  f0 ff ff ff ff 76 02', 2),
    finds: ['error LISTPACK_OUT_OF_BOUNDS'],
  },
  { defect: 'first byte f5', file: blob('81 66 02  f5 01', 2), finds: ['error LISTPACK_BAD_ENTRY'] },
  {
    defect: 'end mark before its end',
    file: blob('81 66 02  81 76 02  ff  81 67 02  81 77 02', 2),
    finds: ['error LISTPACK_EARLY_END'],
  },
  {
    defect: 'damage in a node of a list',
    file: fileOf(quicklist2Value([{ packed: listpack(['a']) }, { packed: listpack(['a', 'b'], { count: 1 }) }])),
    finds: ['error LISTPACK_BAD_COUNT'],
  },
]);

accepted('listpacks', [
  { defect: 'zset: score not a number', file: zset(['m', 'high']), finds: ['warning ZSET_SCORE_INVALID'] },
  { defect: 'zset: unsorted', file: zset(['m', 2, 'n', 1]), finds: ['warning ZSET_UNSORTED'] },
  // Not so on Valkey 9.1, see below.
  { defect: 'zset: score nan', file: zset(['m', 'nan']), finds: ['warning ZSET_SCORE_NAN'] },
  {
    defect: 'integer in a wider form',
    file: set([
      { value: 1, form: 'i64' },
      { value: 2, form: 'i16' },
    ]),
    finds: [],
  },
  { defect: 'count unknown (ffff)', file: hash(['f', 'v'], { count: 0xffff }), finds: [] },
  {
    defect: 'short text with a long length',
    file: set([
      { value: 'a', form: 'str32' },
      { value: 'b', form: 'str12' },
    ]),
    finds: [],
  },
  { defect: 'zset: infinite and fractional scores', file: zset(['a', '-inf', 'b', '2.5', 'c', 'inf']), finds: [] },
]);

refused('listpacks in files of Valkey 9', [
  {
    defect: 'zset: score nan',
    file: fileOf(blobValue(17, listpack(['m', 'nan'])), { version: 80 }),
    finds: ['error ZSET_SCORE_NAN'],
  },
]);

refused('ziplists', [
  { defect: 'total wrong', file: ziplistHash(['f', 'v'], { total: 99 }), finds: ['error ZIPLIST_BAD_TOTAL'] },
  { defect: 'tail wrong', file: ziplistHash(['f', 'v'], { tail: 10 }), finds: ['error ZIPLIST_BAD_TAIL'] },
  {
    defect: 'tail beyond the end',
    file: ziplistHash(['f', 'v'], { tail: 0x7fffffff }),
    finds: ['error ZIPLIST_BAD_TAIL'],
  },
  { defect: 'count wrong', file: ziplistHash(['f', 'v'], { count: 4 }), finds: ['error ZIPLIST_BAD_COUNT'] },
  {
    defect: 'no ff at its end',
    file: ziplistHash(['f', 'v'], { terminator: 0 }),
    finds: ['error ZIPLIST_NO_TERMINATOR'],
  },
  {
    defect: 'shorter than the smallest',
    file: fileOf(blobValue(13, hex('0a 00 00 00 0a 00 00 00 00 00'))),
    finds: ['error ZIPLIST_TOO_SHORT'],
  },
  { defect: 'odd', file: ziplistHash(['f', 'v', 'g']), finds: ['error ZIPLIST_UNEVEN'] },
  { defect: 'repeated field', file: ziplistHash(['f', 'v', 'f', 'w']), finds: ['error HASH_DUPLICATE_FIELD'] },
  {
    defect: 'repeated field, 5 against "5"',
    file: ziplistHash([5, 'v', { value: '5', form: 'str6' }, 'w']),
    finds: ['error HASH_DUPLICATE_FIELD'],
  },
  {
    defect: 'repeated member',
    file: fileOf(blobValue(12, ziplist(['m', 1, 'm', 2]))),
    finds: ['error ZSET_DUPLICATE_MEMBER'],
  },
  { defect: 'prevlen wrong', file: ziplistBlob('00 01 66  07 01 76', 3, 2), finds: ['error ZIPLIST_BAD_PREVLEN'] },
  {
    defect: 'prevlen of the first entry not 0',
    file: ziplistBlob('03 01 66  03 01 76', 3, 2),
    finds: ['error ZIPLIST_BAD_PREVLEN'],
  },
  {
    defect: 'entry beyond the end',
    file: ziplistBlob('00 01 66  03 3f 76', 3, 2),
    finds: ['error ZIPLIST_OUT_OF_BOUNDS'],
  },
  { defect: 'encoding c1', file: ziplistBlob('00 01 66  03 c1 76', 3, 2), finds: ['error ZIPLIST_BAD_ENTRY'] },
  {
    defect: 'end mark before its end',
    file: ziplistBlob('00 01 66  03 01 76  ff  03 01 67  03 01 77', 3, 2),
    finds: ['error ZIPLIST_EARLY_END'],
  },
]);

accepted('ziplists', [
  {
    defect: 'zset: score not a number',
    file: fileOf(blobValue(12, ziplist(['m', 'high']))),
    finds: ['warning ZSET_SCORE_INVALID'],
  },
  {
    defect: 'zset: unsorted',
    file: fileOf(blobValue(12, ziplist(['m', 2, 'n', 1]))),
    finds: ['warning ZSET_UNSORTED'],
  },
  {
    defect: 'long prevlen for a small entry',
    file: ziplistHash(['f', { value: 'v', longPrevlen: true }]),
    finds: [],
  },
]);

refused('zipmaps', [
  {
    defect: 'empty',
    file: fileOf(blobValue(9, zipmap([])), { version: 3 }),
    finds: ['error EMPTY_COLLECTION', 'info RDB_CHECKSUM_ABSENT'],
  },
  {
    defect: 'count wrong',
    file: fileOf(blobValue(9, zipmap([{ field: 'f', value: 'v' }], { count: 2 }))),
    finds: ['error ZIPMAP_BAD_COUNT'],
  },
  {
    defect: 'repeated field',
    file: fileOf(
      blobValue(
        9,
        zipmap([
          { field: 'f', value: 'v' },
          { field: 'f', value: 'w' },
        ]),
      ),
    ),
    finds: ['error HASH_DUPLICATE_FIELD'],
  },
  {
    defect: 'no ff at its end',
    file: fileOf(blobValue(9, zipmap([{ field: 'f', value: 'v' }], { terminator: 0 }))),
    finds: ['error ZIPMAP_NO_TERMINATOR'],
  },
  { defect: 'one byte', file: fileOf(blobValue(9, hex('ff'))), finds: ['error ZIPMAP_TOO_SHORT'] },
  {
    defect: 'field beyond the end',
    file: fileOf(blobValue(9, hex('01 09 66 01 00 76 ff'))),
    finds: ['error ZIPMAP_OUT_OF_BOUNDS'],
  },
  {
    defect: 'free bytes beyond the end',
    file: fileOf(blobValue(9, hex('01 01 66 01 09 76 ff'))),
    finds: ['error ZIPMAP_OUT_OF_BOUNDS'],
  },
]);

accepted('zipmaps', [
  {
    defect: 'count unknown (254)',
    file: fileOf(blobValue(9, zipmap([{ field: 'f', value: 'v', free: 3 }], { count: 254 }))),
    finds: [],
  },
]);

refused('intsets', [
  {
    defect: 'size larger than 8 + w x n',
    file: fileOf(blobValue(11, Buffer.concat([intset([1, 2]), le(3, 2)]))),
    finds: ['error INTSET_BAD_SIZE'],
  },
  {
    defect: 'size smaller than 8 + w x n',
    file: fileOf(blobValue(11, intset([1, 2], 2, 3))),
    finds: ['error INTSET_BAD_SIZE'],
  },
  {
    defect: 'width 3',
    file: fileOf(blobValue(11, hex('03 00 00 00 01 00 00 00 01 00 00'))),
    finds: ['error INTSET_BAD_WIDTH'],
  },
  {
    defect: 'shorter than its header',
    file: fileOf(blobValue(11, hex('02 00 00 00'))),
    finds: ['error INTSET_TOO_SHORT'],
  },
  { defect: 'unsorted', file: fileOf(blobValue(11, intset([2, 1]))), finds: ['error INTSET_UNSORTED'] },
  { defect: 'repeated', file: fileOf(blobValue(11, intset([1, 1]))), finds: ['error SET_DUPLICATE_MEMBER'] },
  {
    defect: 'unsorted as signed numbers',
    file: fileOf(blobValue(11, intset([1, -1]))),
    finds: ['error INTSET_UNSORTED'],
  },
]);

accepted('intsets', [{ defect: 'wider than needed', file: fileOf(blobValue(11, intset([-1, 2], 8))), finds: [] }]);

refused('containers that are compressed', [
  {
    defect: 'damage inside the decompressed listpack',
    file: fileOf(blobValue(16, listpack(['f', 'v'.repeat(60), 'g', 'v'.repeat(60)], { count: 2 }), 'lzf')),
    finds: ['error LISTPACK_BAD_COUNT'],
  },
  {
    defect: 'a listpack that does not decompress',
    file: fileOf({ type: 16, body: Buffer.concat([hex('c3 03 15'), hex('e0 0a 00')]) }),
    finds: ['error LZF_BAD_REFERENCE'],
  },
]);

accepted('containers that are compressed', [
  {
    defect: 'a listpack that decompresses',
    file: fileOf({ type: 16, body: str(listpack(['f', 'v'.repeat(60)]), 'lzf') }),
    finds: [],
  },
]);

function hash(entries: readonly ListpackEntry[], header?: ListpackHeader): Buffer {
  return fileOf(blobValue(16, listpack(entries, header)));
}

function zset(entries: readonly ListpackEntry[]): Buffer {
  return fileOf(blobValue(17, listpack(entries)));
}

function set(entries: readonly ListpackEntry[]): Buffer {
  return fileOf(blobValue(20, listpack(entries)));
}

function ziplistHash(...[entries, header]: Parameters<typeof ziplist>): Buffer {
  return fileOf(blobValue(13, ziplist(entries, header)));
}

/** A hash in a listpack of the given entries, header and end mark right. */
function blob(entries: string, count: number): Buffer {
  const body = hex(entries);
  return fileOf(blobValue(16, Buffer.concat([le(6 + body.length + 1, 4), le(count, 2), body, hex('ff')])));
}

/** A hash in a ziplist of the given entries, header and end mark right. */
function ziplistBlob(entries: string, lastEntry: number, count: number): Buffer {
  const body = hex(entries);
  const head = [le(10 + body.length + 1, 4), le(10 + lastEntry, 4), le(count, 2)];
  return fileOf(blobValue(13, Buffer.concat([...head, body, hex('ff')])));
}
