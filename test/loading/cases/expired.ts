// What has expired when the server starts: in 2001, or before time began.
import {
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  listpack,
  preGaHashMetadataValue,
  streamValue,
  type Value,
  ziplist,
} from '../../helpers/rdb-builder.js';
import { database, head } from '../../verify/hand-made.js';
import { THREE } from '../../verify/streams.js';
import { CLUSTER, COMMON, EXPIRED_MS, group, LIVE_MS, ONE, pair, REDIS_7, REDIS_8, VALKEY_9 } from '../case.js';

const COUNTED = { fields: ['k'] };
const FIELDS = ['f', 'g', 'h'];

export const expired = group('expired', [
  ['key', 'a key', () => expiring(EXPIRED_MS), { configurations: [CLUSTER] }],
  [
    'key-seconds',
    'a key whose expiry is in seconds',
    () =>
      database(2, 1, COMMON)
        .expireSeconds(EXPIRED_MS / 1000)
        .key('k', ONE)
        .key('after', ONE)
        .finish(),
  ],
  ['key-negative', 'a key that expires at -1', () => expiring(-1)],
  ['key-zero', 'a key that expires at 0', () => expiring(0)],
  ['key-one', 'a key that expires at 1', () => expiring(1)],
  ['key-most-negative', 'a key that expires at -2^63', () => expiring(-(2n ** 63n))],
  ['key-most-positive', 'none: a key that expires at 2^63 - 1', () => expiring(2n ** 63n - 1n)],
  [
    'key-negative-seconds',
    'a key that expires at -5 seconds',
    () => database(2, 1, COMMON).expireSeconds(-5).key('k', ONE).key('after', ONE).finish(),
  ],
  [
    'key-in-other-database',
    'a key of database 3',
    () => head(COMMON).selectDb(3).resizeDb(2, 1).expireMs(EXPIRED_MS).key('k', ONE).key('after', ONE).finish(),
  ],
  [
    'all-keys',
    'all three keys',
    () =>
      database(3, 3, COMMON)
        .expireMs(EXPIRED_MS)
        .key('a', ONE)
        .expireMs(EXPIRED_MS)
        .key('b', ONE)
        .expireMs(EXPIRED_MS)
        .key('c', ONE)
        .finish(),
  ],
  [
    'hash-ziplist',
    'a compact hash',
    () =>
      database(1, 1, COMMON)
        .expireMs(EXPIRED_MS)
        .key('k', blobValue(13, ziplist(['f', 'v'])))
        .finish(),
  ],
  ['stream', 'a stream', () => database(1, 1, COMMON).expireMs(EXPIRED_MS).key('k', streamValue(15, THREE)).finish()],
  [
    'damaged-value',
    'a compact hash that is damaged',
    () =>
      database(1, 1, REDIS_7)
        .expireMs(EXPIRED_MS)
        .key('k', blobValue(16, listpack(['f', 'v'], { total: 99 })))
        .finish(),
  ],
  [
    'in-aof-base',
    'a key, in the base of an AOF',
    () => head(COMMON).aux('aof-base', '1').selectDb(0).expireMs(EXPIRED_MS).key('k', ONE).key('after', ONE).finish(),
  ],
  [
    'in-aof-preamble',
    'a key, in the preamble of an AOF',
    () =>
      head(COMMON).aux('aof-preamble', '1').selectDb(0).expireMs(EXPIRED_MS).key('k', ONE).key('after', ONE).finish(),
  ],
  ['24-one-field', 'type 24, one of three fields', () => table(1), COUNTED],
  ['24-all-fields', 'type 24, all three fields', () => table(3), COUNTED],
  [
    '24-never-left',
    'type 24, one field expired, two that never expire',
    () =>
      pair(
        hashMetadataValue(
          EXPIRED_MS,
          FIELDS.map((field, i) => ({ field, value: 'v', ttl: i === 0 ? 1 : 0 })),
        ),
        REDIS_8,
      ),
    COUNTED,
  ],
  [
    '24-key-expires',
    'type 24, all fields, and the key expires in 2100',
    () => database(2, 1, REDIS_8).expireMs(LIVE_MS).key('k', tableValue(3)).key('after', ONE).finish(),
    COUNTED,
  ],
  [
    '24-big',
    'type 24, 300 of 600 fields',
    () =>
      pair(
        hashMetadataValue(
          EXPIRED_MS,
          Array.from({ length: 600 }, (_, i) => ({
            field: `f${i}`,
            value: 'v',
            ttl: i < 300 ? 1 : LIVE_MS - EXPIRED_MS + 1,
          })),
        ),
        REDIS_8,
      ),
    COUNTED,
  ],
  ['25-one-field', 'type 25, one of three fields', () => triples(1), COUNTED],
  ['25-all-fields', 'type 25, all three fields', () => triples(3), COUNTED],
  [
    '25-never-left',
    'type 25, one field expired, two that never expire',
    () => pair(hashListpackExValue(EXPIRED_MS, listpack(['f', 'v', EXPIRED_MS, 'g', 'v', 0, 'h', 'v', 0])), REDIS_8),
    COUNTED,
  ],
  [
    '25-big',
    'type 25, 300 of 600 fields',
    () =>
      pair(
        hashListpackExValue(
          EXPIRED_MS,
          listpack(Array.from({ length: 600 }, (_, i) => [`f${i}`, 'v', i < 300 ? EXPIRED_MS : LIVE_MS]).flat()),
        ),
        REDIS_8,
      ),
    COUNTED,
  ],
  [
    '22-redis-one-field',
    'type 22 in the form of Redis, one of two fields',
    () =>
      pair(
        preGaHashMetadataValue([
          { field: 'f', value: 'v', expireAtMs: EXPIRED_MS },
          { field: 'g', value: 'v', expireAtMs: LIVE_MS },
        ]),
        REDIS_8,
      ),
    COUNTED,
  ],
  ['hash-2-one-field', 'Valkey 9, one of three fields', () => valkey(1), COUNTED],
  ['hash-2-all-fields', 'Valkey 9, all three fields', () => valkey(3), COUNTED],
  [
    'hash-2-never-left',
    'Valkey 9, one field expired, two that never expire',
    () =>
      pair(
        hash2Value(FIELDS.map((field, i) => ({ field, value: 'v', expireAtMs: i === 0 ? EXPIRED_MS : -1 }))),
        VALKEY_9,
      ),
    COUNTED,
  ],
  [
    'hash-2-key-expires',
    'Valkey 9, all fields, and the key expires in 2100',
    () => database(2, 1, VALKEY_9).expireMs(LIVE_MS).key('k', valkeyValue(3)).key('after', ONE).finish(),
    COUNTED,
  ],
  [
    'hash-2-big',
    'Valkey 9, 300 of 600 fields',
    () =>
      pair(
        hash2Value(
          Array.from({ length: 600 }, (_, i) => ({
            field: `f${i}`,
            value: 'v',
            expireAtMs: i < 300 ? EXPIRED_MS : LIVE_MS,
          })),
        ),
        VALKEY_9,
      ),
    COUNTED,
  ],
]);

function expiring(ms: number | bigint): Buffer {
  return database(2, 1, COMMON).expireMs(ms).key('k', ONE).key('after', ONE).finish();
}

/** Three fields of which the first `gone` expired in 2001, the others expire in 2100. */
function tableValue(gone: number): Value {
  return hashMetadataValue(
    EXPIRED_MS,
    FIELDS.map((field, i) => ({ field, value: 'v', ttl: i < gone ? 1 : LIVE_MS - EXPIRED_MS + 1 })),
  );
}

function table(gone: number): Buffer {
  return pair(tableValue(gone), REDIS_8);
}

function triples(gone: number): Buffer {
  const entries = FIELDS.flatMap((field, i) => [field, 'v', i < gone ? EXPIRED_MS : LIVE_MS]);
  return pair(hashListpackExValue(EXPIRED_MS, listpack(entries)), REDIS_8);
}

function valkeyValue(gone: number): Value {
  return hash2Value(FIELDS.map((field, i) => ({ field, value: 'v', expireAtMs: i < gone ? EXPIRED_MS : LIVE_MS })));
}

function valkey(gone: number): Buffer {
  return pair(valkeyValue(gone), VALKEY_9);
}
