// A key twice in one database, wherever, however.
import {
  blobValue,
  hash2Value,
  hashMetadataValue,
  hashValue,
  intset,
  listpack,
  listValue,
  setValue,
  streamValue,
  stringValue,
  type Value,
} from '../../helpers/rdb-builder.js';
import { database, head } from '../../verify/hand-made.js';
import { THREE } from '../../verify/streams.js';
import {
  CLUSTER,
  COMMON,
  EXPIRED_MS,
  group,
  LIVE_MS,
  numbered,
  ONE,
  REDIS_7,
  REDIS_8,
  strings,
  VALKEY_9,
} from '../case.js';

const LONG = 'a key of one letter, again and again: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const FIELD = { field: 'f', value: 'v' };

export const duplicates = group('duplicate', [
  ['alone', 'two records, one name, nothing else', () => strings(['k', 'k'])],
  [
    'first-two',
    'the first two of six keys',
    () => strings(['k', 'k', 'a', 'b', 'c', 'd']),
    { configurations: [CLUSTER] },
  ],
  ['last-two', 'the last two of six keys', () => strings(['a', 'b', 'c', 'd', 'k', 'k'])],
  ['first-and-last', 'the first and the last of 100 keys', () => strings([...numbered('key:', 99), 'key:0'])],
  ['three-times', 'one name three times', () => strings(['k', 'a', 'k', 'b', 'k'])],
  ['two-names', 'two names twice each', () => strings(['a', 'b', 'a', 'b'])],
  ['other-value', 'the second record holds another string', () => twice(ONE, stringValue('other'))],
  ['other-type', 'a string, then a list', () => twice(ONE, listValue(['a']))],
  ['other-type-before', 'a hash, then a string', () => twice(hashValue([['f', 'v']]), ONE)],
  ['hash-listpack', 'in a compact type: twice a hash of type 16', () => twice(compact(), compact(), 10)],
  ['intset', 'in a compact type: twice a set of type 11', () => twice(numbers(), numbers())],
  ['stream', 'twice a stream', () => twice(streamValue(15, THREE), streamValue(15, THREE))],
  [
    'of-40000',
    'number 20000 comes again as the last of 40001 keys',
    () => strings([...numbered('', 40_000).map((name) => name.padStart(5, '0')), '20000']),
  ],
  ['empty-name', 'the empty name', () => strings(['', 'a', ''])],
  [
    'binary-name',
    'a name of bytes that are no text',
    () => strings([Buffer.of(0, 255, 10), 'a', Buffer.of(0, 255, 10)]),
  ],
  [
    'name-plain-and-lzf',
    'the name is compressed the second time',
    () => database(2, 0, COMMON).key(LONG, ONE).key(LONG, ONE, 'lzf').finish(),
  ],
  [
    'name-plain-and-integer',
    'the name is text, then an integer: 12 and c0 0c',
    () => database(2, 0, COMMON).key('12', ONE).key('12', ONE, 'int8').finish(),
  ],
  [
    'name-integer-widths',
    'the name is an integer of one byte, then of four',
    () => database(2, 0, COMMON).key('12', ONE, 'int8').key('12', ONE, 'int32').finish(),
  ],
  [
    'across-sections',
    'database 0 comes a second time after database 1',
    () => database(2, 0, COMMON).key('k', ONE).selectDb(1).key('a', ONE).selectDb(0).key('k', ONE).finish(),
  ],
  [
    'across-same-database',
    'SELECTDB of the same database between the two',
    () => database(2, 0, COMMON).key('k', ONE).selectDb(0).key('k', ONE).finish(),
  ],
  [
    'across-resizedb',
    'RESIZEDB between the two',
    () => database(1, 0, COMMON).key('k', ONE).resizeDb(2, 0).key('k', ONE).finish(),
  ],
  [
    'across-no-selectdb',
    'the first before any SELECTDB, the second in database 0',
    () => head(COMMON).key('k', ONE).selectDb(0).key('k', ONE).finish(),
  ],
  [
    'in-database-5',
    'in a database other than 0',
    () => head(COMMON).selectDb(5).resizeDb(2, 0).key('k', ONE).key('k', ONE).finish(),
  ],
  [
    'none-two-databases',
    'none: the same name in two databases',
    () => database(1, 0, COMMON).key('k', ONE).selectDb(1).resizeDb(1, 0).key('k', ONE).finish(),
  ],
  [
    'none-sections',
    'none: database 0 comes a second time with other keys',
    () => database(2, 0, COMMON).key('k', ONE).selectDb(1).key('k', ONE).selectDb(0).key('l', ONE).finish(),
  ],
  ['none-alike', 'none: names that differ in case, a blank or a zero byte', () => strings(['k', 'K', 'k ', 'k\0'])],
  ['first-expired', 'the first record expired in 2001', () => expiring(EXPIRED_MS, undefined)],
  ['second-expired', 'the second record expired in 2001', () => expiring(undefined, EXPIRED_MS)],
  ['both-expired', 'both records expired in 2001', () => expiring(EXPIRED_MS, EXPIRED_MS)],
  ['first-expires', 'the first record expires in 2100', () => expiring(LIVE_MS, undefined)],
  ['second-expires', 'the second record expires in 2100', () => expiring(undefined, LIVE_MS)],
  ['both-expire', 'both records expire in 2100', () => expiring(LIVE_MS, LIVE_MS)],
  ['expired-then-twice', 'three records, the first expired in 2001', () => expiring(EXPIRED_MS, undefined, undefined)],
  ['first-empty', 'the first record is an empty set', () => twice(setValue([]), ONE)],
  ['second-empty', 'the second record is an empty set', () => twice(ONE, setValue([]))],
  ['both-empty', 'both records are empty sets', () => twice(setValue([]), setValue([]))],
  ['empty-then-twice', 'three records, the first an empty hash', () => twice(hashValue([]), ONE, 9, ONE)],
  [
    'first-all-fields-expired',
    'the first record is a hash of type 24 whose only field expired in 2001',
    () =>
      database(2, 0, REDIS_8)
        .key('k', hashMetadataValue(EXPIRED_MS, [{ ...FIELD, ttl: 1 }]))
        .key('k', ONE)
        .finish(),
  ],
  [
    'second-all-fields-expired',
    'the second record is a hash of type 24 whose only field expired in 2001',
    () =>
      database(2, 0, REDIS_8)
        .key('k', ONE)
        .key('k', hashMetadataValue(EXPIRED_MS, [{ ...FIELD, ttl: 1 }]))
        .finish(),
  ],
  [
    'first-all-fields-expired-valkey',
    'the first record is a hash of Valkey 9 whose only field expired in 2001',
    () =>
      database(2, 0, VALKEY_9)
        .key('k', hash2Value([{ ...FIELD, expireAtMs: EXPIRED_MS }]))
        .key('k', ONE)
        .finish(),
  ],
  [
    'second-all-fields-expired-valkey',
    'the second record is a hash of Valkey 9 whose only field expired in 2001',
    () =>
      database(2, 0, VALKEY_9)
        .key('k', ONE)
        .key('k', hash2Value([{ ...FIELD, expireAtMs: EXPIRED_MS }]))
        .finish(),
  ],
  [
    'before-wrong-checksum',
    'a wrong checksum in the same file',
    () => database(2, 0, COMMON).key('k', ONE).key('k', ONE).finish('wrong'),
  ],
  [
    'before-cut',
    'the file is cut in the key after it',
    () => database(3, 0, COMMON).key('k', ONE).key('k', ONE).key('cut', ONE).unfinished().subarray(0, -1),
  ],
]);

function compact(): Value {
  return blobValue(16, listpack(['f', 'v']));
}

function numbers(): Value {
  return blobValue(11, intset([1, 2]));
}

function twice(first: Value, second: Value, version = 9, third?: Value): Buffer {
  const options = version === 10 ? REDIS_7 : COMMON;
  const builder = database(third ? 3 : 2, 0, options)
    .key('k', first)
    .key('k', second);
  return (third ? builder.key('k', third) : builder).finish();
}

/** Records of one name, each with its expiry. */
function expiring(...times: readonly (number | undefined)[]): Buffer {
  const builder = database(times.length, times.filter((time) => time !== undefined).length, COMMON);
  for (const time of times) {
    if (time !== undefined) builder.expireMs(time);
    builder.key('k', ONE);
  }
  return builder.key('after', ONE).finish();
}
