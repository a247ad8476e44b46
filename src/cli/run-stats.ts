import { BackupError, type Dataset, openDataset } from '../backup/dataset.js';
import { type OpenInput, openInput, STANDARD_INPUT } from '../backup/open.js';
import { type Spool, spoolSource } from '../backup/spool.js';
import { SourceError } from '../bytes/sources/source.js';
import type { StatsResults } from '../report/stats/stats-json.js';
import { type AofStats, aofStats } from '../stats/aof/aof-stats.js';
import { datasetStats, rdbCounter } from '../stats/dump/dump-stats.js';
import { checkOptions, type DumpStatsOptions } from '../stats/dump/options.js';
import { StatsError } from '../stats/error.js';
import { type StatsInputKind, statsInput } from '../stats/input-kind.js';
import type { StatsReport } from '../stats/report.js';
import { inputName, tellEnding, tellFailure } from './ending.js';
import { ExitCode, worst } from './exit-code.js';
import { filterOptionsOf } from './filter-options.js';
import { materializer } from './final-dataset.js';
import { ProgressBar } from './progress-bar.js';
import { JSON_TOP, show } from './show-stats.js';
import type { StatsFlags } from './stats.js';
import { trouble } from './write-report.js';

/** How long lists are where nobody says, in a page or a table. */
const FILE_TOP = 1000;
const LEAST_LISTED = 1000;

/** Runs the command and returns its exit status. */
export async function runStats(inputs: readonly string[], flags: StatsFlags): Promise<number> {
  const bar = new ProgressBar(flags.progress && !flags.quiet);
  try {
    const options = await optionsOf(flags, bar);
    checkOptions(options);
    return await new Run(options, flags, bar).run(inputs);
  } catch (error) {
    return tellTrouble('', error);
  } finally {
    bar.stop();
  }
}

/** A log, or a dump in front of one. */
interface LogInput {
  /** As given. */
  readonly path: string;
  /** Where its content can be read more than once; the path itself when it is a file. */
  readonly file: string;
  /** Of a stream that no server has to read: what was opened of it. */
  readonly opened: OpenInput | undefined;
}

/** One run over all inputs. */
class Run {
  private readonly codes: number[] = [];
  private readonly dumps: StatsReport[] = [];
  private readonly logs: AofStats[] = [];
  /** Inputs that could not be read at all. */
  private lost = 0;

  constructor(
    private readonly options: DumpStatsOptions,
    private readonly flags: StatsFlags,
    private readonly bar: ProgressBar,
  ) {}

  async run(inputs: readonly string[]): Promise<number> {
    const { flags, codes } = this;
    if (inputs.filter((path) => path === STANDARD_INPUT).length > 1) {
      return trouble('standard input can be given only once');
    }
    const refused = refusedOutputs(flags);
    if (refused !== undefined) return trouble(refused);
    const streams = new Map<string, OpenInput>();
    const paths: (string | Dataset)[] = [];
    const spools: Spool[] = [];
    for (const path of inputs) {
      const { kind, opened } = await statsInput(path);
      const hasFinal = kind !== 'dump' && flags.dataset;
      const spool = hasFinal && opened ? await this.spool(path, opened) : undefined;
      if (hasFinal && opened && !spool) continue;
      if (spool) spools.push(spool);
      const input = { path, file: spool?.path ?? path, opened: spool ? undefined : opened };
      if (this.isFiltered && hasFinal) {
        const dataset = await this.finalDataset(input);
        if (dataset) paths.push(dataset);
      } else if (this.isLog(kind) && (kind === 'log' || hasFinal || !opened)) await this.log(input);
      else {
        if (opened) streams.set(path, opened);
        paths.push(path);
      }
    }
    try {
      const groups = flags.perFile ? paths.map((path) => [path]) : paths.length > 0 ? [paths] : [];
      for (const group of groups) await this.dump(group, streams);
    } finally {
      for (const each of paths) if (typeof each !== 'string') await each.close();
      for (const spool of spools) spool.remove();
    }
    this.bar.stop();
    if (this.dumps.length + this.logs.length > 0) codes.push(await show(this.results, flags));
    return worst(codes);
  }

  /** With filters keys are meant: of a log that begins with a dump those of the dump. */
  private isLog(kind: StatsInputKind): boolean {
    return kind === 'log' || (kind === 'hybrid' && !this.isFiltered);
  }

  private get isFiltered(): boolean {
    return Object.keys(this.options.filters ?? {}).length > 0;
  }

  private async log(input: LogInput): Promise<void> {
    const { path, file } = input;
    const opened = input.opened ?? (file === path ? undefined : await openInput(file));
    const { filters: _, onProgress, ...counted } = this.options;
    try {
      if (this.isFiltered) throw new StatsError('filters choose keys of dumps; this is an append-only log');
      const log = await aofStats(path, {
        ...counted,
        ...(opened ? { opened } : {}),
        countRdb: rdbCounter(counted),
        ...(onProgress ? { onProgress: (done: number) => onProgress(path, done, undefined) } : {}),
      });
      this.logs.push(input.opened ? log : { ...log, dataset: await this.final(input) });
      this.codes.push(log.complete ? ExitCode.OK : ExitCode.TOLD);
      if (!log.complete) process.stderr.write(`rdbkit: ${inputName(path)}: the result is not whole\n`);
    } catch (error) {
      await opened?.close().catch(() => undefined);
      this.fail(path, error);
    }
    this.bar.stop();
  }

  /** The data at the end of a log: they stand beside what is said of the log itself, which does not need them. */
  private async final(input: LogInput): Promise<StatsReport | null> {
    if (!this.flags.dataset) return null;
    let dataset: Dataset | undefined;
    try {
      dataset = await this.openFinal(input);
      const report = await datasetStats([dataset], this.options);
      for (const file of report.files) {
        this.codes.push(tellEnding(file.path, { ...file, limited: false }, 'the count'));
      }
      return report;
    } catch (error) {
      if (!(error instanceof BackupError)) throw error;
      this.bar.stop();
      const status = tellTrouble(input.path, error);
      if (error.fault === 'unknown') return null;
      this.codes.push(status);
      return null;
    } finally {
      await dataset?.close();
    }
  }

  private async finalDataset(input: LogInput): Promise<Dataset | undefined> {
    try {
      return await this.openFinal(input);
    } catch (error) {
      this.fail(input.path, error);
      return undefined;
    }
  }

  private async openFinal({ path, file }: LogInput): Promise<Dataset> {
    const { tmpDir, quiet } = this.flags;
    const shown = file === path ? undefined : path;
    const dataset = await openDataset(file, { materialize: materializer({ tmpDir, quiet, shown }), tmpDir });
    return shown === undefined ? dataset : { ...dataset, path: shown };
  }

  /** A log is read by us and by a server. */
  private async spool(path: string, opened: OpenInput): Promise<Spool | undefined> {
    try {
      return await spoolSource(opened.source, this.flags.tmpDir);
    } catch (error) {
      const isDamage = error instanceof SourceError;
      this.fail(path, isDamage ? new BackupError('damaged', `${error.code}: ${error.message}`) : error);
      return undefined;
    } finally {
      await opened.close().catch(() => undefined);
    }
  }

  private async dump(paths: readonly (string | Dataset)[], streams: ReadonlyMap<string, OpenInput>): Promise<void> {
    const onUnreadable = (path: string, error: unknown) => this.fail(path, error);
    try {
      const report = await datasetStats(paths, { ...this.options, streams, onUnreadable });
      if (report.files.length === 0) return;
      this.dumps.push(report);
      for (const file of report.files) {
        this.codes.push(tellEnding(file.path, { ...file, limited: false }, 'the count'));
      }
    } catch (error) {
      const [only] = paths;
      this.fail(paths.length > 1 ? '' : typeof only === 'string' ? only : only.path, error);
    }
  }

  private get results(): StatsResults {
    const { dumps, logs, lost } = this;
    if (this.flags.perFile && dumps.length > 0) return { dumps: null, perFile: dumps, logs, lost };
    return { dumps: dumps[0] ?? null, logs, lost };
  }

  private fail(path: string, error: unknown): void {
    this.bar.stop();
    this.lost++;
    this.codes.push(tellTrouble(path, error));
  }
}

/** Why these outputs cannot all be written; undefined when they can. */
function refusedOutputs({ json, csv, html }: StatsFlags): string | undefined {
  const all = [json ? '--json' : '', csv === '-' ? '--csv -' : '', html === '-' ? '--html -' : ''].filter(Boolean);
  return all.length > 1 ? `standard output holds one of ${all.join(' and ')}` : undefined;
}

async function optionsOf(flags: StatsFlags, bar: ProgressBar): Promise<DumpStatsOptions> {
  const filters = await filterOptionsOf(flags);
  const isFile = flags.html !== undefined || flags.csv !== undefined;
  const top = flags.top ?? (isFile ? FILE_TOP : JSON_TOP);
  return {
    filters,
    top,
    // Lists stand in lists: the largest prefixes of the first level have a list of the second one each.
    ...(isFile ? {} : { listed: Math.max(LEAST_LISTED, top * top) }),
    depth: flags.depth,
    ...(flags.separator ? { separators: flags.separator } : {}),
    exact: flags.exact ?? false,
    now: flags.now ?? 'file',
    ...(flags.for ? { release: flags.for } : {}),
    allocator: flags.allocator,
    maxMemory: flags.maxMemory,
    ...(bar.wanted
      ? { onProgress: (_: string, done: number, size: number | undefined) => bar.update(done, size) }
      : {}),
  };
}

function tellTrouble(path: string, error: unknown): number {
  if (error instanceof StatsError) return trouble(path === '' ? error.message : `${inputName(path)}: ${error.message}`);
  return tellFailure(path, error);
}
