/**
 * No server and no folder outlives the process that made it, however that ends.
 *
 * An ordinary end (process.exit, an uncaught error) runs the exit handler below. A signal that runs no handler is left to the
 * kernel: on Linux `setpriv --pdeathsig` asks it to kill the server when its parent dies.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** What is to be undone when the process ends. */
export interface Belongings {
  child: ChildProcess | undefined;
  readonly folders: string[];
}

const kept = new Set<Belongings>();
/** A server that is being killed may still make a file in a folder that is being removed. */
const REMOVE_RETRIES = 20;
const RETRY_MS = 10;

/** Undone when this process exits before `forget` is called with the same object. */
export function watch(belongings: Belongings): void {
  if (kept.size === 0) process.once('exit', undoAll);
  kept.add(belongings);
}

/** No longer undone at the end of this process. */
export function forget(belongings: Belongings): void {
  kept.delete(belongings);
  if (kept.size === 0) process.removeListener('exit', undoAll);
}

/** Removes a folder, which a server that is being killed may still write to. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: REMOVE_RETRIES, retryDelay: RETRY_MS });
}

function undoAll(): void {
  for (const { child } of kept) child?.kill('SIGKILL');
  for (const { folders } of kept) {
    for (const folder of folders) {
      try {
        removeFolder(folder);
      } catch {
        // The other folders are still to be removed.
      }
    }
  }
}

let prefix: readonly string[] | undefined;

/** What to put before a command so that it dies with this process; nothing where the system has no such means. */
export function dieWithParent(): readonly string[] {
  prefix ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
      ? ['setpriv', '--pdeathsig', 'KILL', '--']
      : [];
  return prefix;
}

/** Nothing of the environment reaches a server but where programs and libraries are. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, LD_LIBRARY_PATH } = process.env;
  return { LC_ALL: 'C', ...(PATH ? { PATH } : {}), ...(LD_LIBRARY_PATH ? { LD_LIBRARY_PATH } : {}) };
}
