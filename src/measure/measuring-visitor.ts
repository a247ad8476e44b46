import type { Kernels } from '../bytes/kernels/kernels.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { ContainerKind } from '../rdb/format.js';
import type { StreamId } from '../rdb/stream-id.js';
import { type KeyRecord, Level, RdbVisitor, type StreamMeta } from '../rdb/visitor.js';
import type { ElementSink } from './element-sink.js';
import { KeyMeasure } from './key-measure.js';

/**
 * Measures every key that `wants` lets pass, and tells `measured` behind each. Extend it and override these two; what else of
 * the file matters comes as in any visitor.
 */
export abstract class MeasuringVisitor extends RdbVisitor {
  protected readonly measure: KeyMeasure;

  constructor(kernels: Kernels, sink?: ElementSink) {
    super();
    this.measure = new KeyMeasure(kernels, sink);
  }

  /** Whether the value of this key is read. */
  protected wants(_key: KeyRecord): boolean {
    return true;
  }

  /** The key is measured: `this.measure` holds what was found. A promise makes the parser wait. */
  protected abstract measured(key: KeyRecord): void | Promise<void>;

  private measuring = false;

  override key(key: KeyRecord): number {
    this.measuring = this.wants(key);
    if (!this.measuring) return Level.SKIP;
    this.measure.begin(key);
    return Level.STRUCTURE;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    if (this.measuring) return this.measured(key);
  }

  override string(value: BytesRef): void {
    this.measure.string(value);
  }

  override listItem(item: BytesRef): void {
    this.measure.listItem(item);
  }

  override setMember(member: BytesRef): void {
    this.measure.setMember(member);
  }

  override zsetMember(member: BytesRef, _score: number): void {
    this.measure.zsetMember(member);
  }

  override hashField(field: BytesRef, value: BytesRef, _expireAtMs: number | undefined): void {
    this.measure.hashField(field, value);
  }

  override container(kind: ContainerKind, blob: BytesRef, tuple: number): void {
    this.measure.container(kind, blob, tuple);
  }

  override streamNode(_id: StreamId, blob: BytesRef): void {
    this.measure.streamNode(blob);
  }

  override streamMeta(meta: StreamMeta): void {
    this.measure.streamMeta(meta);
  }

  override arrayElement(_index: bigint, value: BytesRef, _tag: number, _double: number): void {
    this.measure.arrayElement(value);
  }
}
