import { type Expansion, expandInput } from '../backup/expand.js';
import { type OpenInput, STANDARD_INPUT } from '../backup/open.js';
import { verifySet } from './aof/set.js';
import { prepareExpectations } from './expectations.js';
import { verifyFile, verifyOpened } from './file.js';
import { checkTargets } from './loads.js';
import { failedReport, nothingReport } from './make-report.js';
import type { VerifyOptions } from './options.js';
import { Progress } from './progress.js';
import type { FileReport, Finding, VerifyReport } from './report.js';
import { systemReason } from './system-error.js';
import { ThreadPool } from './thread-pool.js';

/** One thing to look at: a path, or a report that is already known. */
type Task = { readonly path: string; readonly data?: string | undefined } | FileReport;

/**
 * Verifies backups: files, directories that hold some, `-` for standard input. The reports stand in the order of the inputs.
 * Nothing that is in an input, and no input that cannot be read, makes it reject: those are findings. It rejects with
 * OptionsError for options that cannot be followed.
 */
export async function verify(inputs: readonly string[], options: VerifyOptions = {}): Promise<VerifyReport> {
  checkTargets(options);
  const expectations = await prepareExpectations(options);
  const expanded = await Promise.all(inputs.map((input) => tasksOf(input, options)));
  const tasks = expanded.flatMap((expansion) => expansion.tasks);
  const progress = new Progress(options.onProgress);
  await progress.expect(tasks.map((task) => task.path));
  const paths = tasks.filter((task) => !('outcome' in task) && task.path !== STANDARD_INPUT).length;
  const jobs = Math.min(options.jobs ?? 1, paths);
  const run = jobs > 1 ? new ThreadPool(jobs, options, progress) : undefined;
  try {
    const one = (task: Task, i: number): Promise<FileReport> => {
      if ('outcome' in task) return Promise.resolve(task);
      // Threads have no standard input of their own.
      if (run && task.path !== STANDARD_INPUT && !('data' in task)) return run.verify(task.path, i);
      if ('data' in task)
        return verifySet(task.path, { ...options, onProgress: (done) => progress.update(i, done) }, task.data);
      return verifyFile(task.path, { ...options, onProgress: (done) => progress.update(i, done) });
    };
    const read = run ? await Promise.all(tasks.map(one)) : await inTurn(tasks, one);
    const files = read.map(expectations);
    const { findings, shards } = await together(files, options);
    return {
      ok: files.length > 0 && files.every((file) => file.ok) && !findings.some((finding) => fails(finding, options)),
      complete: files.every((file) => file.complete),
      files,
      findings,
      shards,
      leftOut: expanded.reduce((sum, expansion) => sum + expansion.leftOut, 0),
    };
  } finally {
    await run?.close();
  }
}

/** The same for one input that is open; whoever opened it closes it. */
export async function verifyOpenInput(path: string, input: OpenInput, options: VerifyOptions): Promise<FileReport> {
  checkTargets(options);
  const expectations = await prepareExpectations(options);
  return expectations(await verifyOpened(path, input, options, performance.now()));
}

/** The files held against each other, when that is asked for. */
async function together(
  files: readonly FileReport[],
  { shards }: VerifyOptions,
): Promise<Pick<VerifyReport, 'findings' | 'shards'>> {
  if (!shards) return { findings: [], shards: null };
  const { compareShards } = await import('./shards.js');
  return compareShards(files, shards.maxSkewMs);
}

/** Whether a finding makes the result not ok. */
function fails({ severity }: Finding, { failOnWarning }: VerifyOptions): boolean {
  return severity === 'error' || (severity === 'warning' && failOnWarning === true);
}

async function inTurn(
  tasks: readonly Task[],
  one: (task: Task, i: number) => Promise<FileReport>,
): Promise<FileReport[]> {
  const files: FileReport[] = [];
  for (const [i, task] of tasks.entries()) files.push(await one(task, i));
  return files;
}

async function tasksOf(input: string, options: VerifyOptions): Promise<{ tasks: Task[]; leftOut: number }> {
  let expanded: Expansion;
  try {
    expanded = await expandInput(input);
  } catch (error) {
    return { tasks: [failedReport(input, options, systemReason(error), 0)], leftOut: 0 };
  }
  const tasks = expanded.inputs.map(({ path, kind, data }): Task => {
    if (kind === 'nothing') return nothingReport(path, options);
    return kind === 'aof-set' ? { path, data } : { path };
  });
  return { tasks, leftOut: expanded.leftOut };
}
