import type { StreamId } from '../rdb/stream-id.js';
import type { StreamMeta } from '../rdb/visitor.js';
import type {
  StreamConsumer,
  StreamEntryValue,
  StreamGroup,
  StreamIdmpEntry,
  StreamPendingEntry,
  StreamValue,
} from './entry.js';

/** A type whose properties are still being filled. */
type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Gathers the parts of one stream, in the order of the file. */
export class StreamCollector {
  private readonly entries: StreamEntryValue[] = [];
  private readonly groups: Growing<StreamGroup>[] = [];
  private readonly meta: Growing<Omit<StreamValue, 'entries' | 'groups' | 'idmp'>> = {
    length: 0,
    lastId: '0-0',
    firstId: undefined,
    maxDeletedId: undefined,
    entriesAdded: undefined,
  };
  private consumers: Growing<StreamConsumer>[] = [];
  /** Deliveries of the group at hand that no consumer has taken yet: they stand in front of the consumers. */
  private readonly pending = new Map<string, StreamPendingEntry>();
  private idmp:
    | { durationMs: number; maxSize: number; producers: { pid: Uint8Array; entries: StreamIdmpEntry[] }[] }
    | undefined;
  private totals = { iidsAdded: 0, iidsDuplicates: 0 };

  /** Entries so far. */
  get count(): number {
    return this.entries.length;
  }

  entry(id: StreamId, fields: readonly Uint8Array[]): void {
    const pairs: [Uint8Array, Uint8Array][] = [];
    // Names that entries share are one array in the parser: each entry gets its own.
    for (let i = 0; i + 1 < fields.length; i += 2) pairs.push([fields[i].slice(), fields[i + 1]]);
    this.entries.push({ id: String(id), fields: pairs });
  }

  takeMeta({ length, lastId, firstId, maxDeletedId, entriesAdded }: StreamMeta): void {
    Object.assign(this.meta, {
      length,
      lastId: String(lastId),
      firstId: firstId && String(firstId),
      maxDeletedId: maxDeletedId && String(maxDeletedId),
      entriesAdded,
    });
  }

  group(name: Uint8Array, lastId: StreamId, entriesRead: number | undefined): void {
    this.consumers = [];
    this.groups.push({
      name,
      lastId: String(lastId),
      entriesRead: entriesRead === -1 ? null : entriesRead,
      consumers: this.consumers,
      released: [],
    });
  }

  delivery(id: StreamId, deliveryTimeMs: number, count: bigint): void {
    const text = String(id);
    this.pending.set(text, { id: text, deliveryTimeMs, deliveryCount: count });
  }

  consumer(name: Uint8Array, seenTimeMs: number, activeTimeMs: number | undefined): void {
    this.consumers.push({ name, seenTimeMs, activeTimeMs, pending: [] });
  }

  owned(id: StreamId): void {
    this.consumers.at(-1)?.pending.push(this.takeDelivery(id));
  }

  nack(id: StreamId): void {
    this.groups.at(-1)?.released.push(this.takeDelivery(id));
  }

  groupEnd(): void {
    const released = this.groups.at(-1)?.released;
    // One by one: there may be more than a call takes arguments.
    for (const delivery of this.pending.values()) released?.push(delivery);
    this.pending.clear();
  }

  startIdmp(durationSeconds: number, maxSize: number): void {
    this.idmp = { durationMs: durationSeconds * 1000, maxSize, producers: [] };
  }

  producer(pid: Uint8Array): void {
    this.idmp?.producers.push({ pid, entries: [] });
  }

  producerEntry(iid: Uint8Array, id: StreamId): void {
    this.idmp?.producers.at(-1)?.entries.push([iid, String(id)]);
  }

  idmpTotals(iidsAdded: number, iidsDuplicates: number): void {
    this.totals = { iidsAdded, iidsDuplicates };
  }

  value(): StreamValue {
    const { entries, meta, groups, idmp, totals } = this;
    return { entries, ...meta, groups, idmp: idmp && { ...idmp, ...totals } };
  }

  private takeDelivery(id: StreamId): StreamPendingEntry {
    const text = String(id);
    const delivery = this.pending.get(text) ?? { id: text, deliveryTimeMs: 0, deliveryCount: 0n };
    this.pending.delete(text);
    return delivery;
  }
}
