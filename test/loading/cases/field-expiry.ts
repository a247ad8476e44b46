// Hashes whose fields expire, in the forms of Redis 7.4 (types 24 and 25, 22 and 23 of its release candidates) and Valkey 9.
import {
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  type ListpackEntry,
  type ListpackHeader,
  listpack,
  preGaHashMetadataValue,
} from '../../helpers/rdb-builder.js';
import { group, LIVE_MS, pair, REDIS_8, VALKEY_9 } from '../case.js';

const LARGEST = 2 ** 48 - 1;
const COUNTED = { fields: ['k'] };

export const fieldExpiry = group('field-expiry', [
  ['24-repeated-field', 'type 24, a field twice, small', () => table(LIVE_MS, ['f', 1], ['f', 0]), COUNTED],
  [
    '24-repeated-of-600',
    'type 24, the first of 600 fields again at the end',
    () => table(LIVE_MS, ...[...Array.from({ length: 600 }, (_, i) => `f${i}`), 'f0'].map((f) => [f, 1] as const)),
  ],
  [
    '24-minimum-wrong',
    'type 24, nothing expires as early as announced',
    () => table(LIVE_MS, ['f', 500], ['g', 900]),
    COUNTED,
  ],
  ['24-minimum-negative', 'type 24, the earliest expiry is -1', () => table(-1, ['f', 1], ['g', 0]), COUNTED],
  ['24-minimum-zero', 'type 24, the earliest expiry is 0', () => table(0, ['f', LIVE_MS], ['g', 0]), COUNTED],
  ['24-minimum-largest', 'type 24, the earliest expiry is 2^48', () => table(LARGEST + 1, ['f', 0]), COUNTED],
  ['24-minimum-too-large', 'type 24, the earliest expiry is 2^48 + 1', () => table(LARGEST + 2, ['f', 0])],
  ['24-largest', 'type 24, expires at 2^48 - 1, the largest', () => table(1, ['f', LARGEST]), COUNTED],
  ['24-too-large', 'type 24, expires at 2^48', () => table(1, ['f', 1], ['g', LARGEST + 1])],
  ['24-overflow', 'type 24, the sum of both is beyond 2^64', () => table(LIVE_MS, ['f', 2n ** 64n - 1n])],
  ['24-none-expires', 'type 24, no field expires', () => table(LIVE_MS, ['f', 0], ['g', 0]), COUNTED],
  [
    '25-not-ascending',
    'type 25, a later expiry first',
    () => triples(['f', '1', LIVE_MS + 5, 'g', '2', LIVE_MS]),
    COUNTED,
  ],
  [
    '25-never-first',
    'type 25, a field that never expires first',
    () => triples(['f', '1', 0, 'g', '2', LIVE_MS]),
    COUNTED,
  ],
  ['25-none-expires', 'type 25, no field expires', () => triples(['f', '1', 0]), COUNTED],
  ['25-expiry-text', 'type 25, an expiry that is text', () => triples(['f', '1', 'soon', 'g', '2', 0])],
  ['25-expiry-negative', 'type 25, an expiry of -5', () => triples(['f', '1', -5, 'g', '2', LIVE_MS])],
  ['25-expiry-too-large', 'type 25, expires at 2^48', () => triples(['f', '1', LIVE_MS, 'g', '2', LARGEST + 1])],
  ['25-repeated-field', 'type 25, a field twice', () => triples(['f', '1', LIVE_MS, 'f', '2', 0]), COUNTED],
  ['25-incomplete', 'type 25, the last triple lacks its expiry', () => triples(['f', '1', LIVE_MS, 'g', '2'])],
  ['25-total-wrong', 'type 25, the listpack announces another size', () => triples(['f', '1', LIVE_MS], { total: 99 })],
  ['25-count-wrong', 'type 25, the listpack announces another count', () => triples(['f', '1', LIVE_MS], { count: 6 })],
  [
    '25-minimum-too-large',
    'type 25, the earliest expiry is announced as 2^48 + 1',
    () => pair(hashListpackExValue(LARGEST + 2, listpack(['f', '1', LIVE_MS])), REDIS_8),
    COUNTED,
  ],
  ['25-minimum-wrong', 'type 25, expires later than announced', () => triples(['f', '1', LIVE_MS + 5]), COUNTED],
  ['hash-2-negative', 'Valkey 9, an expiry of -5', () => valkey(['f', -5], ['g', LIVE_MS])],
  ['hash-2-zero', 'Valkey 9, an expiry of 0', () => valkey(['f', 0], ['g', LIVE_MS]), COUNTED],
  ['hash-2-largest', 'Valkey 9, an expiry of 2^63 - 1', () => valkey(['f', 2n ** 63n - 1n]), COUNTED],
  ['hash-2-none-expires', 'Valkey 9, no field expires', () => valkey(['f', -1], ['g', -1]), COUNTED],
  ['hash-2-repeated-field', 'Valkey 9, a field twice', () => valkey(['f', LIVE_MS], ['f', -1])],
  [
    '22-redis',
    'type 22 as release candidates of Redis 7.4 wrote it',
    () =>
      pair(
        preGaHashMetadataValue([
          { field: 'f', value: 'v', expireAtMs: LIVE_MS },
          { field: 'g', value: 'w', expireAtMs: 0 },
        ]),
        REDIS_8,
      ),
    COUNTED,
  ],
  [
    '23-redis',
    'type 23 as release candidates of Redis 7.4 wrote it',
    () => pair(blobValue(23, listpack(['f', 'v', LIVE_MS, 'g', 'w', 0])), REDIS_8),
    COUNTED,
  ],
]);

function table(minimum: number, ...fields: readonly (readonly [field: string, ttl: number | bigint])[]): Buffer {
  return pair(
    hashMetadataValue(
      minimum,
      fields.map(([field, ttl]) => ({ field, value: 'v', ttl })),
    ),
    REDIS_8,
  );
}

function triples(entries: readonly ListpackEntry[], header?: ListpackHeader): Buffer {
  return pair(hashListpackExValue(LIVE_MS, listpack(entries, header)), REDIS_8);
}

function valkey(...fields: readonly (readonly [field: string, expireAtMs: number | bigint])[]): Buffer {
  return pair(hash2Value(fields.map(([field, at]) => ({ field, value: 'v', expireAtMs: at as number }))), VALKEY_9);
}
