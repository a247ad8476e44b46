import type { StreamId } from '../../../src/rdb/stream-id.js';
import type { StreamMeta } from '../../../src/rdb/visitor.js';
import { inFullOrHashed, total } from './digest.js';
import { base64, integer, type Json } from './format.js';

interface Consumer {
  name: Uint8Array;
  seenTime: number;
  activeTime: number | undefined;
  ids: string[];
}

interface Group {
  name: Uint8Array;
  lastId: string;
  entriesRead: number | undefined;
  pending: Map<string, { time: number; count: bigint }>;
  consumers: Consumer[];
  nacked: string[];
}

interface Producer {
  pid: string;
  entries: [iid: string, id: string][];
}

/**
 * Gathers the events of one stream. Parts that the file's type does not have stay undefined here and are left out of the
 * truth, as they are unknown and not zero.
 */
export class StreamCollector {
  nodes = 0;
  private readonly entries: { id: string; fields: Uint8Array[] }[] = [];
  private meta: Record<string, Json> = {};
  private readonly groups: Group[] = [];
  private idmp: { duration: number; max: number; producers: Producer[]; added: number; duplicates: number } | undefined;

  entry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.entries.push({ id: String(id), fields: fields.map((field) => field.slice()) });
  }

  setMeta(meta: StreamMeta): void {
    this.meta = { lastId: String(meta.lastId), length: meta.length };
    if (meta.maxDeletedId) this.meta.maxDeletedId = String(meta.maxDeletedId);
    if (meta.entriesAdded !== undefined) this.meta.entriesAdded = integer(meta.entriesAdded);
    if (meta.firstId) this.meta.firstId = String(meta.firstId);
  }

  group(name: Uint8Array, lastId: StreamId, entriesRead: number | undefined): void {
    this.groups.push({ name, lastId: String(lastId), entriesRead, pending: new Map(), consumers: [], nacked: [] });
  }

  pending(id: StreamId, time: number, count: bigint): void {
    this.lastGroup().pending.set(String(id), { time, count });
  }

  consumer(name: Uint8Array, seenTime: number, activeTime: number | undefined): void {
    this.lastGroup().consumers.push({ name, seenTime, activeTime, ids: [] });
  }

  owned(id: StreamId): void {
    this.lastGroup().consumers.at(-1)?.ids.push(String(id));
  }

  nack(id: StreamId): void {
    this.lastGroup().nacked.push(String(id));
  }

  startIdmp(duration: number, max: number): void {
    this.idmp = { duration, max, producers: [], added: 0, duplicates: 0 };
  }

  producer(pid: Uint8Array): void {
    this.idmp?.producers.push({ pid: base64(pid), entries: [] });
  }

  producerEntry(iid: Uint8Array, id: StreamId): void {
    this.idmp?.producers.at(-1)?.entries.push([base64(iid), String(id)]);
  }

  idmpTotals(added: number, duplicates: number): void {
    if (this.idmp) Object.assign(this.idmp, { added, duplicates });
  }

  /** `nacks`: the type has lists of released entries, even where they are empty. */
  truth(nacks: boolean): Json {
    const fields = this.entries.flatMap((entry) => entry.fields);
    const entries = inFullOrHashed({
      listed: () => this.entries.map((entry) => [entry.id, entry.fields.map(base64)]),
      length: this.entries.length,
      bytes: total(fields),
      parts: this.entries.flatMap((e) => [Buffer.from(e.id), Buffer.from(String(e.fields.length)), ...e.fields]),
      framed: true,
    });
    return {
      entries,
      ...this.meta,
      radixTreeKeys: this.nodes,
      groups: this.groups.map((group) => groupTruth(group, nacks)),
      ...(this.idmp ? { idmp: this.idmpTruth(this.idmp) } : {}),
    };
  }

  private idmpTruth(idmp: NonNullable<StreamCollector['idmp']>): Json {
    return {
      durationMs: idmp.duration * 1000,
      maxSize: idmp.max,
      pidsTracked: idmp.producers.length,
      iidsTracked: idmp.producers.reduce((sum, producer) => sum + producer.entries.length, 0),
      iidsAdded: integer(idmp.added),
      iidsDuplicates: integer(idmp.duplicates),
      producers: idmp.producers.map(({ pid, entries }) => ({ pid, entries })),
    };
  }

  private lastGroup(): Group {
    const group = this.groups.at(-1);
    if (!group) throw new Error('an event of a consumer group outside of any group');
    return group;
  }
}

function groupTruth(group: Group, nacks: boolean): Json {
  const owners = new Map<string, string>();
  for (const consumer of group.consumers) for (const id of consumer.ids) owners.set(id, base64(consumer.name));
  const details = (id: string) => {
    const { time, count } = group.pending.get(id) ?? { time: 0, count: -1n };
    return [time, integer(count)];
  };
  return {
    name: base64(group.name),
    lastId: group.lastId,
    ...(group.entriesRead === undefined ? {} : { entriesRead: group.entriesRead === -1 ? null : group.entriesRead }),
    pending: [...group.pending.keys()].map((id) => [id, owners.get(id) ?? null, ...details(id)]),
    consumers: group.consumers.map((consumer) => ({
      name: base64(consumer.name),
      seenTime: consumer.seenTime,
      ...(consumer.activeTime === undefined ? {} : { activeTime: consumer.activeTime }),
      pending: consumer.ids.map((id) => [id, ...details(id)]),
    })),
    ...(nacks ? { nacked: group.nacked } : {}),
  };
}
