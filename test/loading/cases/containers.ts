// Compact containers: listpacks, ziplists, zipmaps, intsets.
import {
  blobValue,
  hex,
  intset,
  type ListpackEntry,
  type ListpackHeader,
  le,
  listpack,
  ziplist,
  zipmap,
} from '../../helpers/rdb-builder.js';
import { group, numbered, pair, REDIS_7 } from '../case.js';

const NINES = 'v'.repeat(60);

/** Redis 6.0 walks zipmaps without looking where they end. */
const UNCHECKED = { except: 'redis-6.0' };

export const listpacks = group('listpack', [
  ['total-too-large', 'announces more bytes than there are', () => hash(['f', 'v'], { total: 99 })],
  ['total-too-small', 'announces fewer bytes than there are', () => hash(['f', 'v'], { total: 10 })],
  ['no-terminator', 'does not end with ff', () => hash(['f', 'v'], { terminator: 0 })],
  ['too-short', 'six bytes', () => pair(blobValue(16, hex('06 00 00 00 00 00')), REDIS_7)],
  ['count-too-high', 'announces four elements, there are two', () => hash(['f', 'v'], { count: 4 }), { fields: ['k'] }],
  ['count-zero', 'announces no element, there are two', () => hash(['f', 'v'], { count: 0 })],
  ['count-unknown', 'leaves its count open (ffff)', () => hash(['f', 'v'], { count: 0xffff }), { fields: ['k'] }],
  ['hash-odd', 'a field without value', () => hash(['f', 'v', 'g']), { fields: ['k'] }],
  ['zset-odd', 'a member without score', () => zset(['m', 1, 'n'])],
  ['hash-repeated-field', 'a field twice', () => hash(['f', 'v', 'f', 'w']), { fields: ['k'] }],
  [
    'hash-repeated-field-many',
    'a field twice among more than a compact hash may have',
    () => hash([...numbered('f', 600), 'f0'].flatMap((name) => [name, 'v'])),
  ],
  ['zset-repeated-member', 'a member twice', () => zset(['m', 1, 'm', 2])],
  [
    'zset-repeated-member-many',
    'a member twice among more than a compact sorted set may have',
    () => zset([...numbered('m', 200), 'm0'].flatMap((name, i) => [name, i])),
  ],
  ['set-repeated-member', 'a member twice', () => set(['m', 'n', 'm'])],
  [
    'set-repeated-member-many',
    'a member twice among more than a compact set may have',
    () => set([...numbered('m', 200), 'm0']),
  ],
  ['hash-repeated-integer', 'a field as integer and as text', () => hash([5, 'v', { value: '5', form: 'str6' }, 'w'])],
  ['set-repeated-integer', 'a member in two widths', () => set([5, { value: 5, form: 'i64' }])],
  ['backlen-wrong', 'the size behind the last entry is wrong', () => blob('81 66 02  81 76 03', 2)],
  ['entry-beyond-end', 'an entry longer than what is left', () => blob('81 66 02  8a 76 0b', 2)],
  ['entry-far-beyond-end', 'an entry of 4 GB', () => blob('81 66 02  f0 ff ff ff ff 76 02', 2)],
  ['entry-f5', 'an entry that starts with f5', () => blob('81 66 02  f5 01', 2)],
  ['early-end', 'an end mark before its end', () => blob('81 66 02  81 76 02  ff  81 67 02  81 77 02', 2)],
  ['zset-score-text', 'a score that is text', () => zset(['m', 'high'])],
  ['zset-score-nan', 'a score of nan', () => zset(['m', 'nan'])],
  ['zset-unsorted', 'scores that do not ascend', () => zset(['m', 2, 'n', 1])],
  [
    'wide-integer',
    'an integer in a wider form than needed',
    () =>
      set([
        { value: 1, form: 'i64' },
        { value: 2, form: 'i16' },
      ]),
  ],
  [
    'wide-length',
    'text with a longer length than needed',
    () =>
      set([
        { value: 'a', form: 'str32' },
        { value: 'b', form: 'str12' },
      ]),
  ],
  [
    'compressed-damage',
    'a wrong count in a listpack that is compressed',
    () => pair(blobValue(16, listpack(['f', NINES, 'g', NINES], { count: 2 }), 'lzf'), REDIS_7),
  ],
]);

export const ziplists = group('ziplist', [
  ['total-wrong', 'announces more bytes than there are', () => ziplistHash(['f', 'v'], { total: 99 })],
  ['tail-wrong', 'the tail is the first entry', () => ziplistHash(['f', 'v'], { tail: 10 })],
  ['tail-beyond-end', 'the tail is beyond the end', () => ziplistHash(['f', 'v'], { tail: 0x7fffffff })],
  ['count-too-high', 'announces four elements, there are two', () => ziplistHash(['f', 'v'], { count: 4 })],
  ['count-unknown', 'leaves its count open (ffff)', () => ziplistHash(['f', 'v'], { count: 0xffff })],
  ['no-terminator', 'does not end with ff', () => ziplistHash(['f', 'v'], { terminator: 0 })],
  ['too-short', 'ten bytes', () => pair(blobValue(13, hex('0a 00 00 00 0a 00 00 00 00 00')))],
  ['hash-odd', 'a field without value', () => ziplistHash(['f', 'v', 'g'])],
  ['zset-odd', 'a member without score', () => pair(blobValue(12, ziplist(['m', 1, 'n'])))],
  ['hash-repeated-field', 'a field twice', () => ziplistHash(['f', 'v', 'f', 'w'])],
  [
    'hash-repeated-integer',
    'a field as integer and as text',
    () => ziplistHash([5, 'v', { value: '5', form: 'str6' }, 'w']),
  ],
  ['zset-repeated-member', 'a member twice', () => pair(blobValue(12, ziplist(['m', 1, 'm', 2])))],
  ['prevlen-wrong', 'the size in front of the second entry is wrong', () => ziplistBlob('00 01 66  07 01 76', 3, 2)],
  ['encoding-c1', 'an entry of no known kind', () => ziplistBlob('00 01 66  03 c1 76', 3, 2)],
  ['entry-beyond-end', 'an entry longer than what is left', () => ziplistBlob('00 01 66  03 3f 76', 3, 2)],
  ['early-end', 'an end mark before its end', () => ziplistBlob('00 01 66  03 01 76  ff  03 01 67  03 01 77', 3, 2)],
  ['long-prevlen', 'five bytes for a size that needs one', () => ziplistHash(['f', { value: 'v', longPrevlen: true }])],
  ['zset-score-text', 'a score that is text', () => pair(blobValue(12, ziplist(['m', 'high'])))],
  ['zset-score-nan', 'a score of nan', () => pair(blobValue(12, ziplist(['m', 'nan'])))],
  ['zset-unsorted', 'scores that do not ascend', () => pair(blobValue(12, ziplist(['m', 2, 'n', 1])))],
  [
    'list-count-wrong',
    'type 10, announces four elements, there are two',
    () => pair(blobValue(10, ziplist(['a', 'b'], { count: 4 }))),
  ],
]);

export const zipmaps = group('zipmap', [
  [
    'count-wrong',
    'announces two fields, there is one',
    () => pair(blobValue(9, zipmap([{ field: 'f', value: 'v' }], { count: 2 }))),
  ],
  [
    'count-unknown',
    'leaves its count open (254)',
    () => pair(blobValue(9, zipmap([{ field: 'f', value: 'v', free: 3 }], { count: 254 }))),
  ],
  [
    'repeated-field',
    'a field twice',
    () =>
      pair(
        blobValue(
          9,
          zipmap([
            { field: 'f', value: 'v' },
            { field: 'f', value: 'w' },
          ]),
        ),
      ),
  ],
  ['one-byte', 'one byte', () => pair(blobValue(9, hex('ff'))), UNCHECKED],
  [
    'field-beyond-end',
    'a field longer than what is left',
    () => pair(blobValue(9, hex('01 09 66 01 00 76 ff'))),
    UNCHECKED,
  ],
]);

export const intsets = group('intset', [
  ['too-long', 'two bytes more than announced', () => pair(blobValue(11, Buffer.concat([intset([1, 2]), le(3, 2)])))],
  ['too-short', 'a number less than announced', () => pair(blobValue(11, intset([1, 2], 2, 3)))],
  ['header-cut', 'half a header', () => pair(blobValue(11, hex('02 00 00 00')))],
  ['width-3', 'numbers of three bytes', () => pair(blobValue(11, hex('03 00 00 00 01 00 00 00 01 00 00')))],
  ['unsorted', 'numbers that do not ascend', () => pair(blobValue(11, intset([2, 1])))],
  ['unsorted-signed', 'a negative number last', () => pair(blobValue(11, intset([1, -1])))],
  ['repeated', 'a number twice', () => pair(blobValue(11, intset([1, 1])))],
  ['wide', 'eight bytes for numbers that need two', () => pair(blobValue(11, intset([-1, 2], 8)))],
  [
    'repeated-of-600',
    'a number twice among more than an intset may have',
    () => pair(blobValue(11, intset([...Array.from({ length: 600 }, (_, i) => i), 599]))),
  ],
]);

function hash(entries: readonly ListpackEntry[], header?: ListpackHeader): Buffer {
  return pair(blobValue(16, listpack(entries, header)), REDIS_7);
}

function zset(entries: readonly ListpackEntry[]): Buffer {
  return pair(blobValue(17, listpack(entries)), REDIS_7);
}

function set(entries: readonly ListpackEntry[]): Buffer {
  return pair(blobValue(20, listpack(entries)), { version: 11 });
}

function ziplistHash(...[entries, header]: Parameters<typeof ziplist>): Buffer {
  return pair(blobValue(13, ziplist(entries, header)));
}

/** A hash in a listpack of the given entries, header and end mark right. */
function blob(entries: string, count: number): Buffer {
  const body = hex(entries);
  return pair(blobValue(16, Buffer.concat([le(6 + body.length + 1, 4), le(count, 2), body, hex('ff')])), REDIS_7);
}

/** A hash in a ziplist of the given entries, header and end mark right. */
function ziplistBlob(entries: string, lastEntry: number, count: number): Buffer {
  const body = hex(entries);
  const head = [le(10 + body.length + 1, 4), le(10 + lastEntry, 4), le(count, 2)];
  return pair(blobValue(13, Buffer.concat([...head, body, hex('ff')])));
}
