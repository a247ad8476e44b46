// The version in the header, and what newer versions brought.
import {
  arrayValue,
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  listpack,
  preGaHashMetadataValue,
  quicklist2Value,
  streamValue,
  type Value,
} from '../../helpers/rdb-builder.js';
import { database, head } from '../../verify/hand-made.js';
import { THREE } from '../../verify/streams.js';
import { group, headed, LIVE_MS, ONE, pair, RELAXED, type Row } from '../case.js';

const REDIS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 79, 80, 81, 999];
const VALKEY = [9, 11, 12, 79, 80, 81, 82];

export const headers = group('header', [
  ...REDIS.map((version): Row => header('REDIS', version)),
  ...VALKEY.map((version): Row => header('VALKEY', version)),
  [
    'redis-letters',
    'REDISabcd and one string',
    () => Buffer.concat([Buffer.from('REDISabcd'), headed('REDIS', 9).subarray(9, -8), Buffer.alloc(8)]),
  ],
]);

const FIELDS = [
  { field: 'f', value: 'v', expireAtMs: LIVE_MS },
  { field: 'g', value: 'w', expireAtMs: -1 },
];
const TABLE = hashMetadataValue(LIVE_MS, [
  { field: 'f', value: 'v', ttl: 1 },
  { field: 'g', value: 'w', ttl: 0 },
]);
const TRIPLES = hashListpackExValue(LIVE_MS, listpack(['f', 'v', LIVE_MS, 'g', 'w', 0]));
const PRE_GA = preGaHashMetadataValue([
  { field: 'f', value: 'v', expireAtMs: LIVE_MS },
  { field: 'g', value: 'w', expireAtMs: 0 },
]);
const COUNTED = { fields: ['k'] };

/** A type in a file whose version had not yet heard of it. */
export const newerTypes = group('type', [
  newer(15, 8, streamValue(15, THREE)),
  newer(16, 9, blobValue(16, listpack(['f', 'v']))),
  newer(17, 9, blobValue(17, listpack(['m', 1]))),
  newer(18, 9, quicklist2Value([{ packed: listpack(['a']) }])),
  newer(19, 9, streamValue(19, THREE)),
  newer(20, 10, blobValue(20, listpack(['m']))),
  newer(21, 10, streamValue(21, THREE)),
  ['22-redis-in-11', 'type 22 in the form of Redis, in version 11', () => pair(PRE_GA, { version: 11 }), COUNTED],
  [
    '22-valkey-in-11',
    'type 22 in the form of Valkey, in version 11',
    () => pair(hash2Value(FIELDS), { version: 11 }),
    COUNTED,
  ],
  [
    '22-redis-in-valkey-80',
    'type 22 in the form of Redis, in a file of Valkey',
    () => pair(PRE_GA, { version: 80 }),
    COUNTED,
  ],
  [
    '23-redis-in-11',
    'type 23 of Redis in version 11',
    () => pair(blobValue(23, listpack(['f', 'v', LIVE_MS, 'g', 'w', 0])), { version: 11 }),
    COUNTED,
  ],
  newer(24, 11, TABLE),
  newer(25, 11, TRIPLES),
  newer(26, 12, streamValue(26, THREE)),
  newer(27, 13, streamValue(27, THREE)),
  newer(28, 11, arrayValue([{ index: 0, integer: 5 }])),
  newer(28, 12, arrayValue([{ index: 0, integer: 5 }])),
  ['24-in-valkey-80', 'type 24 of Redis in a file of Valkey', () => pair(TABLE, { version: 80 })],
  ['25-in-valkey-80', 'type 25 of Redis in a file of Valkey', () => pair(TRIPLES, { version: 80 })],
  ['20-in-valkey-80', 'none: type 20 in a file of Valkey', () => pair(blobValue(20, listpack(['m'])), { version: 80 })],
]);

const META = { name: 'KMT1', version: 1, flags: 0, parts: [{ string: 'meta' }] };

/** The same for opcodes. */
export const newerOpcodes = group('opcode', [
  ['key-meta', 'metadata of a key, of a class that nobody has, version 13', () => keyMeta(13, 0)],
  ['key-meta-ignorable', 'metadata of a key that may be ignored, version 13', () => keyMeta(13, 1)],
  ['key-meta-in-12', 'metadata of a key that may be ignored, in version 12', () => keyMeta(12, 1)],
  [
    'hash-template-in-12',
    'a template of hashes in version 12',
    () => head({ version: 12 }).hashTemplate(0, ['a']).selectDb(0).key('k', ONE).finish(),
  ],
  [
    '242-in-valkey-80',
    'opcode 242 in a file of Valkey',
    () => head({ version: 80 }).hashTemplate(0, ['a']).selectDb(0).key('k', ONE).finish(),
  ],
  [
    'slot-info-in-11',
    'SLOT_INFO of Redis in version 11',
    () => database(1, 0, { version: 11 }).slotInfo(12182, 1, 0).key('foo', ONE).finish(),
  ],
  [
    'slot-info-in-9',
    'SLOT_INFO of Redis in version 9',
    () => database(1, 0, { version: 9 }).slotInfo(12182, 1, 0).key('foo', ONE).finish(),
  ],
  [
    'slot-info-in-valkey-80',
    'SLOT_INFO of Redis in a file of Valkey',
    () => database(1, 0, { version: 80 }).slotInfo(12182, 1, 0).key('foo', ONE).finish(),
  ],
]);

function keyMeta(version: number, flags: number): Buffer {
  return database(2, 0, { version })
    .keyMeta({ ...META, flags })
    .key('k', ONE)
    .key('after', ONE)
    .finish();
}

function header(magic: 'REDIS' | 'VALKEY', version: number): Row {
  const digits = String(version).padStart(9 - magic.length, '0');
  const name = `${magic.toLowerCase()}-${digits}`;
  const configurations = version >= 11 ? [RELAXED] : [];
  return [name, `${magic}${digits} and one string`, () => headed(magic, version), { configurations }];
}

function newer(type: number, version: number, value: Value): Row {
  const options = type === 24 || type === 25 ? COUNTED : {};
  return [`${type}-in-${version}`, `type ${type} in version ${version}`, () => pair(value, { version }), options];
}
