/** The dataset at the end of an append-only log, as an RDB: a throw-away server executes a copy of the log, and saves. */
import { join } from 'node:path';
import { BackupError } from '../backup/dataset.js';
import { type BackupFiles, backupFiles } from '../disposable/backup-files.js';
import { AOF_FOLDER, AOF_NAME } from '../disposable/copy.js';
import { startDisposable } from '../disposable/disposable.js';
import { DisposableError } from '../disposable/errors.js';
import { makeFolder } from '../disposable/folder.js';
import { findServer } from '../disposable/program.js';
import { forget, removeFolder } from '../disposable/reaper.js';
import { StartFailure } from '../disposable/start-failure.js';
import { surveyBackup } from '../disposable/survey.js';
import type { RepairPlan } from '../repair/plan.js';
import { planRepair } from '../repair/plan-repair.js';
import { writeRepair } from '../repair/write-repair.js';
import { verify } from '../verify/verify.js';
import type { MaterializeOptions, MaterializePhase } from './options.js';
import type { MaterializeReport } from './report.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Makes the RDB of the log at `path` (a file, a manifest or a directory), hands it to `take` under a name that `take` may
 * rename or copy, and which is gone afterwards, and checks what `take` made of it: `take` returns the path of that. Where
 * the report says `refused` or `failed`, `take` was not called. The log is only read. Rejects with RepairError for an input that
 * cannot be read, with BackupError, with DisposableError when there is no server for another reason, and with the
 * system's error.
 */
export async function withFinalDump(
  path: string,
  options: MaterializeOptions,
  take: (saved: string) => Promise<string>,
): Promise<MaterializeReport> {
  return new Making(path, options).run(take);
}

class Making {
  private readonly startedMs = performance.now();
  private readonly facts: Mutable<MaterializeReport>;

  constructor(
    private readonly path: string,
    private readonly options: MaterializeOptions,
  ) {
    this.facts = {
      ...{ verdict: 'made', complete: true, path, kind: 'aof', server: null, commands: 0, cut: null },
      ...{ untilMs: options.untilMs ?? null, lastTimestampMs: null, refusals: [], reaching: [], failure: null },
      failedCommands: { count: 0, lines: [] },
      ...{ rdbVersion: null, bytes: 0, databases: [], keys: 0, functions: 0, durationMs: 0 },
    };
  }

  async run(take: (saved: string) => Promise<string>): Promise<MaterializeReport> {
    const { facts, options } = this;
    const plan = await planRepair(this.path, {
      ...(options.untilMs === undefined ? {} : { untilMs: options.untilMs }),
      ...this.progress('read'),
    });
    facts.kind = plan.kind;
    facts.cut = plan.cut ?? null;
    facts.lastTimestampMs = plan.kept.lastTimestampMs;
    if (plan.refusals.length > 0) {
      facts.refusals = plan.refusals;
      return this.end('refused');
    }
    try {
      await this.load(plan, take);
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      const { kind, exitCode, signal, lines } = error;
      facts.failure = { kind, exitCode, signal, lines };
      return this.end('failed');
    }
    if (facts.reaching.length > 0 && !options.trust) return this.end('refused');
    const isShort = facts.cut?.reason === 'tail' || facts.failedCommands.count > 0;
    return this.end(isShort ? 'incomplete' : 'made');
  }

  /** Of a log that is cut, the server gets a copy that ends there: no server has to cut it. */
  private async load(plan: RepairPlan, take: (saved: string) => Promise<string>): Promise<void> {
    if (!plan.cut) return this.execute(await backupFiles(this.path), take);
    const { belongings, path: folder } = makeFolder(this.options.tmpDir);
    try {
      const copy = join(folder, plan.kind === 'aof' ? AOF_NAME : AOF_FOLDER);
      await writeRepair(plan, copy, this.progress('copy'));
      await this.execute(await backupFiles(copy), take);
    } finally {
      for (const each of belongings.folders) removeFolder(each);
      forget(belongings);
    }
  }

  private async execute(found: BackupFiles, take: (saved: string) => Promise<string>): Promise<void> {
    const { facts, options } = this;
    const { tmpDir, timeoutMs, onProgress } = options;
    const survey = await surveyBackup(found, { clockMs: Date.now(), ...this.progress('look') });
    facts.commands = survey.commands;
    facts.reaching = survey.reaching;
    if (survey.reaching.length > 0 && !options.trust) return;
    const { files, databases, needs } = survey;
    if (files.kind === 'rdb') throw new BackupError('unusable', 'this is an RDB already: no command follows it');
    const program = await findServer({ server: options.server, needs });
    facts.server = { name: program.lineage, version: program.version, path: program.path };
    // Nothing expires in it: keys whose time has come since the log was written are in the dataset that the log tells.
    const server = await startDisposable({
      program,
      files,
      databases,
      tmpDir,
      timeoutMs,
      onProgress,
      keepExpired: true,
    });
    try {
      const { log } = server;
      const strange = [...log.mishap('started-empty').lines, ...log.mishap('cut').lines];
      if (strange.length > 0) throw new DisposableError('server', `the server did not load all of it: ${strange[0]}`);
      facts.failedCommands = log.mishap('command-failed');
      const saved = await server.save(onProgress && ((bytes) => onProgress('save', bytes, undefined)));
      await this.check(await take(saved));
    } finally {
      await server.stop();
    }
  }

  /** What nobody has read yet is no backup. */
  private async check(path: string): Promise<void> {
    const { facts, options } = this;
    const { tmpDir } = options;
    const { files } = await verify([path], {
      duplicates: false,
      ...(tmpDir === undefined ? {} : { tmpDir }),
      ...this.progress('check'),
    });
    const [{ outcome, complete, findings, rdbVersion, bytes, databases, keys, functions }] = files;
    const wrong = findings.find(({ severity }) => severity === 'error');
    if (!complete || outcome === 'damaged' || outcome === 'failed') {
      throw new DisposableError('server', `what the server saved is no good RDB: ${wrong?.message ?? outcome}`);
    }
    Object.assign(facts, { rdbVersion, bytes, keys: keys ?? 0, functions: functions ?? 0 });
    facts.databases = databases.map(({ db, keys: count, expires }) => ({ db, keys: count, expires }));
  }

  private progress(phase: MaterializePhase): { onProgress?: (done: number, total: number | undefined) => void } {
    const { onProgress } = this.options;
    return onProgress ? { onProgress: (done, total) => onProgress(phase, done, total) } : {};
  }

  private end(verdict: MaterializeReport['verdict']): MaterializeReport {
    return {
      ...this.facts,
      verdict,
      complete: verdict === 'made',
      durationMs: Math.round(performance.now() - this.startedMs),
    };
  }
}
