// Nothing wrong: what a server refuses here, it does not know.
import { STREAM } from '../../helpers/common-types.js';
import {
  arrayValue,
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
  stringValue,
  ziplist,
  zipmap,
  zset2Value,
} from '../../helpers/rdb-builder.js';
import { database, head } from '../../verify/hand-made.js';
import { GROUP, THREE } from '../../verify/streams.js';
import { COMMON, group, LIVE_MS, ONE, pair, REDIS_7, REDIS_8, VALKEY_9 } from '../case.js';

const TEXT = 'all work and no play makes for long strings, all work and no play';
const ZSET = [
  ['b', Number.POSITIVE_INFINITY],
  ['a', 1.5],
] as const;
const HASH = [
  ['f', 'v'],
  ['1', '2'],
] as const;
const NEVER = { field: 'g', value: 'w' };
const WITH_GROUP = { ...THREE, groups: [GROUP] };

export const sound = group('sound', [
  ['no-keys', 'no key at all', () => head(COMMON).finish()],
  ['string', 'type 0', () => pair(stringValue('value'))],
  ['string-integer', 'type 0, integer-encoded', () => pair(stringValue('-70000', 'int'))],
  ['string-lzf', 'type 0, compressed', () => pair(stringValue(TEXT, 'lzf'))],
  ['list', 'type 1', () => pair(listValue(['a', 'b']))],
  ['set', 'type 2', () => pair(setValue(['a', 'b']))],
  ['zset-old', 'type 3', () => pair(oldZsetValue(ZSET))],
  ['hash', 'type 4', () => pair(hashValue(HASH))],
  ['zset', 'type 5', () => pair(zset2Value(ZSET))],
  ['zipmap', 'type 9', () => pair(blobValue(9, zipmap([{ field: 'f', value: 'v', free: 2 }])))],
  ['list-ziplist', 'type 10', () => pair(blobValue(10, ziplist(['a', 1])))],
  ['intset', 'type 11', () => pair(blobValue(11, intset([-5, 7, 70000])))],
  ['zset-ziplist', 'type 12', () => pair(blobValue(12, ziplist(['a', 1, 'b', '2.5'])))],
  ['hash-ziplist', 'type 13', () => pair(blobValue(13, ziplist(['f', 'v', '1', 2])))],
  ['quicklist', 'type 14', () => pair(quicklistValue([ziplist(['a', 'b']), ziplist([1])]))],
  ['stream-1', 'type 15', () => pair(streamValue(15, WITH_GROUP))],
  ['hash-listpack', 'type 16', () => pair(blobValue(16, listpack(['f', 'v', '1', 2])), REDIS_7)],
  ['zset-listpack', 'type 17', () => pair(blobValue(17, listpack(['a', 1, 'b', '2.5', 'c', 'inf'])), REDIS_7)],
  [
    'quicklist-2',
    'type 18, a packed and a plain node',
    () => pair(quicklist2Value([{ packed: listpack(['a']) }, { plain: TEXT }]), REDIS_7),
  ],
  ['stream-2', 'type 19', () => pair(streamValue(19, WITH_GROUP), REDIS_7)],
  ['set-listpack', 'type 20', () => pair(blobValue(20, listpack(['a', 5])), { version: 11 })],
  ['stream-3', 'type 21', () => pair(streamValue(21, WITH_GROUP), { version: 11 })],
  [
    'hash-metadata',
    'type 24 of Redis 7.4',
    () =>
      pair(
        hashMetadataValue(LIVE_MS, [
          { field: 'f', value: 'v', ttl: 1 },
          { ...NEVER, ttl: 0 },
        ]),
        REDIS_8,
      ),
    { fields: ['k'] },
  ],
  [
    'hash-listpack-ex',
    'type 25 of Redis 7.4',
    () => pair(hashListpackExValue(LIVE_MS, listpack(['f', 'v', LIVE_MS, 'g', 'w', 0])), REDIS_8),
    { fields: ['k'] },
  ],
  [
    'hash-2',
    'type 22 of Valkey 9',
    () =>
      pair(
        hash2Value([
          { field: 'f', value: 'v', expireAtMs: LIVE_MS },
          { ...NEVER, expireAtMs: -1 },
        ]),
        VALKEY_9,
      ),
    { fields: ['k'] },
  ],
  ['stream-4', 'type 26 of Redis 8.6', () => pair(streamValue(26, STREAM), { version: 13 })],
  ['stream-5', 'type 27 of Redis 8.8', () => pair(streamValue(27, STREAM), { version: 14 })],
  ['array', 'type 28 of Redis 8.8', () => pair(arrayValue([{ index: 0, integer: 5 }]), { version: 14 })],
  [
    'hash-template',
    'opcode 242 and type 30 of Redis 8.10',
    () =>
      head({ version: 15 })
        .hashTemplate(0, ['a', 'bb'])
        .selectDb(0)
        .resizeDb(1, 0)
        .key('k', blobValue(30, listpack([0, 'x', 'y'])))
        .finish(),
  ],
  ['many-keys', '1000 keys', () => many(1000)],
  [
    'expiry',
    'keys that expire in 2100, in milliseconds and in seconds',
    () =>
      database(2, 2, COMMON)
        .expireMs(LIVE_MS)
        .key('ms', ONE)
        .expireSeconds(2 ** 31 - 1)
        .key('s', ONE)
        .finish(),
  ],
  ['idle', 'an idle time in front of a key', () => database(1, 0, COMMON).idle(300).key('k', ONE).finish()],
  ['freq', 'a use counter in front of a key', () => database(1, 0, COMMON).freq(7).key('k', ONE).finish()],
]);

function many(keys: number): Buffer {
  const builder = database(keys, 0, COMMON);
  for (let i = 0; i < keys; i++) builder.key(`key:${i}`, stringValue(String(i), 'int'));
  return builder.finish();
}
