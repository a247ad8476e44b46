// The final dataset of an append-only log, for those who want its keys and not a file.
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSet } from '../aof/set.js';
import { BackupError, type Dataset, openDataset } from '../backup/dataset.js';
import { DisposableError } from '../disposable/errors.js';
import { makeFolder } from '../disposable/folder.js';
import { forget, removeFolder } from '../disposable/reaper.js';
import { FINDINGS } from '../errors.js';
import type { Finding } from '../keyspace/finding.js';
import { RepairError } from '../repair/plan.js';
import { withFinalDump } from './final-dump.js';
import { madeAt } from './made-at.js';
import type { MaterializeOptions } from './options.js';
import type { MaterializeReport } from './report.js';

const NAME = 'final.rdb';
const NOWHERE = { offset: null, db: null, key: null, type: null } as const;

export interface FinalDatasetOptions extends MaterializeOptions {
  /** Called with what was done, before anybody reads the dataset. */
  readonly onMade?: ((report: MaterializeReport) => void) | undefined;
}

/**
 * The dataset that a server makes of the log at `path`. It is in a private folder, which goes when it is closed, or when the
 * process ends. Where the end of the log is missing, or commands failed, a scan of it is not complete. Rejects with
 * BackupError: `unknown` when no server is there to tell, or the log is none to be executed unseen.
 */
export async function finalDataset(path: string, options: FinalDatasetOptions = {}): Promise<Dataset> {
  const { belongings, path: folder } = makeFolder(options.tmpDir);
  const remove = () => {
    for (const each of belongings.folders) removeFolder(each);
    forget(belongings);
  };
  try {
    const dump = join(folder, NAME);
    const report = await withFinalDump(path, options, async (saved) => {
      await rename(saved, dump);
      return dump;
    });
    refuse(report);
    options.onMade?.(report);
    const madeMs = report.untilMs ?? report.lastTimestampMs ?? (await lastWritten(path, report.kind));
    return wrapped(await openDataset(dump), path, report, madeMs, remove);
  } catch (error) {
    remove();
    throw faultOf(error);
  }
}

function refuse({ verdict, refusals, reaching, failure }: MaterializeReport): void {
  const [refusal] = refusals;
  if (refusal) {
    throw new BackupError(refusal.unknown ? 'unknown' : 'damaged', `${refusal.code}: ${refusal.message}`);
  }
  if (verdict === 'refused') {
    const names = reaching.slice(0, 3).map(({ command }) => command.toUpperCase());
    const more = reaching.length > names.length ? ', …' : '';
    throw new BackupError(
      'unknown',
      `the log holds commands that reach beyond the data (${names.join(', ')}${more}), and is not executed unseen: ` +
        'look at it, and use rdbkit materialize --trust',
    );
  }
  if (failure) {
    throw new BackupError(
      'damaged',
      `a server does not load it: ${failure.lines[0] ?? failure.signal ?? 'no reason given'}`,
    );
  }
}

/** Without a server nobody can tell; other trouble is trouble. */
function faultOf(error: unknown): unknown {
  if (error instanceof DisposableError) {
    const isMissing = error.fault === 'no-program';
    const told = isMissing
      ? 'commands follow that change these data, and only a server can tell the final dataset: '
      : '';
    // What to do ends with the option of that command.
    return new BackupError(
      isMissing ? 'unknown' : 'unusable',
      `${told}${error.message}${isMissing ? ' of rdbkit materialize' : ''}`,
    );
  }
  return error instanceof RepairError ? new BackupError('unusable', error.message) : error;
}

/** When a log without times in it was written to: a file, or the last part of a set. Milliseconds since the epoch. */
async function lastWritten(path: string, kind: MaterializeReport['kind']): Promise<number> {
  const set = kind === 'aof-set' ? await readSet(path) : undefined;
  const last = set?.parts.at(-1)?.path ?? path;
  return Math.floor((await stat(last)).mtimeMs);
}

function wrapped(dump: Dataset, path: string, report: MaterializeReport, madeMs: number, remove: () => void): Dataset {
  return {
    ...dump,
    path,
    kind: report.kind,
    async scan(options) {
      const visitor: typeof options.visitor = (kernels, window, thread) =>
        madeAt(options.visitor(kernels, window, thread), madeMs, kernels);
      const result = await dump.scan({ ...options, visitor });
      const findings = missing(report);
      if (findings.length === 0 || result.limited) return result;
      return { ...result, complete: false, outcome: 'damaged', findings: [...result.findings, ...findings] };
    },
    async close() {
      await dump.close();
      remove();
    },
  };
}

/** What of the log is not in its dataset. */
function missing({ cut, failedCommands }: MaterializeReport): Finding[] {
  const findings: Finding[] = [];
  if (cut?.reason === 'tail') {
    findings.push({
      ...NOWHERE,
      code: cut.code ?? 'AOF_TRUNCATED_TAIL',
      severity: 'error',
      offset: cut.offset,
      message: 'the end of the log is missing: what its last command changed is not in the dataset',
    });
  }
  if (failedCommands.count > 0) {
    const first = failedCommands.lines[0] ?? '';
    findings.push({
      ...NOWHERE,
      code: 'AOF_COMMAND_FAILED',
      severity: FINDINGS.AOF_COMMAND_FAILED,
      message: `the server refused ${failedCommands.count} commands of the log: ${first}`,
    });
  }
  return findings;
}
