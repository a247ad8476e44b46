// Streams; the layout of each type stands in rdb/values/stream.ts.
import type { WrittenHeader } from '../rdb-writer.js';
import type { EncodedValue } from './collections.js';
import { ListpackBytes } from './listpack.js';
import { ValueBytes } from './value-bytes.js';

/** An id: milliseconds and sequence, 64 bits each. */
export interface EncodedId {
  readonly ms: bigint;
  readonly seq: bigint;
}

export interface EncodedStreamEntry {
  readonly id: EncodedId;
  readonly fields: readonly (readonly [field: Uint8Array, value: Uint8Array])[];
}

export interface EncodedPending {
  readonly id: EncodedId;
  /** ms since the epoch. */
  readonly deliveryTimeMs: number;
  readonly deliveryCount: bigint;
}

export interface EncodedConsumer {
  readonly name: Uint8Array;
  readonly seenTimeMs: number;
  /** -1 for never. */
  readonly activeTimeMs: number;
  readonly pending: readonly EncodedPending[];
}

export interface EncodedGroup {
  readonly name: Uint8Array;
  readonly lastId: EncodedId;
  /** null when it is not known. */
  readonly entriesRead: number | null;
  readonly consumers: readonly EncodedConsumer[];
  /** Entries that no consumer owns, in the order of release. */
  readonly released: readonly EncodedPending[];
}

export interface EncodedIdmp {
  readonly durationSeconds: number;
  readonly maxSize: number;
  readonly producers: readonly {
    readonly pid: Uint8Array;
    readonly entries: readonly (readonly [iid: Uint8Array, id: EncodedId])[];
  }[];
  readonly iidsAdded: number;
  readonly iidsDuplicates: number;
}

export interface EncodedStream {
  /** Ids ascending. */
  readonly entries: readonly EncodedStreamEntry[];
  readonly lastId: EncodedId;
  readonly maxDeletedId: EncodedId;
  readonly entriesAdded: number;
  readonly groups: readonly EncodedGroup[];
  readonly idmp: EncodedIdmp | undefined;
}

const STREAM_LISTPACKS = { plain: 15, counters: 19, activeTime: 21, idmp: 26, nacks: 27 } as const;
const [STREAMS_SINCE, COUNTERS_SINCE, ACTIVE_TIME_SINCE, IDMP_SINCE, NACKS_SINCE] = [9, 10, 11, 13, 14];

/** As servers do by default: `stream-node-max-entries` and `stream-node-max-bytes`. */
const NODE_ENTRIES = 100;
const NODE_BYTES = 4096;
const SAME_FIELDS = 2;
const UNKNOWN_COUNT = 2n ** 64n - 1n;
const ZERO: EncodedId = { ms: 0n, seq: 0n };

/** Throws RangeError for ids that are out of order, and for what the version does not have. */
export function streamValue(stream: EncodedStream, { magic, version }: WrittenHeader): EncodedValue {
  const type = typeFor(stream, magic === 'VALKEY' ? ACTIVE_TIME_SINCE : version);
  const { entries, lastId } = stream;
  const out = new ValueBytes();
  const nodes = nodesOf(entries, lastId);
  out.length(nodes.length);
  for (const node of nodes) {
    out.length(16);
    rawId(out, node[0].id);
    out.string(listpackOf(node));
  }
  out.length(entries.length);
  id(out, lastId);
  if (type >= STREAM_LISTPACKS.counters) {
    id(out, entries[0]?.id ?? ZERO);
    id(out, stream.maxDeletedId);
    out.length(stream.entriesAdded);
  }
  out.length(stream.groups.length);
  for (const group of stream.groups) writeGroup(out, group, type);
  if (type >= STREAM_LISTPACKS.idmp && stream.idmp) writeIdmp(out, stream.idmp);
  return { type, value: out.done() };
}

/** The oldest type that can hold it and that servers of this version write. */
function typeFor({ groups, idmp }: EncodedStream, version: number): number {
  const nacks = groups.some(({ released }) => released.length > 0);
  if (version < STREAMS_SINCE) throw new RangeError(`RDB ${version} has no streams`);
  if (nacks && (version < NACKS_SINCE || !idmp))
    throw new RangeError('released entries need RDB 14 of Redis, and idmp');
  if (idmp && version < IDMP_SINCE) throw new RangeError('idempotent producers need RDB 13 of Redis');
  if (nacks) return STREAM_LISTPACKS.nacks;
  if (idmp) return STREAM_LISTPACKS.idmp;
  if (version >= ACTIVE_TIME_SINCE) return STREAM_LISTPACKS.activeTime;
  return version >= COUNTERS_SINCE ? STREAM_LISTPACKS.counters : STREAM_LISTPACKS.plain;
}

/** Parts the entries among nodes. */
function nodesOf(entries: readonly EncodedStreamEntry[], lastId: EncodedId): EncodedStreamEntry[][] {
  const nodes: EncodedStreamEntry[][] = [];
  let bytes = 0;
  let before = ZERO;
  for (const entry of entries) {
    if (compare(entry.id, before) <= 0) throw new RangeError(`the id ${text(entry.id)} follows ${text(before)}`);
    before = entry.id;
    const node = nodes.at(-1);
    if (node && node.length < NODE_ENTRIES && bytes < NODE_BYTES) node.push(entry);
    else {
      nodes.push([entry]);
      bytes = 0;
    }
    for (const [field, value] of entry.fields) bytes += field.length + value.length;
  }
  if (compare(before, lastId) > 0) throw new RangeError(`the last id ${text(lastId)} lies before ${text(before)}`);
  return nodes;
}

/** Ids are relative to the node's, which is that of its first entry; the names of fields are told once when they repeat. */
function listpackOf(node: readonly EncodedStreamEntry[]): Uint8Array {
  const [first] = node;
  const out = new ListpackBytes().integer(node.length).integer(0).integer(first.fields.length);
  for (const [field] of first.fields) out.text(field);
  out.integer(0);
  for (const { id: own, fields } of node) {
    const same = sameNames(fields, first.fields);
    out.integer(same ? SAME_FIELDS : 0);
    out.integer(BigInt.asIntN(64, own.ms - first.id.ms)).integer(BigInt.asIntN(64, own.seq - first.id.seq));
    if (!same) out.integer(fields.length);
    for (const [field, value] of fields) {
      if (!same) out.text(field);
      out.text(value);
    }
    out.integer(same ? fields.length + 3 : 2 * fields.length + 4);
  }
  return out.done();
}

function sameNames(a: EncodedStreamEntry['fields'], b: EncodedStreamEntry['fields']): boolean {
  return a.length === b.length && a.every(([field], i) => Buffer.compare(field, b[i][0]) === 0);
}

function writeGroup(out: ValueBytes, group: EncodedGroup, type: number): void {
  out.string(group.name);
  id(out, group.lastId);
  if (type >= STREAM_LISTPACKS.counters) out.length(group.entriesRead ?? UNKNOWN_COUNT);
  const pending = [...group.consumers.flatMap((consumer) => consumer.pending), ...group.released];
  pending.sort((a, b) => compare(a.id, b.id));
  out.length(pending.length);
  for (const [i, entry] of pending.entries()) {
    if (i > 0 && compare(pending[i - 1].id, entry.id) === 0) {
      throw new RangeError(`the entry ${text(entry.id)} is pending twice in one group`);
    }
    rawId(out, entry.id);
    out.int64(entry.deliveryTimeMs).length(entry.deliveryCount);
  }
  out.length(group.consumers.length);
  for (const { name, seenTimeMs, activeTimeMs, pending: own } of group.consumers) {
    out.string(name).int64(seenTimeMs);
    if (type >= STREAM_LISTPACKS.activeTime) out.int64(activeTimeMs);
    out.length(own.length);
    for (const entry of own) rawId(out, entry.id);
  }
  if (type < STREAM_LISTPACKS.nacks) return;
  out.length(group.released.length);
  for (const entry of group.released) rawId(out, entry.id);
}

function writeIdmp(out: ValueBytes, idmp: EncodedIdmp): void {
  out.length(idmp.durationSeconds).length(idmp.maxSize).length(idmp.producers.length);
  for (const { pid, entries } of idmp.producers) {
    out.string(pid).length(entries.length);
    for (const [iid, entry] of entries) {
      out.string(iid);
      id(out, entry);
    }
  }
  out.length(idmp.iidsAdded).length(idmp.iidsDuplicates);
}

/** As two lengths. */
function id(out: ValueBytes, { ms, seq }: EncodedId): void {
  out.length(ms).length(seq);
}

/** As 16 bytes, big-endian. */
function rawId(out: ValueBytes, { ms, seq }: EncodedId): void {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(ms);
  bytes.writeBigUInt64BE(seq, 8);
  out.bytes(bytes);
}

function compare(a: EncodedId, b: EncodedId): number {
  if (a.ms !== b.ms) return a.ms < b.ms ? -1 : 1;
  return a.seq === b.seq ? 0 : a.seq < b.seq ? -1 : 1;
}

function text({ ms, seq }: EncodedId): string {
  return `${ms}-${seq}`;
}
