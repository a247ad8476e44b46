import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { STANDARD_INPUT } from '../backup/open.js';
import { type Spool, spoolInput } from '../backup/spool.js';
import { DisposableError } from '../disposable/errors.js';
import { SpillError } from '../fingerprints/spill-file.js';
import { printableText } from '../keyspace/bytes-text.js';
import { LiveError } from '../live/live-error.js';
import type { RehearsalPhase } from '../rehearse/options.js';
import { type Rehearsal, rehearse } from '../rehearse/rehearse.js';
import type { RehearsalReport } from '../rehearse/report.js';
import { textWidth } from '../report/format.js';
import { palette } from '../report/palette.js';
import { type RehearsalExtras, rehearseJson } from '../report/rehearse/rehearse-json.js';
import { rehearseMetrics } from '../report/rehearse/rehearse-metrics.js';
import { rehearseText } from '../report/rehearse/rehearse-text.js';
import type { FileReport } from '../verify/report.js';
import { writeAtomically } from './atomic-file.js';
import { inputName, tellFailure } from './ending.js';
import { ExitCode } from './exit-code.js';
import { PhaseBars } from './phase-bars.js';
import type { RehearseFlags } from './rehearse.js';

const LABELS: Readonly<Record<RehearsalPhase, string>> = {
  look: 'looking   ',
  copy: 'copying   ',
  load: 'loading   ',
  save: 'saving    ',
  compare: 'comparing ',
};

const STATUS = {
  restored: ExitCode.OK,
  different: ExitCode.TOLD,
  failed: ExitCode.TOLD,
  refused: ExitCode.TOLD,
  unknown: ExitCode.UNKNOWN,
} as const;

/** Runs the command and returns its exit status. */
export async function runRehearse(input: string, flags: RehearseFlags): Promise<number> {
  const progress = new PhaseBars(flags.progress && !flags.quiet, LABELS);
  let spool: Spool | undefined;
  try {
    spool = await spoolOf(input, flags.tmpDir);
    const { report, server } = await drill(spool?.path ?? input, flags, progress);
    const shown = { ...report, path: input };
    const kept = server && { pid: server.pid, socket: server.socket, dir: server.dir };
    const verified = report.verdict === 'failed' ? await ownVerdict(spool?.path ?? input, report, flags) : undefined;
    progress.stop();
    const status = STATUS[report.verdict];
    const measured = writeMetrics(input, shown, status, flags);
    print(shown, { verified, kept }, flags);
    server?.keep();
    return measured ? status : ExitCode.TROUBLE;
  } catch (error) {
    progress.stop();
    const status = tell(input, error);
    writeMetrics(input, undefined, status, flags);
    return status;
  } finally {
    progress.stop();
    spool?.remove();
  }
}

function drill(path: string, flags: RehearseFlags, progress: PhaseBars<RehearsalPhase>): Promise<Rehearsal> {
  const { server, via, trust, timeout, tmpDir, maxMemory, limit, keep } = flags;
  return rehearse(path, {
    ...{ server, via, trust, timeoutMs: timeout, tmpDir, maxMemory, limit, keep },
    ...(progress.wanted ? { onProgress: progress.update } : {}),
  });
}

/** What can be read only once is copied to a file first. */
async function spoolOf(input: string, tmpDir: string | undefined): Promise<Spool | undefined> {
  if (input === STANDARD_INPUT) return spoolInput(process.stdin, tmpDir);
  const info = await stat(input);
  return info.isFile() || info.isDirectory() ? undefined : spoolInput(createReadStream(input), tmpDir);
}

/** What `verify` says of a backup that a server did not load. */
async function ownVerdict(
  path: string,
  { server, failure }: RehearsalReport,
  { tmpDir }: RehearseFlags,
): Promise<FileReport | undefined> {
  if (failure?.kind === 'timeout' || failure?.kind === 'load') return undefined;
  const [{ verify }, { releaseName, releaseOf, releaseNamed }] = await Promise.all([
    import('../verify/verify.js'),
    import('../servers/releases.js'),
  ]);
  const release = server && releaseOf(server.name, server.version);
  const target = release && releaseNamed(releaseName(release)) ? releaseName(release) : undefined;
  const report = await verify([path], {
    ...(target === undefined ? {} : { targets: [target] }),
    ...(tmpDir === undefined ? {} : { tmpDir }),
  });
  return report.files[0];
}

function print(report: RehearsalReport, extras: RehearsalExtras, flags: RehearseFlags): void {
  const text = flags.json
    ? rehearseJson(report, extras, flags.bytes)
    : rehearseText(report, extras, {
        colors: palette(process.stdout, flags.color),
        columns: textWidth(process.stdout),
        quiet: flags.quiet ?? false,
      });
  process.stdout.write(text);
}

/** Whether the metrics could be written; says so when not. */
function writeMetrics(
  path: string,
  report: RehearsalReport | undefined,
  exitStatus: number,
  { metrics }: RehearseFlags,
): boolean {
  if (metrics === undefined) return true;
  const failure = writeAtomically(metrics, rehearseMetrics(report, { nowMs: Date.now(), exitStatus, path }));
  if (failure !== undefined) process.stderr.write(`rdbkit: --metrics ${printableText(metrics)}: ${failure}\n`);
  return failure === undefined;
}

function tell(input: string, error: unknown): number {
  if (error instanceof DisposableError || error instanceof SpillError || error instanceof LiveError) {
    process.stderr.write(`rdbkit: ${inputName(input)}: no drill was held: ${printableText(error.message)}\n`);
    return ExitCode.TROUBLE;
  }
  return tellFailure(input, error);
}
