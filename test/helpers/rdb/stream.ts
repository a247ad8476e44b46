// Streams (section 6 of the format reference).
import { type ListpackEntry, type ListpackHeader, listpack } from './listpack.js';
import { be, le, len, type StringForm, str, type Text } from './primitives.js';

export type Id = readonly [ms: number | bigint, seq: number | bigint];

export type StreamType = 15 | 19 | 21 | 26 | 27;

export interface StreamEntry {
  id: Id;
  fields: readonly (readonly [field: Text, value: Text])[];
  deleted?: boolean;
  /** Written without field names. Left out: when the names are those of the master entry. */
  sameFields?: boolean;
}

export interface StreamNode {
  id: Id;
  listpack: Uint8Array;
}

export interface StreamGroup {
  name: Text;
  lastId: Id;
  entriesRead?: number;
  pending?: readonly { id: Id; time: number; count: number | bigint }[];
  consumers?: readonly { name: Text; seen: number; active?: number; pending?: readonly Id[] }[];
  nacked?: readonly Id[];
}

export interface StreamIdmp {
  duration?: number;
  max?: number;
  producers?: readonly { pid: Text; entries: readonly { iid: Text; id: Id }[] }[];
  added?: number;
  duplicates?: number;
}

export interface StreamSpec {
  nodes?: readonly StreamNode[];
  length: number;
  lastId: Id;
  firstId?: Id;
  maxDeletedId?: Id;
  entriesAdded?: number;
  groups?: readonly StreamGroup[];
  idmp?: StreamIdmp;
}

const ZERO: Id = [0, 0];

/** The 16 bytes of an id as they stand in pending lists and, as a string, in front of nodes. */
export function rawId([ms, seq]: Id): Buffer {
  return Buffer.concat([be(ms, 8), be(seq, 8)]);
}

/** One node: entries relative to the first one's id, or to `master`, and to the first one's field names. */
export function streamNode(entries: readonly StreamEntry[], master?: Id, header?: ListpackHeader): StreamNode {
  const id = master ?? entries[0]?.id ?? ZERO;
  const names = (entries[0]?.fields ?? []).map(([field]) => field);
  const deleted = entries.filter((e) => e.deleted).length;
  const parts: ListpackEntry[] = [entries.length - deleted, deleted, names.length, ...names, 0];
  for (const entry of entries) parts.push(...entryParts(entry, id, names));
  return { id, listpack: listpack(parts, header) };
}

function entryParts(entry: StreamEntry, master: Id, names: readonly Text[]): ListpackEntry[] {
  const same = entry.sameFields ?? sameNames(entry, names);
  const flags = (entry.deleted ? 1 : 0) | (same ? 2 : 0);
  const diffs = [0, 1].map((i) => BigInt.asIntN(64, BigInt(entry.id[i]) - BigInt(master[i])));
  const parts: ListpackEntry[] = [flags, ...diffs];
  if (same) parts.push(...entry.fields.map(([, value]) => value));
  else parts.push(entry.fields.length, ...entry.fields.flat());
  parts.push(parts.length);
  return parts;
}

function sameNames(entry: StreamEntry, names: readonly Text[]): boolean {
  return (
    entry.fields.length === names.length &&
    entry.fields.every(([field], i) => Buffer.from(field).equals(Buffer.from(names[i])))
  );
}

/** The value of a stream in the layout of `type`; parts that the layout lacks are left out. `form`: of the node strings. */
export function stream(type: StreamType, spec: StreamSpec, form: StringForm = 'raw'): Buffer {
  const nodes = spec.nodes ?? [];
  const groups = spec.groups ?? [];
  return Buffer.concat([
    len(nodes.length),
    ...nodes.flatMap((node) => [str(rawId(node.id)), str(node.listpack, form)]),
    len(spec.length),
    ...pair(spec.lastId),
    ...(type >= 19
      ? [...pair(spec.firstId ?? ZERO), ...pair(spec.maxDeletedId ?? ZERO), len(spec.entriesAdded ?? spec.length)]
      : []),
    len(groups.length),
    ...groups.map((group) => groupBytes(type, group)),
    ...(type >= 26 ? [idmpBytes(spec.idmp ?? {})] : []),
  ]);
}

function groupBytes(type: StreamType, group: StreamGroup): Buffer {
  const pending = group.pending ?? [];
  const consumers = group.consumers ?? [];
  const nacked = group.nacked ?? [];
  return Buffer.concat([
    str(group.name),
    ...pair(group.lastId),
    ...(type >= 19 ? [len(group.entriesRead ?? -1)] : []),
    len(pending.length),
    ...pending.flatMap((p) => [rawId(p.id), le(p.time, 8), len(p.count)]),
    len(consumers.length),
    ...consumers.flatMap((c) => [
      str(c.name),
      le(c.seen, 8),
      ...(type >= 21 ? [le(c.active ?? -1, 8)] : []),
      len(c.pending?.length ?? 0),
      ...(c.pending ?? []).map(rawId),
    ]),
    ...(type >= 27 ? [len(nacked.length), ...nacked.map(rawId)] : []),
  ]);
}

function idmpBytes(idmp: StreamIdmp): Buffer {
  const producers = idmp.producers ?? [];
  return Buffer.concat([
    len(idmp.duration ?? 100),
    len(idmp.max ?? 100),
    len(producers.length),
    ...producers.flatMap((p) => [
      str(p.pid, 'server'),
      len(p.entries.length),
      ...p.entries.flatMap((e) => [str(e.iid, 'server'), ...pair(e.id)]),
    ]),
    len(idmp.added ?? 0),
    len(idmp.duplicates ?? 0),
  ]);
}

function pair([ms, seq]: Id): Buffer[] {
  return [len(ms), len(seq)];
}
