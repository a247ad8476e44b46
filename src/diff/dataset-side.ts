import { Damage, endingOf } from '../backup/damage.js';
import { BackupError, type Dataset } from '../backup/dataset.js';
import type { FindingCode } from '../errors.js';
import { type FilterOptions, KeyFilter } from '../keyspace/filters.js';
import { MomentOfFile, type NowOption } from '../keyspace/moment-of-file.js';
import { AuxFields } from '../rdb/aux-fields.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { KeyRecord, RdbHeader } from '../rdb/visitor.js';
import type { SeenKey, SeenMeaning } from './change.js';
import { Mark, type Marks } from './marks.js';
import { Slot } from './meaning-block.js';
import { MeaningVisitor } from './meaning-visitor.js';
import type { RecordTable } from './record-table.js';
import type { KeySample } from './sample.js';
import type { Side, SideCount, SideInput, SideReport, SideTools } from './side.js';

export interface DatasetSideOptions {
  readonly filter: FilterOptions;
  readonly now: NowOption;
  /** What the clock says, ms since the epoch. */
  readonly clockMs: number;
  /** Keys, and fields of hashes, that have expired by then (ms since the epoch) are left out: a running server has none. */
  readonly expiredBy?: number;
  /** Only these keys. */
  readonly sample?: KeySample;
  /** Only keys for which this holds; asked in the order of the file. */
  readonly wanted?: (key: KeyRecord) => boolean;
  /** Of copies of running servers, by path: keys that went while they were read. */
  readonly vanished?: ReadonlyMap<string, number>;
  /** Called now and then with how many bytes of all inputs were read in this look. */
  readonly onProgress?: (done: number) => void;
  /** Called with the path of an input before it is read: errors are about that one. */
  readonly onInput?: (path: string) => void;
}

/** Files that can be read more than once; several are the shards of one dataset. Whoever opened them closes them. */
export class DatasetSide implements Side {
  constructor(
    private readonly datasets: readonly Dataset[],
    private readonly options: DatasetSideOptions,
  ) {}

  /** Rejects with BackupError when commands follow that change the data. */
  async first(tools: SideTools, table: RecordTable): Promise<SideReport> {
    const counts = new Counts();
    const inputs: SideInput[] = [];
    let number = 0;
    let before = 0;
    for (const dataset of this.datasets) {
      this.options.onInput?.(dataset.path);
      const look = new FirstLook(tools, this.options, dataset.modifiedMs, table, counts, number);
      const scan = await dataset.scan({ ...this.progress(before), kernels: tools.kernels, visitor: () => look });
      const { complete, outcome, end, rdbVersion, findings } = endingOf(scan, look.damage);
      const commands = findings.find(({ code }) => code === 'AOF_COMMANDS_BEHIND');
      if (commands) throw new BackupError('unknown', commands.message);
      const { path, kind } = dataset;
      const vanished = this.options.vanished?.get(path);
      const facts = look.facts();
      const keys = look.number - number - (look.isInside ? 1 : 0);
      const { expired } = look;
      inputs.push({
        path,
        kind,
        bytes: scan.bytes,
        keys,
        expired,
        complete,
        outcome,
        end,
        rdbVersion,
        ...facts,
        ...(vanished === undefined ? {} : { vanished }),
        findings,
      });
      number = look.number;
      before += dataset.inputSize ?? 0;
    }
    return { inputs, numbers: number, counts: counts.list() };
  }

  async again(
    tools: SideTools,
    marks: Marks,
    tell: (mark: number, key: SeenKey, meaning: SeenMeaning) => void,
  ): Promise<void> {
    let number = 0;
    let before = 0;
    for (const dataset of this.datasets) {
      this.options.onInput?.(dataset.path);
      const look = new SecondLook(tools, marks, tell, number, this.options.expiredBy);
      await dataset.scan({ ...this.progress(before), unchecked: true, kernels: tools.kernels, visitor: () => look });
      number = look.number;
      before += dataset.inputSize ?? 0;
    }
  }

  private progress(before: number) {
    const { onProgress } = this.options;
    return onProgress ? { onProgress: (done: number) => onProgress(before + done) } : {};
  }
}

/** Sums by database and type. */
class Counts {
  private readonly groups = new Map<number, Map<string, SideCount>>();

  of(db: number, type: string): SideCount {
    let types = this.groups.get(db);
    if (!types) this.groups.set(db, (types = new Map()));
    let count = types.get(type);
    if (!count) types.set(type, (count = { db, type, keys: 0, bytes: 0 }));
    return count;
  }

  list(): SideCount[] {
    return [...this.groups.values()].flatMap((types) => [...types.values()]).filter(({ keys }) => keys > 0);
  }
}

class FirstLook extends MeaningVisitor {
  readonly damage = new Damage();
  private readonly filter: KeyFilter;
  private readonly moment: MomentOfFile;
  private readonly fields = new AuxFields();
  private file: RdbHeader | undefined;
  private current: KeyRecord | undefined;
  private db = 0;
  private started = false;
  /** Keys that were left out since they had expired. */
  expired = 0;
  private readonly sample: KeySample | undefined;
  private readonly isWanted: ((key: KeyRecord) => boolean) | undefined;

  constructor(
    { kernels, block, ignoreTtl }: SideTools,
    { filter, now, clockMs, expiredBy, sample, wanted }: DatasetSideOptions,
    modifiedMs: number | undefined,
    private readonly table: RecordTable,
    private readonly counts: Counts,
    /** Of the next key. */
    public number: number,
  ) {
    super(kernels, block, ignoreTtl, expiredBy);
    this.sample = sample;
    this.isWanted = wanted;
    this.filter = new KeyFilter(filter);
    this.moment = new MomentOfFile(now, modifiedMs, clockMs);
    if (this.filter.isEmpty && !sample && !wanted && expiredBy === undefined)
      this.smallStrings = (start, end) => this.run(start, end);
  }

  /** The input ended inside of a key, which has a number all the same. */
  get isInside(): boolean {
    return this.current !== undefined;
  }

  /** Facts about the file. */
  facts(): Pick<SideInput, 'producer' | 'createdAtMs'> {
    const { fields, file } = this;
    return { producer: file ? fields.producer(file.magic) : null, createdAtMs: fields.createdAtMs ?? null };
  }

  override header(header: RdbHeader): void {
    this.file = header;
  }

  override aux(key: BytesRef, value: BytesRef): void {
    const field = this.fields.add(key, value);
    if (field?.key === 'ctime') this.moment.takeCtime(field.value);
  }

  override selectDb(db: number): void {
    this.db = db;
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    this.damage.add(code, offset, detail, this.current);
  }

  protected override wants(key: KeyRecord): boolean {
    if (!this.started) this.filter.setNow(this.moment.nowMs);
    this.started = true;
    this.current = key;
    this.number++;
    const { name, db } = key;
    if (this.sample && !this.sample.has(db, name.buffer, name.start, name.end)) return false;
    if (this.isWanted && !this.isWanted(key)) return false;
    if (!this.filter.matchesKey(key)) return false;
    if (!this.hasExpired(key.expireAtMs)) return true;
    this.expired++;
    return false;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    const waiting = super.keyEnd(key);
    this.current = undefined;
    return waiting;
  }

  protected override understood(key: KeyRecord): void {
    const { table, kernels, block } = this;
    const { call } = kernels;
    if (this.isEmptied(key.type.type)) {
      this.expired++;
      return;
    }
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    if (!this.filter.matchesValue(key, bytes, this.elements)) return;
    const count = this.counts.of(key.db, key.moduleType ?? key.type.type);
    count.keys++;
    count.bytes += bytes;
    const number = this.number - 1;
    table.appended(call.meaningAppend(table.heads, table.mask, key.expireAtMs ?? -1, number, 0));
    if (this.hasCounters) this.part(key, 1, block.slot(Slot.COUNTERS), number);
    if (this.hasIdmp) this.part(key, 2, block.slot(Slot.IDMP), number);
  }

  /** What only newer formats hold has records of its own, which count where both sides have one. */
  private part({ db, name }: KeyRecord, part: number, from: number, number: number): void {
    const { table, kernels, block } = this;
    const { call } = kernels;
    call.meaningName(db, part, name.start, name.end - name.start);
    kernels.bytes.copyWithin(block.value, from, from + 16);
    table.appended(call.meaningAppend(table.heads, table.mask, -1, number, part));
  }

  private run(start: number, end: number): number {
    const { table, kernels } = this;
    let at = start;
    let full: number;
    const first = this.number;
    do {
      at = kernels.call.meaningRun(at, end, this.db, this.number, table.heads, table.mask);
      full = kernels.result(0);
      this.number += kernels.result(1);
      table.appended(full);
    } while (full !== 0);
    if (at > start) {
      const count = this.counts.of(this.db, 'string');
      count.keys += this.number - first;
      count.bytes += at - start;
    }
    return at;
  }
}

class SecondLook extends MeaningVisitor {
  private mark: number = Mark.SAME;

  constructor(
    { kernels, block, ignoreTtl }: SideTools,
    private readonly marks: Marks,
    private readonly tell: (mark: number, key: SeenKey, meaning: SeenMeaning) => void,
    public number: number,
    expiredBy: number | undefined,
  ) {
    super(kernels, block, ignoreTtl, expiredBy);
    this.smallStrings = (start, end) => {
      const reached = kernels.call.meaningSkip(start, end, this.number, marks.at);
      this.number += kernels.result(0);
      return reached;
    };
  }

  override key(key: KeyRecord): number {
    // A file that has grown has keys that nobody has compared.
    this.mark = this.number < this.marks.keys ? this.marks.of(this.number) : Mark.SAME;
    return super.key(key);
  }

  protected override wants(): boolean {
    this.number++;
    return this.mark !== Mark.SAME;
  }

  protected override understood(key: KeyRecord): void {
    const { block } = this;
    const { name, expireAtMs } = key;
    const value = block.bytesAt(block.value);
    this.tell(
      this.mark,
      {
        number: this.number - 1,
        db: key.db,
        key: name.buffer.subarray(name.start, name.end),
        type: key.moduleType ?? key.type.type,
        // Servers take -1 for "does not expire".
        expireAtMs: expireAtMs === undefined || expireAtMs === -1 ? null : expireAtMs,
        bytes: key.valueOffset + key.valueBytes - key.offset,
        elements: this.elements,
      },
      {
        name: block.bytesAt(block.name),
        value,
        plain: key.type.type === 'hash' ? block.bytesAt(block.slot(Slot.PLAIN)) : value,
        counters: this.hasCounters ? block.bytesAt(block.slot(Slot.COUNTERS)) : undefined,
        idmp: this.hasIdmp ? block.bytesAt(block.slot(Slot.IDMP)) : undefined,
      },
    );
  }
}
