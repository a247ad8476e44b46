import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RepairError } from './plan.js';

/**
 * A file or directory that is being made beside the place where it will stand. It is gone when the program ends before it is
 * finished; after a kill it stays, and its name says what it is.
 */
export class Unfinished {
  readonly path: string;
  private readonly remove = () => rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });

  constructor(private readonly target: string) {
    this.path = join(dirname(target), `.rdbkit-repair-unfinished-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
    process.once('exit', this.remove);
  }

  /**
   * Gives it its final name. All at once, so that an interrupt never comes in between: it finds the one or the other.
   */
  finish(): void {
    if (lstatSync(this.target, { throwIfNoEntry: false })) throw new RepairError(`${this.target} exists`);
    renameSync(this.path, this.target);
    process.removeListener('exit', this.remove);
    syncDirectory(dirname(this.target));
  }

  abandon(): void {
    process.removeListener('exit', this.remove);
    this.remove();
  }
}

/** Makes the names in a directory last through a power loss; some systems cannot. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'EPERM' && code !== 'EISDIR' && code !== 'ENOTSUP') throw error;
  } finally {
    closeSync(fd);
  }
}
