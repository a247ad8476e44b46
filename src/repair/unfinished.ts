import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../bytes/sync-directory.js';
import { RepairError } from './plan.js';

/**
 * A file or directory that is being made beside the place where it will stand. It is gone when the program ends before it is
 * finished; after a kill it stays, and its name says what it is.
 */
export class Unfinished {
  readonly path: string;
  private readonly remove = () => rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });

  /** `what` makes it: a word of its name. */
  constructor(
    private readonly target: string,
    what = 'repair',
  ) {
    this.path = join(
      dirname(target),
      `.rdbkit-${what}-unfinished-${process.pid}-${randomBytes(6).toString('hex')}.tmp`,
    );
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
