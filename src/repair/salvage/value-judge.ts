import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { Window } from '../../bytes/window.js';
import { ContainerCheck } from '../../checks/containers.js';
import type { CheckContext } from '../../checks/context.js';
import { HashExpiryCheck } from '../../checks/hash-expiry.js';
import { MemberCheck, REPEATED } from '../../checks/members.js';
import { StreamCheck } from '../../checks/streams.js';
import { FINDINGS, type FindingCode, type Severity } from '../../errors.js';
import type { RepeatFinderOptions } from '../../fingerprints/repeat-finder.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { StreamId } from '../../rdb/stream-id.js';
import type { KeyRecord, ModuleContext, ModuleValue, RdbHeader, StreamMeta } from '../../rdb/visitor.js';
import { type JudgeListener, KeyJudge } from './key-judge.js';
import type { NameModel } from './name-model.js';

/**
 * Looks at what a value says as a whole, too, as `verify` does: servers refuse a file for one member that comes twice, or for
 * one pending entry that no group has.
 */
export class ValueJudge extends KeyJudge implements CheckContext {
  current: KeyRecord | undefined;
  private readonly members: MemberCheck;
  private readonly streams: StreamCheck;
  private readonly hashExpiry = new HashExpiryCheck(this, 0);
  /** What a module saved at hand belongs to a key. */
  private ofKey = false;

  constructor(
    kernels: Kernels,
    window: Window,
    names: NameModel,
    listener: JudgeListener,
    /** Of the file, as far as it is known. */
    public file: RdbHeader,
    options: RepeatFinderOptions,
  ) {
    super(kernels, window, names, listener);
    this.members = new MemberCheck(this, kernels, options);
    this.streams = new StreamCheck(this, kernels, new ContainerCheck(this, kernels), options);
  }

  /** Frees what the checks hold. */
  close(): void {
    this.members.close();
    this.streams.close();
  }

  report(code: FindingCode, _offset: number, _message: string, severity: Severity = FINDINGS[code]): void {
    if (severity === 'error') this.blame(code);
  }

  offsetOf(): number {
    return this.current?.valueOffset ?? 0;
  }

  override problem(code: FindingCode): void {
    if (this.current?.type.type === 'stream') this.streams.markDamaged();
    super.problem(code);
  }

  override key(key: KeyRecord): number {
    this.current = key;
    const { type } = key.type;
    if (type === 'stream') this.streams.begin();
    else if (type === 'hash') this.hashExpiry.begin();
    return super.key(key);
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    return this.members.end()?.then(() => super.keyEnd(key)) ?? super.keyEnd(key);
  }

  override collection(count: number): void {
    const type = this.current?.type;
    const code = type && type.layout !== 'template' ? REPEATED[type.type] : undefined;
    if (code !== undefined && count > 1) this.members.begin(count, code);
  }

  override listItem(item: BytesRef): void {
    super.listItem(item);
    if (item.length === 0 && this.current?.type.layout === 'quicklist2') this.blame('QUICKLIST_BAD_CONTAINER');
  }

  override setMember(member: BytesRef): void {
    super.setMember(member);
    this.members.add(member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    super.zsetMember(member, score);
    this.members.add(member);
  }

  override hashField(field: BytesRef, value: BytesRef): void {
    super.hashField(field, value);
    this.members.add(field);
  }

  override hashMinExpire(expireAtMs: number): void {
    this.hashExpiry.minExpire(expireAtMs);
  }

  override moduleStart({ kind }: ModuleContext): void {
    this.ofKey = kind !== 'aux';
  }

  override moduleValue(value: ModuleValue): void {
    if (!this.ofKey || value.kind !== 'string') return;
    const fault = value.value.measure();
    if (fault) this.blame(fault);
  }

  override takeStreamNode(id: StreamId, blob: BytesRef): boolean {
    this.streams.node(id, blob);
    return false;
  }

  override streamMeta(meta: StreamMeta): void {
    this.streams.meta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.streams.group(name, lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number): void {
    this.streams.pendingEntry(id, deliveryMs);
  }

  override streamConsumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    this.streams.consumer(name, seenMs, activeMs);
  }

  override streamConsumerPending(id: StreamId): void {
    this.streams.consumerPending(id);
  }

  override streamNack(id: StreamId): void {
    this.streams.nack(id);
  }

  override streamGroupEnd(): void {
    this.streams.groupEnd();
  }

  override streamIdmp(durationSeconds: number, maxEntries: number): void {
    this.streams.idmp(durationSeconds, maxEntries);
  }

  override streamIdmpProducer(producer: BytesRef): void {
    this.streams.idmpProducer(producer);
  }

  override streamIdmpEntry(iid: BytesRef, id: StreamId): void {
    this.streams.idmpEntry(iid, id);
  }
}
