// Section 8.2 of the format reference: streams up to Redis 8.4 and Valkey 9.1. What 8.6 and 8.8 added is in a file of its own.
import { type Id, len, listpack, str, stream, streamNode, streamValue } from '../helpers/rdb-builder.js';
import { type FileOptions, fileOf, rawValue } from './hand-made.js';
import { accepted, refused } from './rows.js';
import { consumer, entry, GROUP, groupFile, node, pending, SEEN, streamFile } from './streams.js';

const VALKEY_9: FileOptions = { version: 80 };
/** Beyond every entry and group. */
const AHEAD: Id = [9, 0];
const NODE_OF_1: Id = [1, 0];

accepted('streams as servers write them', [
  { defect: 'none', file: streamFile({}), finds: [] },
  { defect: 'none, with a group', file: groupFile({}), finds: [] },
  { defect: 'none, of Valkey 9', file: groupFile({}, VALKEY_9), finds: [] },
  { defect: 'empty stream', file: fileOf(streamValue(21, { length: 0, lastId: [0, 0] })), finds: [] },
  {
    defect: 'empty stream that had entries',
    file: fileOf(streamValue(21, { length: 0, lastId: [3, 0], maxDeletedId: [3, 0], entriesAdded: 3 })),
    finds: [],
  },
]);

refused('streams', [
  {
    defect: 'node repeated',
    file: streamFile({ nodes: [node([1, 0]), node([1, 0])], length: 2, lastId: [1, 0], entriesAdded: 2 }),
    finds: ['error STREAM_NODE_REPEATED'],
  },
  {
    defect: 'empty node listpack',
    file: streamFile({ nodes: [{ id: NODE_OF_1, listpack: listpack([]) }] }),
    finds: ['error STREAM_NODE_EMPTY'],
  },
  {
    defect: '`length` > 0 without nodes',
    file: streamFile({ nodes: [] }),
    finds: ['error STREAM_LENGTH_WITHOUT_NODES'],
  },
  {
    defect: '`length` not the live entries, Valkey 9',
    file: streamFile({ length: 2 }, VALKEY_9),
    finds: ['error STREAM_LENGTH_WRONG'],
  },
  {
    defect: 'all-tombstone node with length 1, Valkey 9',
    file: streamFile(
      { nodes: [streamNode([entry([1, 0], { deleted: true })])], length: 1, maxDeletedId: [1, 0] },
      VALKEY_9,
    ),
    finds: ['error STREAM_LENGTH_WRONG'],
  },
  { defect: 'master `count` wrong', file: oneEntry([2, 0]), finds: ['error STREAM_NODE_COUNT_WRONG'] },
  { defect: 'master `deleted` wrong', file: oneEntry([1, 1]), finds: ['error STREAM_NODE_COUNT_WRONG'] },
  { defect: '`lp_count` wrong', file: oneEntry([1, 0], 5), finds: ['error STREAM_NODE_INVALID'] },
]);

refused('streams (8.3: nodes as section 6.2 says)', [
  { defect: 'node key of 15 bytes', file: badNodeKey(15), finds: ['error STREAM_BAD_NODE_KEY'] },
  { defect: 'node key of 17 bytes', file: badNodeKey(17), finds: ['error STREAM_BAD_NODE_KEY'] },
  {
    defect: 'master entry without its closing 0',
    file: oneNode([1, 0, 1, 'f', 1, 2, 0, 0, 'v', 4]),
    finds: ['error STREAM_NODE_INVALID'],
  },
  {
    defect: 'flags that are text',
    file: oneNode([1, 0, 1, 'f', 0, 'x', 0, 0, 'v', 4]),
    finds: ['error STREAM_NODE_INVALID'],
  },
  {
    defect: 'an id that is text',
    file: oneNode([1, 0, 1, 'f', 0, 2, 'x', 0, 'v', 4]),
    finds: ['error STREAM_NODE_INVALID'],
  },
  {
    defect: 'an entry that ends early',
    file: oneNode([1, 0, 1, 'f', 0, 2, 0, 0]),
    finds: ['error STREAM_NODE_INVALID'],
  },
  {
    defect: 'a damaged listpack',
    file: streamFile({
      nodes: [{ id: NODE_OF_1, listpack: listpack([1, 0, 1, 'f', 0, 2, 0, 0, 'v', 4], { terminator: 0 }) }],
    }),
    finds: ['error LISTPACK_NO_TERMINATOR'],
  },
]);

refused('groups', [
  {
    defect: 'group name repeated',
    file: streamFile({ groups: [GROUP, { name: 'g', lastId: [0, 0] }] }),
    finds: ['error STREAM_GROUP_REPEATED'],
  },
  {
    defect: 'consumer name repeated',
    file: groupFile({ consumers: [consumer('c', [1, 0], [2, 0]), consumer('c')] }),
    finds: ['error STREAM_CONSUMER_REPEATED'],
  },
  {
    defect: 'PEL id repeated',
    file: groupFile({ pending: [pending([1, 0]), pending([1, 0])], consumers: [consumer('c', [1, 0])] }),
    // Of two records of one id the consumer can own but one.
    finds: ['error STREAM_PENDING_REPEATED', 'error STREAM_PENDING_WITHOUT_OWNER'],
  },
  {
    defect: 'consumer id missing from group PEL',
    file: groupFile({ pending: [pending([1, 0])] }),
    finds: ['error STREAM_PENDING_UNKNOWN'],
  },
  {
    defect: 'same PEL id owned by two consumers, Valkey 9',
    file: groupFile({ consumers: [consumer('c', [1, 0], [2, 0]), consumer('d', [2, 0])] }, VALKEY_9),
    finds: ['error STREAM_PENDING_OWNED_TWICE'],
  },
  {
    // The reference has it loaded by 7.0; the 7.0.15 that Debian patched since, and its check tool, refuse it.
    defect: 'same PEL id owned by two consumers, up to Redis 8.6',
    file: groupFile({ consumers: [consumer('c', [1, 0], [2, 0]), consumer('d', [2, 0])] }),
    finds: ['error STREAM_PENDING_OWNED_TWICE'],
  },
  {
    defect: 'PEL id owned by nobody',
    file: groupFile({ consumers: [consumer('c', [1, 0])] }),
    finds: ['error STREAM_PENDING_WITHOUT_OWNER'],
  },
  {
    defect: 'PEL without any consumer',
    file: groupFile({ consumers: [] }),
    finds: ['error STREAM_PENDING_WITHOUT_OWNER'],
  },
]);

accepted('streams', [
  {
    defect: '`length` not the live entries, up to Redis 8.6',
    file: streamFile({ length: 2 }),
    finds: ['warning STREAM_LENGTH_WRONG'],
  },
  {
    defect: 'all-tombstone node with length 1, up to Redis 8.6',
    file: streamFile({
      nodes: [streamNode([entry([1, 0], { deleted: true })])],
      length: 1,
      lastId: [1, 0],
      firstId: [0, 0],
      maxDeletedId: [1, 0],
      entriesAdded: 1,
    }),
    finds: ['warning STREAM_LENGTH_WRONG'],
  },
  {
    defect: 'last id lower than entries',
    file: streamFile({ lastId: [2, 0] }),
    finds: ['warning STREAM_LAST_ID_TOO_LOW'],
  },
  { defect: 'first id wrong', file: streamFile({ firstId: [2, 0] }), finds: ['warning STREAM_FIRST_ID_WRONG'] },
  {
    defect: 'entries_added < length',
    file: streamFile({ entriesAdded: 2 }),
    finds: ['warning STREAM_ENTRIES_ADDED_TOO_LOW'],
  },
  {
    defect: 'entries not ascending in a node',
    file: streamFile({ nodes: [streamNode([entry([1, 0]), entry([3, 0]), entry([2, 0])])] }),
    finds: ['warning STREAM_ENTRIES_UNSORTED'],
  },
  {
    defect: 'nodes out of order',
    file: streamFile({ nodes: [node([2, 0], [3, 0]), node([1, 0])] }),
    finds: ['warning STREAM_NODES_UNSORTED'],
  },
  {
    defect: 'nodes overlapping',
    file: streamFile({ nodes: [node([1, 0], [3, 0]), node([2, 0])] }),
    finds: ['warning STREAM_NODES_UNSORTED'],
  },
]);

accepted('groups', [
  {
    defect: 'PEL id whose entry does not exist',
    file: groupFile({
      pending: [pending([1, 0]), pending([1, 7])],
      consumers: [consumer('c', [1, 0], [1, 7])],
    }),
    finds: [],
  },
  {
    defect: 'PEL id in the future',
    file: groupFile({ pending: [pending(AHEAD)], consumers: [consumer('c', AHEAD)] }),
    finds: ['info STREAM_PENDING_AHEAD'],
  },
  {
    defect: 'group last id beyond stream',
    file: groupFile({ lastId: AHEAD }),
    finds: ['info STREAM_GROUP_LAST_ID_AHEAD'],
  },
  {
    defect: 'entries_read absurd: more than were added',
    file: groupFile({ entriesRead: 4 }),
    finds: ['warning STREAM_ENTRIES_READ_WRONG'],
  },
  {
    defect: 'entries_read absurd: below -1',
    file: groupFile({ entriesRead: -2 }),
    finds: ['warning STREAM_ENTRIES_READ_WRONG'],
  },
  { defect: 'entries_read unknown (-1)', file: groupFile({ entriesRead: -1 }), finds: [] },
  {
    defect: 'negative delivery time',
    file: groupFile({ pending: [{ id: [1, 0], time: -1, count: 1 }, pending([2, 0])] }),
    finds: ['warning STREAM_TIME_INVALID'],
  },
  // Servers write ids in order, but nobody checks that.
  {
    defect: 'PEL not in order',
    file: groupFile({ pending: [pending([2, 0]), pending([1, 0])] }),
    finds: [],
  },
  {
    defect: 'consumer that was never active (-1)',
    file: groupFile({ consumers: [consumer('c', [1, 0], [2, 0]), { name: 'd', seen: SEEN, active: -1 }] }),
    finds: [],
  },
]);

/** A stream of the entry 1-0 with the given master counts and length behind the entry. */
function oneEntry([count, deleted]: readonly [count: number, deleted: number], lpCount = 4): Buffer {
  return oneNode([count, deleted, 1, 'f', 0, 2, 0, 0, 'v', lpCount]);
}

function oneNode(parts: readonly (string | number)[]): Buffer {
  return streamFile({
    nodes: [{ id: NODE_OF_1, listpack: listpack(parts) }],
    length: 1,
    lastId: NODE_OF_1,
    entriesAdded: 1,
  });
}

/** A stream whose only node has an id of so many bytes. */
function badNodeKey(bytes: number): Buffer {
  const sound = stream(21, { nodes: [node(NODE_OF_1)], length: 1, lastId: NODE_OF_1, firstId: NODE_OF_1 });
  return fileOf(rawValue(21, len(1), str(Buffer.alloc(bytes)), sound.subarray(1 + 1 + 16)));
}
