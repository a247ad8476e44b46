// The copy of a backup that a server may write to. Never a link: servers cut, append to and delete their files.
import { constants } from 'node:fs';
import { copyFile, mkdir, open, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openInput, openPart } from '../backup/open.js';
import type { BackupFiles } from './backup-files.js';
import { DisposableError } from './errors.js';

/** Names in the folder of a server. */
export const DUMP_NAME = 'dump.rdb';
export const AOF_NAME = 'appendonly.aof';
export const AOF_FOLDER = 'appendonlydir';

const STEP = 4 * 1024 * 1024;
/** Left free on the disk, for what a server writes beside its data. */
const SPARE_BYTES = 16 * 1024 * 1024;

/** Called with the bytes that were copied so far, and how many there are in all when that is known. */
export type CopyProgress = (done: number, total: number | undefined) => void;

interface Part {
  readonly from: string;
  readonly to: string;
  /** In bytes, when known. */
  readonly bytes: number | undefined;
  /** A part of a set is copied as it is; a single file may be compressed. */
  readonly asItIs: boolean;
}

/**
 * Copies a backup into a folder under the names that a server looks for. Where the file system can share blocks
 * between files, nothing is copied until the server writes. Returns the bytes of the copy. Rejects with DisposableError when
 * there is no room, and with the system's error.
 */
export async function copyBackup(files: BackupFiles, folder: string, onProgress?: CopyProgress): Promise<number> {
  const parts = partsOf(files, folder);
  if (files.kind === 'aof-set') await mkdir(join(folder, AOF_FOLDER), { mode: 0o700 });
  const sizes = parts.map(({ bytes }) => bytes);
  const total = sizes.includes(undefined) ? undefined : sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  let done = 0;
  for (const part of parts) {
    const before = done;
    done += await copyPart(part, folder, (bytes, all) => onProgress?.(before + bytes, total ?? all));
  }
  return done;
}

function partsOf(files: BackupFiles, folder: string): Part[] {
  if (files.kind !== 'aof-set') {
    const name = files.kind === 'rdb' ? DUMP_NAME : AOF_NAME;
    return [{ from: files.path, to: join(folder, name), bytes: undefined, asItIs: false }];
  }
  const { set } = files;
  const into = join(folder, AOF_FOLDER);
  const manifest = `${AOF_NAME}.manifest`;
  const parts = new Map<string, Part>();
  for (const { name, path, state, bytes } of set.parts) {
    if (name === manifest)
      throw new DisposableError('no-copy', `a part of the set has the name of its manifest, ${name}`);
    // What is missing here is missing there: to say so is the server's part.
    if (state === 'there') parts.set(name, { from: path, to: join(into, basename(name)), bytes, asItIs: true });
  }
  const from = set.manifestPath;
  const own: Part[] = from === undefined ? [] : [{ from, to: join(into, manifest), bytes: undefined, asItIs: true }];
  return [...own, ...parts.values()];
}

async function copyPart({ from, to, asItIs }: Part, folder: string, onProgress: CopyProgress): Promise<number> {
  const input = asItIs ? await openPart(from) : await openInput(from);
  try {
    if (!input.gzip && input.inputSize !== undefined && (await cloned(from, to))) {
      onProgress(input.inputSize, input.inputSize);
      return input.inputSize;
    }
    await checkRoom(folder, input.inputSize ?? 0);
    const file = await open(to, 'wx', 0o600);
    try {
      const buffer = new Uint8Array(STEP);
      let bytes = 0;
      for (let n = await input.source.read(buffer); n > 0; n = await input.source.read(buffer)) {
        for (let at = 0; at < n; ) at += (await file.write(buffer, at, n - at, bytes + at)).bytesWritten;
        bytes += n;
        onProgress(bytes, input.gzip ? undefined : input.inputSize);
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw noRoom(folder);
    throw error;
  } finally {
    await input.close().catch(() => undefined);
  }
}

/** Shares the blocks of a file, where the file system does that. */
async function cloned(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  }
}

async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bytes + SPARE_BYTES > bavail * bsize) throw noRoom(folder, bytes, bavail * bsize);
}

function noRoom(folder: string, bytes?: number, free?: number): DisposableError {
  const facts =
    bytes === undefined ? '' : ` (${mebibytes(bytes + SPARE_BYTES)} are needed, ${mebibytes(free ?? 0)} are free)`;
  return new DisposableError(
    'no-space',
    `there is no room for a copy of the backup in ${folder}${facts}: name another place with --tmp-dir`,
  );
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
