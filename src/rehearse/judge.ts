// What a server that has loaded a backup holds, beside the backup.
import { BackupError } from '../backup/dataset.js';
import type { DisposableServer } from '../disposable/disposable.js';
import type { BackupSurvey } from '../disposable/survey.js';
import { type ComparedKeys, compareKeys } from './compare.js';
import { comparedDatabases, comparedLibraries, executedDatabases } from './databases.js';
import { memoryOf, reportedMemory } from './memory.js';
import type { RehearseOptions, Via } from './options.js';
import type { RehearsalReport, Verdict } from './report.js';
import { readSaved, type SavedData } from './saved.js';
import type { WrittenKeys } from './written-keys.js';

export interface JudgeOptions {
  readonly via: Via;
  /** Of the beginning of the drill, ms since the epoch. */
  readonly clockMs: number;
  readonly maxMemory: number;
  readonly tmpDir: string | undefined;
  readonly limit: number;
  /** What the commands of the log wrote to. */
  readonly written: WrittenKeys;
  /** Of the log, while it was loaded. */
  readonly failedCommands: RehearsalReport['failedCommands'];
  readonly onProgress: RehearseOptions['onProgress'];
}

/** What goes into the report. */
export type Judgement = Pick<
  RehearsalReport,
  'verdict' | 'compared' | 'wroteAll' | 'memory' | 'databases' | 'functions' | 'differences' | 'limited'
> &
  Pick<RehearsalReport, 'failedCommands' | 'warnings'>;

/**
 * Lets the server save what it holds, and compares. Rejects with StartFailure when the server ends meanwhile, with
 * DisposableError, SpillError, and the system's error.
 */
export async function judge(server: DisposableServer, survey: BackupSurvey, options: JudgeOptions): Promise<Judgement> {
  const { onProgress, clockMs, via } = options;
  const memory = await memoryOf(server);
  const saved = await server.save(onProgress && ((bytes) => onProgress('save', bytes, survey.bytes)));
  const expiredBy = via === 'load' ? Date.now() : undefined;
  const held = await readSaved(saved, {
    ...{ clockMs, model: memory.model },
    // A load sends keys one by one.
    expected: via === 'boot' ? survey.dump : [],
  });
  const compared = await compare(survey, saved, expiredBy, options);
  const loaded = server.log.mishap('command-failed');
  const { count, lines } = loaded.count > 0 ? loaded : options.failedCommands;
  const common = {
    memory: reportedMemory(memory, held.estimate, survey.usedMemory),
    failedCommands: { count, lines },
    differences: compared?.differences ?? [],
    limited: compared !== undefined && compared.count > compared.differences.length,
  };
  if (isWhole(survey) && compared) return { ...common, ...ofDump(compared, survey, held, via) };
  return { ...common, ...ofLog(compared, survey, held, count, server, options) };
}

/** All data stand in a dump. */
function isWhole({ files, commands, needs }: BackupSurvey): boolean {
  return files.kind === 'rdb' || (commands === 0 && needs.rdb !== undefined);
}

/** Undefined when there is nothing to compare. */
async function compare(
  survey: BackupSurvey,
  saved: string,
  expiredBy: number | undefined,
  { written, maxMemory, tmpDir, limit, clockMs, onProgress }: JudgeOptions,
): Promise<ComparedKeys | undefined> {
  const { files, needs, complete } = survey;
  const isLog = !isWhole(survey);
  // Of a log that was not read to its end, nobody knows what it wrote.
  if (isLog && (!needs.rdb || !complete || written.everything !== undefined)) return undefined;
  try {
    const compared = await compareKeys(files, saved, {
      ...{ tmpDir, limit, clockMs, expiredBy },
      ...{ written: isLog ? written : undefined, maxMemory: isLog ? maxMemory - written.bytes : maxMemory },
      onProgress: onProgress && ((done, total) => onProgress('compare', done, total)),
    });
    const isNothing =
      isLog && compared.count === 0 && compared.summary.databases.every(({ leftKeys }) => leftKeys === 0);
    return isNothing ? undefined : compared;
  } catch (error) {
    // Parts that hold more than annotations.
    if (error instanceof BackupError && error.fault === 'unknown' && files.kind !== 'rdb') return undefined;
    throw error;
  }
}

type Found = Pick<Judgement, 'verdict' | 'compared' | 'wroteAll' | 'databases' | 'functions' | 'warnings'>;

function ofDump(compared: ComparedKeys, survey: BackupSurvey, held: SavedData, via: Via): Found {
  const databases = comparedDatabases(compared, survey.dump, via === 'load');
  const functions = comparedLibraries(survey.libraries, held.libraries);
  const verdict = verdictOf(compared, functions);
  return { compared: 'keys', wroteAll: null, databases, functions, ...verdict };
}

function ofLog(
  compared: ComparedKeys | undefined,
  survey: BackupSurvey,
  held: SavedData,
  failed: number,
  { log }: DisposableServer,
  { written, via }: JudgeOptions,
): Found {
  const databases = executedDatabases(compared, survey.dump, held.dump);
  const canCompare = compared !== undefined && !written.functions;
  const functions = canCompare ? comparedLibraries(survey.libraries, held.libraries) : null;
  const found = compared && verdictOf(compared, functions);
  const warnings = [...(found?.warnings ?? [])];
  const isCut = log.mishap('cut').count > 0;
  const isEmpty = log.mishap('started-empty').count > 0 || (via === 'boot' && survey.bytes > 0 && !log.hasLoaded);
  if (isCut) warnings.push('the server cut the end of the log off');
  if (isEmpty) warnings.push('the server found nothing to load, and started empty');
  return {
    verdict: failed > 0 || isCut || isEmpty ? 'different' : (found?.verdict ?? 'restored'),
    compared: compared ? 'unwritten' : 'executed',
    wroteAll: survey.dump.length > 0 ? (written.everything ?? null) : null,
    ...{ databases, functions, warnings },
  };
}

function verdictOf(
  { summary, counts, count }: ComparedKeys,
  functions: Judgement['functions'],
): { readonly verdict: Verdict; readonly warnings: readonly string[] } {
  const isWrong = [...counts.values()].some(({ missing, different, extra }) => missing + different + extra > 0);
  if (isWrong || (functions && functions.missing + functions.extra > 0)) return { verdict: 'different', warnings: [] };
  const unsound = summary.left.inputs.find(({ outcome }) => outcome !== 'sound');
  if (unsound?.outcome === 'unknown') {
    return {
      verdict: 'unknown',
      warnings: ['the backup is newer than this release knows: what could be read is equal'],
    };
  }
  if (unsound) {
    const damage = unsound.findings[0]?.message ?? '';
    return { verdict: 'different', warnings: [`the backup has damage that the server does not mind: ${damage}`] };
  }
  if (count === 0) return { verdict: 'restored', warnings: [] };
  const warning = 'values of modules were saved as other bytes: whether they mean the same, only the module knows';
  return { verdict: 'unknown', warnings: [warning] };
}
