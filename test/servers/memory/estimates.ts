/** Feeds the estimator with a dump, as statistics do, and keeps what it says of each key. */
import type { BytesRef } from '../../../src/rdb/bytes-ref.js';
import type { ContainerKind } from '../../../src/rdb/format.js';
import type { StreamId } from '../../../src/rdb/stream-id.js';
import { type KeyRecord, Level, RdbVisitor, type StreamMeta } from '../../../src/rdb/visitor.js';
import { MemoryEstimator } from '../../../src/servers/memory/estimator.js';
import type { MemoryModel } from '../../../src/servers/memory/model.js';
import { parse } from '../../helpers/parse.js';

export interface Estimate {
  readonly type: string;
  /** In the file. */
  readonly encoding: string;
  readonly bytes: number;
  readonly known: boolean;
}

/** The estimates of all keys of a dump, by name. Throws when the dump does not read to its end. */
export async function estimatesOf(dump: Uint8Array, model: MemoryModel): Promise<Map<string, Estimate>> {
  const visitor = new Estimates(model);
  const result = await parse(dump, visitor);
  if (!result.complete) throw new Error(`the dump ends early: ${result.failure.message}`);
  return visitor.byKey;
}

class Estimates extends RdbVisitor {
  readonly byKey = new Map<string, Estimate>();
  private readonly estimator: MemoryEstimator;

  constructor(model: MemoryModel) {
    super();
    this.estimator = new MemoryEstimator(model);
  }

  override key(key: KeyRecord): number {
    this.estimator.begin(key);
    return Level.STRUCTURE;
  }

  override keyEnd(key: KeyRecord): void {
    const bytes = this.estimator.finish(key);
    const { type, encoding } = key.type;
    const name = Buffer.from(key.name.view()).toString('latin1');
    this.byKey.set(name, { type, encoding, bytes, known: this.estimator.known });
  }

  override string(value: BytesRef): void {
    this.estimator.string(value);
  }

  override collection(count: number): void {
    this.estimator.collection(count);
  }

  override listItem(item: BytesRef): void {
    this.estimator.listItem(item);
  }

  override setMember(member: BytesRef): void {
    this.estimator.setMember(member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.estimator.zsetMember(member, score);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.estimator.hashField(field, value, expireAtMs);
  }

  override container(kind: ContainerKind, blob: BytesRef, tuple: number): void {
    this.estimator.container(kind, blob, tuple, undefined);
  }

  override streamNode(id: StreamId, blob: BytesRef): void {
    this.estimator.streamNode(id, blob);
  }

  override streamMeta(meta: StreamMeta): void {
    this.estimator.streamMeta(meta);
  }

  override streamGroup(name: BytesRef): void {
    this.estimator.streamGroup(name);
  }

  override streamPending(id: StreamId): void {
    this.estimator.streamPending(id);
  }

  override streamConsumer(name: BytesRef): void {
    this.estimator.streamConsumer(name);
  }

  override streamConsumerPending(id: StreamId): void {
    this.estimator.streamConsumerPending(id);
  }

  override streamGroupEnd(): void {
    this.estimator.streamGroupEnd();
  }

  override arrayStart(count: number): void {
    this.estimator.arrayStart(count);
  }

  override arrayElement(index: bigint, value: BytesRef, tag: number): void {
    this.estimator.arrayElement(index, value, tag);
  }
}
