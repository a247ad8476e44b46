import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { StreamId } from '../../rdb/stream-id.js';
import { RdbVisitor, type StreamMeta } from '../../rdb/visitor.js';

/** Passes the events of a value on to whoever builds it, if anybody does. */
export abstract class ValueEvents extends RdbVisitor {
  protected abstract get builder(): RdbVisitor | undefined;

  override string(value: BytesRef): void {
    this.builder?.string(value);
  }

  override listItem(item: BytesRef): void {
    this.builder?.listItem(item);
  }

  override setMember(member: BytesRef): void {
    this.builder?.setMember(member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.builder?.zsetMember(member, score);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.builder?.hashField(field, value, expireAtMs);
  }

  override chunk(buffer: Uint8Array, start: number, end: number, last: boolean): void {
    this.builder?.chunk(buffer, start, end, last);
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.builder?.streamEntry(id, fields);
  }

  override streamMeta(meta: StreamMeta): void {
    this.builder?.streamMeta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.builder?.streamGroup(name, lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.builder?.streamPending(id, deliveryMs, deliveryCount);
  }

  override streamConsumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    this.builder?.streamConsumer(name, seenMs, activeMs);
  }

  override streamConsumerPending(id: StreamId): void {
    this.builder?.streamConsumerPending(id);
  }

  override streamNack(id: StreamId): void {
    this.builder?.streamNack(id);
  }

  override streamGroupEnd(): void {
    this.builder?.streamGroupEnd();
  }

  override streamIdmpProducer(producer: BytesRef): void {
    this.builder?.streamIdmpProducer(producer);
  }

  override streamIdmpTotals(added: number, duplicates: number): void {
    this.builder?.streamIdmpTotals(added, duplicates);
  }
}
