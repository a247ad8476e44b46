// Entries of the library in the truth format.
import type { Entry, StreamGroup, StreamPendingEntry, StreamValue } from '../../../src/entries/entry.js';
import { arrayTruth, hashTruth, listTruth, setTruth, stringTruth, zsetTruth } from './collections.js';
import { inFullOrHashed, total } from './digest.js';
import { base64, integer, type Json, type TruthRecord } from './format.js';

const STREAM_LISTPACKS_5 = 27;

type Fields = { [name: string]: Json };

export function recordOf(entry: Entry): TruthRecord {
  return {
    db: entry.db,
    key: base64(entry.key),
    type: entry.type === 'module' ? entry.value.name : entry.type,
    expireAtMs: entry.expireAtMs === undefined ? null : integer(entry.expireAtMs),
    rdbType: entry.rdbType,
    ...(entry.freq === undefined ? {} : { freq: entry.freq }),
    ...(entry.idle === undefined ? {} : { idle: entry.idle }),
    value: truthValue(entry),
  };
}

/** A truth without what entries leave out: metadata of keys, nodes of streams, storage classes of array elements. */
export function withoutInner(truth: Json): Fields {
  const { keyMeta: _meta, value, ...rest } = truth as Fields;
  return { ...rest, value: withoutLayout(value, rest.type) };
}

function withoutLayout(value: Json, type: Json): Json {
  if (type !== 'stream' && type !== 'array') return value;
  const { radixTreeKeys: _nodes, tags: _tags, ...rest } = value as Fields;
  return rest;
}

function truthValue(entry: Entry): Json {
  switch (entry.type) {
    case 'string':
      return stringTruth(entry.value);
    case 'list':
      return listTruth(entry.value);
    case 'set':
      return setTruth(entry.value);
    case 'zset':
      return zsetTruth(entry.value.map(([member, score]) => ({ member, score })));
    case 'hash':
      return hashTruth(entry.value);
    case 'array': {
      const elements = entry.value.elements.map(([index, value]) => ({ index, value, tag: 0 }));
      return withoutLayout(arrayTruth(elements, entry.value.insertIndex), 'array');
    }
    case 'stream':
      return streamTruth(entry.value, entry.rdbType >= STREAM_LISTPACKS_5);
    default:
      return null;
  }
}

function streamTruth(value: StreamValue, nacks: boolean): Json {
  const fields = value.entries.flatMap((entry) => entry.fields.flat());
  const { idmp } = value;
  return {
    entries: inFullOrHashed({
      listed: () => value.entries.map((entry) => [entry.id, entry.fields.flat().map(base64)]),
      length: value.entries.length,
      bytes: total(fields),
      parts: value.entries.flatMap((entry) => [
        Buffer.from(entry.id),
        Buffer.from(String(2 * entry.fields.length)),
        ...entry.fields.flat(),
      ]),
      framed: true,
    }),
    lastId: value.lastId,
    length: value.length,
    ...(value.maxDeletedId === undefined ? {} : { maxDeletedId: value.maxDeletedId }),
    ...(value.entriesAdded === undefined ? {} : { entriesAdded: integer(value.entriesAdded) }),
    ...(value.firstId === undefined ? {} : { firstId: value.firstId }),
    groups: value.groups.map((group) => groupTruth(group, nacks)),
    ...(idmp
      ? {
          idmp: {
            durationMs: idmp.durationMs,
            maxSize: idmp.maxSize,
            pidsTracked: idmp.producers.length,
            iidsTracked: idmp.producers.reduce((sum, producer) => sum + producer.entries.length, 0),
            iidsAdded: integer(idmp.iidsAdded),
            iidsDuplicates: integer(idmp.iidsDuplicates),
            producers: idmp.producers.map(({ pid, entries }) => ({
              pid: base64(pid),
              entries: entries.map(([iid, id]) => [base64(iid), id]),
            })),
          },
        }
      : {}),
  };
}

function groupTruth(group: StreamGroup, nacks: boolean): Json {
  const details = ({ deliveryTimeMs, deliveryCount }: StreamPendingEntry) => [deliveryTimeMs, integer(deliveryCount)];
  const pending = [
    ...group.consumers.flatMap(({ name, pending }) => pending.map((entry) => ({ entry, owner: base64(name) }))),
    ...group.released.map((entry) => ({ entry, owner: null })),
  ];
  pending.sort((a, b) => (before(a.entry.id, b.entry.id) ? -1 : 1));
  return {
    name: base64(group.name),
    lastId: group.lastId,
    ...(group.entriesRead === undefined ? {} : { entriesRead: group.entriesRead }),
    pending: pending.map(({ entry, owner }) => [entry.id, owner, ...details(entry)]),
    consumers: group.consumers.map((consumer) => ({
      name: base64(consumer.name),
      seenTime: consumer.seenTimeMs,
      ...(consumer.activeTimeMs === undefined ? {} : { activeTime: consumer.activeTimeMs }),
      pending: consumer.pending.map((entry) => [entry.id, ...details(entry)]),
    })),
    ...(nacks ? { nacked: group.released.map(({ id }) => id) } : {}),
  };
}

function before(a: string, b: string): boolean {
  const [aMs, aSeq] = a.split('-').map(BigInt);
  const [bMs, bSeq] = b.split('-').map(BigInt);
  return aMs < bMs || (aMs === bMs && aSeq < bSeq);
}
