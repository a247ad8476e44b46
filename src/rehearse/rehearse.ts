/** The restore drill: a throw-away server loads a copy of a backup, and what it holds is compared with the backup. */
import { freemem } from 'node:os';
import { BackupError, openDataset } from '../backup/dataset.js';
import { backupFiles } from '../disposable/backup-files.js';
import { type DisposableOptions, type DisposableServer, startDisposable } from '../disposable/disposable.js';
import { DisposableError } from '../disposable/errors.js';
import { knowsSets, unsuitable } from '../disposable/needs.js';
import { findServer, type ServerProgram } from '../disposable/program.js';
import { StartFailure } from '../disposable/start-failure.js';
import { type BackupSurvey, surveyBackup } from '../disposable/survey.js';
import { openBulkTarget } from '../live/bulk/open-bulk-target.js';
import { LiveError } from '../live/live-error.js';
import { load } from '../load/load.js';
import { LoadError } from '../load/load-error.js';
import { type ComparedKeys, compareKeys } from './compare.js';
import type { RehearsalPhase, RehearseOptions, Via } from './options.js';
import type { RehearsalFailure, RehearsalReport, RehearsedDatabase, Salvage, Verdict } from './report.js';

/** A rehearsal that was held. */
export interface Rehearsal {
  readonly report: RehearsalReport;
  /** The server, still running, when it was to be kept and loaded the backup. Whoever asked for it stops it. */
  readonly server: DisposableServer | undefined;
}

const MAX_MEMORY = 512 * 1024 * 1024;
const LIMIT = 20;
/** A server that is gone does not come back. */
const RETRY_MS = 2000;
const NO_DIFFERENCE = { missing: 0, different: 0, unsure: 0, extra: 0 };

/**
 * Holds a restore drill: starts a disposable server on a full copy of the backup at `path` (a file or a directory), waits until
 * it has loaded it, and compares every key. The backup is only read. Nothing of it is left behind, but a server that is to be
 * kept. Rejects with BackupError for an input that is no backup, with DisposableError when no drill could be held, with
 * SpillError, and with the system's error.
 */
export async function rehearse(path: string, options: RehearseOptions = {}): Promise<Rehearsal> {
  return new Drill(path, options).hold();
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class Drill {
  private readonly startedMs = performance.now();
  /** What the clock said when the drill began, ms since the epoch. */
  private readonly clockMs = Date.now();
  private readonly facts: Mutable<RehearsalReport>;
  private readonly warnings: string[] = [];

  constructor(
    private readonly path: string,
    private readonly options: RehearseOptions,
  ) {
    this.facts = {
      ...{ verdict: 'restored', complete: true, path, kind: 'rdb', bytes: 0, commands: 0, rdbVersion: null },
      ...{
        producer: null,
        via: options.via ?? 'boot',
        server: null,
        compared: 'nothing',
        readyMs: null,
        durationMs: 0,
        memory: null,
      },
      ...{ databases: [], functions: null, differences: [], limited: false, failure: null, reaching: [] },
      failedCommands: { count: 0, lines: [] },
      warnings: this.warnings,
    };
  }

  async hold(): Promise<Rehearsal> {
    const survey = await this.look();
    if (survey.reaching.length > 0 && !this.options.trust) {
      this.facts.reaching = survey.reaching;
      return this.end('refused');
    }
    const program = await this.choose(survey);
    if (survey.files.kind === 'aof-set' && this.via === 'boot' && !knowsSets(program)) {
      const lines = ['it knows no append-only sets of several files, and would start empty'];
      return this.end('failed', { kind: 'unsuitable', exitCode: null, signal: null, lines, salvage: null });
    }
    let server: DisposableServer | undefined;
    try {
      server = await startDisposable(this.startOptions(survey, program));
      this.facts.readyMs = server.readyMs;
      if (this.via === 'load') await this.load(server, survey);
      const verdict = await this.judge(server, survey);
      if (!this.options.keep) await server.stop();
      return this.end(verdict, null, this.options.keep ? server : undefined);
    } catch (error) {
      await server?.stop();
      return this.end('failed', await this.failureOf(error, survey, program));
    }
  }

  private get via(): Via {
    return this.options.via ?? 'boot';
  }

  private async look(): Promise<BackupSurvey> {
    const files = await backupFiles(this.path);
    const survey = await surveyBackup(files, { clockMs: this.clockMs, onProgress: this.onProgress('look') });
    const { needs, bytes, commands, complete, usedMemory } = survey;
    const { lineage, version, rdb } = needs;
    Object.assign(this.facts, {
      ...{ kind: survey.files.kind, bytes, commands, complete },
      rdbVersion: rdb?.version ?? null,
      producer: lineage === undefined ? null : { name: lineage, version: version ?? null },
    });
    const free = freemem();
    if (usedMemory !== undefined && usedMemory > free) {
      const [used, left] = [usedMemory, free].map((bytes) => `${Math.ceil(bytes / 2 ** 20)} MiB`);
      this.warnings.push(`the server used ${used} of memory when it wrote the backup, and ${left} are free here`);
    }
    return survey;
  }

  private async choose({ needs }: BackupSurvey): Promise<ServerProgram> {
    const { server } = this.options;
    // By commands, keys go into servers that would not load the file.
    const wanted = this.via === 'boot' ? needs : { ...needs, rdb: undefined, multiPart: false, commands: [] };
    const program = await findServer({ server, needs: wanted });
    const { lineage, version, path } = program;
    this.facts.server = { name: lineage, version, path };
    const reason = unsuitable(program, wanted);
    if (reason !== undefined) this.warnings.push(`${lineage} ${version} does not suit this backup: ${reason}`);
    return program;
  }

  private startOptions({ files, databases }: BackupSurvey, program: ServerProgram): DisposableOptions {
    const { keep, timeoutMs, tmpDir, onProgress } = this.options;
    const kept = keep ? { mayStay: true } : {};
    const loaded = this.via === 'boot' ? { files, keepExpired: true } : {};
    return { ...{ program, databases, tmpDir, timeoutMs, onProgress }, ...loaded, ...kept };
  }

  /** Loads the keys into an empty server. */
  private async load(server: DisposableServer, { files }: BackupSurvey): Promise<void> {
    const { maxMemory = MAX_MEMORY, tmpDir, onProgress } = this.options;
    const dataset = await openDataset(files.path);
    const startedMs = performance.now();
    try {
      const target = await openBulkTarget(server.address, {}, { retryMs: RETRY_MS });
      try {
        const { failed, failures, partly } = await load(dataset, target, {
          ...{ maxMemory, ...(tmpDir === undefined ? {} : { tmpDir }) },
          ...(onProgress ? { onProgress: ({ done, total }) => onProgress('load', done, total) } : {}),
        });
        const [first] = failures;
        if (failed > 0)
          this.warnings.push(`${failed} keys could not be loaded: ${first?.first[0]?.detail ?? first?.reason ?? ''}`);
        if (partly.keys > 0) {
          this.warnings.push(`${partly.keys} keys lost something on the way: ${partly.first[0]?.detail ?? ''}`);
        }
      } finally {
        target.close();
      }
    } catch (error) {
      // One that has ended says so, and why.
      if (error instanceof LiveError) await server.info('server');
      throw error;
    } finally {
      await dataset.close().catch(() => undefined);
    }
    this.facts.readyMs = server.readyMs + Math.round(performance.now() - startedMs);
  }

  /** Looks at what the server holds. */
  private async judge(server: DisposableServer, survey: BackupSurvey): Promise<Verdict> {
    const { facts, options } = this;
    const { log } = server;
    facts.memory = { ...(await memoryOf(server)), atSave: survey.usedMemory ?? null };
    const saved = await server.save(
      options.onProgress && ((bytes) => options.onProgress?.('save', bytes, survey.bytes)),
    );
    const found = await surveyBackup({ kind: 'rdb', path: saved }, { clockMs: this.clockMs });
    const { count, lines } = log.mishap('command-failed');
    facts.failedCommands = { count, lines };
    const expiredBy = this.via === 'load' ? Date.now() : undefined;
    const compared = await this.compare(survey, saved, expiredBy);
    if (!compared) {
      facts.compared = 'executed';
      facts.databases = found.dump.map(({ db, keys, expired }) => ({
        ...{ db, keys: null, expired, found: keys, missing: 0, different: 0, unsure: 0, extra: 0 },
      }));
      return this.judgeLog(server, survey);
    }
    facts.compared = 'keys';
    facts.databases = databasesOf(compared, survey, this.via === 'load');
    facts.functions = librariesOf(survey.libraries, found.libraries);
    facts.differences = compared.differences;
    facts.limited = compared.count > compared.differences.length;
    const { missing, extra } = facts.functions;
    const isWrong = facts.databases.some((each) => each.missing + each.different + each.extra > 0);
    if (isWrong || missing + extra > 0) return 'different';
    const { left } = compared.summary;
    const unsure = left.inputs.find(({ outcome }) => outcome !== 'sound');
    if (!unsure && compared.count > 0) {
      this.warnings.push(
        'values of modules were saved as other bytes: whether they mean the same, only the module knows',
      );
      return 'unknown';
    }
    if (!unsure) return 'restored';
    facts.complete &&= unsure.complete;
    this.warnings.push(
      unsure.outcome === 'unknown'
        ? 'the backup is newer than this release knows: what could be read is equal'
        : `the backup has damage that the server does not mind: ${unsure.findings[0]?.message ?? ''}`,
    );
    return unsure.outcome === 'unknown' ? 'unknown' : 'different';
  }

  /** Whether a server did with a log what it is to do. */
  private judgeLog({ log }: DisposableServer, { bytes }: BackupSurvey): Verdict {
    const { count } = this.facts.failedCommands;
    const cut = log.mishap('cut').count > 0;
    const empty = log.mishap('started-empty').count > 0 || (bytes > 0 && !log.hasLoaded);
    if (cut) this.warnings.push('the server cut the end of the log off');
    if (empty) this.warnings.push('the server found nothing to load, and started empty');
    return count > 0 || cut || empty ? 'different' : 'restored';
  }

  /** Undefined when the data do not stand in a dump. */
  private async compare(
    { files, commands, needs }: BackupSurvey,
    saved: string,
    expiredBy: number | undefined,
  ): Promise<ComparedKeys | undefined> {
    if (files.kind !== 'rdb' && (commands > 0 || !needs.rdb)) return undefined;
    const { maxMemory = MAX_MEMORY, tmpDir, limit = LIMIT } = this.options;
    const onProgress = this.onProgress('compare');
    try {
      const { clockMs } = this;
      return await compareKeys(files.path, saved, { maxMemory, tmpDir, limit, clockMs, expiredBy, onProgress });
    } catch (error) {
      // Parts that hold more than annotations.
      if (error instanceof BackupError && error.fault === 'unknown' && files.kind !== 'rdb') return undefined;
      throw error;
    }
  }

  /** Throws what says nothing about the backup. */
  private async failureOf(error: unknown, survey: BackupSurvey, program: ServerProgram): Promise<RehearsalFailure> {
    if (error instanceof DisposableError && error.fault === 'timeout') {
      return { kind: 'timeout', exitCode: null, signal: null, lines: [error.message], salvage: null };
    }
    if (error instanceof LoadError && error.fault === 'damaged') {
      return { kind: 'load', exitCode: null, signal: null, lines: [error.message], salvage: null };
    }
    if (error instanceof LoadError) throw new BackupError(error.fault, error.message);
    if (!(error instanceof StartFailure)) throw error;
    const { kind, exitCode, signal, lines } = error;
    const salvage = kind === 'log-truncated' ? await this.salvage(survey, program) : null;
    return { kind, exitCode, signal, lines, salvage };
  }

  /** What a server makes of a log that ends inside a command when it may cut it: on a fresh copy. */
  private async salvage(survey: BackupSurvey, program: ServerProgram): Promise<Salvage> {
    const { mayStay: _, ...options } = this.startOptions(survey, program);
    try {
      const server = await startDisposable({ ...options, aofLoadTruncated: true });
      try {
        return { starts: true, keys: await keysOf(server), lines: server.log.mishap('cut').lines };
      } finally {
        await server.stop();
      }
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      return { starts: false, keys: 0, lines: error.lines };
    }
  }

  private onProgress(phase: RehearsalPhase) {
    const { onProgress } = this.options;
    return onProgress && ((done: number, total: number | undefined) => onProgress(phase, done, total));
  }

  private end(verdict: Verdict, failure: RehearsalFailure | null = null, server?: DisposableServer): Rehearsal {
    return {
      report: { ...this.facts, verdict, failure, durationMs: Math.round(performance.now() - this.startedMs) },
      server,
    };
  }
}

/** Rejects with StartFailure when the server has ended. */
async function memoryOf(server: DisposableServer): Promise<{ used: number; dataset: number | null }> {
  const info = await server.info('memory');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN);
  const dataset = field('used_memory_dataset');
  return { used: field('used_memory') || 0, dataset: Number.isNaN(dataset) ? null : dataset };
}

async function keysOf(server: DisposableServer): Promise<number> {
  const info = await server.info('keyspace');
  return [...info.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0);
}

/** `isLoaded`: what has expired was left out. */
function databasesOf(
  { summary, counts }: ComparedKeys,
  { dump }: BackupSurvey,
  isLoaded: boolean,
): RehearsedDatabase[] {
  const dbs = [...new Set([...dump, ...summary.databases].map(({ db }) => db))].sort((a, b) => a - b);
  return dbs.map((db) => {
    const { missing, different, unsure, extra } = counts.get(db) ?? NO_DIFFERENCE;
    const compared = summary.databases.find((each) => each.db === db)?.leftKeys ?? 0;
    const seen = dump.find((each) => each.db === db);
    const keys = seen?.keys ?? compared;
    const expired = isLoaded ? keys - compared : (seen?.expired ?? 0);
    return { db, keys, expired, found: compared - missing, missing, different, unsure, extra };
  });
}

function librariesOf(wanted: readonly string[], found: readonly string[]) {
  const missing = wanted.filter((code) => !found.includes(code)).length;
  const extra = found.filter((code) => !wanted.includes(code)).length;
  return { libraries: wanted.length, found: wanted.length - missing, missing, extra };
}
