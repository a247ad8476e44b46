import { printableText } from '../keyspace/bytes-text.js';
import { textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import { aofText } from '../report/stats/aof-text.js';
import { statsJson } from '../report/stats/stats-json.js';
import { type AofStats, aofStats, StatsError } from '../stats/aof/aof-stats.js';
import { isSystemError, systemReason } from '../verify/system-error.js';
import { ExitCode, worst } from './exit-code.js';
import { ProgressBar } from './progress-bar.js';
import type { StatsFlags } from './stats.js';

/** Runs the command and returns its exit status. */
export async function runStats(inputs: readonly string[], flags: StatsFlags): Promise<number> {
  const bar = new ProgressBar(flags.progress);
  const found: AofStats[] = [];
  const codes: number[] = [];
  for (const input of inputs) {
    try {
      const onProgress = bar.wanted ? { onProgress: (done: number) => bar.update(done, undefined) } : {};
      const stats = await aofStats(input, { top: flags.top, ...onProgress });
      found.push(stats);
      codes.push(stats.complete ? ExitCode.OK : ExitCode.TOLD);
      if (!stats.complete) process.stderr.write(`rdbkit: ${printableText(input)}: the result is not whole\n`);
    } catch (error) {
      if (!(error instanceof StatsError) && !isSystemError(error)) throw error;
      const reason = error instanceof StatsError ? error.message : systemReason(error);
      process.stderr.write(`rdbkit: ${printableText(input)}: ${reason}\n`);
      codes.push(ExitCode.TROUBLE);
    } finally {
      bar.stop();
    }
  }
  const options = { colors: palette(process.stdout, flags.color), top: flags.top, columns: textWidth(process.stdout) };
  const text = found.map((stats) => aofText(stats, options)).join('\n');
  process.stdout.write(flags.json ? statsJson({ dumps: null, logs: found }, flags) : text);
  return worst(codes);
}
