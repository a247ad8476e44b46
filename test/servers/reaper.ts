/**
 * No server outlives the process that started it, however that ends.
 *
 * An ordinary end (process.exit, an uncaught error) runs the exit handler below. A signal that runs no handler is left
 * to the kernel: on Linux `setpriv --pdeathsig` asks it to kill the server when its parent dies.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const running = new Map<ChildProcess, () => void>();
let watching = false;

/** Kills `child` and calls `cleanUp` when this process exits before `forget(child)`. */
export function watch(child: ChildProcess, cleanUp: () => void): void {
  if (!watching) {
    process.once('exit', killAll);
    watching = true;
  }
  running.set(child, cleanUp);
}

/** The child has ended and is cleaned up. */
export function forget(child: ChildProcess): void {
  running.delete(child);
}

/** Removes a server's folder, which may still be written to while the server dies. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}

function killAll(): void {
  for (const [child, cleanUp] of running) {
    child.kill('SIGKILL');
    cleanUp();
  }
}

let prefix: readonly string[] | undefined;

/** What to put before a command so that it dies with this process; nothing where the system has no such means. */
export function dieWithParent(): readonly string[] {
  prefix ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
      ? ['setpriv', '--pdeathsig', 'KILL']
      : [];
  return prefix;
}
