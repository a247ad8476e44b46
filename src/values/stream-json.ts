// The parts of a stream as JSON, in the order of the file: entries, meta, groups with consumers, idempotent producers.
import type { BytesRef } from '../rdb/bytes-ref.js';
import { StreamId } from '../rdb/stream-id.js';
import type { StreamMeta } from '../rdb/visitor.js';
import { integerJson } from './json-number.js';
import type { JsonOut } from './json-out.js';
import { Literal } from './literal.js';
import { PendingEntries } from './pending-entries.js';

const ID = new Literal('{"id":"');
const FIELDS = new Literal('","fields":');
const DELIVERY = new Literal('","deliveryTimeMs":');
const RELEASED = new Literal('","consumer":null,"deliveryTimeMs":');
const COUNT = new Literal(',"deliveryCount":');

/** Writes one stream after the other into an object that is open. */
export class StreamJson {
  /** Entries of the group that no consumer has taken yet. */
  private readonly pending = new PendingEntries();
  private readonly id = new StreamId();
  private inNacks = false;
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
    this.inGroups = this.inConsumers = this.inConsumer = this.inNacks = this.inProducer = false;
    this.out.open('{');
    this.out.member('entries');
    this.out.open('[');
    this.inEntries = true;
  }

  entry(id: StreamId, fields: readonly Uint8Array[]): void {
    const { out } = this;
    out.item();
    out.literal(ID);
    out.id(id);
    out.literal(FIELDS);
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
    this.integerMember('length', length);
    this.idMember('lastId', lastId);
    if (maxDeletedId) this.idMember('maxDeletedId', maxDeletedId);
    if (entriesAdded !== undefined) this.integerMember('entriesAdded', entriesAdded);
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
    this.idMember('lastId', lastId);
    if (entriesRead !== undefined) this.entriesRead(entriesRead);
    out.member('consumers');
    out.open('[');
    this.inConsumers = true;
  }

  pendingEntry(id: StreamId, ms: number, count: bigint): void {
    this.pending.add(id, ms, count);
  }

  consumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    const { out } = this;
    this.endConsumer();
    out.item();
    out.open('{');
    out.member('name');
    this.write(name);
    this.integerMember('seenTimeMs', seenMs);
    if (activeMs !== undefined) this.integerMember('activeTimeMs', activeMs);
    out.member('pending');
    out.open('[');
    this.inConsumer = true;
  }

  owned(id: StreamId): void {
    this.out.item();
    this.entryOf(id, DELIVERY);
  }

  /** A released entry. */
  nack(id: StreamId): void {
    this.released(id);
  }

  private released(id: StreamId): void {
    const { out } = this;
    this.endConsumers();
    if (!this.inNacks) {
      out.member('pending');
      out.open('[');
    }
    this.inNacks = true;
    out.item();
    this.entryOf(id, RELEASED);
  }

  groupEnd(): void {
    this.endConsumers();
    for (const entry of this.pending.notFound()) this.released(this.pending.idOf(entry, this.id));
    if (this.inNacks) this.out.close();
    this.inNacks = false;
    this.out.close();
    this.pending.clear();
  }

  idmp(durationSeconds: number, maxEntries: number): void {
    const { out } = this;
    this.endGroups();
    out.member('idmp');
    out.open('{');
    out.member('durationMs', integerJson(durationSeconds * 1000));
    this.integerMember('maxSize', maxEntries);
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
    this.integerMember('iidsAdded', added);
    this.integerMember('iidsDuplicates', duplicates);
    out.close();
  }

  /** Closes what is open, the object of the stream included. */
  end(): void {
    this.endEntries();
    this.endGroups();
    this.out.close();
  }

  private entryOf(id: StreamId, between: Literal): void {
    const { out, pending } = this;
    out.literal(ID);
    out.id(id);
    out.literal(between);
    const entry = pending.find(id);
    out.integer(entry < 0 ? 0 : pending.deliveredMs(entry));
    out.literal(COUNT);
    out.integer(entry < 0 ? 0 : pending.deliveryCount(entry));
    out.ascii('}');
  }

  private idMember(name: string, id: StreamId): void {
    const { out } = this;
    out.member(name, '"');
    out.id(id);
    out.ascii('"');
  }

  private integerMember(name: string, value: number): void {
    this.out.member(name);
    this.out.integer(value);
  }

  private entriesRead(value: number): void {
    if (value === -1) this.out.member('entriesRead', 'null');
    else this.integerMember('entriesRead', value);
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
