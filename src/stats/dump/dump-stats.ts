import { endingOf } from '../../backup/damage.js';
import { type Dataset, openDataset } from '../../backup/dataset.js';
import { ENOUGH } from '../../backup/scan.js';
import { Kernels } from '../../bytes/kernels/kernels.js';
import type { SideThread } from '../../bytes/side-thread.js';
import { type FilterOptions, KeyFilter } from '../../keyspace/filters.js';
import { MomentOfFile } from '../../keyspace/moment-of-file.js';
import { AuxFields } from '../../rdb/aux-fields.js';
import type { ParseResult } from '../../rdb/parser.js';
import type { RdbHeader, RdbVisitor } from '../../rdb/visitor.js';
import { MemoryEstimator } from '../../servers/memory/estimator.js';
import { type MemoryModel, memoryModel, modelledRelease } from '../../servers/memory/model.js';
import type { CountRdb, RdbPart } from '../aof/read-file.js';
import { StatsError } from '../error.js';
import type { StatsFile, StatsReport } from '../report.js';
import { Counters } from './counters.js';
import { DumpVisitor } from './dump-visitor.js';
import {
  checkedSeparators,
  checkOptions,
  DEFAULT_DEPTH,
  DEFAULT_LISTED,
  DEFAULT_MEMORY,
  DEFAULT_TOP,
  type DumpStatsOptions,
} from './options.js';

export type { DumpStatsOptions } from './options.js';

/**
 * Counts what is in dumps, added up: shards of one cluster, or one file. Rejects with BackupError for an input whose data
 * cannot be read, with StatsError for options that make no sense, and with the system's errors.
 */
export async function dumpStats(paths: readonly string[], options: DumpStatsOptions = {}): Promise<StatsReport> {
  return new DumpStats(options, new Kernels()).run(paths);
}

/** The same with datasets that are open; whoever opened them closes them. */
export async function datasetStats(
  inputs: readonly (string | Dataset)[],
  options: DumpStatsOptions = {},
): Promise<StatsReport> {
  return new DumpStats(options, new Kernels()).run(inputs);
}

/** Counts the RDB that an append-only file begins with; for `aofStats`. */
export function rdbCounter(options: DumpStatsOptions = {}): CountRdb {
  return (part, parse) => new DumpStats(options, part.kernels).part(part, parse);
}

class DumpStats {
  private readonly counters: Counters;
  private readonly files: StatsFile[] = [];
  private readonly visitors: DumpVisitor[] = [];
  private readonly filters: FilterOptions;
  private model: MemoryModel | undefined;
  private moment: MomentOfFile | undefined;
  private left: number;
  private passes = 0;
  private readonly unreadable = new Set<string>();

  constructor(
    private readonly options: DumpStatsOptions,
    private readonly kernels: Kernels,
  ) {
    const {
      top = DEFAULT_TOP,
      listed = DEFAULT_LISTED,
      depth = DEFAULT_DEPTH,
      maxMemory = DEFAULT_MEMORY,
      filters = {},
    } = options;
    checkOptions(options);
    this.filters = filters;
    this.left = filters.limit ?? Number.POSITIVE_INFINITY;
    const separators = options.separators && checkedSeparators(options.separators);
    this.counters = new Counters(this.kernels, { top, listed, depth, separators, tableBytes: maxMemory });
  }

  async run(inputs: readonly (string | Dataset)[]): Promise<StatsReport> {
    await this.pass(inputs);
    if (this.options.exact && !this.counters.isWhole) {
      this.counters.again();
      this.files.length = 0;
      this.visitors.length = 0;
      this.left = this.filters.limit ?? Number.POSITIVE_INFINITY;
      await this.pass(inputs);
    }
    return this.report();
  }

  /** Counts the RDB at the head of a file. */
  async part(part: RdbPart, parse: (visitor: RdbVisitor) => Promise<ParseResult>): Promise<StatsReport> {
    const visitor = this.visitor(undefined, undefined);
    const result = await parse(visitor).catch((error) => {
      if (error === ENOUGH) throw new StatsError('a limit makes no sense for the base of a log');
      throw error;
    });
    this.counters.finish();
    const end = result.complete ? result.end : result.failure.offset;
    this.visitors.push(visitor);
    this.files.push({
      path: part.path,
      kind: 'aof',
      bytes: end,
      end,
      complete: result.complete,
      outcome: result.complete && visitor.damage.count === 0 ? 'sound' : 'damaged',
      ...factsOf(visitor),
      checksum: 'skipped',
      keys: this.counters.keys,
      findings: visitor.damage.findings,
    });
    return this.report();
  }

  private async pass(inputs: readonly (string | Dataset)[]): Promise<void> {
    this.passes++;
    for (const input of inputs) {
      if (this.left === 0) break;
      const dataset = await this.open(input);
      if (!dataset) continue;
      try {
        await this.scan(typeof input === 'string' ? input : input.path, dataset);
      } finally {
        if (dataset !== input) await dataset.close().catch(() => undefined);
      }
    }
    this.counters.finish();
  }

  /** Undefined for one that cannot be read, which was told. */
  private async open(input: string | Dataset): Promise<Dataset | undefined> {
    const { streams, exact, onUnreadable } = this.options;
    const path = typeof input === 'string' ? input : input.path;
    if (this.unreadable.has(path)) return undefined;
    try {
      const dataset = typeof input === 'string' ? await openDataset(input, { opened: streams?.get(input) }) : input;
      if (!exact || dataset.repeatable) return dataset;
      if (dataset !== input) await dataset.close();
      throw new StatsError('--exact reads the input twice, which a stream does not allow: give a file');
    } catch (error) {
      // What was read once cannot be left out of the second pass.
      if (!onUnreadable || this.passes > 1) throw error;
      this.unreadable.add(path);
      onUnreadable(path, error);
      return undefined;
    }
  }

  private async scan(path: string, dataset: Dataset): Promise<void> {
    const { counters, kernels } = this;
    const before = counters.keys;
    const made: DumpVisitor[] = [];
    const { onProgress } = this.options;
    const result = await dataset.scan({
      kernels,
      visitor: (_kernels, _window, thread) => {
        made.push(this.visitor(dataset.modifiedMs, thread));
        return made[0];
      },
      ...(onProgress ? { onProgress: (done: number) => onProgress(path, done, dataset.inputSize) } : {}),
    });
    const [visitor] = made;
    const keys = counters.keys - before;
    this.left -= keys;
    this.visitors.push(visitor);
    this.files.push({
      path: dataset.path,
      kind: dataset.kind,
      bytes: result.bytes,
      ...endingOf(result, visitor.damage),
      complete: result.complete || result.limited,
      ...factsOf(visitor),
      checksum: result.checksum.status,
      keys,
    });
  }

  private visitor(modifiedMs: number | undefined, thread: SideThread | undefined): DumpVisitor {
    const moment = new MomentOfFile(this.options.now ?? 'file', modifiedMs);
    const filter = new KeyFilter(this.filters, moment.nowMs);
    const { counters, kernels, left } = this;
    this.moment ??= moment;
    return new DumpVisitor({
      kernels,
      thread,
      counters,
      filter,
      moment,
      limit: left,
      estimator: (fields, header) => {
        this.model ??= this.modelOf(fields, header);
        filter.setNow(moment.nowMs);
        counters.setFile(moment.nowMs, this.model);
        return new MemoryEstimator(this.model);
      },
    });
  }

  private modelOf(fields: AuxFields, header: RdbHeader | undefined): MemoryModel {
    const { release: wanted, allocator = 'official' } = this.options;
    const lineage = header?.magic === 'VALKEY' ? 'valkey' : 'redis';
    const producer = fields.producer(header?.magic ?? 'REDIS');
    return memoryModel(modelledRelease(wanted, producer, lineage, header?.version ?? null), allocator);
  }

  private report(): StatsReport {
    const { counters, files, visitors, moment } = this;
    const model = this.model ?? this.modelOf(visitors[0]?.fields ?? new AuxFields(), visitors[0]?.file);
    const { groups } = counters;
    return {
      files,
      complete: this.unreadable.size === 0 && files.every(({ complete }) => complete),
      limited: this.left <= 0,
      filters: new KeyFilter(this.filters).describe(),
      nowMs: moment?.nowMs ?? Date.now(),
      nowSource: moment?.source ?? 'clock',
      memoryModel: { server: model.server, allocator: model.allocator },
      totals: groups.totals(),
      expired: groups.expired(),
      memoryUnknown: visitors.reduce((sum, visitor) => sum + visitor.memoryUnknown, 0),
      databases: groups.databases(),
      types: groups.types(),
      encodings: groups.encodings(),
      ...counters.names(visitors.some((visitor) => visitor.isCluster)),
      biggest: counters.biggest,
      distributions: counters.distributions(),
      functions: visitors.flatMap((visitor) => visitor.functions),
      modules: [...added(visitors)].map(([name, module]) => ({ name, ...module })),
    };
  }
}

function factsOf({ fields, file }: DumpVisitor): Pick<StatsFile, 'producer' | 'rdbVersion' | 'createdAtMs' | 'aux'> {
  return {
    producer: file ? fields.producer(file.magic) : null,
    rdbVersion: file?.version ?? null,
    createdAtMs: fields.createdAtMs ?? null,
    aux: fields.fields,
  };
}

function added(visitors: readonly DumpVisitor[]): Map<string, { keys: number; bytes: number }> {
  const all = new Map<string, { keys: number; bytes: number }>();
  for (const [name, { keys, bytes }] of visitors.flatMap(({ modules }) => [...modules])) {
    const before = all.get(name);
    all.set(name, { keys: keys + (before?.keys ?? 0), bytes: bytes + (before?.bytes ?? 0) });
  }
  return all;
}
