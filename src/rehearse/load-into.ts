import type { BackupFiles } from '../disposable/backup-files.js';
import type { DisposableServer } from '../disposable/disposable.js';
import { openBulkTarget } from '../live/bulk/open-bulk-target.js';
import { LiveError } from '../live/live-error.js';
import { load } from '../load/load.js';
import { openLoadInput } from '../load/open-input.js';

export interface LoadIntoOptions {
  readonly maxMemory: number;
  readonly tmpDir: string | undefined;
  readonly onProgress: ((done: number, total: number | undefined) => void) | undefined;
}

/** How a backup came into an empty server. */
export interface LoadedInto {
  /** What somebody should know, one sentence each. */
  readonly warnings: readonly string[];
  /** Commands of a log that failed, and the first of their errors. */
  readonly failedCommands: { readonly count: number; readonly lines: readonly string[] };
  /** In ms. */
  readonly durationMs: number;
}

/** A server that is gone does not come back. */
const RETRY_MS = 2000;

/** Loads the keys of a backup, and the commands behind them, into an empty server. Rejects as `load` does. */
export async function loadInto(
  server: DisposableServer,
  { path }: BackupFiles,
  { maxMemory, tmpDir, onProgress }: LoadIntoOptions,
): Promise<LoadedInto> {
  const { dataset, log } = await openLoadInput(path);
  const startedMs = performance.now();
  try {
    const target = await openBulkTarget(server.address, {}, { retryMs: RETRY_MS });
    try {
      const report = await load(dataset, target, {
        ...{ maxMemory, log, ...(tmpDir === undefined ? {} : { tmpDir }) },
        ...(onProgress ? { onProgress: ({ done, total }) => onProgress(done, total) } : {}),
      });
      const { failed, failures, partly, log: replay } = report;
      const warnings: string[] = [];
      const [first] = failures;
      if (failed > 0) {
        warnings.push(`${failed} keys could not be loaded: ${first?.first[0]?.detail ?? first?.reason ?? ''}`);
      }
      if (partly.keys > 0) {
        warnings.push(`${partly.keys} keys lost something on the way: ${partly.first[0]?.detail ?? ''}`);
      }
      if (replay?.stopped) warnings.push(`commands were not carried out to the end: ${replay.stopped.reason}`);
      return {
        warnings,
        failedCommands: {
          count: (replay?.failed ?? 0) + (replay?.lost ?? 0) + (replay?.unsent ?? 0),
          lines: (replay?.failures ?? []).map(({ command, error }) => `${command}: ${error}`),
        },
        durationMs: Math.round(performance.now() - startedMs),
      };
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
}
