import { randomBytes } from 'node:crypto';
import { lstatSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../sync-directory.js';

/** Files that must not outlive the program unless they are finished. One listener serves them all. */
const unfinished = new Set<string>();

function removeAll(): void {
  for (const path of unfinished) rmSync(path, { force: true });
}

/** A file at the place is no regular one, and must not be replaced. */
export class NotReplaceable extends Error {
  override name = 'NotReplaceable';
}

/**
 * The name under which a file is made, beside the place where it will stand: a reader of that place sees the old file or the
 * new one, never a part. It does not end like the file's, so that nobody who collects such files takes it. When the program
 * ends before the file is finished, it goes away; after a kill it stays, and its name says what it is.
 */
export class UnfinishedFile {
  /** What to write to; it does not exist yet. */
  readonly path: string;
  private readonly target: string;

  /** Throws NotReplaceable, or the error of the system. */
  constructor(target: string) {
    this.target = finalPath(target);
    const unique = `${process.pid}-${randomBytes(6).toString('hex')}`;
    this.path = join(dirname(this.target), `.rdbkit-unfinished-${unique}.tmp`);
    if (unfinished.size === 0) process.once('exit', removeAll);
    unfinished.add(this.path);
  }

  /** Gives them their names, each all at once: an interrupt finds the old file or the new one. */
  static publish(files: readonly UnfinishedFile[]): void {
    for (const file of files) {
      renameSync(file.path, file.target);
      file.forget();
    }
    for (const directory of new Set(files.map(({ target }) => dirname(target)))) syncDirectory(directory);
  }

  abandon(): void {
    rmSync(this.path, { force: true });
    this.forget();
  }

  private forget(): void {
    unfinished.delete(this.path);
    if (unfinished.size === 0) process.removeListener('exit', removeAll);
  }
}

/** Where a link points to. Throws for what must not be replaced: a directory, a device, a pipe. */
function finalPath(path: string): string {
  // A link that points nowhere is replaced itself.
  if (!lstatSync(path, { throwIfNoEntry: false }) || !statSync(path, { throwIfNoEntry: false })) return path;
  if (!statSync(path).isFile()) throw new NotReplaceable('it is no regular file');
  return realpathSync(path);
}
