// Why a server did not load a backup.
import { BackupError } from '../backup/dataset.js';
import { type DisposableOptions, type DisposableServer, startDisposable } from '../disposable/disposable.js';
import { DisposableError } from '../disposable/errors.js';
import { StartFailure } from '../disposable/start-failure.js';
import { LoadError } from '../load/load-error.js';
import type { RehearsalFailure, Salvage } from './report.js';

/** What an error says about the backup; throws one that says nothing about it. `options`: how the server was started. */
export async function failureOf(error: unknown, options: DisposableOptions): Promise<RehearsalFailure> {
  if (error instanceof DisposableError && error.fault === 'timeout') {
    return { kind: 'timeout', exitCode: null, signal: null, lines: [error.message], salvage: null };
  }
  if (error instanceof LoadError && error.fault === 'damaged') {
    return { kind: 'load', exitCode: null, signal: null, lines: [error.message], salvage: null };
  }
  if (error instanceof LoadError) throw new BackupError(error.fault, error.message);
  if (!(error instanceof StartFailure)) throw error;
  const { kind, exitCode, signal, lines } = error;
  return { kind, exitCode, signal, lines, salvage: kind === 'log-truncated' ? await salvage(options) : null };
}

/** What a server makes of a log that ends inside a command when it may cut it: on a fresh copy. */
async function salvage({ mayStay: _, ...options }: DisposableOptions): Promise<Salvage> {
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

async function keysOf(server: DisposableServer): Promise<number> {
  const info = await server.info('keyspace');
  return [...info.matchAll(/^db\d+:keys=(\d+)/gm)].reduce((sum, [, keys]) => sum + Number(keys), 0);
}
