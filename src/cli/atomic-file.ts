import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { getSystemErrorMap } from 'node:util';

const READABLE = 0o644;

/**
 * Writes a file so that a reader sees the old content or the new, never a part: under another name in the same directory,
 * to the disk, and then in place. Its name does not end like the file's, so that nobody who collects such files takes it.
 * All of it is synchronous: an interrupt cannot come in between and leave something behind. Returns why it was not
 * possible; undefined when it was.
 */
export function writeAtomically(path: string, content: string): string | undefined {
  let temporary: string | undefined;
  try {
    const target = finalPath(path);
    if (target === undefined) return 'it is no regular file';
    temporary = join(dirname(target), `.rdbkit-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
    const fd = openSync(temporary, 'wx', READABLE);
    try {
      fchmodSync(fd, READABLE); // whatever the umask is: the reader is another user
      writeFileSync(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, target);
    return undefined;
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    const { errno, code } = error as NodeJS.ErrnoException;
    const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
    if (known === undefined) throw error;
    return `${known[1]} (${code})`;
  }
}

/** Where a link points to; undefined for what must not be replaced: a directory, a device, a pipe. */
function finalPath(path: string): string | undefined {
  if (!lstatSync(path, { throwIfNoEntry: false })) return path;
  // A link that points nowhere is replaced itself.
  if (!statSync(path, { throwIfNoEntry: false })) return path;
  return statSync(path).isFile() ? realpathSync(path) : undefined;
}
