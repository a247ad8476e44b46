// Section 8.2 of the format reference, its table of Redis 8.6 and 8.8: streams of types 26 and 27, arrays, key metadata.
import {
  type ArrayElement,
  arrayValue,
  hex,
  le,
  len,
  type MetaClass,
  metaClass,
  type StreamIdmp,
  str,
  streamNode,
  streamValue,
  stringValue,
} from '../helpers/rdb-builder.js';
import { database, type FileOptions, fileOf, rawValue } from './hand-made.js';
import { accepted, refused } from './rows.js';
import { consumer, entry, groupFile, pending, SEEN, streamFile } from './streams.js';

const REDIS_86 = { version: 13, type: 26 } as const;
const REDIS_88 = { version: 14, type: 27 } as const;
const LARGEST = 2n ** 64n - 1n;
const ONE = stringValue('v');
const META: MetaClass = { name: 'KMT1', version: 1, flags: 0, parts: [{ string: 'meta' }] };

accepted('streams', [
  { defect: 'none, 8.6', file: streamFile({}, REDIS_86), finds: [] },
  { defect: 'none, 8.8', file: groupFile({}, REDIS_88), finds: [] },
  {
    defect: '`length` not the live entries, 8.6',
    file: streamFile({ length: 2 }, REDIS_86),
    finds: ['warning STREAM_LENGTH_WRONG'],
  },
  { defect: 'node of tombstones only, 8.6', file: tombstones(REDIS_86), finds: [] },
  {
    defect: 'NACK ids in another order than the pending ones',
    file: groupFile(
      {
        consumers: [],
        nacked: [
          [2, 0],
          [1, 0],
        ],
      },
      REDIS_88,
    ),
    finds: [],
  },
  {
    defect: 'NACK id repeated',
    file: groupFile(
      {
        consumers: [],
        nacked: [
          [1, 0],
          [2, 0],
          [1, 0],
        ],
      },
      REDIS_88,
    ),
    finds: ['warning STREAM_NACK_REPEATED'],
  },
  {
    defect: 'NACK id: delivery time not 0',
    file: groupFile({ pending: [{ id: [1, 0], time: SEEN, count: 1 }], consumers: [], nacked: [[1, 0]] }, REDIS_88),
    finds: [],
  },
  {
    defect: 'NACK id: entry deleted',
    file: groupFile({ pending: [pending([1, 9])], consumers: [], nacked: [[1, 9]] }, REDIS_88),
    finds: [],
  },
]);

refused('streams', [
  {
    defect: '`length` not the live entries, 8.8',
    file: streamFile({ length: 2 }, REDIS_88),
    finds: ['error STREAM_LENGTH_WRONG'],
  },
  { defect: 'node of tombstones only, 8.8', file: tombstones(REDIS_88), finds: ['error STREAM_NODE_COUNT_WRONG'] },
  {
    defect: 'same PEL id owned by two consumers, 8.6',
    file: groupFile({ consumers: [consumer('c', [1, 0], [2, 0]), consumer('d', [2, 0])] }, REDIS_86),
    finds: ['error STREAM_PENDING_OWNED_TWICE'],
  },
  {
    defect: 'same PEL id owned by two consumers, 8.8',
    file: groupFile({ consumers: [consumer('c', [1, 0], [2, 0]), consumer('d', [2, 0])] }, REDIS_88),
    finds: ['error STREAM_PENDING_OWNED_TWICE'],
  },
  {
    defect: 'PEL id owned by nobody, 8.6',
    file: groupFile({ consumers: [consumer('c', [1, 0])] }, REDIS_86),
    finds: ['error STREAM_PENDING_WITHOUT_OWNER'],
  },
  {
    defect: 'PEL id owned by nobody and not in the NACK list, 8.8',
    file: groupFile({ consumers: [], nacked: [[1, 0]] }, REDIS_88),
    finds: ['error STREAM_PENDING_WITHOUT_OWNER'],
  },
  {
    defect: 'NACK id not in the PEL',
    file: groupFile({ nacked: [[3, 0]] }, REDIS_88),
    finds: ['error STREAM_NACK_INVALID'],
  },
  {
    defect: 'NACK id owned by a consumer',
    file: groupFile({ nacked: [[2, 0]] }, REDIS_88),
    finds: ['error STREAM_NACK_INVALID'],
  },
]);

refused('idempotent producers', [
  { defect: 'duration 0', file: idmp({ duration: 0 }), finds: ['error STREAM_IDMP_SETTINGS_INVALID'] },
  { defect: 'duration 86401', file: idmp({ duration: 86401 }), finds: ['error STREAM_IDMP_SETTINGS_INVALID'] },
  { defect: 'max 0', file: idmp({ max: 0 }), finds: ['error STREAM_IDMP_SETTINGS_INVALID'] },
  { defect: 'max 10001', file: idmp({ max: 10001 }), finds: ['error STREAM_IDMP_SETTINGS_INVALID'] },
  {
    defect: 'producer repeated',
    file: idmp({ producers: [producer('p', 'a'), producer('p', 'b')] }),
    finds: ['error STREAM_IDMP_PRODUCER_REPEATED'],
  },
]);

accepted('idempotent producers', [
  { defect: 'none', file: idmp({ duration: 86400, max: 10000, producers: [producer('p', 'a')], added: 1 }), finds: [] },
  { defect: 'IDMP id repeated', file: idmp({ producers: [producer('p', 'a', 'a')] }), finds: [] },
  { defect: 'IDMP id expired long ago', file: idmp({ duration: 1, producers: [producer('p', 'a')] }), finds: [] },
  {
    defect: 'IDMP id beyond the last id',
    file: idmp({ producers: [{ pid: 'p', entries: [{ iid: 'a', id: [4, 0] }] }] }),
    finds: ['warning STREAM_IDMP_SUSPICIOUS'],
  },
  { defect: 'empty names', file: idmp({ producers: [producer('', '')] }), finds: [] },
  {
    defect: 'n > max',
    file: idmp({ max: 1, producers: [producer('p', 'a', 'b')] }),
    finds: ['warning STREAM_IDMP_SUSPICIOUS'],
  },
  { defect: 'producers unsorted', file: idmp({ producers: [producer('q', 'a'), producer('p', 'a')] }), finds: [] },
  { defect: 'producer without ids', file: idmp({ producers: [producer('p')] }), finds: [] },
  {
    defect: 'counters absurd',
    file: idmp({ added: 0, duplicates: 2 ** 40, producers: [producer('p', 'a')] }),
    finds: [],
  },
]);

refused('arrays: what section 4.3 lists', [
  { defect: 'count 0', file: array([]), finds: ['error ARRAY_EMPTY'] },
  {
    defect: 'has_insert 2',
    file: arrayBytes(len(1), len(2), len(0), len(0), len(1), le(5, 8)),
    finds: ['error ARRAY_INSERT_INDEX_INVALID'],
  },
  { defect: 'index 2^64-1', file: array([{ index: LARGEST, integer: 5 }]), finds: ['error ARRAY_INDEX_INVALID'] },
  {
    defect: 'insert_idx 2^64-1',
    file: array([{ index: 0, integer: 5 }], LARGEST),
    finds: ['error ARRAY_INSERT_INDEX_INVALID'],
  },
  {
    defect: 'an index with lead bits 11',
    file: arrayBytes(len(1), len(0), hex('c1'), len(1), le(5, 8)),
    finds: ['error RDB_SPECIAL_LENGTH'],
  },
  { defect: 'tag 4', file: array([{ index: 0, tag: 4, bytes: le(5, 8) }]), finds: ['error ARRAY_TAG_UNKNOWN'] },
  {
    defect: 'more than 7 bytes under tag 3',
    file: array([{ index: 0, tag: 3, bytes: str('eight by') }]),
    // Also the tag that no server gives it.
    finds: ['error ARRAY_SHORT_STRING_TOO_LONG', 'info ARRAY_TAG_UNUSUAL'],
  },
]);

accepted('arrays', [
  {
    defect: 'none',
    file: array(
      [
        { index: 0, integer: -5 },
        { index: 2, double: 2.5 },
        { index: 3, short: 'hi' },
        { index: LARGEST - 1n, string: 'long enough' },
      ],
      7,
    ),
    finds: [],
  },
  { defect: 'insert_idx of 2^64-2', file: array([{ index: 0, integer: 5 }], LARGEST - 1n), finds: [] },
  {
    defect: 'index order',
    file: array([
      { index: 1, integer: 5 },
      { index: 0, integer: 6 },
    ]),
    finds: ['warning ARRAY_UNSORTED'],
  },
  {
    defect: 'index repetition',
    file: array([
      { index: 1, integer: 5 },
      { index: 1, integer: 6 },
    ]),
    finds: ['warning ARRAY_UNSORTED'],
  },
  { defect: 'NaN', file: array([{ index: 0, double: Number.NaN }]), finds: ['warning ARRAY_FLOAT_UNUSUAL'] },
  { defect: 'infinity', file: array([{ index: 0, double: -Infinity }]), finds: ['warning ARRAY_FLOAT_UNUSUAL'] },
  { defect: 'odd mantissa', file: array([{ index: 0, double: 3.14 }]), finds: ['warning ARRAY_FLOAT_UNUSUAL'] },
  {
    defect: 'wide integer under tag 1',
    file: array([{ index: 0, integer: 2n ** 61n }]),
    finds: ['info ARRAY_TAG_UNUSUAL'],
  },
  {
    defect: 'widest integer that belongs under tag 1',
    file: array([{ index: 0, integer: 2n ** 61n - 1n }]),
    finds: [],
  },
  {
    defect: 'integer text under tag 0',
    file: array([{ index: 0, tag: 0, bytes: str('12') }]),
    finds: ['info ARRAY_TAG_UNUSUAL'],
  },
  { defect: 'integer text under tag 3', file: array([{ index: 0, short: '12' }]), finds: ['info ARRAY_TAG_UNUSUAL'] },
  {
    defect: 'short text under tag 0',
    file: array([{ index: 0, tag: 0, bytes: str('hi') }]),
    finds: ['info ARRAY_TAG_UNUSUAL'],
  },
]);

refused('key metadata', [
  {
    defect: 'followed by a second KEY_META',
    file: afterMeta((b) => b.keyMeta(META)),
    finds: ['error RDB_KEY_META_MISPLACED'],
  },
  {
    defect: 'followed by a TTL',
    file: database(1, 1, { version: 14 }).keyMeta(META).expireMs(SEEN).key('k', ONE).finish(),
    finds: ['error RDB_KEY_META_MISPLACED'],
  },
  { defect: 'followed by AUX', file: afterMeta((b) => b.aux('a', 'b')), finds: ['error RDB_KEY_META_MISPLACED'] },
  { defect: 'followed by IDLE', file: afterMeta((b) => b.idle(5)), finds: ['error RDB_KEY_META_MISPLACED'] },
  {
    defect: 'followed by EOF',
    file: database(0, 0, { version: 14 }).keyMeta(META).finish(),
    finds: ['error RDB_KEY_META_MISPLACED'],
  },
  {
    defect: 'n > 7',
    file: withMeta(len(8), ...Array.from({ length: 8 }, (_, i) => metaClass({ ...META, name: `KMT${i}` }))),
    finds: ['error RDB_KEY_META_BAD'],
  },
  {
    defect: 'value with an unknown module opcode',
    file: withMeta(len(1), le(0, 4), hex('06 01 00')),
    finds: ['error MODULE_BAD_OPCODE'],
  },
]);

accepted('key metadata', [
  { defect: 'none', file: withMeta(len(1), metaClass(META)), finds: [] },
  { defect: 'n = 0', file: withMeta(len(0)), finds: [] },
  { defect: 'reserved flag bits', file: withMeta(len(1), metaClass({ ...META, flags: 6 })), finds: [] },
  {
    defect: 'unknown class that may be ignored',
    file: withMeta(len(1), metaClass({ ...META, name: 'XXXX', flags: 1 })),
    finds: [],
  },
]);

// Loaders go by types and opcodes, so the release that wrote the file starts from it.
accepted('version 13 or 14 lowered to 11 or 12', [
  { defect: 'type 26 under 11', file: lowered(11, '8.6.0', 26), finds: ['warning RDB_TYPE_NEWER_THAN_HEADER'] },
  { defect: 'type 27 under 11', file: lowered(11, '8.8.0', 27), finds: ['warning RDB_TYPE_NEWER_THAN_HEADER'] },
  { defect: 'type 27 under 12', file: lowered(12, '8.8.0', 27), finds: ['warning RDB_TYPE_NEWER_THAN_HEADER'] },
  {
    defect: 'array under 11',
    file: fileOf(arrayValue([{ index: 0, integer: 5 }]), { version: 11, writer: { name: 'redis', version: '8.8.0' } }),
    finds: ['warning RDB_TYPE_NEWER_THAN_HEADER'],
  },
  {
    defect: 'KEY_META under 12',
    file: database(1, 0, { version: 12, writer: { name: 'redis', version: '8.8.0' } })
      .keyMeta(META)
      .key('k', ONE)
      .finish(),
    finds: ['warning RDB_OPCODE_NEWER_THAN_HEADER'],
  },
]);

/** One node, nothing alive in it. */
function tombstones(options: typeof REDIS_86 | typeof REDIS_88): Buffer {
  return streamFile(
    {
      nodes: [streamNode([entry([1, 0], { deleted: true })])],
      length: 0,
      lastId: [1, 0],
      firstId: [0, 0],
      maxDeletedId: [1, 0],
      entriesAdded: 1,
    },
    options,
  );
}

function idmp(changes: StreamIdmp): Buffer {
  return streamFile({ idmp: changes }, REDIS_86);
}

/** Ids that name the entry 1-0. */
function producer(pid: string, ...iids: string[]): NonNullable<StreamIdmp['producers']>[number] {
  return { pid, entries: iids.map((iid) => ({ iid, id: [1, 0] })) };
}

function array(elements: readonly ArrayElement[], insertIndex?: bigint | number): Buffer {
  return fileOf(arrayValue(elements, insertIndex), { version: 14 });
}

function arrayBytes(...parts: Buffer[]): Buffer {
  return fileOf(rawValue(28, ...parts), { version: 14 });
}

function afterMeta(between: (builder: ReturnType<typeof database>) => unknown): Buffer {
  const builder = database(1, 0, { version: 14 }).keyMeta(META);
  between(builder);
  return builder.key('k', ONE).finish();
}

function withMeta(...record: Buffer[]): Buffer {
  return database(1, 0, { version: 14 })
    .bytes(hex('f3'), ...record)
    .key('k', ONE)
    .finish();
}

function lowered(version: number, writer: string, type: 26 | 27): Buffer {
  const options: FileOptions = { version, writer: { name: 'redis', version: writer } };
  const node = streamNode([entry([1, 0])]);
  return fileOf(streamValue(type, { nodes: [node], length: 1, lastId: [1, 0], firstId: [1, 0] }), options);
}
