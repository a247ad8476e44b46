import type { Kernels } from '../bytes/kernels/kernels.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { ContainerKind } from '../rdb/format.js';
import type { StreamId } from '../rdb/stream-id.js';
import { type KeyRecord, Level, RdbVisitor, type StreamMeta } from '../rdb/visitor.js';
import type { MemoryEstimator } from '../servers/memory/estimator.js';
import { KeyMeasure } from './key-measure.js';

/** Measures every key that `wants` lets pass, and tells `measured` behind each. */
export abstract class MeasuringVisitor extends RdbVisitor {
  protected readonly measure: KeyMeasure;
  /** Estimates the memory of keys, when there is one: set it before the first key, or in `wants`. */
  protected memory: MemoryEstimator | undefined;
  private measuring = false;

  constructor(kernels: Kernels) {
    super();
    this.measure = new KeyMeasure(kernels);
  }

  /** Whether the value of this key is read. */
  protected abstract wants(key: KeyRecord): boolean;

  /** The key is measured: `measure` holds what was found, and `memory` can finish it. A promise makes the parser wait. */
  protected abstract measured(key: KeyRecord): void | Promise<void>;

  /** Elements of so many bytes or fewer are not looked for. */
  protected get threshold(): number {
    return Number.POSITIVE_INFINITY;
  }

  override key(key: KeyRecord): number {
    this.measuring = this.wants(key);
    if (!this.measuring) return Level.SKIP;
    this.measure.begin(key, this.threshold);
    this.memory?.begin(key);
    return Level.STRUCTURE;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    if (this.measuring) return this.measured(key);
  }

  override string(value: BytesRef): void {
    this.measure.string(value);
    this.memory?.string(value);
  }

  override collection(count: number): void {
    this.memory?.collection(count);
  }

  override listItem(item: BytesRef): void {
    this.measure.listItem(item);
    this.memory?.listItem(item);
  }

  override setMember(member: BytesRef): void {
    this.measure.setMember(member);
    this.memory?.setMember(member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.measure.zsetMember(member);
    this.memory?.zsetMember(member, score);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.measure.hashField(field, value);
    this.memory?.hashField(field, value, expireAtMs);
  }

  override container(kind: ContainerKind, blob: BytesRef, tuple: number): void {
    const elements = this.measure.container(kind, blob, tuple);
    this.memory?.container(kind, blob, tuple, elements);
  }

  override streamNode(id: StreamId, blob: BytesRef): void {
    this.measure.streamNode(id, blob);
    this.memory?.streamNode(id, blob);
  }

  override streamMeta(meta: StreamMeta): void {
    this.measure.streamMeta(meta);
    this.memory?.streamMeta(meta);
  }

  override streamGroup(name: BytesRef): void {
    this.memory?.streamGroup(name);
  }

  override streamPending(id: StreamId): void {
    this.memory?.streamPending(id);
  }

  override streamConsumer(name: BytesRef): void {
    this.memory?.streamConsumer(name);
  }

  override streamConsumerPending(id: StreamId): void {
    this.memory?.streamConsumerPending(id);
  }

  override streamGroupEnd(): void {
    this.memory?.streamGroupEnd();
  }

  override arrayStart(count: number): void {
    this.memory?.arrayStart(count);
  }

  override arrayElement(index: bigint, value: BytesRef, tag: number): void {
    this.measure.arrayElement(value);
    this.memory?.arrayElement(index, value, tag);
  }
}
