// Files that between them hold every record and every value type that can be read, each in some odd form.
import { oldTypes, STREAM, TEXT, types10, types11 } from './common-types.js';
import {
  arrayValue,
  blobValue,
  cronValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  listpack,
  preGaHashMetadataValue,
  RdbBuilder,
  streamValue,
  stringValue,
  templatedHashValue,
  templateRefValue,
} from './rdb-builder.js';

const LIBRARY = `#!lua name=lib\nredis.register_function('f', function() return '${TEXT}' end)`;
const JOB = '0123456789abcdef0123456789abcdef01234567';

function shared(builder: RdbBuilder): RdbBuilder {
  return types11(types10(oldTypes(builder)));
}

function start(version: number, magic: 'REDIS' | 'VALKEY' = 'REDIS'): RdbBuilder {
  return new RdbBuilder(version, magic)
    .aux('redis-ver', '1.2.3')
    .aux('long', TEXT)
    .moduleAux('hellotype', 1, 1, [{ uint: 1 }, { string: TEXT }])
    .functionLibrary(LIBRARY)
    .selectDb(0)
    .resizeDb(31, 1);
}

/** What all servers that know the version can read, for their check tools to agree. */
export function portableFile(version: 9 | 10 | 11): Buffer {
  const builder = new RdbBuilder(version).aux('redis-ver', '1.2.3').aux('long', TEXT).selectDb(0).resizeDb(20, 1);
  oldTypes(builder);
  if (version >= 10) types10(builder);
  if (version >= 11) types11(builder);
  return builder.finish();
}

/** Redis 8.10: everything of Redis. */
export function redisFile(): Buffer {
  return shared(
    start(15).functionPreGa('old', 'LUA', LIBRARY, 'described').hashTemplate(0, ['a', 'bb']).slotInfo(12182, 2, 0),
  )
    .selectDb(9)
    .freq(7)
    .key(
      'pre-GA hash',
      preGaHashMetadataValue([
        { field: 'f', value: TEXT, expireAtMs: 5 },
        { field: 'g', value: '', expireAtMs: 0 },
      ]),
    )
    .key('pre-GA listpack', blobValue(23, listpack(['f', 'v', 5, 'g', 'w', 0])))
    .key(
      'hash with ttl',
      hashMetadataValue(1000, [
        { field: 'f', value: TEXT, ttl: 1 },
        { field: 'g', value: 'w', ttl: 0 },
      ]),
    )
    .key('listpack with ttl', hashListpackExValue(5, listpack(['f', 'v', 5, 'g', 'w', 0])))
    .idle(300)
    .key('stream 4', streamValue(26, STREAM))
    .keyMeta(
      { name: 'KMT1', version: 1, flags: 1, parts: [{ string: TEXT }, { uint: 1 }] },
      { name: 'a_-9', version: 31, flags: 0, parts: [] },
    )
    .key('stream 5', streamValue(27, STREAM))
    .key(
      'array',
      arrayValue(
        [
          { index: 0, integer: -5 },
          { index: 1, double: 2.5 },
          { index: 70000, short: 'hi' },
          { index: 2n ** 40n, string: TEXT.repeat(2) },
        ],
        64,
      ),
    )
    .key('template 1', templatedHashValue({ listpack: listpack(['a', 'bb']) }, { listpack: listpack([1, TEXT, 5]) }))
    .key('template 2', blobValue(30, listpack([0, 'x', 'y'])))
    .key('template 3', templatedHashValue({ names: ['a', 'bb'] }, { strings: [TEXT, 'y'] }))
    .key('template 4', templateRefValue(0, ['x', TEXT]))
    .moduleAux('hellotype', 1, 2, [{ double: 0.1 }])
    .finish();
}

/** Valkey 9. */
export function valkeyFile(): Buffer {
  return shared(
    start(80, 'VALKEY')
      .slotImport(JOB, [
        [0, 5],
        [100, 100],
      ])
      .aux('slot-info', '12182,2,0,1'),
  )
    .key(
      'hash 2',
      hash2Value([
        { field: 'f', value: TEXT, expireAtMs: 5 },
        { field: 'g', value: 'w', expireAtMs: -1 },
      ]),
    )
    .finish();
}

/** KeyDB, and Redis Enterprise: what stands between the records of others. */
export function foreignFile(): Buffer {
  return shared(start(11))
    .expireMs(4102444800000)
    .aux('mvcc-tstamp', '123456789')
    .key('stamped', stringValue('v'))
    .aux('keydb-subexpire-key', 'a')
    .aux('keydb-subexpire-when', '4102444800000')
    .key('cron', cronValue('return 1', 1, 1000, ['k1', 'k2'], [TEXT]))
    .ramLru(70000)
    .slotNum(5)
    .key('last', stringValue('v'))
    .finish();
}

export const EVERY_FILE: readonly (readonly [name: string, make: () => Buffer])[] = [
  ['Redis', redisFile],
  ['Valkey', valkeyFile],
  ['KeyDB and Redis Enterprise', foreignFile],
];
