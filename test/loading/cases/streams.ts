// Streams. Type 15 where it can show the trait, since all servers read it.
import {
  type Id,
  len,
  listpack,
  type StreamGroup,
  type StreamSpec,
  type StreamType,
  str,
  stream,
  streamNode,
  streamValue,
} from '../../helpers/rdb-builder.js';
import { rawValue } from '../../verify/hand-made.js';
import { consumer, entry, GROUP, node, pending, THREE } from '../../verify/streams.js';
import { group, pair } from '../case.js';

/** Beyond every entry and group. */
const AHEAD: Id = [9, 0];
const FIRST: Id = [1, 0];
const EMPTY_GROUP: StreamGroup = { name: 'g', lastId: [0, 0] };
const TOMBSTONES: Partial<StreamSpec> = {
  nodes: [streamNode([entry(FIRST, { deleted: true })])],
  lastId: FIRST,
  firstId: [0, 0],
  maxDeletedId: FIRST,
  entriesAdded: 1,
};
const OWNED_TWICE = [consumer('c', FIRST, [2, 0]), consumer('d', [2, 0])];

export const streams = group('stream', [
  ['node-repeated', 'a node twice', () => of({ nodes: [node(FIRST), node(FIRST)], length: 2, lastId: FIRST })],
  ['node-empty', 'a node without anything', () => of({ nodes: [{ id: FIRST, listpack: listpack([]) }] })],
  ['node-key-15', 'a node key of 15 bytes', () => nodeKey(15)],
  ['node-key-17', 'a node key of 17 bytes', () => nodeKey(17)],
  ['nodes-missing', 'three entries but no node', () => of({ nodes: [] })],
  ['length-too-low', 'one entry less than there are', () => of({ length: 2 })],
  ['length-too-high', 'one entry more than there are', () => of({ length: 4 })],
  ['length-too-low-3', 'one entry less than there are, type 21', () => of({ length: 2 }, 21)],
  ['tombstones', 'a node of deleted entries only', () => of({ ...TOMBSTONES, length: 0 }, 21)],
  ['tombstones-counted', 'a node of deleted entries only, counted as one', () => of({ ...TOMBSTONES, length: 1 }, 21)],
  [
    'master-count-wrong',
    'the node announces two entries, there is one',
    () => oneNode([2, 0, 1, 'f', 0, 2, 0, 0, 'v', 4]),
  ],
  ['master-deleted-wrong', 'the node announces a deleted entry', () => oneNode([1, 1, 1, 'f', 0, 2, 0, 0, 'v', 4])],
  [
    'lp-count-wrong',
    'an entry announces another number of elements',
    () => oneNode([1, 0, 1, 'f', 0, 2, 0, 0, 'v', 5]),
  ],
  ['master-end-wrong', 'a 1 where the master entry ends with 0', () => oneNode([1, 0, 1, 'f', 1, 2, 0, 0, 'v', 4])],
  ['flags-text', 'flags that are text', () => oneNode([1, 0, 1, 'f', 0, 'x', 0, 0, 'v', 4])],
  ['entry-cut', 'an entry without its values', () => oneNode([1, 0, 1, 'f', 0, 2, 0, 0])],
  [
    'node-no-terminator',
    'a node that does not end with ff',
    () => oneNode([1, 0, 1, 'f', 0, 2, 0, 0, 'v', 4], { terminator: 0 }),
  ],
  ['last-id-low', 'a last id lower than the last entry', () => of({ lastId: [2, 0] })],
  ['first-id-wrong', 'a first id of another entry, type 21', () => of({ firstId: [2, 0] }, 21)],
  ['entries-added-low', 'fewer entries added than there are, type 21', () => of({ entriesAdded: 2 }, 21)],
  [
    'entries-unsorted',
    'entries that do not ascend',
    () => of({ nodes: [streamNode([entry(FIRST), entry([3, 0]), entry([2, 0])])] }),
  ],
  ['nodes-unsorted', 'nodes that do not ascend', () => of({ nodes: [node([2, 0], [3, 0]), node(FIRST)] })],
  [
    'nodes-overlapping',
    'a node that starts before the one in front ends',
    () => of({ nodes: [node(FIRST, [3, 0]), node([2, 0])] }),
  ],
  ['group-repeated', 'a group twice', () => of({ groups: [GROUP, EMPTY_GROUP] })],
  ['group-without-name', 'none: a group whose name is empty', () => of({ groups: [{ ...EMPTY_GROUP, name: '' }] })],
  [
    'consumer-repeated',
    'a consumer twice',
    () => grouped({ consumers: [consumer('c', FIRST, [2, 0]), consumer('c')] }),
  ],
  [
    'pending-repeated',
    'a pending id twice',
    () => grouped({ pending: [pending(FIRST), pending(FIRST)], consumers: [consumer('c', FIRST)] }),
  ],
  ['pending-unknown', 'a consumer owns what the group does not list', () => grouped({ pending: [pending(FIRST)] })],
  ['pending-owned-twice', 'two consumers own one pending id', () => grouped({ consumers: OWNED_TWICE })],
  ['pending-owned-twice-2', 'two consumers own one pending id, type 19', () => grouped({ consumers: OWNED_TWICE }, 19)],
  ['pending-owned-twice-3', 'two consumers own one pending id, type 21', () => grouped({ consumers: OWNED_TWICE }, 21)],
  ['pending-without-owner', 'no consumer owns a pending id', () => grouped({ consumers: [consumer('c', FIRST)] })],
  [
    'pending-without-owner-3',
    'no consumer owns a pending id, type 21',
    () => grouped({ consumers: [consumer('c', FIRST)] }, 21),
  ],
  ['pending-without-consumer', 'pending ids but no consumer', () => grouped({ consumers: [] })],
  [
    'pending-without-entry',
    'a pending id whose entry does not exist',
    () => grouped({ pending: [pending(FIRST), pending([1, 7])], consumers: [consumer('c', FIRST, [1, 7])] }),
  ],
  [
    'pending-ahead',
    'a pending id beyond the last entry',
    () => grouped({ pending: [pending(AHEAD)], consumers: [consumer('c', AHEAD)] }),
  ],
  ['pending-unsorted', 'pending ids that do not ascend', () => grouped({ pending: [pending([2, 0]), pending(FIRST)] })],
  ['group-ahead', 'a group that has read beyond the last entry', () => grouped({ lastId: AHEAD })],
  ['entries-read-high', 'a group that has read more than was added, type 21', () => grouped({ entriesRead: 40 }, 21)],
  ['entries-read-negative', 'a group that has read -2 entries, type 21', () => grouped({ entriesRead: -2 }, 21)],
  [
    'delivery-negative',
    'delivered before 1970',
    () => grouped({ pending: [{ id: FIRST, time: -1, count: 1 }, pending([2, 0])] }),
  ],
]);

function of(changes: Partial<StreamSpec>, type: StreamType = 15): Buffer {
  const version = type === 15 ? 9 : type === 19 ? 10 : 11;
  return pair(streamValue(type, { ...THREE, ...changes }), { version });
}

function grouped(changes: Partial<StreamGroup>, type: StreamType = 15): Buffer {
  return of({ groups: [{ ...GROUP, ...changes }] }, type);
}

/** A stream of one entry whose node is made of these elements. */
function oneNode(parts: readonly (string | number)[], header?: Parameters<typeof listpack>[1]): Buffer {
  return of({ nodes: [{ id: FIRST, listpack: listpack(parts, header) }], length: 1, lastId: FIRST });
}

/** A stream whose only node has a key of so many bytes. */
function nodeKey(bytes: number): Buffer {
  const whole = stream(15, { nodes: [node(FIRST)], length: 1, lastId: FIRST });
  return pair(rawValue(15, len(1), str(Buffer.alloc(bytes)), whole.subarray(1 + 1 + 16)));
}
