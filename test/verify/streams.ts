// Streams for tests: a sound one, and what a test changes in it.
import {
  type Id,
  type StreamEntry,
  type StreamGroup,
  type StreamNode,
  type StreamSpec,
  type StreamType,
  streamNode,
  streamValue,
} from '../helpers/rdb-builder.js';
import { type FileOptions, fileOf, NOW_MS } from './hand-made.js';

/** A moment at which entries are delivered and consumers seen. */
export const SEEN = NOW_MS - 60_000;

/** An entry of one field. */
export function entry(id: Id, changes: Partial<StreamEntry> = {}): StreamEntry {
  return { id, fields: [['f', 'v']], ...changes };
}

/** A node of such entries. */
export function node(...ids: readonly Id[]): StreamNode {
  return streamNode(ids.map((id) => entry(id)));
}

/** Three entries, 1-0 to 3-0, in one node. */
export const THREE: StreamSpec = {
  nodes: [node([1, 0], [2, 0], [3, 0])],
  length: 3,
  lastId: [3, 0],
  firstId: [1, 0],
  entriesAdded: 3,
};

/** A group that has read two entries; consumer c has yet to acknowledge both. */
export const GROUP: StreamGroup = {
  name: 'g',
  lastId: [2, 0],
  entriesRead: 2,
  pending: [pending([1, 0]), pending([2, 0])],
  consumers: [consumer('c', [1, 0], [2, 0])],
};

export function pending(id: Id): { id: Id; time: number; count: number } {
  return { id, time: SEEN, count: 1 };
}

export function consumer(
  name: string,
  ...owned: readonly Id[]
): { name: string; seen: number; active: number; pending: readonly Id[] } {
  return { name, seen: SEEN, active: SEEN, pending: owned };
}

/** A file with the stream of three entries, changed as given; of Redis 7.2 unless said otherwise. */
export function streamFile(changes: Partial<StreamSpec>, options: FileOptions & { type?: StreamType } = {}): Buffer {
  return fileOf(streamValue(options.type ?? 21, { ...THREE, ...changes }), options);
}

/** The same with one group, changed as given. */
export function groupFile(changes: Partial<StreamGroup>, options?: FileOptions & { type?: StreamType }): Buffer {
  return streamFile({ groups: [{ ...GROUP, ...changes }] }, options);
}
