// What `stats` prints and writes, once everything is counted.
import { textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import { aofText } from '../report/stats/aof-text.js';
import { dumpText } from '../report/stats/dump-text.js';
import type { StatsResults } from '../report/stats/stats-json.js';
import type { StatsTextOptions } from '../report/stats/words.js';
import type { AofStats } from '../stats/aof/aof-report.js';
import type { StatsReport } from '../stats/report.js';
import { ExitCode, worst } from './exit-code.js';
import type { StatsFlags } from './stats.js';
import { trouble, writeReport } from './write-report.js';

/** How long lists are where nobody says. */
const TEXT_TOP = 10;
export const JSON_TOP = 20;

/** Prints the report, and writes the files that were asked for. Returns an exit status. */
export async function show(results: StatsResults, flags: StatsFlags): Promise<number> {
  // Whoever wants keys wants those at the end of the log, where a server told them.
  const logs = results.logs.map((log) => ({ ...log, dump: log.dataset ?? log.dump }));
  const dumps = results.perFile ?? (results.dumps ? [results.dumps] : []);
  const codes = [ExitCode.OK as number];
  if (flags.html !== undefined) codes.push(await writePage(flags.html, dumps, logs, flags));
  if (flags.csv !== undefined) codes.push(await writeTable(flags.csv, dumps, logs, flags));
  if (flags.json) {
    const { statsJson } = await import('../report/stats/stats-json.js');
    process.stdout.write(statsJson(results, { bytes: flags.bytes, top: flags.top ?? JSON_TOP }));
  } else if (flags.html === undefined && flags.csv === undefined && !flags.quiet) {
    const colors = palette(process.stdout, flags.color);
    const options = { colors, top: flags.top ?? TEXT_TOP, columns: textWidth(process.stdout) };
    const texts = [
      ...dumps.map((report) => dumpText(report, options)),
      ...results.logs.flatMap((log) => logTexts(log, options)),
    ];
    process.stdout.write(texts.join('\n'));
  }
  return worst(codes);
}

function logTexts(log: AofStats, options: StatsTextOptions): string[] {
  const { dataset } = log;
  if (!dataset) return [aofText(log, options)];
  return [aofText(log, options), `${options.colors.bold('At the end of the log:')}\n${dumpText(dataset, options)}`];
}

async function writeTable(
  path: string,
  dumps: readonly StatsReport[],
  logs: StatsResults['logs'],
  flags: StatsFlags,
): Promise<number> {
  if (dumps.length > 1) return trouble('--csv holds one table: leave out --per-file, or give one input');
  const { statsCsv } = await import('../report/stats/stats-csv.js');
  return writeReport(path, statsCsv({ dumps: dumps[0] ?? null, logs }, flags.table, flags.bytes), flags.quiet);
}

async function writePage(
  path: string,
  dumps: readonly StatsReport[],
  logs: StatsResults['logs'],
  { quiet }: StatsFlags,
): Promise<number> {
  const reports = [...dumps, ...logs.flatMap(({ dump }) => dump ?? [])];
  if (reports.length !== 1) {
    return trouble(
      reports.length === 0
        ? '--html shows dumps, and there is none'
        : '--html shows one report: leave out --per-file, or give one input',
    );
  }
  const { statsHtml } = await import('../report/html/stats-html.js');
  return writeReport(path, statsHtml(reports[0]), quiet);
}
