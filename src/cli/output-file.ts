import { randomBytes } from 'node:crypto';
import {
  close,
  closeSync,
  fdatasync,
  fsync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  write,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { getSystemErrorMap, promisify } from 'node:util';
import { syncDirectory } from '../bytes/sync-directory.js';

const writeAsync = promisify(write);
const syncAsync = promisify(fsync);
const syncDataAsync = promisify(fdatasync);
const closeAsync = promisify(close);

/** From so many bytes on that only the system's memory holds, the disk is asked to take them while more are made. */
const UNSYNCED = 32 * 1024 * 1024;

/** Output that cannot be written. The message is one sentence without the path. */
export class OutputError extends Error {
  override name = 'OutputError';
}

/** Where a command writes what it makes. Everything rejects with OutputError when the system refuses. */
export interface Output {
  /** Writes all of the bytes behind what was written before. One at a time. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** All was written, and is to stay. */
  commit(): Promise<void>;
  /** Leaves as little behind as possible. */
  abandon(): Promise<void>;
}

/** Opens a path, or standard output for `-`. Throws OutputError when there is no writing at this place. */
export function openOutput(path: string): Output {
  return path === '-' ? new StandardOutput() : OutputFile.open(path);
}

class StandardOutput implements Output {
  readonly write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => {
        // A reader that went away ends the program (see signals.ts).
        if (!error) resolve();
        else if ((error as NodeJS.ErrnoException).code !== 'EPIPE') reject(outputError(error));
      });
    });

  async commit(): Promise<void> {}

  async abandon(): Promise<void> {}
}

/**
 * A file that is written piece by piece, so that a reader sees the old content or the new, never a part: under another name
 * in the same directory, to the disk, and then in place. What is unfinished is gone when the program ends. A device or a
 * pipe is written to as it is.
 */
class OutputFile implements Output {
  private writing: Promise<void> = Promise.resolve();
  private unsynced = 0;
  private syncing: Promise<void> | undefined;

  private constructor(
    private readonly fd: number,
    /** Where it will stand; undefined for what has no other name before. */
    private readonly target: string | undefined,
    private readonly path: string,
  ) {
    if (target !== undefined) process.once('exit', this.remove);
  }

  static open(path: string): OutputFile {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.isDirectory()) throw new OutputError('it is a directory');
      if (found && !found.isFile()) return new OutputFile(openSync(path, 'w'), undefined, path);
      // A link that points nowhere is replaced itself.
      const target = found && lstatSync(path).isSymbolicLink() ? realpathSync(path) : path;
      const temporary = join(dirname(target), `.rdbkit-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
      const mode = found ? found.mode & 0o777 : 0o666;
      return new OutputFile(openSync(temporary, 'wx', mode), target, temporary);
    } catch (error) {
      throw outputError(error);
    }
  }

  readonly write = (bytes: Uint8Array): Promise<void> => {
    this.writing = this.writeAll(bytes);
    return this.writing;
  };

  private async writeAll(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length; ) {
        at += (await writeAsync(this.fd, bytes, at, bytes.length - at)).bytesWritten;
      }
      this.unsynced += bytes.length;
      if (this.target === undefined || this.unsynced < UNSYNCED || this.syncing) return;
      this.unsynced = 0;
      this.syncing = syncDataAsync(this.fd).finally(() => {
        this.syncing = undefined;
      });
      this.syncing.catch(() => undefined); // the last one tells
    } catch (error) {
      throw outputError(error);
    }
  }

  async commit(): Promise<void> {
    try {
      await this.syncing?.catch(() => undefined);
      if (this.target !== undefined) await syncAsync(this.fd);
      await closeAsync(this.fd);
      if (this.target === undefined) return;
      renameSync(this.path, this.target);
      process.removeListener('exit', this.remove);
      syncDirectory(dirname(this.target));
    } catch (error) {
      throw outputError(error);
    }
  }

  async abandon(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.syncing?.catch(() => undefined);
    closeSync(this.fd);
    if (this.target === undefined) return;
    process.removeListener('exit', this.remove);
    this.remove();
  }

  private readonly remove = (): void => rmSync(this.path, { force: true });
}

function outputError(error: unknown): unknown {
  if (error instanceof OutputError) return error;
  const { errno, code } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known === undefined ? error : new OutputError(`${known[1]} (${code})`);
}
