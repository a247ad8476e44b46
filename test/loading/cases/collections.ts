// Lists, sets, sorted sets and hashes in plain form.
import {
  hashValue,
  hex,
  len,
  listpack,
  oldZsetValue,
  quicklist2Value,
  quicklistValue,
  setValue,
  str,
  type Value,
  ziplist,
  zset2Value,
} from '../../helpers/rdb-builder.js';
import { rawValue } from '../../verify/hand-made.js';
import { group, numbered, pair, REDIS_7 } from '../case.js';

const LONG = 'x'.repeat(100);

export const lists = group('list', [
  ['container-0', 'type 18, container 0', () => list({ container: 0, bytes: Buffer.from('a') })],
  ['container-3', 'type 18, container 3', () => list({ container: 3, bytes: Buffer.from('a') })],
  ['plain-node-without-bytes', 'type 18, a plain node of no byte', () => list({ plain: 'a' }, { plain: '' })],
  [
    'packed-node-without-bytes',
    'type 18, a packed node of no byte',
    () => list({ plain: 'a' }, { packed: Buffer.alloc(0) }),
  ],
  [
    'node-listpack-count',
    'type 18, a node with a wrong count',
    () => list({ packed: listpack(['a', 'b'], { count: 1 }) }),
  ],
  [
    'node-listpack-total',
    'type 18, a node with a wrong size',
    () => list({ packed: listpack(['a', 'b'], { total: 99 }) }),
  ],
  [
    'node-ziplist-count',
    'type 14, a node with a wrong count',
    () => pair(quicklistValue([ziplist(['a', 'b'], { count: 1 })])),
  ],
  [
    'node-ziplist-total',
    'type 14, a node with a wrong size',
    () => pair(quicklistValue([ziplist(['a', 'b'], { total: 99 })])),
  ],
]);

export const sets = group('set', [
  ['repeated-member', 'type 2, a member twice', () => pair(setValue(['a', 'b', 'a']))],
  [
    'repeated-integer',
    'type 2, nothing but integers, one twice',
    () => pair(rawValue(2, len(3), str('5', 'int'), str('6', 'int'), str('5', 'int'))),
  ],
  [
    'repeated-integer-as-text',
    'type 2, an integer as text and as integer',
    () => pair(rawValue(2, len(2), str('5'), str('5', 'int'))),
  ],
  [
    'repeated-compressed',
    'type 2, a member plain and compressed',
    () => pair(rawValue(2, len(2), str('a'.repeat(21)), hex('c3 06 15 01 61 61 e0 0a 00'))),
  ],
  ['repeated-of-600', 'type 2, a member of 600 twice', () => pair(setValue([...numbered('member:', 600), 'member:7']))],
]);

export const zsets = group('zset', [
  ['nan', 'type 5, a score that is not a number', () => pair(zset2Value([['a', Number.NaN]]))],
  ['old-nan', 'type 3, the length byte for not a number', () => pair(oldZsetValue([['a', Number.NaN]]))],
  ['old-nan-text', 'type 3, a score of the text nan', () => pair(oldZsetValue([['a', 'nan']]))],
  ['old-score-text', 'type 3, a score of other text', () => pair(oldZsetValue([['a', 'high']]))],
  ['old-score-empty', 'type 3, a score of no text', () => pair(oldZsetValue([['a', '']]))],
  ['old-score-and-more', 'type 3, a number and more text', () => pair(oldZsetValue([['a', '1.5x']]))],
  [
    'repeated-member',
    'type 5, a member twice',
    () =>
      pair(
        zset2Value([
          ['a', 2],
          ['a', 1],
        ]),
      ),
  ],
  [
    'old-repeated-member',
    'type 3, a member twice',
    () =>
      pair(
        oldZsetValue([
          ['a', 1],
          ['a', 2],
        ]),
      ),
  ],
  [
    'repeated-of-600',
    'type 5, a member of 600 twice',
    () => pair(zset2Value([...numbered('m', 600), 'm7'].map((name, i) => [name, 1000 - i] as const))),
  ],
  [
    'unsorted',
    'type 5, ascending in place of descending',
    () =>
      pair(
        zset2Value([
          ['a', 1],
          ['b', 2],
          ['c', 1.5],
        ]),
      ),
  ],
]);

export const hashes = group('hash', [
  [
    'repeated-field',
    'type 4, a field twice, small',
    () =>
      hash([
        ['f', '1'],
        ['f', '2'],
      ]),
  ],
  [
    'repeated-field-after-long',
    'type 4, a field twice, behind a value too long for a compact form',
    () =>
      hash([
        ['long', LONG],
        ['f', '1'],
        ['f', '2'],
      ]),
  ],
  [
    'repeated-field-before-long',
    'type 4, a field twice, in front of a value too long for a compact form',
    () =>
      hash([
        ['f', '1'],
        ['f', '2'],
        ['long', LONG],
      ]),
  ],
  [
    'repeated-field-long-itself',
    'type 4, a field twice, the second time with a value too long for a compact form',
    () =>
      hash([
        ['f', '1'],
        ['f', LONG],
      ]),
  ],
  [
    'repeated-of-600',
    'type 4, the first of 600 fields again at the end',
    () => hash([...numbered('f', 600), 'f0'].map((name) => [name, 'v'] as const)),
  ],
  [
    'repeated-of-512',
    'type 4, a field twice in as many as a compact form holds',
    () => hash([...numbered('f', 511), 'f0'].map((name) => [name, 'v'] as const)),
  ],
]);

function list(...nodes: Parameters<typeof quicklist2Value>[0]): Buffer {
  return pair(quicklist2Value(nodes), REDIS_7);
}

/** With its HLEN, which tells what became of the repeated field. */
function hash(fields: Parameters<typeof hashValue>[0]): Buffer {
  const value: Value = hashValue(fields);
  return pair(value);
}
