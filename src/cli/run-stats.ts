import { openDataset } from '../backup/dataset.js';
import { binarySize, textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import { aofText } from '../report/stats/aof-text.js';
import { dumpText } from '../report/stats/dump-text.js';
import type { StatsResults } from '../report/stats/stats-json.js';
import { aofStats } from '../stats/aof/aof-stats.js';
import { type DumpStatsOptions, dumpStats, rdbCounter } from '../stats/dump/dump-stats.js';
import { StatsError } from '../stats/error.js';
import { isStream, statsInputKind } from '../stats/input-kind.js';
import type { StatsReport } from '../stats/report.js';
import { writeAtomically } from './atomic-file.js';
import { inputName, tellEnding, tellFailure } from './ending.js';
import { ExitCode, worst } from './exit-code.js';
import { filterOptionsOf } from './filter-options.js';
import { ProgressBar } from './progress-bar.js';
import type { StatsFlags } from './stats.js';

/** How long lists are where nobody says. */
const TEXT_TOP = 10;
const JSON_TOP = 20;
const FILE_TOP = 1000;
const LEAST_LISTED = 1000;

/** Runs the command and returns its exit status. */
export async function runStats(inputs: readonly string[], flags: StatsFlags): Promise<number> {
  const bar = new ProgressBar(flags.progress);
  const codes: number[] = [];
  let failed = 0;
  const found: { dumps: StatsReport[]; logs: StatsResults['logs'][number][] } = { dumps: [], logs: [] };
  const one = async (path: string, count: () => Promise<void>) => {
    try {
      await count();
    } catch (error) {
      failed++;
      codes.push(tellTrouble(path, error));
    } finally {
      bar.stop();
    }
  };
  let options: DumpStatsOptions;
  try {
    options = await optionsOf(flags, bar);
  } catch (error) {
    return tellFailure('', error);
  }
  const dumps: string[] = [];
  for (const path of inputs) {
    await one(path, async () => {
      if ((await statsInputKind(path)) === 'dump') {
        // What is no backup is told of itself, and does not keep the others from being counted.
        if (!(await isStream(path))) await (await openDataset(path)).close();
        dumps.push(path);
        return;
      }
      const { filters, onProgress, ...counted } = options;
      if (Object.keys(filters ?? {}).length > 0) {
        throw new StatsError('filters choose keys of dumps; this is an append-only log');
      }
      const log = await aofStats(path, {
        ...counted,
        countRdb: rdbCounter(counted),
        ...(onProgress ? { onProgress: (done: number) => onProgress(path, done, undefined) } : {}),
      });
      found.logs.push(log);
      codes.push(log.complete ? ExitCode.OK : ExitCode.TOLD);
      if (!log.complete) process.stderr.write(`rdbkit: ${inputName(path)}: the result is not whole\n`);
    });
  }
  const groups = flags.perFile ? dumps.map((path) => [path]) : dumps.length > 0 ? [dumps] : [];
  for (const paths of groups) {
    await one(paths[0], async () => {
      const report = await dumpStats(paths, options);
      // Of several inputs, one that gave nothing is missing in the sum.
      found.dumps.push(failed > 0 && !flags.perFile ? { ...report, complete: false } : report);
      for (const file of report.files) {
        codes.push(tellEnding(file.path, { ...file, limited: report.limited }, 'the count'));
      }
    });
  }
  if (found.dumps.length + found.logs.length > 0) codes.push(await show(found, flags));
  return worst(codes);
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

/** Prints the report, and writes the files that were asked for. Returns an exit status. */
async function show(
  { dumps, logs }: { readonly dumps: readonly StatsReport[]; readonly logs: StatsResults['logs'] },
  flags: StatsFlags,
): Promise<number> {
  const [first] = dumps;
  const results: StatsResults =
    flags.perFile && dumps.length > 0 ? { dumps: null, perFile: dumps, logs } : { dumps: first ?? null, logs };
  const codes = [ExitCode.OK as number];
  if (flags.html !== undefined) codes.push(await writePage(flags.html, dumps, logs));
  if (flags.csv !== undefined) {
    const { statsCsv } = await import('../report/stats/stats-csv.js');
    const tables = dumps.map((report) => statsCsv({ dumps: report, logs }, flags.table, flags.bytes));
    const text =
      dumps.length > 1 ? undefined : (tables[0] ?? statsCsv({ dumps: null, logs }, flags.table, flags.bytes));
    if (text === undefined) codes.push(trouble('--csv holds one table: leave out --per-file, or give one input'));
    else codes.push(write(flags.csv, text));
  }
  if (flags.json) {
    const { statsJson } = await import('../report/stats/stats-json.js');
    process.stdout.write(statsJson(results, { bytes: flags.bytes, top: flags.top ?? JSON_TOP }));
  } else if (flags.html === undefined && flags.csv === undefined) {
    const colors = palette(process.stdout, flags.color);
    const options = { colors, top: flags.top ?? TEXT_TOP, columns: textWidth(process.stdout) };
    const texts = [...dumps.map((report) => dumpText(report, options)), ...logs.map((log) => aofText(log, options))];
    process.stdout.write(texts.join('\n'));
  }
  return worst(codes);
}

async function writePage(path: string, dumps: readonly StatsReport[], logs: StatsResults['logs']): Promise<number> {
  const reports = [...dumps, ...logs.flatMap(({ dump }) => dump ?? [])];
  if (reports.length !== 1) {
    return trouble(
      reports.length === 0
        ? '--html shows dumps, and there is none'
        : '--html shows one report: leave out --per-file, or give one input',
    );
  }
  const { statsHtml } = await import('../report/html/stats-html.js');
  return write(path, statsHtml(reports[0]));
}

function write(path: string, text: string): number {
  const reason = writeAtomically(path, text);
  if (reason !== undefined) return trouble(`${inputName(path)} cannot be written: ${reason}`);
  process.stderr.write(`rdbkit: ${inputName(path)}: written, ${binarySize(Buffer.byteLength(text))}\n`);
  return ExitCode.OK;
}

function trouble(reason: string): number {
  process.stderr.write(`rdbkit: ${reason}\n`);
  return ExitCode.TROUBLE;
}

function tellTrouble(path: string, error: unknown): number {
  if (error instanceof StatsError) return trouble(`${inputName(path)}: ${error.message}`);
  return tellFailure(path, error);
}
