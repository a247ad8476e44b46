// Section 8.4 of the format reference, what a careful reader can see and the servers' check tools do not: announcements,
// attributes, lengths, compression, times, auxiliary fields, functions. What stands in 8.2 as well is tested there.
import {
  blobValue,
  hashMetadataValue,
  hex,
  len,
  listpack,
  lzf,
  RdbBuilder,
  str,
  streamValue,
  stringValue,
} from '../helpers/rdb-builder.js';
import { database, type FileOptions, fileOf, head, NOW_MS, rawValue } from './hand-made.js';
import { accepted, refused } from './rows.js';

const ONE = stringValue('v');
const CLUSTER: FileOptions = { version: 12 };
/** Slots of `foo` and `k1` (section 2.5). */
const FOO = 12182;
const K1 = 12706;

accepted('1: RESIZEDB', [
  {
    defect: 'none, announced in two sections of one database',
    file: head()
      .selectDb(0)
      .resizeDb(1, 0)
      .key('a', ONE)
      .selectDb(1)
      .resizeDb(1, 0)
      .key('a', ONE)
      .selectDb(0)
      .resizeDb(1, 0)
      .key('b', ONE)
      .finish(),
    finds: ['info RDB_DB_REPEATED'],
  },
  {
    defect: 'none, two databases',
    file: head()
      .selectDb(0)
      .resizeDb(1, 1)
      .expireMs(NOW_MS)
      .key('a', ONE)
      .selectDb(3)
      .resizeDb(1, 0)
      .key('a', ONE)
      .finish(),
    finds: [],
  },
  {
    defect: 'wrong in one of two databases',
    file: head().selectDb(0).resizeDb(1, 0).key('a', ONE).selectDb(3).resizeDb(2, 0).key('a', ONE).finish(),
    finds: ['warning RDB_SIZE_HINT_WRONG'],
  },
]);

accepted('2: slots', [
  {
    defect: 'none',
    file: database(3, 0, CLUSTER)
      .slotInfo(FOO, 2, 0)
      .key('foo', ONE)
      .key('{foo}2', ONE)
      .slotInfo(K1, 1, 0)
      .key('k1', ONE)
      .finish(),
    finds: [],
  },
  {
    defect: 'none, in the form of Valkey',
    file: database(2, 0, { version: 80 })
      .aux('slot-info', `${FOO},1,0,0`)
      .key('foo', ONE)
      .aux('slot-info', `${K1},1,0,0`)
      .key('k1', ONE)
      .finish(),
    finds: [],
  },
  {
    defect: 'slots descending',
    file: database(2, 0, CLUSTER).slotInfo(K1, 1, 0).key('k1', ONE).slotInfo(FOO, 1, 0).key('foo', ONE).finish(),
    finds: ['info SLOT_UNSORTED'],
  },
  {
    defect: 'a key of another slot',
    file: database(1, 0, CLUSTER).slotInfo(K1, 1, 0).key('foo', ONE).finish(),
    finds: ['warning SLOT_WRONG_KEY'],
  },
  {
    defect: 'a key of another slot, in the form of Valkey',
    file: database(1, 0, { version: 80 }).aux('slot-info', `${K1},1,0`).key('foo', ONE).finish(),
    finds: ['warning SLOT_WRONG_KEY'],
  },
  {
    defect: 'fewer keys than announced',
    file: database(1, 0, CLUSTER).slotInfo(FOO, 2, 0).key('foo', ONE).finish(),
    finds: ['warning SLOT_HINT_WRONG'],
  },
  {
    defect: 'an expiry more than announced',
    file: database(1, 1, CLUSTER).slotInfo(FOO, 1, 0).expireMs(NOW_MS).key('foo', ONE).finish(),
    finds: ['warning SLOT_HINT_WRONG'],
  },
]);

refused('2: slots', [
  {
    defect: 'slot 16384',
    // No key can belong to it.
    file: database(0, 0, CLUSTER).slotInfo(16384, 0, 0).finish(),
    finds: ['error SLOT_OUT_OF_RANGE'],
  },
  {
    defect: 'SLOT_IMPORT: slot 16384 (section 3.7)',
    file: slotImport('a'.repeat(40), [[0, 16384]]),
    finds: ['error SLOT_IMPORT_INVALID'],
  },
  {
    defect: 'SLOT_IMPORT: last before first (section 3.7)',
    file: slotImport('a'.repeat(40), [[9, 8]]),
    finds: ['error SLOT_IMPORT_INVALID'],
  },
  {
    defect: 'SLOT_IMPORT: job name of 39 bytes (section 3.7)',
    file: slotImport('a'.repeat(39), [[0, 1]]),
    finds: ['error SLOT_IMPORT_INVALID'],
  },
]);

accepted('4: databases', [
  { defect: 'none: database 15', file: head().selectDb(15).resizeDb(1, 0).key('k', ONE).finish(), finds: [] },
  {
    defect: 'database 16',
    file: head().selectDb(16).resizeDb(1, 0).key('k', ONE).finish(),
    finds: ['warning RDB_DB_OUT_OF_RANGE'],
  },
  {
    defect: 'sections that repeat',
    file: head({ version: 81 })
      .selectDb(0)
      .resizeDb(2, 0)
      .selectDb(1)
      .resizeDb(1, 0)
      .selectDb(0)
      .key('a', ONE)
      .selectDb(1)
      .key('a', ONE)
      .selectDb(0)
      .key('b', ONE)
      .finish(),
    finds: ['info RDB_DB_REPEATED'],
  },
]);

accepted('5: what no key follows', [
  {
    defect: 'TTL before EOF',
    file: database(1).key('k', ONE).expireMs(NOW_MS).finish(),
    finds: ['warning RDB_DANGLING_ATTRIBUTE'],
  },
  {
    defect: 'IDLE before EOF',
    file: database(1).key('k', ONE).idle(5).finish(),
    finds: ['warning RDB_DANGLING_ATTRIBUTE'],
  },
  {
    defect: 'FREQ before EOF',
    file: database(1).key('k', ONE).freq(5).finish(),
    finds: ['warning RDB_DANGLING_ATTRIBUTE'],
  },
  {
    defect: 'FREQ before SELECTDB',
    file: database(1).key('k', ONE).freq(5).selectDb(1).resizeDb(1, 0).key('k', ONE).finish(),
    finds: ['warning RDB_DANGLING_ATTRIBUTE'],
  },
  // KeyDB writes it there (section 1.4).
  {
    defect: 'none: TTL before AUX mvcc-tstamp',
    file: database(1, 1, { version: 9 }).expireMs(NOW_MS).aux('mvcc-tstamp', '1700000000000').key('k', ONE).finish(),
    finds: [],
  },
  {
    defect: 'two TTLs',
    file: database(1, 1)
      .expireMs(NOW_MS)
      .expireMs(NOW_MS + 1)
      .key('k', ONE)
      .finish(),
    finds: ['warning RDB_ATTRIBUTE_REPEATED'],
  },
  {
    defect: 'two TTLs, in seconds and in milliseconds',
    file: database(1, 1)
      .expireSeconds(NOW_MS / 1000)
      .expireMs(NOW_MS)
      .key('k', ONE)
      .finish(),
    finds: ['warning RDB_ATTRIBUTE_REPEATED'],
  },
]);

accepted('6: integers longer than needed', [
  { defect: 'int32 that fits int8', file: fileOf(stringValue('5', 'int32')), finds: [] },
  {
    defect: 'count of 14 bits that fits 6',
    file: fileOf(rawValue(2, len(1, 14), str('a'))),
    finds: ['info RDB_LENGTH_NOT_SHORTEST'],
  },
]);

refused('7: LZF', [
  {
    defect: 'output shorter than announced',
    file: compressed('04 61 62 63 64 65', 30),
    finds: ['error LZF_WRONG_LENGTH'],
  },
  { defect: 'input left over', file: compressed('04 61 62 63 64 65 00 66', 5), finds: ['error LZF_WRONG_LENGTH'] },
  { defect: 'reference before the start', file: compressed('00 61 20 05', 4), finds: ['error LZF_BAD_REFERENCE'] },
  { defect: 'literal beyond the input', file: compressed('1f 61 62', 32), finds: ['error LZF_TRUNCATED'] },
  { defect: 'reference beyond the input', file: compressed('00 61 e0', 10), finds: ['error LZF_TRUNCATED'] },
  {
    defect: 'ulen above 88 x clen',
    file: compressed('00 61 e0 ff 00', 5 * 88 + 1),
    finds: ['error LZF_IMPOSSIBLE_LENGTH'],
  },
  {
    defect: 'gigabytes from a few bytes',
    file: compressed('00 61 e0 ff 00', 2 ** 32 - 1),
    finds: ['error LZF_IMPOSSIBLE_LENGTH'],
  },
  {
    defect: 'ulen of 2^64-1',
    file: compressed('00 61 e0 ff 00', 2n ** 64n - 1n),
    finds: ['error LZF_IMPOSSIBLE_LENGTH'],
  },
  {
    defect: 'a key name that does not decode',
    file: database(1)
      .bytes(hex('00'), lzf(hex('00 61 20 05'), 4), str('v'))
      .finish(),
    finds: ['error LZF_BAD_REFERENCE'],
  },
]);

accepted('7: LZF', [
  { defect: 'clen not below ulen', file: compressed('04 61 62 63 64 65', 5), finds: ['info LZF_NOT_SMALLER'] },
]);

refused('9: version against types', [
  {
    defect: 'type 18 (RDB 10) in a file of version 9 of Redis 6.0',
    file: fileOf(rawValue(18, len(1), len(1), str('a')), { version: 9 }),
    finds: ['error RDB_TYPE_NEWER_THAN_HEADER'],
  },
  {
    defect: 'type 20 (RDB 11) in a file of version 10 of Redis 7.0',
    file: fileOf(blobValue(20, listpack(['a'])), { version: 10 }),
    finds: ['error RDB_TYPE_NEWER_THAN_HEADER'],
  },
  {
    defect: 'type 24 of Redis in a file of Valkey',
    file: fileOf(hashMetadataValue(NOW_MS, [{ field: 'f', value: 'v', ttl: 1 }]), { version: 80 }),
    finds: ['error RDB_UNKNOWN_TYPE'],
  },
  {
    defect: 'type 27 of Redis in a file of Valkey',
    file: fileOf(streamValue(27, { length: 0, lastId: [0, 0] }), { version: 80 }),
    finds: ['error RDB_UNKNOWN_TYPE'],
  },
  {
    defect: 'opcode 242 of Redis 8.10 in a file of Redis 8.0',
    file: database(0, 0, { version: 12 }).hashTemplate(0, ['a']).finish(),
    finds: ['error RDB_UNKNOWN_OPCODE'],
  },
]);

accepted('10: expiry', [
  { defect: 'none: tomorrow', file: expiring(NOW_MS + 86_400_000), finds: [] },
  { defect: '0', file: expiring(0), finds: ['warning EXPIRE_INVALID'] },
  { defect: 'seconds in a ms field', file: expiring(NOW_MS / 1000), finds: ['warning EXPIRE_LOOKS_LIKE_SECONDS'] },
  { defect: 'just below 10^11', file: expiring(1e11 - 1), finds: ['warning EXPIRE_LOOKS_LIKE_SECONDS'] },
  { defect: 'none: 10^11', file: expiring(1e11), finds: [] },
  { defect: 'after the year 2200', file: expiring(Date.UTC(2200, 1, 1)), finds: ['warning EXPIRE_FAR_FUTURE'] },
  { defect: 'greatest of all', file: expiring(2n ** 63n - 1n), finds: ['warning EXPIRE_FAR_FUTURE'] },
  {
    defect: 'byte-swapped in version 8',
    file: expiring(swapped(NOW_MS), { version: 8 }),
    finds: ['warning EXPIRE_BYTE_SWAPPED'],
  },
  {
    defect: 'in seconds, long ago',
    file: database(1, 1).expireSeconds(1).key('k', ONE).finish(),
    // 1000 ms after 1970: in a field of seconds nobody can have meant seconds.
    finds: [],
  },
  {
    defect: 'in seconds, negative',
    file: database(1, 1).expireSeconds(-5).key('k', ONE).finish(),
    finds: ['warning EXPIRE_INVALID'],
  },
]);

accepted('14: AUX', [
  {
    defect: 'ctime in the future',
    file: withAux('ctime', String(NOW_MS / 1000 + 86_400)),
    finds: ['warning AUX_CTIME_FUTURE'],
  },
  { defect: 'ctime that is text', file: withAux('ctime', 'yesterday'), finds: ['warning AUX_CTIME_INVALID'] },
  { defect: 'redis-bits 48', file: withAux('redis-bits', '48'), finds: ['warning AUX_BITS_INVALID'] },
  { defect: 'none: redis-bits 32', file: withAux('redis-bits', '32'), finds: [] },
  { defect: 'repl-id of 39 digits', file: withAux('repl-id', 'a'.repeat(39)), finds: ['warning AUX_REPL_ID_INVALID'] },
  { defect: 'repl-id with a g', file: withAux('repl-id', 'g'.repeat(40)), finds: ['warning AUX_REPL_ID_INVALID'] },
  { defect: 'none: repl-id', file: withAux('repl-id', '0123456789abcdef0123456789abcdef01234567'), finds: [] },
  {
    defect: 'no version AUX at all',
    file: new RdbBuilder(11).selectDb(0).resizeDb(1, 0).key('k', ONE).finish(),
    finds: ['info AUX_NO_VERSION'],
  },
  { defect: 'none: no AUX before version 7', file: fileOf(ONE, { version: 6 }), finds: [] },
]);

refused('15: function libraries', [
  {
    defect: 'the same name twice',
    file: libraries(
      '#!lua name=lib\nredis.register_function("a", function() end)',
      '#!lua name=lib\nredis.register_function("b", function() end)',
    ),
    finds: ['error FUNCTION_LIBRARY_TWICE'],
  },
  {
    defect: 'text without #! line',
    file: libraries('redis.register_function("a", f)'),
    finds: ['error FUNCTION_NO_HEADER'],
  },
  {
    defect: '#! line without a name',
    file: libraries('#!lua\nredis.register_function("a", f)'),
    finds: ['error FUNCTION_BAD_HEADER'],
  },
  {
    defect: 'an engine that Redis does not have',
    file: libraries('#!js name=c\n'),
    finds: ['error FUNCTION_ENGINE_UNKNOWN'],
  },
  { defect: 'no valid Lua', file: libraries('#!lua name=c\nreturn return'), finds: ['error FUNCTION_NOT_COMPILABLE'] },
  { defect: 'no function', file: libraries('#!lua name=c\nlocal a = 1'), finds: ['error FUNCTION_FAILS'] },
  {
    defect: 'a function of the same name, but for its case, in two libraries',
    file: libraries(
      '#!lua name=a\nredis.register_function("f", function() end)',
      '#!lua name=b\nredis.register_function("F", function() end)',
    ),
    finds: ['error FUNCTION_NAME_TWICE'],
  },
]);

accepted('15: function libraries', [
  {
    defect: 'none',
    file: libraries(
      '#!lua name=a\nredis.register_function("f", function() end)',
      '#!LUA name=b\nlocal function g() return 1 end\nredis.register_function{function_name="g", callback=g}',
    ),
    finds: [],
  },
  {
    defect: 'none that can be told without running it',
    file: libraries('#!lua name=a\nfor i = 1, 3 do redis.register_function("f" .. i, function() end) end'),
    finds: ['info FUNCTION_UNCERTAIN'],
  },
]);

function slotImport(job: string, ranges: readonly (readonly [number, number])[]): Buffer {
  return head({ version: 80 }).slotImport(job, ranges).selectDb(0).resizeDb(1, 0).key('k', ONE).finish();
}

/** A string in LZF that announces `ulen` bytes. */
function compressed(block: string, ulen: number | bigint): Buffer {
  return fileOf(rawValue(0, lzf(hex(block), ulen)));
}

function expiring(ms: number | bigint, options: FileOptions = {}): Buffer {
  return database(1, 1, options).expireMs(ms).key('k', ONE).finish();
}

function swapped(ms: number): bigint {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(ms));
  return bytes.readBigInt64LE();
}

function withAux(key: string, value: string): Buffer {
  return head().aux(key, value).selectDb(0).resizeDb(1, 0).key('k', ONE).finish();
}

function libraries(...codes: string[]): Buffer {
  const builder = head();
  for (const code of codes) builder.functionLibrary(code);
  return builder.selectDb(0).resizeDb(1, 0).key('k', ONE).finish();
}
