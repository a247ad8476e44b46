// Section 8.2 of the format reference: collections in plain form, quicklists, and hashes whose fields expire.
import {
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  hashValue,
  hex,
  intset,
  len,
  listpack,
  listValue,
  oldZsetValue,
  quicklist2Value,
  quicklistValue,
  setValue,
  str,
  type Value,
  ziplist,
  zset2Value,
} from '../helpers/rdb-builder.js';
import { type FileOptions, fileOf, NOW_MS, rawValue } from './hand-made.js';
import { accepted, type Row, refused } from './rows.js';

const NAN = Number.NaN;
const LATER = NOW_MS + 1000;
const LARGEST_EXPIRE = 2 ** 48 - 1;
const REDIS_8: FileOptions = { version: 12 };
const VALKEY_9: FileOptions = { version: 80 };

refused('empty collections', [
  empty('list', listValue([])),
  empty('set', setValue([])),
  empty('zset of old doubles', oldZsetValue([])),
  empty('zset of binary doubles', zset2Value([])),
  empty('hash', hashValue([])),
  empty('list of type 10: empty ziplist', blobValue(10, ziplist([]))),
  empty('zset of type 12: empty ziplist', blobValue(12, ziplist([]))),
  empty('hash of type 13: empty ziplist', blobValue(13, ziplist([]))),
  empty('hash of type 16: empty listpack', blobValue(16, listpack([]))),
  empty('zset of type 17: empty listpack', blobValue(17, listpack([]))),
  empty('set of type 20: empty listpack', blobValue(20, listpack([]))),
  empty('set of type 11: empty intset', blobValue(11, intset([]))),
  empty('quicklist without nodes', quicklistValue([])),
  empty('quicklist 2 without nodes', quicklist2Value([])),
  {
    defect: 'quicklist with only empty nodes',
    file: fileOf(quicklistValue([ziplist([]), ziplist([])])),
    finds: ['error EMPTY_COLLECTION', 'warning QUICKLIST_EMPTY_NODE'],
  },
  {
    defect: 'quicklist 2 with only empty nodes',
    file: fileOf(quicklist2Value([{ packed: listpack([]) }])),
    finds: ['error EMPTY_COLLECTION', 'warning QUICKLIST_EMPTY_NODE'],
  },
]);

// No field at all is no field that expires, too.
refused('empty hashes in forms for field expiry', [
  ...[
    empty('hash of type 24', hashMetadataValue(LATER, []), REDIS_8),
    empty('hash of type 25', hashListpackExValue(LATER, listpack([])), REDIS_8),
    empty('hash of type 22 of Valkey', hash2Value([]), VALKEY_9),
  ].map((row): Row => ({ ...row, finds: [...row.finds, 'info HASH_WITHOUT_FIELD_EXPIRE'] })),
]);

accepted('quicklists', [
  {
    defect: 'one empty node among others',
    file: fileOf(quicklistValue([ziplist(['a']), ziplist([]), ziplist(['b'])])),
    finds: ['warning QUICKLIST_EMPTY_NODE'],
  },
  {
    defect: 'one empty node among others in a quicklist 2',
    file: fileOf(quicklist2Value([{ packed: listpack([]) }, { packed: listpack(['a']) }])),
    finds: ['warning QUICKLIST_EMPTY_NODE'],
  },
]);

refused('quicklists', [
  {
    defect: 'container 3',
    file: fileOf(quicklist2Value([{ container: 3, bytes: Buffer.from('a') }])),
    finds: ['error QUICKLIST_BAD_CONTAINER'],
  },
  {
    defect: 'container 0',
    file: fileOf(quicklist2Value([{ container: 0, bytes: Buffer.from('a') }])),
    finds: ['error QUICKLIST_BAD_CONTAINER'],
  },
  {
    defect: 'zero-length plain node',
    file: fileOf(quicklist2Value([{ plain: 'a' }, { plain: '' }])),
    finds: ['error QUICKLIST_BAD_CONTAINER'],
  },
  {
    defect: 'zero-length packed node',
    file: fileOf(quicklist2Value([{ plain: 'a' }, { packed: Buffer.alloc(0) }])),
    finds: ['error LISTPACK_TOO_SHORT'],
  },
]);

refused('plain sets, sorted sets and hashes', [
  {
    defect: 'set (2): repeated member',
    file: fileOf(setValue(['a', 'b', 'a'])),
    finds: ['error SET_DUPLICATE_MEMBER'],
  },
  // The same bytes in another form are the same member.
  {
    defect: 'set (2): repeated member, as text and as integer',
    file: fileOf(rawValue(2, len(2), str('5', 'raw'), str('5', 'int8'))),
    finds: ['error SET_DUPLICATE_MEMBER'],
  },
  {
    defect: 'set (2): repeated member, plain and compressed',
    file: fileOf(rawValue(2, len(2), str('a'.repeat(21)), hex('c3 06 15 01 61 61 e0 0a 00'))),
    finds: ['error SET_DUPLICATE_MEMBER'],
  },
  {
    defect: 'set (2): repeated member among many',
    file: fileOf(setValue([...Array.from({ length: 5000 }, (_, i) => `member:${i}`), 'member:7'])),
    finds: ['error SET_DUPLICATE_MEMBER'],
  },
  { defect: 'zset (3): NaN score', file: fileOf(oldZsetValue([['a', NAN]])), finds: ['error ZSET_SCORE_NAN'] },
  { defect: 'zset (5): NaN score', file: fileOf(zset2Value([['a', NAN]])), finds: ['error ZSET_SCORE_NAN'] },
  {
    defect: 'zset (5): repeated member',
    file: fileOf(
      zset2Value([
        ['a', 2],
        ['a', 1],
      ]),
    ),
    finds: ['error ZSET_DUPLICATE_MEMBER'],
  },
  {
    defect: 'zset (3): repeated member',
    file: fileOf(
      oldZsetValue([
        ['a', 1],
        ['a', 2],
      ]),
    ),
    finds: ['error ZSET_DUPLICATE_MEMBER'],
  },
  {
    defect: 'zset (3): score text not a number',
    file: fileOf(oldZsetValue([['a', 'high']])),
    finds: ['error ZSET_SCORE_INVALID'],
  },
  {
    defect: 'zset (3): score text empty',
    file: fileOf(oldZsetValue([['a', '']])),
    finds: ['error ZSET_SCORE_INVALID'],
  },
  {
    defect: 'hash (4): repeated field, small',
    file: fileOf(
      hashValue([
        ['f', '1'],
        ['f', '2'],
      ]),
    ),
    finds: ['error HASH_DUPLICATE_FIELD'],
  },
  {
    defect: 'hash (4): repeated field, big',
    file: fileOf(
      hashValue([...Array.from({ length: 1000 }, (_, i) => [`field:${i}`, 'v'] as const), ['field:0', 'v']]),
    ),
    finds: ['error HASH_DUPLICATE_FIELD'],
  },
]);

refused('hashes whose fields expire', [
  {
    defect: 'hash 24: repeated field, small',
    file: fileOf(
      hashMetadataValue(LATER, [
        { field: 'f', value: '1', ttl: 1 },
        { field: 'f', value: '2', ttl: 0 },
      ]),
      REDIS_8,
    ),
    finds: ['error HASH_DUPLICATE_FIELD'],
  },
  {
    defect: 'hash 24: expiry > 2^48-1',
    file: fileOf(
      hashMetadataValue(1, [
        { field: 'f', value: '1', ttl: 1 },
        { field: 'g', value: '2', ttl: LARGEST_EXPIRE + 1 },
      ]),
      REDIS_8,
    ),
    finds: ['error HASH_FIELD_EXPIRE_INVALID'],
  },
  {
    defect: 'hash 25: TTLs not ascending',
    file: triples(LATER, ['f', '1', LATER + 5, 'g', '2', LATER]),
    finds: ['error HASH_FIELD_EXPIRE_UNSORTED'],
  },
  {
    defect: 'hash 25: no-TTL field first',
    file: triples(LATER, ['f', '1', 0, 'g', '2', LATER]),
    finds: ['error HASH_FIELD_EXPIRE_UNSORTED'],
  },
  // 8.3: the expiry is an integer within 0 and 2^48-1.
  {
    defect: 'hash 25: expiry not an integer',
    file: triples(LATER, ['f', '1', 'soon']),
    finds: ['error HASH_FIELD_EXPIRE_INVALID', 'info HASH_WITHOUT_FIELD_EXPIRE'],
  },
  {
    defect: 'hash 25: expiry > 2^48-1',
    file: triples(LATER, ['f', '1', LATER, 'g', '2', LARGEST_EXPIRE + 1]),
    finds: ['error HASH_FIELD_EXPIRE_INVALID'],
  },
  {
    defect: 'hash 25: repeated field',
    file: triples(LATER, ['f', '1', LATER, 'f', '2', 0]),
    finds: ['error HASH_DUPLICATE_FIELD'],
  },
  {
    defect: 'hash 25: incomplete triple',
    file: triples(LATER, ['f', '1', LATER, 'g', '2']),
    finds: ['error LISTPACK_UNEVEN'],
  },
  {
    defect: 'HASH_2: time -5',
    file: fileOf(
      hash2Value([
        { field: 'f', value: '1', expireAtMs: -5 },
        { field: 'g', value: '1', expireAtMs: LATER },
      ]),
      VALKEY_9,
    ),
    finds: ['error HASH_FIELD_EXPIRE_INVALID'],
  },
]);

accepted('hashes whose fields expire', [
  {
    defect: 'hash 24: min_expire not the minimum',
    file: fileOf(hashMetadataValue(LATER, [{ field: 'f', value: '1', ttl: 500 }]), REDIS_8),
    finds: ['warning HASH_MIN_EXPIRE_WRONG'],
  },
  {
    defect: 'hash 25: expiry of exactly 2^48-1',
    file: triples(LATER, ['f', '1', LATER, 'g', '2', LARGEST_EXPIRE]),
    finds: [],
  },
  {
    defect: 'hash 24: field expired long ago',
    file: fileOf(hashMetadataValue(NOW_MS - 1000, [{ field: 'f', value: '1', ttl: 1 }]), REDIS_8),
    finds: [],
  },
]);

function empty(what: string, value: Value, options?: FileOptions): Row {
  return { defect: `empty ${what}`, file: fileOf(value, options), finds: ['error EMPTY_COLLECTION'] };
}

function triples(minExpire: number, entries: readonly (string | number)[]): Buffer {
  return fileOf(hashListpackExValue(minExpire, listpack(entries)), REDIS_8);
}
