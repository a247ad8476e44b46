// How lengths and strings are written.
import { hex, len, lzf, RdbBuilder, str, stringValue } from '../../helpers/rdb-builder.js';
import { database, rawValue } from '../../verify/hand-made.js';
import { COMMON, group, ONE, pair } from '../case.js';

/** 21 times `a`. */
const BLOCK = hex('01 61 61 e0 0a 00');
/** More than any machine has, so that no allocator grants it. */
const HUGE = 2n ** 60n;

export const strings = group('string', [
  ['empty', 'none: the empty string', () => pair(stringValue(''))],
  ['length-lead-82', 'a length that starts with 82', () => pair(rawValue(0, hex('82 00 00 00 01 61')))],
  ['length-lead-bf', 'a length that starts with bf', () => pair(rawValue(0, hex('bf 61')))],
  ['encoding-4', 'string encoding 4', () => pair(rawValue(0, hex('c4 61')))],
  ['encoding-5', 'string encoding 5', () => pair(rawValue(0, hex('c5 61')))],
  [
    'encoding-5-key',
    'string encoding 5 in the name of a key',
    () => database(1, 0, COMMON).bytes(hex('00 c5 61 01 76')).finish(),
  ],
  [
    'encoding-5-aux',
    'string encoding 5 in an AUX field',
    () => new RdbBuilder(9).bytes(hex('fa c5 61 01 76')).selectDb(0).key('k', ONE).finish(),
  ],
  ['length-not-shortest', 'a length of 32 bits for five bytes', () => pair(rawValue(0, str('value', 'raw', 32)))],
  ['count-not-shortest', 'a count of 64 bits for one element', () => pair(rawValue(1, len(1, 64), str('a')))],
  ['count-special', 'c1 where a count belongs', () => pair(rawValue(1, hex('c1'), str('a')))],
  ['lzf', 'none: compressed, 21 times the same byte', () => pair(rawValue(0, lzf(BLOCK, 21)))],
  ['lzf-longer', 'announces a byte more than comes', () => pair(rawValue(0, lzf(BLOCK, 22)))],
  ['lzf-shorter', 'announces a byte less than comes', () => pair(rawValue(0, lzf(BLOCK, 20)))],
  ['lzf-bad-reference', 'refers to bytes before the first', () => pair(rawValue(0, lzf(hex('00 61 e0 0a 05'), 20)))],
  ['lzf-cut', 'a literal run that goes beyond the block', () => pair(rawValue(0, lzf(hex('05 61 61'), 6)))],
  ['lzf-empty-block', 'a block of no byte', () => pair(rawValue(0, lzf(Buffer.alloc(0), 5)))],
  ['lzf-nothing', 'none: an empty string in a block of no byte', () => pair(rawValue(0, lzf(Buffer.alloc(0), 0)))],
  ['lzf-to-nothing', 'announces no byte', () => pair(rawValue(0, lzf(BLOCK, 0)))],
  ['lzf-huge', 'announces 2^60 bytes', () => pair(rawValue(0, lzf(BLOCK, HUGE)))],
  [
    'lzf-field-longer',
    'a field of a hash announces a byte more than comes',
    () => pair(rawValue(4, len(1), lzf(BLOCK, 22), str('v'))),
  ],
  [
    'lzf-key-longer',
    'the name of a key announces a byte more than comes',
    () => database(1, 0, COMMON).bytes(hex('00'), lzf(BLOCK, 22), str('v')).finish(),
  ],
  ['huge', 'a length of 2^60', () => pair(rawValue(0, len(HUGE), Buffer.from('short')))],
  ['huge-field', 'a field of 2^60 bytes', () => pair(rawValue(4, len(1), len(HUGE), Buffer.from('short')))],
  [
    'huge-name',
    'a name of 2^60 bytes',
    () => database(1, 0, COMMON).bytes(hex('00'), len(HUGE), Buffer.from('short')).finish(),
  ],
  ['beyond-end', 'a length of 1000 with fewer bytes left', () => pair(rawValue(0, len(1000), Buffer.from('short')))],
  ['count-beyond-end-list', 'a list of 2^60 elements', () => pair(rawValue(1, len(HUGE), str('a')))],
  ['count-beyond-end-set', 'a set of 2^60 members', () => pair(rawValue(2, len(HUGE), str('a')))],
  ['count-beyond-end-hash', 'a hash of 2^60 fields', () => pair(rawValue(4, len(HUGE), str('a'), str('b')))],
  [
    'count-beyond-end-zset',
    'a sorted set of 2^60 members',
    () => pair(rawValue(5, len(HUGE), str('a'), Buffer.alloc(8))),
  ],
]);
