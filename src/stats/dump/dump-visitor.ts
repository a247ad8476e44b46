import { ENOUGH } from '../../backup/scan.js';
import { FINDINGS, type FindingCode } from '../../errors.js';
import type { KeyFilter } from '../../keyspace/filters.js';
import type { Finding } from '../../keyspace/finding.js';
import type { MomentOfFile } from '../../keyspace/moment-of-file.js';
import type { KeyMeasure } from '../../measure/key-measure.js';
import { AuxFields } from '../../rdb/aux-fields.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { ContainerKind } from '../../rdb/format.js';
import type { StreamId } from '../../rdb/stream-id.js';
import { type KeyRecord, Level, type RdbHeader, RdbVisitor, type StreamMeta } from '../../rdb/visitor.js';
import type { MemoryEstimator } from '../../servers/memory/estimator.js';
import type { FunctionStats } from '../report.js';
import type { Counters } from './counters.js';
import { functionFacts } from './function-facts.js';

/** Findings of a file that are kept, and function libraries and modules that are listed. */
const KEPT_FINDINGS = 100;
const KEPT_NAMES = 1000;
/** Of a key's name, so much goes into a finding. */
const KEY_BYTES = 1024;

export interface DumpVisitorOptions {
  readonly counters: Counters;
  readonly filter: KeyFilter;
  readonly moment: MomentOfFile;
  readonly measure: KeyMeasure;
  /** Keys that may still be counted before the user's limit. */
  readonly limit: number;
  /** Chooses whose memory is estimated, once the file has said who wrote it; asked before the first key. */
  readonly estimator: (fields: AuxFields, header: RdbHeader | undefined) => MemoryEstimator;
}

/** Takes the facts of one file, and hands its keys, measured, to the counters. */
export class DumpVisitor extends RdbVisitor {
  readonly fields = new AuxFields();
  file: RdbHeader | undefined;
  /** Keys of modules: what they take in memory is not known. */
  memoryUnknown = 0;
  /** Slot hints: a node of a cluster wrote the file. */
  isCluster = false;
  readonly functions: FunctionStats[] = [];
  readonly modules = new Map<string, { keys: number; bytes: number }>();
  readonly findings: Finding[] = [];
  private readonly measure: KeyMeasure;
  private estimator: MemoryEstimator | undefined;
  private current: KeyRecord | undefined;
  private wanted = false;
  private db = 0;
  private left: number;

  constructor(private readonly options: DumpVisitorOptions) {
    super();
    const { filter, counters, limit } = options;
    this.measure = options.measure;
    this.left = limit;
    if (!filter.isEmpty || limit !== Number.POSITIVE_INFINITY) return;
    // Before the first key that is told, nobody has chosen whose memory is estimated.
    this.smallStrings = (start, end) => (this.estimator ? counters.run(this.db, start, end) : start);
  }

  override header(header: RdbHeader): void {
    this.file = header;
  }

  override aux(key: BytesRef, value: BytesRef): void {
    const field = this.fields.add(key, value);
    if (field?.key === 'ctime') this.options.moment.takeCtime(field.value);
  }

  override selectDb(db: number): void {
    this.db = db;
  }

  override slotInfo(): void {
    this.isCluster = true;
  }

  override slotImport(): void {
    this.isCluster = true;
  }

  override functionLibrary(code: BytesRef, preGa: { name: string; engine: string } | undefined): void {
    if (this.functions.length < KEPT_NAMES) this.functions.push(functionFacts(code.view(), preGa));
  }

  override key(key: KeyRecord): number {
    const { filter, counters } = this.options;
    const estimator = this.estimator ?? this.choose();
    this.current = key;
    this.wanted = filter.matchesKey(key);
    if (!this.wanted) return Level.SKIP;
    this.measure.begin(key, counters.elementThreshold);
    estimator.begin(key);
    return Level.STRUCTURE;
  }

  override keyEnd(key: KeyRecord): void {
    this.current = undefined;
    if (!this.wanted) return;
    const { filter, counters } = this.options;
    const { measure, estimator } = this;
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    if (filter.needsValue && !filter.matchesValue(key, bytes, measure.elements)) return;
    const memory = estimator?.finish(key) ?? 0;
    if (key.moduleType !== undefined) this.countModule(key.moduleType, bytes);
    counters.add(key, measure, memory);
    if (--this.left === 0) throw ENOUGH;
  }

  override problem(code: FindingCode, offset: number, message: string): void {
    if (this.findings.length >= KEPT_FINDINGS) return;
    const { current } = this;
    this.findings.push({
      code,
      severity: FINDINGS[code],
      offset,
      db: current?.db ?? null,
      key: current?.name.view().slice(0, KEY_BYTES) ?? null,
      type: current ? (current.moduleType ?? current.type.type) : null,
      message,
    });
  }

  override string(value: BytesRef): void {
    this.measure.string(value);
    this.estimator?.string(value);
  }

  override collection(count: number): void {
    this.measure.collection(count);
    this.estimator?.collection(count);
  }

  override listItem(item: BytesRef): void {
    this.measure.listItem(item);
    this.estimator?.listItem(item);
  }

  override setMember(member: BytesRef): void {
    this.measure.setMember(member);
    this.estimator?.setMember(member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.measure.zsetMember(member);
    this.estimator?.zsetMember(member, score);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.measure.hashField(field, value);
    this.estimator?.hashField(field, value, expireAtMs);
  }

  override hashMinExpire(expireAtMs: number): void {
    this.estimator?.hashMinExpire(expireAtMs);
  }

  override container(kind: ContainerKind, blob: BytesRef, tuple: number): void {
    const elements = this.measure.container(kind, blob, tuple);
    this.estimator?.container(kind, blob, tuple, elements);
  }

  override streamNode(id: StreamId, blob: BytesRef): void {
    this.measure.streamNode(id, blob);
    this.estimator?.streamNode(id, blob);
  }

  override streamMeta(meta: StreamMeta): void {
    this.measure.streamMeta(meta);
    this.estimator?.streamMeta(meta);
  }

  override streamGroup(name: BytesRef): void {
    this.estimator?.streamGroup(name);
  }

  override streamPending(id: StreamId): void {
    this.estimator?.streamPending(id);
  }

  override streamConsumer(name: BytesRef): void {
    this.estimator?.streamConsumer(name);
  }

  override streamConsumerPending(id: StreamId): void {
    this.estimator?.streamConsumerPending(id);
  }

  override streamGroupEnd(): void {
    this.estimator?.streamGroupEnd();
  }

  override arrayStart(count: number): void {
    this.measure.arrayStart(count);
    this.estimator?.arrayStart(count);
  }

  override arrayElement(index: bigint, value: BytesRef, tag: number): void {
    this.measure.arrayElement(value);
    this.estimator?.arrayElement(index, value, tag);
  }

  private choose(): MemoryEstimator {
    this.estimator = this.options.estimator(this.fields, this.file);
    return this.estimator;
  }

  private countModule(name: string, bytes: number): void {
    this.memoryUnknown++;
    const module = this.modules.get(name);
    if (module) {
      module.keys++;
      module.bytes += bytes;
    } else if (this.modules.size < KEPT_NAMES) this.modules.set(name, { keys: 1, bytes });
  }
}
