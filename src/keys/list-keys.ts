import { Damage, type Ending, endingOf } from '../backup/damage.js';
import type { Dataset } from '../backup/dataset.js';
import { ENOUGH } from '../backup/scan.js';
import type { Kernels } from '../bytes/kernels/kernels.js';
import type { FindingCode } from '../errors.js';
import { type FilterOptions, KeyFilter } from '../keyspace/filters.js';
import { MomentOfFile, type NowOption } from '../keyspace/moment-of-file.js';
import { MeasuringVisitor } from '../measure/measuring-visitor.js';
import { AuxFields } from '../rdb/aux-fields.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { KeyRecord, RdbHeader } from '../rdb/visitor.js';
import type { AllocatorName } from '../servers/memory/allocator.js';
import { MemoryEstimator } from '../servers/memory/estimator.js';
import { memoryModel, modelledRelease } from '../servers/memory/model.js';
import type { Release } from '../servers/releases.js';

/** One key of a list. */
export interface KeyRow {
  readonly db: number;
  readonly key: Uint8Array;
  /** As TYPE answers; types of modules by their own name. */
  readonly type: string;
  /** As OBJECT ENCODING names the form in the file; strings as it names them behind a load. */
  readonly encoding: string;
  /** What the key takes in the file: attributes, type, name and value. */
  readonly bytes: number;
  /** Estimated MEMORY USAGE in bytes; null for modules, whose memory only they know. */
  readonly memory: number | null;
  /** Items, members, fields, entries; 1 for a string, 0 for a module. */
  readonly elements: number;
  /**
   * Bytes of the longest item, member, value of a field, or of the string; null for modules. Only where it was asked for.
   */
  readonly longestElement?: number | null;
  /** ms since the epoch; null for a key that does not expire. */
  readonly expireAtMs: number | null;
}

export interface ListOptions {
  readonly filter: FilterOptions;
  readonly now: NowOption;
  /** Whose memory is estimated; by default that of the release that wrote the file. */
  readonly release?: Release;
  readonly allocator: AllocatorName;
  /** Also measure the longest element of each key, for which its containers are read. Default false. */
  readonly longestElements?: boolean;
  /**
   * Takes a key that passes the filter; `nowMs` is the moment that expiries are held against. The row and its bytes are used
   * again for the next one. A promise makes the reading wait.
   */
  readonly onKey: (row: KeyRow, nowMs: number) => void | Promise<void>;
  /** Called now and then with how many bytes of the input were read. */
  readonly onProgress?: (done: number) => void;
}

/** How a list ended, and how many keys are in it. */
export interface ListResult extends Ending {
  readonly keys: number;
}

/**
 * Tells the keys of a dataset in the order of the file, each with what it takes. Reading ends with the `limit` of the filter.
 * Rejects for errors of the system and of `onKey`; what is wrong with the input is in the result.
 */
export async function listKeys(dataset: Dataset, options: ListOptions): Promise<ListResult> {
  const moment = new MomentOfFile(options.now, dataset.modifiedMs);
  const damage = new Damage();
  const counter = { keys: 0 };
  const scan = await dataset.scan({
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    visitor: (kernels) => new KeyLister(kernels, options, moment, damage, counter),
  });
  return { ...endingOf(scan, damage), keys: counter.keys };
}

class KeyLister extends MeasuringVisitor {
  private readonly filter: KeyFilter;
  private readonly fields = new AuxFields();
  private file: RdbHeader | undefined;
  private current: KeyRecord | undefined;
  private started = false;
  /** No more keys are wanted. */
  private full = false;

  constructor(
    kernels: Kernels,
    private readonly options: ListOptions,
    private readonly moment: MomentOfFile,
    private readonly damage: Damage,
    private readonly counter: { keys: number },
  ) {
    super(kernels);
    this.filter = new KeyFilter(options.filter);
  }

  override header(header: RdbHeader): void {
    this.file = header;
  }

  override aux(key: BytesRef, value: BytesRef): void {
    const field = this.fields.add(key, value);
    if (field?.key === 'ctime') this.moment.takeCtime(field.value);
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    this.damage.add(code, offset, detail, this.current);
  }

  protected override get threshold(): number {
    return this.options.longestElements ? 0 : Number.POSITIVE_INFINITY;
  }

  protected override wants(key: KeyRecord): boolean {
    if (!this.started) this.start();
    this.current = key;
    return !this.full && this.filter.matchesKey(key);
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.current = undefined;
    return super.keyEnd(key);
  }

  protected override measured(key: KeyRecord): void | Promise<void> {
    const { filter, measure, memory, options, moment, counter } = this;
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    if (!filter.matchesValue(key, bytes, measure.elements)) return;
    const { expireAtMs } = key;
    const row: KeyRow = {
      db: key.db,
      key: key.name.view(),
      type: key.moduleType ?? key.type.type,
      encoding: measure.encoding,
      bytes,
      memory: memory?.known ? memory.finish(key) : null,
      elements: measure.elements,
      ...(options.longestElements
        ? { longestElement: key.moduleType === undefined ? measure.biggestElement : null }
        : {}),
      // Servers take -1 for "does not expire".
      expireAtMs: expireAtMs === undefined || expireAtMs === -1 ? null : expireAtMs,
    };
    const waiting = options.onKey(row, moment.nowMs);
    if (++counter.keys >= filter.limit) {
      // Commands may follow that change these keys: only the end of the file tells.
      if (this.fields.fields['aof-preamble'] !== '1') throw ENOUGH;
      this.full = true;
    }
    return waiting;
  }

  /** Everything that stands in front of the keys is known. */
  private start(): void {
    this.started = true;
    const { file, fields, options } = this;
    this.filter.setNow(this.moment.nowMs);
    const magic = file?.magic ?? 'REDIS';
    const lineage = magic === 'VALKEY' ? 'valkey' : 'redis';
    const release = modelledRelease(options.release, fields.producer(magic), lineage, file?.version ?? null);
    this.memory = new MemoryEstimator(memoryModel(release, options.allocator));
  }
}
