import { Damage } from '../../backup/damage.js';
import { ENOUGH } from '../../backup/scan.js';
import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { SideThread } from '../../bytes/side-thread.js';
import type { FindingCode } from '../../errors.js';
import type { KeyFilter } from '../../keyspace/filters.js';
import type { MomentOfFile } from '../../keyspace/moment-of-file.js';
import { MeasuringVisitor } from '../../measure/measuring-visitor.js';
import { AuxFields } from '../../rdb/aux-fields.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { KeyRecord, RdbHeader } from '../../rdb/visitor.js';
import type { MemoryEstimator } from '../../servers/memory/estimator.js';
import type { FunctionStats } from '../report.js';
import type { Counters } from './counters.js';
import { functionFacts } from './function-facts.js';

/** Function libraries and modules that are listed. */
const KEPT_NAMES = 1000;

export interface DumpVisitorOptions {
  readonly kernels: Kernels;
  /** Helps with runs of small strings. */
  readonly thread: SideThread | undefined;
  readonly counters: Counters;
  readonly filter: KeyFilter;
  readonly moment: MomentOfFile;
  /** Keys that may still be counted before the user's limit. */
  readonly limit: number;
  /** Chooses whose memory is estimated, once the file has said who wrote it; asked before the first key. */
  readonly estimator: (fields: AuxFields, header: RdbHeader | undefined) => MemoryEstimator;
}

/** Takes the facts of one file, and hands its keys, measured, to the counters. */
export class DumpVisitor extends MeasuringVisitor {
  readonly fields = new AuxFields();
  file: RdbHeader | undefined;
  /** Keys of modules: what they take in memory is not known. */
  memoryUnknown = 0;
  /** Slot hints: a node of a cluster wrote the file. */
  isCluster = false;
  readonly functions: FunctionStats[] = [];
  readonly modules = new Map<string, { keys: number; bytes: number }>();
  readonly damage = new Damage();
  private current: KeyRecord | undefined;
  private db = 0;
  private left: number;
  /** No more keys are wanted. */
  private full = false;

  constructor(private readonly options: DumpVisitorOptions) {
    super(options.kernels);
    const { filter, counters, limit, thread } = options;
    this.left = limit;
    if (!filter.isEmpty || limit !== Number.POSITIVE_INFINITY) return;
    // Before the first key that is told, nobody has chosen whose memory is estimated.
    this.smallStrings = (start, end) => (this.memory ? counters.run(this.db, start, end, thread) : start);
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

  protected override get threshold(): number {
    return this.options.counters.elementThreshold;
  }

  protected override wants(key: KeyRecord): boolean {
    this.current = key;
    this.memory ??= this.options.estimator(this.fields, this.file);
    return !this.full && this.options.filter.matchesKey(key);
  }

  protected override measured(key: KeyRecord): void {
    const { filter, counters } = this.options;
    const { measure, memory } = this;
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    if (filter.needsValue && !filter.matchesValue(key, bytes, measure.elements)) return;
    if (key.moduleType !== undefined) this.countModule(key.moduleType, bytes);
    counters.add(key, measure, memory?.finish(key) ?? 0);
    if (--this.left > 0) return;
    // Commands may follow that change these keys: only the end of the file tells.
    if (this.fields.fields['aof-preamble'] !== '1') throw ENOUGH;
    this.full = true;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.current = undefined;
    return super.keyEnd(key);
  }

  override problem(code: FindingCode, offset: number, message: string): void {
    this.damage.add(code, offset, message, this.current);
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
