// The file as a whole: its end, and the records between keys.
import { gzipSync } from 'node:zlib';
import {
  type RdbBuilder as Builder,
  cronValue,
  hex,
  len,
  preGaModuleValue,
  RdbBuilder,
  str,
} from '../../helpers/rdb-builder.js';
import { database, fileOf, head, rawValue } from '../../verify/hand-made.js';
import { CLUSTER, COMMON, EXPIRED_MS, group, LIVE_MS, ONE, pair } from '../case.js';

/** The length that servers take for a failed read. */
const RESERVED = 2n ** 64n - 1n;

const sound = () => fileOf(ONE, COMMON);
const one = (): Builder => database(1, 0, COMMON);

export const files = group('file', [
  ['empty', 'no byte at all', () => Buffer.alloc(0)],
  ['header-only', 'nine bytes', () => Buffer.from('REDIS0009')],
  ['cut-in-header', 'seven bytes of the header', () => sound().subarray(0, 7)],
  ['cut-in-aux', 'cut in the first AUX field', () => sound().subarray(0, 14)],
  ['cut-in-value', 'cut in the value of the only key', () => sound().subarray(0, -10)],
  ['cut-before-eof', 'EOF and checksum are missing', () => sound().subarray(0, -9)],
  ['checksum-missing', 'the checksum is missing', () => fileOf(ONE, { ...COMMON, trailer: 'none' })],
  ['checksum-cut', 'five of the eight bytes of the checksum', () => sound().subarray(0, -3)],
  ['checksum-wrong', 'a checksum that is off by one bit', () => fileOf(ONE, { ...COMMON, trailer: 'wrong' })],
  ['checksum-zero', 'the checksum is disabled', () => fileOf(ONE, { ...COMMON, trailer: 'zero' })],
  ['trailing-text', 'text behind the checksum', () => Buffer.concat([sound(), Buffer.from('what is this')])],
  ['trailing-zeros', 'zeros behind the checksum', () => Buffer.concat([sound(), Buffer.alloc(64)])],
  ['trailing-file', 'a second file behind the checksum', () => Buffer.concat([sound(), sound()])],
  ['version-4-without-checksum', 'version 4, which has no checksum', () => fileOf(ONE, { version: 4 })],
  [
    'version-4-with-checksum',
    'version 4 with the checksum of later versions',
    () => fileOf(ONE, { version: 4, trailer: 'right' }),
  ],
  ['version-5-without-checksum', 'version 5 without its checksum', () => fileOf(ONE, { version: 5, trailer: 'none' })],
  ['wrong-magic', 'text in place of a dump', () => Buffer.from('This is not a dump, whatever its name says.\n')],
  ['lower-case-magic', 'the magic in lower case', () => Buffer.concat([Buffer.from('redis'), sound().subarray(5)])],
  ['gzip', 'a sound file, compressed by gzip', () => asGzip(sound())],
  ['zeros', 'a hundred zeros', () => Buffer.alloc(100)],
]);

export const records = group('record', [
  [
    'resizedb-too-high',
    'RESIZEDB announces 50 keys, there is one',
    () => database(50, 10, COMMON).key('k', ONE).finish(),
  ],
  ['resizedb-too-low', 'RESIZEDB announces no key, there is one', () => database(0, 0, COMMON).key('k', ONE).finish()],
  [
    'resizedb-huge',
    'RESIZEDB announces 2^60 keys',
    () =>
      database(2 ** 60, 0, COMMON)
        .key('k', ONE)
        .finish(),
  ],
  [
    'resizedb-huge-expires',
    'RESIZEDB announces 2^60 keys that expire',
    () =>
      database(1, 2 ** 60, COMMON)
        .key('k', ONE)
        .finish(),
  ],
  [
    'resizedb-overflowing',
    'RESIZEDB announces 2^63 keys',
    () =>
      database(2 ** 63, 0, COMMON)
        .key('k', ONE)
        .finish(),
  ],
  [
    'resizedb-2-50',
    'RESIZEDB announces 2^50 keys',
    () =>
      database(2 ** 50, 0, COMMON)
        .key('k', ONE)
        .finish(),
  ],
  [
    'resizedb-reserved',
    'RESIZEDB announces 2^64 - 1 keys',
    () => head(COMMON).selectDb(0).bytes(hex('fb'), len(RESERVED), len(0)).key('k', ONE).finish(),
  ],
  [
    'resizedb-reserved-expires',
    'RESIZEDB announces 2^64 - 1 keys that expire',
    () => head(COMMON).selectDb(0).bytes(hex('fb'), len(1), len(RESERVED)).key('k', ONE).finish(),
  ],
  [
    'resizedb-before-selectdb',
    'RESIZEDB before SELECTDB',
    () => head(COMMON).resizeDb(1, 0).selectDb(0).key('k', ONE).finish(),
  ],
  ['resizedb-missing', 'no RESIZEDB', () => head(COMMON).selectDb(0).key('k', ONE).finish()],
  ['selectdb-missing', 'no SELECTDB', () => head(COMMON).key('k', ONE).finish()],
  ['aux-missing', 'no AUX field', () => new RdbBuilder(9).selectDb(0).resizeDb(1, 0).key('k', ONE).finish()],
  ['aux-unknown', 'an unknown AUX field', () => head(COMMON).aux('colour', 'blue').selectDb(0).key('k', ONE).finish()],
  [
    'aux-percent',
    'an AUX field to be logged',
    () => head(COMMON).aux('%colour', 'blue').selectDb(0).key('k', ONE).finish(),
  ],
  ['aux-after-keys', 'an AUX field behind the last key', () => one().key('k', ONE).aux('colour', 'blue').finish()],
  [
    'aux-ctime-ahead',
    'made in 2100',
    () =>
      head(COMMON)
        .aux('ctime', String(LIVE_MS / 1000))
        .selectDb(0)
        .key('k', ONE)
        .finish(),
  ],
  [
    'aux-redis-bits-16',
    'made by a server of 16 bits',
    () => head(COMMON).aux('redis-bits', '16').selectDb(0).key('k', ONE).finish(),
  ],
  ['aux-aof-base', 'the base of an AOF', () => head(COMMON).aux('aof-base', '1').selectDb(0).key('k', ONE).finish()],
  [
    'aux-aof-preamble',
    'the preamble of an AOF',
    () => head(COMMON).aux('aof-preamble', '1').selectDb(0).key('k', ONE).finish(),
  ],
  [
    'aux-replication',
    'replication fields, of a database that does not exist',
    () =>
      head(COMMON)
        .aux('repl-stream-db', '99')
        .aux('repl-id', '0123456789abcdef0123456789abcdef01234567')
        .aux('repl-offset', '12345')
        .selectDb(0)
        .key('k', ONE)
        .finish(),
  ],
  [
    'aux-repl-id-short',
    'a replication id of four letters',
    () => head(COMMON).aux('repl-id', 'abcd').selectDb(0).key('k', ONE).finish(),
  ],
  [
    'aux-lua',
    'a cached script, as servers up to 6.2 save it',
    () => one().key('k', ONE).aux('lua', 'return 1').finish(),
  ],
  [
    'aux-lua-broken',
    'a cached script that does not compile',
    () => one().key('k', ONE).aux('lua', 'return (').finish(),
  ],
  [
    'aux-mvcc',
    'the time stamp of KeyDB between expiry and key',
    () => database(1, 1, COMMON).expireMs(LIVE_MS).aux('mvcc-tstamp', '1795164772833').key('k', ONE).finish(),
  ],
  ['type-unknown', 'type 63', () => pair(rawValue(63, str('v')))],
  ['type-8', 'type 8, which nobody writes', () => pair(rawValue(8, str('v')))],
  [
    'type-6',
    'type 6, a module value of release candidates',
    () => pair(preGaModuleValue('hellotype', 0, Buffer.of(1, 2, 3))),
  ],
  ['type-64', 'a scheduled script of KeyDB', () => pair(cronValue('return 1', 1, 1000, ['k1'], []))],
  ['opcode-unknown', 'opcode 240', () => one().bytes(hex('f0 01 02')).key('k', ONE).finish()],
  ['opcode-107', 'an access time of Redis Enterprise', () => one().ramLru(70_000).key('k', ONE).finish()],
  ['opcode-121', 'a slot of Redis Enterprise', () => one().slotNum(5).key('k', ONE).finish()],
  ['idle-and-freq', 'idle time and use counter on one key', () => one().idle(5).freq(7).key('k', ONE).finish()],
  [
    'idle-huge',
    'idle for 2^62 seconds',
    () =>
      one()
        .idle(2 ** 62)
        .key('k', ONE)
        .finish(),
  ],
  ['idle-reserved', 'idle for 2^64 - 1 seconds', () => one().bytes(hex('f8'), len(RESERVED)).key('k', ONE).finish()],
  [
    'idle-nearly-reserved',
    'idle for 2^64 - 2 seconds',
    () =>
      one()
        .bytes(hex('f8'), len(RESERVED - 1n))
        .key('k', ONE)
        .finish(),
  ],
  ['idle-dangling', 'an idle time with no key behind it', () => one().key('k', ONE).idle(5).finish()],
  [
    'expiry-before-aux',
    'an AUX field between expiry and key',
    () => database(1, 1, COMMON).expireMs(LIVE_MS).aux('some', 'thing').key('k', ONE).finish(),
  ],
  [
    'expiry-before-selectdb',
    'SELECTDB between expiry and key',
    () => database(0, 0, COMMON).expireMs(LIVE_MS).selectDb(1).resizeDb(1, 1).key('k', ONE).finish(),
  ],
  [
    'expiry-twice',
    'two expiries on one key, the second in 2100',
    () => database(1, 1, COMMON).expireMs(EXPIRED_MS).expireMs(LIVE_MS).key('k', ONE).finish(),
  ],
  ['expiry-dangling', 'an expiry with no key behind it', () => one().key('k', ONE).expireMs(EXPIRED_MS).finish()],
  ['in-cluster', 'none: a plain file, for a node of a cluster', () => pair(ONE), { configurations: [CLUSTER] }],
]);

/** With the byte for the operating system set, which depends on where zlib was built. */
function asGzip(bytes: Buffer): Buffer {
  const packed = gzipSync(bytes);
  packed[9] = 255;
  return packed;
}
