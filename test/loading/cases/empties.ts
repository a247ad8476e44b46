// Collections without elements.
import {
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  hashValue,
  intset,
  listpack,
  listValue,
  oldZsetValue,
  quicklist2Value,
  quicklistValue,
  setValue,
  streamValue,
  ziplist,
  zipmap,
  zset2Value,
} from '../../helpers/rdb-builder.js';
import { database } from '../../verify/hand-made.js';
import { COMMON, EXPIRED_MS, group, LIVE_MS, ONE, pair, REDIS_7, REDIS_8, VALKEY_9 } from '../case.js';

export const empties = group('empty', [
  ['list', 'type 1', () => pair(listValue([]))],
  ['set', 'type 2', () => pair(setValue([]))],
  ['zset-old', 'type 3', () => pair(oldZsetValue([]))],
  ['hash', 'type 4', () => pair(hashValue([]))],
  ['zset', 'type 5', () => pair(zset2Value([]))],
  ['zipmap', 'type 9', () => pair(blobValue(9, zipmap([])))],
  ['list-ziplist', 'type 10', () => pair(blobValue(10, ziplist([])))],
  ['intset', 'type 11', () => pair(blobValue(11, intset([])))],
  ['zset-ziplist', 'type 12', () => pair(blobValue(12, ziplist([])))],
  ['hash-ziplist', 'type 13', () => pair(blobValue(13, ziplist([])))],
  ['quicklist', 'type 14 without nodes', () => pair(quicklistValue([]))],
  ['quicklist-nodes', 'type 14, only empty nodes', () => pair(quicklistValue([ziplist([]), ziplist([])]))],
  ['hash-listpack', 'type 16', () => pair(blobValue(16, listpack([])), REDIS_7)],
  ['zset-listpack', 'type 17', () => pair(blobValue(17, listpack([])), REDIS_7)],
  ['quicklist-2', 'type 18 without nodes', () => pair(quicklist2Value([]), REDIS_7)],
  [
    'quicklist-2-nodes',
    'type 18, only an empty node',
    () => pair(quicklist2Value([{ packed: listpack([]) }]), REDIS_7),
  ],
  ['set-listpack', 'type 20', () => pair(blobValue(20, listpack([])), { version: 11 })],
  ['hash-2', 'type 22 of Valkey 9', () => pair(hash2Value([]), VALKEY_9)],
  ['hash-metadata', 'type 24', () => pair(hashMetadataValue(LIVE_MS, []), REDIS_8)],
  ['hash-listpack-ex', 'type 25', () => pair(hashListpackExValue(LIVE_MS, listpack([])), REDIS_8)],
  ['stream', 'type 15, a stream may be empty', () => pair(streamValue(15, { length: 0, lastId: [0, 0] }))],
  [
    'stream-used',
    'type 21, a stream that had entries',
    () => pair(streamValue(21, { length: 0, lastId: [3, 0], maxDeletedId: [3, 0], entriesAdded: 3 }), { version: 11 }),
  ],
  [
    'node',
    'one empty node among others, type 14',
    () => pair(quicklistValue([ziplist(['a']), ziplist([]), ziplist(['b'])])),
  ],
  [
    'node-2',
    'one empty node among others, type 18',
    () => pair(quicklist2Value([{ packed: listpack([]) }, { packed: listpack(['a']) }]), REDIS_7),
  ],
  [
    'many',
    'five empty sets, then a string',
    () => {
      const builder = database(6, 0, COMMON);
      for (const name of ['a', 'b', 'c', 'd', 'e']) builder.key(name, setValue([]));
      return builder.key('after', ONE).finish();
    },
  ],
  ['all', 'nothing but an empty set', () => database(1, 0, COMMON).key('k', setValue([])).finish()],
  [
    'expires',
    'an empty set that expires in 2100',
    () => database(2, 1, COMMON).expireMs(LIVE_MS).key('k', setValue([])).key('after', ONE).finish(),
  ],
  [
    'expired',
    'an empty set that expired in 2001',
    () => database(2, 1, COMMON).expireMs(EXPIRED_MS).key('k', setValue([])).key('after', ONE).finish(),
  ],
  [
    'expiry-negative',
    'an empty set that expires at -1, which is never',
    () => database(2, 1, COMMON).expireMs(-1).key('k', setValue([])).key('after', ONE).finish(),
  ],
]);
