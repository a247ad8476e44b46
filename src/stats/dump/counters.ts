import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { SideThread } from '../../bytes/side-thread.js';
import { bytesToText } from '../../keyspace/bytes-text.js';
import type { KeyMeasure } from '../../measure/key-measure.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { MemoryModel } from '../../servers/memory/model.js';
import type { Distributions, PrefixReport, SlotReport, StatsReport } from '../report.js';
import { BiggestKeys } from './biggest-keys.js';
import { Groups } from './groups.js';
import { Histogram } from './histogram.js';
import { PrefixReader } from './prefix-report.js';
import { SeparatorSample, type WaitingKey } from './separator-sample.js';
import { slotReport } from './slot-report.js';
import { BUCKETS, MEMORY_COLUMNS, MEMORY_ROWS, StatsState } from './state.js';

export interface CounterOptions {
  /** How many of the biggest keys and elements to keep. */
  readonly top: number;
  /** How many prefixes, and hash tags, a report lists: the largest. */
  readonly listed: number;
  /** Prefixes go so deep, 1 to 16. */
  readonly depth: number;
  /** What divides names; undefined to guess it. */
  readonly separators: readonly Uint8Array[] | undefined;
  /** Bytes that the table of prefixes may take. */
  readonly tableBytes: number;
}

type HistogramName = 'keyLengths' | 'valueBytes' | 'ttlSeconds' | 'idleSeconds' | 'frequency';

/** Kernels read a little past the end of a name. */
const SLACK = 64;

/** What is counted of keys, over any number of dumps. All tables have a fixed size. */
export class Counters {
  groups: Groups;
  private readonly state: StatsState;
  private tops: BiggestKeys;
  private readonly histograms: Readonly<Record<HistogramName, Histogram>>;
  private elements = new Histogram();
  private sample: SeparatorSample | undefined;
  private separators: readonly Uint8Array[] = [];
  private scratch = 0;
  private runDb = -1;
  private runGroups: readonly [number, number, number] = [0, 0, 0];

  constructor(
    private readonly kernels: Kernels,
    private readonly options: CounterOptions,
  ) {
    this.state = new StatsState(kernels, options.tableBytes);
    this.groups = new Groups(this.state);
    this.tops = new BiggestKeys(options.top);
    const at = (name: HistogramName) => new Histogram(this.state.floatsAt(this.state.word(name), BUCKETS));
    this.histograms = {
      keyLengths: at('keyLengths'),
      valueBytes: at('valueBytes'),
      ttlSeconds: at('ttlSeconds'),
      idleSeconds: at('idleSeconds'),
      frequency: at('frequency'),
    };
    this.noteThresholds();
    if (options.separators) this.divideBy(options.separators);
    else this.sample = new SeparatorSample();
  }

  /** The keys that follow expire by this clock and take memory on this server. */
  setFile(nowMs: number, model: MemoryModel): void {
    const { state } = this;
    state.setFloat('nowMs', nowMs);
    const table = state.shortsAt(state.word('stringMemory'), 2 * MEMORY_ROWS * MEMORY_COLUMNS);
    for (let cell = 0; cell < table.length; cell++) {
      const row = Math.floor(cell / MEMORY_COLUMNS) % MEMORY_ROWS;
      const expires = cell >= MEMORY_ROWS * MEMORY_COLUMNS;
      table[cell] = model.stringKey(cell % MEMORY_COLUMNS, Math.max(0, row - 1), row === 0, expires);
    }
  }

  /** Keys so far. */
  get keys(): number {
    return this.groups.totals().keys + (this.sample?.size ?? 0);
  }

  /** Elements with more bytes are among the biggest. */
  get elementThreshold(): number {
    return this.tops.elementThreshold;
  }

  /**
   * Counts a run of small strings of a database from address `start` on; returns the address where it stopped. A second
   * thread counts the slots, when there is one and it keeps up.
   */
  run(db: number, start: number, end: number, thread: SideThread | undefined): number {
    if (this.sample) return start;
    if (db !== this.runDb) {
      const at = (encoding: string) => this.groups.at(db, 'string', encoding);
      this.runGroups = [at('int'), at('embstr'), at('raw')];
      this.runDb = db;
    }
    const [integers, embedded, raw] = this.runGroups;
    const helped = thread?.hasRoom === true;
    const reached = this.kernels.call.statsRun(start, end, integers, embedded, raw, helped ? 0 : 1);
    if (helped && reached > start) thread.countSlots(this.state.threadState, start, reached);
    return reached;
  }

  /** Counts one key, which was measured; `memory` is an estimate. */
  add(key: KeyRecord, measure: KeyMeasure, memory: number): void {
    const { elements, encoding } = measure;
    const type = key.moduleType ?? key.type.type;
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    this.count(this.groups.at(key.db, type, encoding), key, bytes, memory, elements);
    if (type !== 'string') this.elements.add(elements);
    if (key.idle !== undefined) this.histograms.idleSeconds.add(key.idle);
    if (key.freq !== undefined) this.histograms.frequency.add(key.freq);
    if (this.tops.offer(key, { type, encoding, bytes, memory, elements }, measure)) this.noteThresholds();
  }

  /** No more keys of this pass come. */
  finish(): void {
    this.endSample();
    this.kernels.call.statsFlush();
  }

  private endSample(): void {
    const { sample } = this;
    if (!sample) return;
    this.sample = undefined;
    this.divideBy(sample.guess().map((separator) => Buffer.from(separator)));
    const nowMs = this.state.float('nowMs');
    for (const key of sample.take()) {
      this.reserve(key.name.length);
      this.kernels.bytes.set(key.name, this.scratch);
      // It may be of an earlier file.
      this.state.setFloat('nowMs', key.nowMs);
      this.tell(key, this.scratch, key.name.length);
    }
    this.state.setFloat('nowMs', nowMs);
  }

  /** Starts over for the same keys: prefixes that are in the table now are counted exactly, and no others. */
  again(): void {
    this.reader().freeze();
    this.state.clear();
    this.groups = new Groups(this.state);
    this.tops = new BiggestKeys(this.options.top);
    this.elements = new Histogram();
    this.runDb = -1;
    this.noteThresholds();
  }

  get biggest(): StatsReport['biggest'] {
    return this.tops.report();
  }

  distributions(): Distributions {
    const { valueBytes, keyLengths, ttlSeconds, idleSeconds, frequency } = this.histograms;
    const [idle, lfu] = [idleSeconds.report(), frequency.report()];
    return {
      valueBytes: valueBytes.report(),
      elements: this.elements.report(),
      keyLength: keyLengths.report(),
      ttlSeconds: ttlSeconds.report(),
      idleSeconds: idle.count > 0 ? idle : undefined,
      frequency: lfu.count > 0 ? lfu : undefined,
    };
  }

  /** No prefix was forgotten: a second pass would tell nothing new. */
  get isWhole(): boolean {
    return this.reader().isWhole;
  }

  /** `isCluster`: a node of a cluster wrote the keys. */
  names(isCluster: boolean): { readonly prefixes: PrefixReport; readonly slots: SlotReport } {
    const { state, options } = this;
    const { tags, ...table } = this.reader().read();
    const [keys, expires, bytes, memory, elements] = state.floatsAt(state.without, 5);
    const prefixes = {
      separators: this.separators.map(bytesToText),
      guessed: options.separators === undefined,
      depth: options.depth,
      without: { keys, expires, bytes, memory, elements },
      ...table,
    };
    return { prefixes, slots: slotReport(state, tags, isCluster) };
  }

  private count(group: number, key: KeyRecord, bytes: number, memory: number, elements: number): void {
    const { name, valueBytes } = key;
    // Servers take -1 for a key that does not expire.
    const expireAtMs = key.expireAtMs === -1 ? undefined : key.expireAtMs;
    const counted = { group, expireAtMs, bytes, valueBytes, memory, elements };
    if (!this.sample) {
      // A name that does not decode is none.
      const length = name.resolve() === undefined ? name.end - name.start : 0;
      this.tell(counted, name.start, length);
      return;
    }
    const nowMs = this.state.float('nowMs');
    if (this.sample.add({ ...counted, nowMs, name: name.toBytes() })) this.endSample();
  }

  private tell(key: Omit<WaitingKey, 'name' | 'nowMs'>, name: number, nameLength: number): void {
    const { group, expireAtMs, bytes, valueBytes, memory, elements } = key;
    const { call } = this.kernels;
    const expires = expireAtMs === undefined ? 0 : 1;
    call.statsKey(group, name, nameLength, expires, expireAtMs ?? 0, bytes, valueBytes, memory, elements);
  }

  private divideBy(separators: readonly Uint8Array[]): void {
    this.separators = separators;
    this.state.setSeparators(separators, this.options.depth);
  }

  private noteThresholds(): void {
    this.state.setFloat('bytesAbove', this.tops.bytesThreshold);
    this.state.setFloat('memoryAbove', this.tops.memoryThreshold);
  }

  private reader(): PrefixReader {
    return new PrefixReader(this.state, this.separators, this.options.listed);
  }

  private reserve(length: number): void {
    const { heap } = this.kernels;
    if (this.scratch !== 0 && heap.capacity(this.scratch) >= length + SLACK) return;
    if (this.scratch !== 0) heap.deallocate(this.scratch);
    this.scratch = heap.allocate(length + SLACK);
  }
}
