// Section 8.4 of the format reference, what a careful reader can see in values. What stands in 8.2 as well is tested there.
import {
  arrayValue,
  blobValue,
  hash2Value,
  hashListpackExValue,
  hashMetadataValue,
  type Id,
  listpack,
  lzf,
  streamNode,
  templateRefValue,
  ziplist,
} from '../helpers/rdb-builder.js';
import { type database, fileOf, head, NOW_MS } from './hand-made.js';
import { accepted, type Row, refused } from './rows.js';
import { consumer, entry, GROUP, groupFile, node, pending, streamFile } from './streams.js';

const LATER = NOW_MS + 1000;
const AHEAD: Id = [9, 0];

accepted('11: order of compact sorted sets', [
  { defect: 'none: equal scores, members ascend', file: zset(['a', 1, 'b', 1]), finds: [] },
  { defect: 'equal scores, members descend', file: zset(['b', 1, 'a', 1]), finds: ['warning ZSET_UNSORTED'] },
  // By their bytes: "10" stands before "9".
  { defect: 'none: members that are integers', file: zset([10, 1, 9, 1]), finds: [] },
  { defect: 'integer members out of order', file: zset([9, 1, 10, 1]), finds: ['warning ZSET_UNSORTED'] },
  {
    defect: 'equal scores, members descend, in a ziplist',
    file: fileOf(blobValue(12, ziplist(['b', 1, 'a', 1]))),
    finds: ['warning ZSET_UNSORTED'],
  },
  { defect: 'none: scores ascend as numbers', file: zset(['a', '-inf', 'b', -70000, 'c', '1.5', 'd', 10]), finds: [] },
  { defect: 'fractions descend', file: zset(['a', '2.5', 'b', '2.25']), finds: ['warning ZSET_UNSORTED'] },
]);

accepted('12: streams', [
  {
    defect: 'none: several nodes, a deleted entry, sequence numbers',
    file: streamFile({
      nodes: [node([1, 5], [1, 6]), streamNode([entry([2, 0]), entry([2, 1], { deleted: true }), entry([3, 0])])],
      length: 4,
      firstId: [1, 5],
      maxDeletedId: [2, 1],
      entriesAdded: 5,
    }),
    finds: [],
  },
  {
    defect: 'none: the first entry is deleted',
    file: streamFile({
      nodes: [streamNode([entry([1, 0], { deleted: true }), entry([2, 0]), entry([3, 0])])],
      length: 2,
      firstId: [2, 0],
      maxDeletedId: [1, 0],
    }),
    finds: [],
  },
  {
    defect: 'an entry twice',
    file: streamFile({ nodes: [streamNode([entry([1, 0]), entry([1, 0]), entry([3, 0])])] }),
    finds: ['warning STREAM_ENTRIES_UNSORTED'],
  },
  {
    defect: 'max_deleted above last',
    file: streamFile({ maxDeletedId: AHEAD }),
    finds: ['warning STREAM_MAX_DELETED_ID_WRONG'],
  },
  {
    defect: 'PEL id above the last id of its group',
    file: groupFile({
      pending: [pending([1, 0]), pending([3, 0])],
      consumers: [consumer('c', [1, 0], [3, 0])],
    }),
    finds: ['info STREAM_PENDING_AHEAD'],
  },
  {
    defect: 'a consumer seen after the year 2200',
    file: groupFile({ consumers: [{ ...consumer('c', [1, 0], [2, 0]), seen: Date.UTC(2300, 0) }] }),
    finds: ['warning STREAM_TIME_INVALID'],
  },
  {
    defect: 'a consumer active before 1970',
    file: groupFile({ consumers: [{ ...consumer('c', [1, 0], [2, 0]), active: -2 }] }),
    finds: ['warning STREAM_TIME_INVALID'],
  },
  {
    defect: 'none: the same names in two groups',
    file: streamFile({
      groups: [
        { ...GROUP, name: 'a' },
        { ...GROUP, name: 'b' },
      ],
    }),
    finds: [],
  },
]);

accepted('13: hashes whose fields expire', [
  {
    defect: 'type 24 without any TTL',
    file: redis8(hashMetadataValue(0, [{ field: 'f', value: 'v', ttl: 0 }])),
    finds: ['info HASH_WITHOUT_FIELD_EXPIRE'],
  },
  // What HPERSIST leaves behind, stale minimum included (section 4.1).
  {
    defect: 'type 25 without any TTL',
    file: redis8(hashListpackExValue(LATER, listpack(['f', 'v', 0]))),
    finds: ['info HASH_WITHOUT_FIELD_EXPIRE'],
  },
  {
    defect: 'type 22 of Valkey without any TTL',
    file: fileOf(hash2Value([{ field: 'f', value: 'v', expireAtMs: -1 }]), { version: 80 }),
    finds: ['info HASH_WITHOUT_FIELD_EXPIRE'],
  },
  {
    // Redis 8.0 itself leaves such a hint behind, and the times of the fields do not depend on it.
    defect: 'type 25: minimum not the minimum',
    file: redis8(hashListpackExValue(LATER + 1, listpack(['f', 'v', LATER, 'g', 'v', 0]))),
    finds: ['info HASH_MIN_EXPIRE_WRONG'],
  },
]);

refused('16: templates', [
  {
    defect: 'reference to a template that does not exist',
    file: templated((b) => b.key('h', templateRefValue(1, ['x', 'y']))),
    finds: ['error TEMPLATE_UNKNOWN'],
  },
  {
    defect: 'reference of a listpack to a template that does not exist',
    file: templated((b) => b.key('h', blobValue(30, listpack([1, 'x', 'y'])))),
    finds: ['error TEMPLATE_UNKNOWN', 'info TEMPLATE_UNUSED'],
  },
  {
    defect: 'reference before the definition',
    file: head({ version: 15 })
      .selectDb(0)
      .resizeDb(1, 0)
      .key('h', blobValue(30, listpack([0, 'x', 'y'])))
      .hashTemplate(0, ['a', 'b'])
      .finish(),
    finds: ['error TEMPLATE_UNKNOWN', 'info TEMPLATE_UNUSED'],
  },
  {
    defect: 'fewer values than fields',
    file: templated((b) => b.key('h', blobValue(30, listpack([0, 'x'])))),
    finds: ['error TEMPLATE_INVALID'],
  },
  {
    defect: 'more values than fields',
    file: templated((b) => b.key('h', blobValue(30, listpack([0, 'x', 'y', 'z'])))),
    finds: ['error TEMPLATE_INVALID'],
  },
  // Section 3.8.
  template('without fields', [[0, []]]),
  template('fields not by length', [[0, ['bb', 'a']]]),
  template('fields of one length not by bytes', [[0, ['b', 'a']]]),
  template('a field twice', [[0, ['a', 'a']]]),
  template('an id twice', [
    [0, ['a']],
    [0, ['b']],
  ]),
]);

accepted('16: templates', [
  { defect: 'none: type 32', file: templated((b) => b.key('h', templateRefValue(0, ['x', 'y']))), finds: [] },
  { defect: 'none: type 30', file: templated((b) => b.key('h', blobValue(30, listpack([0, 'x', 'y'])))), finds: [] },
  {
    defect: 'never referenced',
    file: templated((b) => b.key('h', blobValue(16, listpack(['a', 'x'])))),
    finds: ['info TEMPLATE_UNUSED'],
  },
]);

refused('17: containers far beyond any server limit', [
  // Twelve megabytes in the file, and more than 2^30 bytes once unpacked: nobody should unpack them to find out.
  {
    defect: 'a compressed listpack of more than 2^30 bytes',
    file: fileOf({ type: 16, body: lzf(bomb(4_100_000), 1 + 4_100_000 * 264) }),
    finds: ['error CONTAINER_TOO_LARGE'],
  },
]);

accepted('18: arrays', [
  { defect: 'none: a fraction', file: array({ double: 2.5 }), finds: [] },
  { defect: 'none: 0.1 as text, since no clean double has it', file: array({ short: '0.1' }), finds: [] },
  { defect: 'none: text that only looks like a number', file: array({ short: '1e5' }), finds: [] },
  { defect: 'none: an integer with leading zeros is text', file: array({ short: '007' }), finds: [] },
  { defect: 'a fraction under tag 3', file: array({ short: '2.5' }), finds: ['info ARRAY_TAG_UNUSUAL'] },
]);

/** One byte, and then references of 264 bytes each to the byte in front of them. */
function bomb(references: number): Buffer {
  return Buffer.concat([Buffer.of(0, 0x61), Buffer.alloc(3 * references, Buffer.of(0xe0, 0xff, 0))]);
}

function zset(entries: readonly (string | number)[]): Buffer {
  return fileOf(blobValue(17, listpack(entries)));
}

function redis8(value: Parameters<typeof fileOf>[0]): Buffer {
  return fileOf(value, { version: 12 });
}

function array(element: { double: number } | { short: string }): Buffer {
  return fileOf(arrayValue([{ index: 0, ...element }]), { version: 14 });
}

/** A file of Redis 8.10 with template 0 of the fields a and b, and one key. */
function templated(key: (builder: ReturnType<typeof database>) => ReturnType<typeof database>): Buffer {
  const builder = head({ version: 15 }).hashTemplate(0, ['a', 'b']).selectDb(0).resizeDb(1, 0);
  return key(builder).finish();
}

function template(what: string, definitions: readonly (readonly [id: number, fields: readonly string[]])[]): Row {
  const builder = head({ version: 15 });
  for (const [id, fields] of definitions) builder.hashTemplate(id, fields);
  return {
    defect: `a template: ${what}`,
    file: builder.selectDb(0).resizeDb(0, 0).finish(),
    finds: ['error TEMPLATE_INVALID', 'info TEMPLATE_UNUSED'],
  };
}
