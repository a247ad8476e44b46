/** The restore drill: a throw-away server loads a copy of a backup, and what it holds is compared with the backup. */
import { freemem } from 'node:os';
import { backupFiles } from '../disposable/backup-files.js';
import { type DisposableOptions, type DisposableServer, startDisposable } from '../disposable/disposable.js';
import { knowsSets, unsuitable } from '../disposable/needs.js';
import { findServer, type ServerProgram } from '../disposable/program.js';
import { type BackupSurvey, surveyBackup } from '../disposable/survey.js';
import { failureOf } from './failure.js';
import { judge } from './judge.js';
import { loadInto } from './load-into.js';
import type { RehearsalPhase, RehearseOptions, Via } from './options.js';
import type { RehearsalFailure, RehearsalReport, Verdict } from './report.js';
import { WrittenKeys } from './written-keys.js';

/** A rehearsal that was held. */
export interface Rehearsal {
  readonly report: RehearsalReport;
  /** The server, still running, when it was to be kept and loaded the backup. Whoever asked for it stops it. */
  readonly server: DisposableServer | undefined;
}

const MAX_MEMORY = 512 * 1024 * 1024;
const LIMIT = 20;
/** Of the memory, for the names of keys that commands write to. */
const WRITTEN = 1 / 8;

/**
 * Holds a restore drill: starts a disposable server on a full copy of the backup at `path` (a file or a directory), waits until
 * it has loaded it, and compares every key that no command of a log may have changed. The backup is only read. Nothing of it is
 * left behind, but a server that is to be kept. Rejects with BackupError for an input that is no backup, with DisposableError
 * when no drill could be held, with SpillError, and with the system's error.
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
  private readonly maxMemory: number;
  private readonly via: Via;

  constructor(
    private readonly path: string,
    private readonly options: RehearseOptions,
  ) {
    this.maxMemory = options.maxMemory ?? MAX_MEMORY;
    this.via = options.via ?? 'boot';
    this.facts = {
      ...{ verdict: 'restored', complete: true, path, kind: 'rdb', bytes: 0, commands: 0, rdbVersion: null },
      ...{ producer: null, via: this.via, server: null, compared: 'nothing', wroteAll: null },
      ...{ readyMs: null, durationMs: 0, memory: null },
      ...{ databases: [], functions: null, differences: [], limited: false, failure: null, reaching: [] },
      failedCommands: { count: 0, lines: [] },
      warnings: this.warnings,
    };
  }

  async hold(): Promise<Rehearsal> {
    const written = new WrittenKeys(this.maxMemory * WRITTEN);
    const survey = await this.look(written);
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
      const verdict = await this.judge(server, survey, written);
      if (!this.options.keep) await server.stop();
      return this.end(verdict, null, this.options.keep ? server : undefined);
    } catch (error) {
      await server?.stop();
      return this.end('failed', await failureOf(error, this.startOptions(survey, program)));
    }
  }

  private async look(written: WrittenKeys): Promise<BackupSurvey> {
    const files = await backupFiles(this.path);
    const survey = await surveyBackup(files, {
      ...{ clockMs: this.clockMs, behindKeys: written },
      onProgress: this.onProgress('look'),
    });
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
    const { maxMemory } = this;
    const loaded = await loadInto(server, files, {
      ...{ maxMemory, tmpDir: this.options.tmpDir },
      onProgress: this.onProgress('load'),
    });
    this.warnings.push(...loaded.warnings);
    this.facts.failedCommands = loaded.failedCommands;
    this.facts.readyMs = server.readyMs + loaded.durationMs;
  }

  /** Looks at what the server holds. */
  private async judge(server: DisposableServer, survey: BackupSurvey, written: WrittenKeys): Promise<Verdict> {
    const { tmpDir, limit = LIMIT } = this.options;
    const { verdict, warnings, ...facts } = await judge(server, survey, {
      ...{ via: this.via, clockMs: this.clockMs, maxMemory: this.maxMemory, tmpDir, limit },
      ...{ written, failedCommands: this.facts.failedCommands, onProgress: this.options.onProgress },
    });
    this.warnings.push(...warnings);
    Object.assign(this.facts, facts);
    return verdict;
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
