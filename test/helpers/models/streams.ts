import * as fc from 'fast-check';
import {
  type Id,
  type StreamEntry,
  type StreamGroup,
  type StreamIdmp,
  type StreamType,
  streamNode,
  streamValue,
} from '../rdb-builder.js';
import { base64, integer, type Json } from '../truth/format.js';
import type { Model } from './parts.js';

const half = fc.oneof(fc.nat({ max: 5 }).map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const id: fc.Arbitrary<Id> = fc.tuple(half, half);

function compare(a: Id, b: Id): number {
  return a[0] === b[0] ? (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) : a[0] < b[0] ? -1 : 1;
}

function text([ms, seq]: Id): string {
  return `${ms}-${seq}`;
}

function uniqueIds(maxLength: number): fc.Arbitrary<Id[]> {
  return fc.uniqueArray(id, { maxLength, selector: text }).map((ids) => ids.sort(compare));
}

const time = fc.integer({ min: 0, max: 2 ** 45 });

/** A group: each pending id has one owner among the consumers, or none where the type has lists of released entries. */
function group(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<StreamGroup & { owners: number[] }> {
  return fc
    .record({
      name: bytes,
      lastId: id,
      entriesRead: fc.integer({ min: -1, max: 100_000 }),
      pending: uniqueIds(6),
      details: fc.array(fc.record({ time, count: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }) }), {
        minLength: 6,
        maxLength: 6,
      }),
      consumers: fc.uniqueArray(fc.record({ name: bytes, seen: time, active: fc.integer({ min: -1, max: 2 ** 45 }) }), {
        minLength: 1,
        maxLength: 3,
        selector: (c) => base64(c.name),
      }),
      owners: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 6, maxLength: 6 }),
    })
    .map(({ pending, details, consumers, owners, ...rest }) => {
      const owner = (i: number) => Math.min(owners[i], consumers.length - 1);
      return {
        ...rest,
        owners: pending.map((_, i) => owner(i)),
        pending: pending.map((each, i) => ({ id: each, ...details[i] })),
        consumers: consumers.map((c, k) => ({ ...c, pending: pending.filter((_, i) => owner(i) === k) })),
        nacked: pending.filter((_, i) => owner(i) === -1).reverse(),
      };
    });
}

const idmp = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<StreamIdmp> =>
  fc.record({
    duration: fc.integer({ min: 1, max: 86400 }),
    max: fc.integer({ min: 1, max: 10000 }),
    producers: fc.array(fc.record({ pid: bytes, entries: fc.array(fc.record({ iid: bytes, id }), { maxLength: 3 }) }), {
      maxLength: 3,
    }),
    added: fc.nat(),
    duplicates: fc.nat(),
  });

/** A stream of one of the types, with its entries spread over nodes. */
export function anyStream(types: readonly StreamType[], bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Model> {
  const pair = fc.tuple(bytes, bytes);
  const names = fc.array(bytes, { minLength: 1, maxLength: 3 });
  return fc
    .record({
      type: fc.constantFrom(...types),
      ids: uniqueIds(10),
      own: fc.array(fc.array(pair, { minLength: 1, maxLength: 3 }), { minLength: 10, maxLength: 10 }),
      names,
      same: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
      deleted: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
      perNode: fc.integer({ min: 1, max: 5 }),
      meta: fc.record({ lastId: id, firstId: id, maxDeletedId: id, entriesAdded: fc.nat() }),
      groups: fc.uniqueArray(group(bytes), { maxLength: 3, selector: (g) => base64(Buffer.from(g.name)) }),
      idmp: idmp(bytes),
      form: fc.constantFrom('raw' as const, 'lzf' as const),
    })
    .map((s): Model => {
      const entries = s.ids.map((each, i): StreamEntry => {
        const fields = s.same[i]
          ? s.names.map((name, k) => [name, s.own[i][k % s.own[i].length][1]] as const)
          : s.own[i];
        return { id: each, fields, deleted: s.deleted[i] };
      });
      const nodes = [];
      for (let at = 0; at < entries.length; at += s.perNode) nodes.push(streamNode(entries.slice(at, at + s.perNode)));
      const live = entries.filter((entry) => !entry.deleted);
      const spec = { nodes, length: live.length, ...s.meta, groups: s.groups, idmp: s.idmp };
      return {
        type: 'stream',
        truth: truth(s.type, live, nodes.length, s),
        write: () => streamValue(s.type, spec, s.form),
      };
    });
}

interface Parts {
  meta: { lastId: Id; firstId: Id; maxDeletedId: Id; entriesAdded: number };
  groups: (StreamGroup & { owners: number[] })[];
  idmp: StreamIdmp;
}

function truth(
  type: StreamType,
  live: readonly StreamEntry[],
  nodes: number,
  { meta, groups, idmp: producers }: Parts,
): Json {
  return {
    entries: live.map((entry) => [text(entry.id), entry.fields.flat().map((part) => base64(Buffer.from(part)))]),
    length: live.length,
    lastId: text(meta.lastId),
    ...(type >= 19
      ? { firstId: text(meta.firstId), maxDeletedId: text(meta.maxDeletedId), entriesAdded: meta.entriesAdded }
      : {}),
    radixTreeKeys: nodes,
    groups: groups.map((each) => groupTruth(type, each)),
    ...(type >= 26 ? { idmp: idmpTruth(producers) } : {}),
  };
}

function groupTruth(type: StreamType, group: StreamGroup & { owners: number[] }): Json {
  const consumers = group.consumers ?? [];
  const pending = group.pending ?? [];
  const name = (value: string | Uint8Array) => base64(Buffer.from(value));
  const owned = (k: number) => pending.filter((_, i) => group.owners[i] === k);
  return {
    name: name(group.name),
    lastId: text(group.lastId),
    ...(type >= 19 ? { entriesRead: group.entriesRead === -1 ? null : (group.entriesRead ?? null) } : {}),
    pending: pending.map((p, i) => {
      const owner = consumers[group.owners[i]];
      return [text(p.id), owner ? name(owner.name) : null, p.time, integer(p.count)];
    }),
    consumers: consumers.map((c, k) => ({
      name: name(c.name),
      seenTime: c.seen,
      ...(type >= 21 ? { activeTime: c.active ?? -1 } : {}),
      pending: owned(k).map((p) => [text(p.id), p.time, integer(p.count)]),
    })),
    ...(type >= 27 ? { nacked: (group.nacked ?? []).map(text) } : {}),
  };
}

function idmpTruth({ duration = 100, max = 100, producers = [], added = 0, duplicates = 0 }: StreamIdmp): Json {
  return {
    durationMs: duration * 1000,
    maxSize: max,
    pidsTracked: producers.length,
    iidsTracked: producers.reduce((sum, producer) => sum + producer.entries.length, 0),
    iidsAdded: added,
    iidsDuplicates: duplicates,
    producers: producers.map(({ pid, entries }) => ({
      pid: base64(Buffer.from(pid)),
      entries: entries.map((entry) => [base64(Buffer.from(entry.iid)), text(entry.id)]),
    })),
  };
}
