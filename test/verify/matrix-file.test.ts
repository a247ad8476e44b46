// Section 8.2 of the format reference: the file as a whole, its records, lengths and strings.
import { hex, len, lzf, moduleValue, preGaModuleValue, RdbBuilder, str, stringValue } from '../helpers/rdb-builder.js';
import { database, fileOf, head, NOW_MS, rawValue } from './hand-made.js';
import { accepted, refused } from './rows.js';

const ONE = stringValue('v');
const sound = fileOf(ONE);

accepted('the file and its end', [
  {
    defect: 'RESIZEDB numbers wrong: too many keys',
    file: database(2).key('k', ONE).finish(),
    finds: ['warning RDB_SIZE_HINT_WRONG'],
  },
  {
    defect: 'RESIZEDB numbers wrong: an expiry too many',
    file: database(1, 1).key('k', ONE).finish(),
    finds: ['warning RDB_SIZE_HINT_WRONG'],
  },
  { defect: 'RESIZEDB before SELECTDB', file: head().resizeDb(1, 0).selectDb(0).key('k', ONE).finish(), finds: [] },
  { defect: 'no SELECTDB', file: head().key('k', ONE).finish(), finds: ['info RDB_NO_SELECTDB'] },
  {
    defect: 'bytes after the checksum',
    file: Buffer.concat([sound, Buffer.from('what is this')]),
    finds: ['warning RDB_TRAILING_BYTES'],
  },
  { defect: 'checksum zero', file: fileOf(ONE, { trailer: 'zero' }), finds: ['warning RDB_CHECKSUM_DISABLED'] },
  { defect: 'version 4 without trailer', file: fileOf(ONE, { version: 4 }), finds: ['info RDB_CHECKSUM_ABSENT'] },
]);

refused('the file and its end', [
  { defect: 'checksum wrong', file: fileOf(ONE, { trailer: 'wrong' }), finds: ['error RDB_CHECKSUM_MISMATCH'] },
  { defect: 'checksum missing', file: fileOf(ONE, { trailer: 'none' }), finds: ['error RDB_CHECKSUM_MISSING'] },
  { defect: 'checksum missing in part', file: sound.subarray(0, -3), finds: ['error RDB_CHECKSUM_MISSING'] },
  { defect: 'file cut before EOF', file: sound.subarray(0, -9), finds: ['error RDB_TRUNCATED'] },
  { defect: 'file cut inside a value', file: sound.subarray(0, -10), finds: ['error RDB_TRUNCATED'] },
  { defect: 'file cut inside the header', file: sound.subarray(0, 7), finds: ['error RDB_TRUNCATED'] },
]);

refused('numbers that no server of the magic writes (section 1.1)', [
  { defect: 'REDIS0000', file: withMagic('REDIS', 0), finds: ['error RDB_BAD_VERSION'] },
  { defect: 'REDIS0080', file: withMagic('REDIS', 80), finds: ['error RDB_BAD_VERSION'] },
  { defect: 'VALKEY011', file: withMagic('VALKEY', 11), finds: ['error RDB_BAD_VERSION'] },
]);

// What a target lacks (databases, a cluster, a module) is for the question whether it would start there.
accepted('records in front of keys', [
  // Only a server with more databases wrote this file, so its own release takes it.
  {
    defect: 'SELECTDB 20 with 16 databases',
    file: head().selectDb(20).resizeDb(1, 0).key('k', ONE).finish(),
    finds: ['warning RDB_DB_OUT_OF_RANGE'],
  },
  { defect: 'key TTL in the past', file: expiring(NOW_MS - 1), finds: [] },
  { defect: 'key TTL negative', file: expiring(-1), finds: ['warning EXPIRE_INVALID'] },
  {
    defect: 'IDLE and FREQ both on a key',
    file: database(1).idle(5).freq(7).key('k', ONE).finish(),
    finds: ['warning RDB_IDLE_AND_FREQ'],
  },
  {
    defect: 'TTL before AUX',
    file: database(1, 1)
      .expireMs(NOW_MS + 1)
      .aux('some', 'thing')
      .key('k', ONE)
      .finish(),
    finds: ['warning RDB_DANGLING_ATTRIBUTE'],
  },
  {
    defect: 'TTL before SELECTDB',
    file: database(0)
      .expireMs(NOW_MS + 1)
      .selectDb(1)
      .resizeDb(1, 1)
      .key('k', ONE)
      .finish(),
    finds: ['warning RDB_DANGLING_ATTRIBUTE'],
  },
  {
    defect: 'AUX unknown',
    file: head().aux('colour', 'blue').selectDb(0).resizeDb(1, 0).key('k', ONE).finish(),
    finds: [],
  },
  {
    defect: 'SLOT_INFO with cluster off',
    file: database(1, 0, { version: 12 }).slotInfo(12182, 1, 0).key('foo', ONE).finish(),
    finds: [],
  },
  {
    defect: 'SLOT_IMPORT with cluster off',
    file: head({ version: 80 })
      .slotImport('a'.repeat(40), [[0, 5460]])
      .selectDb(0)
      .resizeDb(1, 0)
      .key('k', ONE)
      .finish(),
    finds: [],
  },
  {
    defect: 'MODULE_2 of unknown module, well formed',
    file: fileOf(moduleValue('hellotype', 0, [{ uint: 1 }, { string: 'x' }])),
    finds: [],
  },
  {
    defect: 'MODULE_AUX of unknown module, well formed',
    file: head()
      .moduleAux('hellotype', 0, 1, [{ sint: -1 }, { double: 0.5 }])
      .selectDb(0)
      .resizeDb(1, 0)
      .key('k', ONE)
      .finish(),
    finds: [],
  },
]);

refused('records in front of keys', [
  // Valkey 8.1 and 9.1 do not start from it, and they are who writes the field.
  {
    defect: 'AUX slot-info with one number',
    file: database(1, 0, { version: 80 }).aux('slot-info', '12182').key('foo', ONE).finish(),
    finds: ['error SLOT_HINT_INVALID'],
  },
]);

refused('types and opcodes', [
  { defect: 'unknown type', file: fileOf(rawValue(63, str('v'))), finds: ['error RDB_UNKNOWN_TYPE'] },
  { defect: 'unknown opcode', file: database(1).bytes(hex('f0 01 02')).finish(), finds: ['error RDB_UNKNOWN_OPCODE'] },
  { defect: 'type 8', file: fileOf(rawValue(8, str('v'))), finds: ['error RDB_UNKNOWN_TYPE'] },
  {
    defect: 'type 6',
    file: fileOf(preGaModuleValue('hellotype', 0, Buffer.of(1, 2, 3))),
    finds: ['error RDB_MODULE_PRE_GA'],
  },
]);

accepted('lengths and strings', [
  {
    defect: 'non-shortest length of a string',
    file: fileOf(rawValue(0, str('value', 'raw', 32))),
    finds: ['info RDB_LENGTH_NOT_SHORTEST'],
  },
  {
    defect: 'non-shortest length: a count of 64 bits',
    file: fileOf(rawValue(1, len(1, 64), str('a'))),
    finds: ['info RDB_LENGTH_NOT_SHORTEST'],
  },
  {
    defect: 'LZF string that is right',
    file: fileOf(rawValue(0, hex('c3 06 15 01 61 61 e0 0a 00'))),
    finds: [],
  },
]);

refused('lengths and strings', [
  { defect: 'length lead 82', file: fileOf(rawValue(0, hex('82 00 00 00 01 61'))), finds: ['error RDB_BAD_LENGTH'] },
  { defect: 'string encoding 5', file: fileOf(rawValue(0, hex('c5 61'))), finds: ['error RDB_BAD_STRING_ENCODING'] },
  // Servers take c1 as 1. "A verifier should reject" (section 2.1): a count of 1 was not what was written there.
  {
    defect: '11 lead bits where a plain length belongs',
    file: fileOf(rawValue(1, hex('c1'), str('a'))),
    finds: ['error RDB_SPECIAL_LENGTH'],
  },
  {
    defect: 'LZF ulen too large',
    file: fileOf(rawValue(0, lzf(hex('01 61 61 e0 0a 00'), 22))),
    finds: ['error LZF_WRONG_LENGTH'],
  },
  {
    defect: 'LZF ulen too small',
    file: fileOf(rawValue(0, lzf(hex('01 61 61 e0 0a 00'), 20))),
    finds: ['error LZF_WRONG_LENGTH'],
  },
  {
    defect: 'LZF ulen wrong in a field of a hash',
    file: fileOf(rawValue(4, len(1), lzf(hex('01 61 61 e0 0a 00'), 22), str('v'))),
    finds: ['error LZF_WRONG_LENGTH'],
  },
  {
    defect: 'huge claimed string length (2^40)',
    file: fileOf(rawValue(0, len(2n ** 40n), Buffer.from('short'))),
    finds: ['error RDB_BAD_LENGTH'],
  },
  {
    defect: 'huge claimed string length (2^40) of a field',
    file: fileOf(rawValue(4, len(1), len(2n ** 40n), Buffer.from('short'))),
    finds: ['error RDB_BAD_LENGTH'],
  },
  {
    defect: 'huge claimed count (2^64 - 1)',
    file: database(1)
      .key('k', rawValue(1, len(-1), str('a')))
      .unfinished(),
    finds: ['error RDB_TRUNCATED'],
  },
]);

/** A sound file but for its first nine bytes. */
function withMagic(magic: 'REDIS' | 'VALKEY', version: number): Buffer {
  return new RdbBuilder(version, magic).selectDb(0).resizeDb(1, 0).key('k', ONE).finish('right');
}

function expiring(ms: number): Buffer {
  return database(1, 1).expireMs(ms).key('k', ONE).finish();
}
