import type { Kernels } from '../bytes/kernels/kernels.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { StreamId } from '../rdb/stream-id.js';
import type { StreamMeta } from '../rdb/visitor.js';
import { FINGERPRINT, Kind, type MeaningBlock, Slot, Sum } from './meaning-block.js';

/**
 * What streams mean. Entries with their ids in order, the last id, groups with their last ids, consumers and pending entries
 * are the value; when a consumer was seen or active is no part of it. What only newer formats hold (counters since RDB 10,
 * idempotent producers since RDB 13) has fingerprints of its own, so that it can be left out where one side lacks it.
 */
export class StreamMeaning {
  hasCounters = false;
  hasIdmp = false;
  private readonly lastId = new StreamId();
  private inConsumer = false;
  private nacks = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly block: MeaningBlock,
  ) {}

  reset(): void {
    this.hasCounters = false;
    this.hasIdmp = false;
  }

  begin(): void {
    const { call } = this.kernels;
    this.inConsumer = false;
    call.meaningClear(Sum.GROUPS);
    call.meaningClear(Sum.COUNTERS);
    call.meaningBegin(Kind.ENTRIES);
  }

  entry(id: StreamId, fields: readonly Uint8Array[]): void {
    const { call } = this.kernels;
    this.id(id);
    call.meaningNumber(fields.length);
    for (const field of fields) call.meaningItem(this.block.put(field), field.length);
  }

  meta({ lastId, maxDeletedId, entriesAdded }: StreamMeta): void {
    const { call } = this.kernels;
    call.meaningEnd(this.block.slot(Slot.ENTRIES));
    this.lastId.copy(lastId);
    if (!maxDeletedId || entriesAdded === undefined) return;
    this.hasCounters = true;
    this.sum(Sum.COUNTERS, Kind.COUNTERS, maxDeletedId, entriesAdded, 0);
  }

  group(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    const { call } = this.kernels;
    call.meaningClear(Sum.PENDING);
    call.meaningClear(Sum.CONSUMERS);
    this.nacks = 0;
    if (entriesRead !== undefined) {
      call.meaningBegin(Kind.ENTRIES_READ);
      call.meaningItem(name.start, name.end - name.start);
      call.meaningNumber(entriesRead);
      call.meaningSum(Sum.COUNTERS);
    }
    call.meaningBegin(Kind.GROUP);
    call.meaningItem(name.start, name.end - name.start);
    this.id(lastId);
    call.meaningEnd(this.block.slot(Slot.OUTER));
  }

  pending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.sum(Sum.PENDING, Kind.PENDING, id, deliveryMs, Number(deliveryCount));
  }

  consumer(name: BytesRef): void {
    const { call } = this.kernels;
    this.endConsumer();
    call.meaningClear(Sum.OWNED);
    call.meaningBegin(Kind.CONSUMER);
    call.meaningItem(name.start, name.end - name.start);
    call.meaningEnd(this.block.slot(Slot.INNER));
    this.inConsumer = true;
  }

  owned(id: StreamId): void {
    this.sum(Sum.OWNED, Kind.OWNED, id, 0, 0);
  }

  /** The order of release is the order in which others get them. */
  nack(id: StreamId): void {
    this.sum(Sum.PENDING, Kind.NACK, id, this.nacks++, 0);
  }

  groupEnd(): void {
    const { call } = this.kernels;
    this.endConsumer();
    call.meaningBegin(Kind.GROUP);
    call.meaningAdd(this.block.slot(Slot.OUTER), FINGERPRINT);
    call.meaningFold(Sum.PENDING);
    call.meaningFold(Sum.CONSUMERS);
    call.meaningSum(Sum.GROUPS);
  }

  idmp(durationSeconds: number, maxEntries: number): void {
    this.hasIdmp = true;
    this.kernels.call.meaningClear(Sum.PENDING);
    this.kernels.call.meaningEntry(Sum.PENDING, Kind.IDMP, 0, 0, 0, 0, durationSeconds, maxEntries);
  }

  producer(name: BytesRef): void {
    const { call } = this.kernels;
    call.meaningBegin(Kind.PRODUCER);
    call.meaningItem(name.start, name.end - name.start);
    call.meaningEnd(this.block.slot(Slot.OUTER));
  }

  producerEntry(iid: BytesRef, id: StreamId): void {
    const { call } = this.kernels;
    call.meaningBegin(Kind.PRODUCER);
    call.meaningAdd(this.block.slot(Slot.OUTER), FINGERPRINT);
    call.meaningItem(iid.start, iid.end - iid.start);
    this.id(id);
    call.meaningSum(Sum.PENDING);
  }

  idmpTotals(added: number, duplicates: number): void {
    this.kernels.call.meaningEntry(Sum.PENDING, Kind.IDMP, 0, 0, 0, 1, added, duplicates);
  }

  /** Leaves the fingerprint of the value, and those of the newer parts in their slots. */
  finish(): void {
    const { call } = this.kernels;
    const { block } = this;
    call.meaningBegin(Kind.STREAM);
    call.meaningAdd(block.slot(Slot.ENTRIES), FINGERPRINT);
    this.id(this.lastId);
    call.meaningFold(Sum.GROUPS);
    call.meaningEnd(block.value);
    if (this.hasCounters) {
      call.meaningBegin(Kind.COUNTERS);
      call.meaningFold(Sum.COUNTERS);
      call.meaningEnd(block.slot(Slot.COUNTERS));
    }
    if (!this.hasIdmp) return;
    call.meaningBegin(Kind.IDMP);
    call.meaningFold(Sum.PENDING);
    call.meaningEnd(block.slot(Slot.IDMP));
  }

  private endConsumer(): void {
    const { call } = this.kernels;
    if (this.inConsumer) {
      call.meaningBegin(Kind.CONSUMER);
      call.meaningAdd(this.block.slot(Slot.INNER), FINGERPRINT);
      call.meaningFold(Sum.OWNED);
      call.meaningSum(Sum.CONSUMERS);
    }
    this.inConsumer = false;
  }

  private id(id: StreamId): void {
    this.kernels.call.meaningId(id.msHigh, id.msLow, id.seqHigh, id.seqLow);
  }

  private sum(sum: number, kind: number, id: StreamId, first: number, second: number): void {
    this.kernels.call.meaningEntry(sum, kind, id.msHigh, id.msLow, id.seqHigh, id.seqLow, first, second);
  }
}
