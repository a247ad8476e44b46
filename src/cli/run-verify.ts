import { palette } from '../report/palette.js';
import { verifyJson } from '../report/verify-json.js';
import { verifyText } from '../report/verify-text.js';
import type { FileReport } from '../verify/report.js';
import { verify } from '../verify/verify.js';
import { ExitCode, worst } from './exit-code.js';
import { ProgressBar } from './progress-bar.js';
import type { VerifyFlags } from './verify.js';

/** Runs the command and returns its exit status. */
export async function runVerify(inputs: readonly string[], flags: VerifyFlags): Promise<number> {
  const bar = new ProgressBar(flags.progress && !flags.quiet);
  const report = await verify(inputs, {
    level: flags.level,
    failOnWarning: flags.failOn === 'warning',
    jobs: flags.jobs,
    maxMemory: flags.maxMemory,
    ...(flags.tmpDir === undefined ? {} : { tmpDir: flags.tmpDir }),
    ...(bar.wanted ? { onProgress: (done, total) => bar.update(done, total) } : {}),
  }).finally(() => bar.stop());
  const text = flags.json
    ? verifyJson(report, flags.bytes)
    : verifyText(report, {
        quiet: flags.quiet ?? false,
        colors: palette(process.stdout, flags.color),
        nowMs: Date.now(),
      });
  process.stdout.write(text);
  return worst(report.files.map(exitCodeOf));
}

function exitCodeOf(file: FileReport): number {
  if (file.outcome === 'failed') return ExitCode.TROUBLE;
  if (file.outcome === 'unknown') return ExitCode.UNKNOWN;
  return file.ok ? ExitCode.OK : ExitCode.TOLD;
}
