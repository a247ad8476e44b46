import { isAboutTarget, isExpectation } from '../errors.js';
import { printableText } from '../keyspace/bytes-text.js';
import { textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import { verifyJson } from '../report/verify-json.js';
import { verifyText } from '../report/verify-text.js';
import { OptionsError } from '../verify/options-error.js';
import type { FileReport, VerifyReport } from '../verify/report.js';
import { verify } from '../verify/verify.js';
import { ExitCode, worst } from './exit-code.js';
import { ProgressBar } from './progress-bar.js';
import type { VerifyFlags } from './verify.js';
import { optionsOf } from './verify-options.js';

/** Runs the command and returns its exit status. */
export async function runVerify(inputs: readonly string[], flags: VerifyFlags): Promise<number> {
  if (inputs.filter((input) => input === '-').length > 1) {
    process.stderr.write('rdbkit: standard input (-) can be read once\n');
    return ExitCode.TROUBLE;
  }
  if (flags.maxSkew !== undefined && !flags.shards) {
    process.stderr.write('rdbkit: --max-skew is about the shards of one backup: it needs --shards\n');
    return ExitCode.TROUBLE;
  }
  const bar = new ProgressBar(flags.progress && !flags.quiet);
  let report: VerifyReport;
  try {
    report = await verify(inputs, {
      ...optionsOf(flags),
      ...(bar.wanted ? { onProgress: (done, total) => bar.update(done, total) } : {}),
    });
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    process.stderr.write(`rdbkit: ${error.message}\n`);
    return ExitCode.TROUBLE;
  } finally {
    bar.stop();
  }
  const status = exitCode(report, flags);
  if (flags.keyNames !== 'full') {
    const { hideKeyNames } = await import('../report/key-names.js');
    report = hideKeyNames(report, flags.keyNames);
  }
  // Before anything is printed: a reader that goes away ends the program.
  const measured = flags.metrics === undefined || (await writeMetrics(flags.metrics, report, status));
  process.stdout.write(flags.json ? verifyJson(report, flags.bytes) : await text(report, flags));
  for (const file of report.files) {
    if (file.complete) continue;
    const name = printableText(file.path === '-' ? 'standard input' : file.path);
    const what = file.outcome === 'failed' ? 'was not verified' : 'the result is not whole';
    process.stderr.write(`rdbkit: ${name}: ${what}\n`);
  }
  if (report.leftOut > 0) {
    const files = report.leftOut === 1 ? 'file' : 'files';
    process.stderr.write(`rdbkit: left out ${report.leftOut} ${files} beside the backups\n`);
  }
  return measured ? status : ExitCode.TROUBLE;
}

/** Whether the metrics could be written; says so when not. */
async function writeMetrics(path: string, report: VerifyReport, exitStatus: number): Promise<boolean> {
  const [{ verifyMetrics }, { writeAtomically }] = await Promise.all([
    import('../report/metrics.js'),
    import('./atomic-file.js'),
  ]);
  const failure = writeAtomically(path, verifyMetrics(report, { nowMs: Date.now(), exitStatus }));
  if (failure !== undefined) process.stderr.write(`rdbkit: --metrics ${printableText(path)}: ${failure}\n`);
  return failure === undefined;
}

/** The texts that explain findings are loaded only when there are some. */
async function text(report: VerifyReport, flags: VerifyFlags): Promise<string> {
  const hasSome = (file: FileReport): boolean => file.findings.length > 0 || (file.parts ?? []).some(hasSome);
  const found = report.findings.length > 0 || report.files.some(hasSome);
  const { explain } = await (found ? import('../errors/explain.js') : { explain: neverAsked });
  return verifyText(report, {
    quiet: flags.quiet ?? false,
    colors: palette(process.stdout, flags.color),
    nowMs: Date.now(),
    width: textWidth(process.stdout),
    explain,
  });
}

function neverAsked(code: string): never {
  throw new Error(`nothing to explain about ${code}`);
}

function exitCode(report: VerifyReport, flags: VerifyFlags): number {
  const codes: number[] = report.files.map(exitCodeOf);
  const warningsFail = flags.failOn?.includes('warning') ?? false;
  for (const { code, severity } of report.findings) {
    // One file is a mistake of the caller; of several, too few could be read.
    if (code === 'SHARDS_TOO_FEW' && report.files.length < 2) codes.push(ExitCode.TROUBLE);
    else if (severity === 'error' || (severity === 'warning' && warningsFail)) codes.push(ExitCode.TOLD);
  }
  return worst(codes);
}

function exitCodeOf(file: FileReport): number {
  if (file.outcome === 'failed') return ExitCode.TROUBLE;
  const unmet = file.findings.some(
    ({ code, severity }) => severity === 'error' && (isExpectation(code) || isAboutTarget(code)),
  );
  if (file.outcome === 'unknown' && !unmet) return ExitCode.UNKNOWN;
  return file.ok ? ExitCode.OK : ExitCode.TOLD;
}
