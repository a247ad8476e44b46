// The parts of a stream as JSON, in the order of the file: entries, meta, groups with consumers, idempotent producers.
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { StreamId } from '../rdb/stream-id.js';
import type { StreamMeta } from '../rdb/visitor.js';
import { integerJson } from './json-number.js';
import type { JsonOut } from './json-out.js';

interface Delivery {
  readonly ms: number;
  readonly count: bigint;
}

/** Writes one stream after the other into an object that is open. */
export class StreamJson {
  /** Entries of the group that no consumer has taken yet. */
  private readonly pending = new Map<string, Delivery>();
  private inEntries = false;
  private inGroups = false;
  private inConsumers = false;
  private inConsumer = false;
  private inProducer = false;

  /** `write`: writes a name. */
  constructor(
    private readonly out: JsonOut,
    private readonly write: (name: BytesRef) => void,
  ) {}

  begin(): void {
    this.pending.clear();
    this.inGroups = this.inConsumers = this.inConsumer = this.inProducer = false;
    this.out.open('{');
    this.out.member('entries');
    this.out.open('[');
    this.inEntries = true;
  }

  entry(id: StreamId, fields: readonly Uint8Array[]): void {
    const { out } = this;
    out.item(`{"id":"${id}","fields":`);
    out.open('[');
    for (const field of fields) {
      out.item();
      out.string(field);
    }
    out.close();
    out.ascii('}');
  }

  meta({ length, lastId, maxDeletedId, entriesAdded }: StreamMeta): void {
    const { out } = this;
    this.endEntries();
    out.member('length', integerJson(length));
    out.member('lastId', `"${lastId}"`);
    if (maxDeletedId) out.member('maxDeletedId', `"${maxDeletedId}"`);
    if (entriesAdded !== undefined) out.member('entriesAdded', integerJson(entriesAdded));
    out.member('groups');
    out.open('[');
    this.inGroups = true;
  }

  /** `entriesRead`: undefined before RDB 10, -1 when the server did not know. */
  group(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    const { out } = this;
    out.item();
    out.open('{');
    out.member('name');
    this.write(name);
    out.member('lastId', `"${lastId}"`);
    if (entriesRead !== undefined) out.member('entriesRead', entriesRead === -1 ? 'null' : integerJson(entriesRead));
    out.member('consumers');
    out.open('[');
    this.inConsumers = true;
  }

  pendingEntry(id: StreamId, ms: number, count: bigint): void {
    this.pending.set(String(id), { ms, count });
  }

  consumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    const { out } = this;
    this.endConsumer();
    out.item();
    out.open('{');
    out.member('name');
    this.write(name);
    out.member('seenTimeMs', integerJson(seenMs));
    if (activeMs !== undefined) out.member('activeTimeMs', integerJson(activeMs));
    out.member('pending');
    out.open('[');
    this.inConsumer = true;
  }

  owned(id: StreamId): void {
    this.out.item(`{"id":"${id}",${this.delivery(String(id))}}`);
  }

  /** A released entry. */
  nack(id: StreamId): void {
    const text = String(id);
    const delivery = this.pending.get(text);
    // It goes to the end: behind the consumers, what is left stands in the order of release.
    this.pending.delete(text);
    if (delivery) this.pending.set(text, delivery);
  }

  groupEnd(): void {
    const { out } = this;
    this.endConsumers();
    if (this.pending.size > 0) {
      out.member('pending');
      out.open('[');
      for (const id of [...this.pending.keys()]) out.item(`{"id":"${id}","consumer":null,${this.delivery(id)}}`);
      out.close();
    }
    out.close();
  }

  idmp(durationSeconds: number, maxEntries: number): void {
    const { out } = this;
    this.endGroups();
    out.member('idmp');
    out.open('{');
    out.member('durationMs', integerJson(durationSeconds * 1000));
    out.member('maxSize', integerJson(maxEntries));
    out.member('producers');
    out.open('[');
  }

  producer(id: BytesRef): void {
    const { out } = this;
    this.endProducer();
    out.item();
    out.open('{');
    out.member('pid');
    this.write(id);
    out.member('entries');
    out.open('[');
    this.inProducer = true;
  }

  producerEntry(iid: BytesRef, id: StreamId): void {
    this.out.item('[');
    this.write(iid);
    this.out.ascii(`,"${id}"]`);
  }

  idmpTotals(added: number, duplicates: number): void {
    const { out } = this;
    this.endProducer();
    out.close();
    out.member('iidsAdded', integerJson(added));
    out.member('iidsDuplicates', integerJson(duplicates));
    out.close();
  }

  /** Closes what is open, the object of the stream included. */
  end(): void {
    this.endEntries();
    this.endGroups();
    this.out.close();
  }

  private delivery(id: string): string {
    const { ms, count } = this.pending.get(id) ?? { ms: 0, count: 0n };
    this.pending.delete(id);
    return `"deliveryTimeMs":${integerJson(ms)},"deliveryCount":${integerJson(count)}`;
  }

  private endEntries(): void {
    if (this.inEntries) this.out.close();
    this.inEntries = false;
  }

  private endConsumer(): void {
    if (this.inConsumer) {
      this.out.close();
      this.out.close();
    }
    this.inConsumer = false;
  }

  private endConsumers(): void {
    this.endConsumer();
    if (this.inConsumers) this.out.close();
    this.inConsumers = false;
  }

  private endGroups(): void {
    if (this.inGroups) this.out.close();
    this.inGroups = false;
  }

  private endProducer(): void {
    if (this.inProducer) {
      this.out.close();
      this.out.close();
    }
    this.inProducer = false;
  }
}
