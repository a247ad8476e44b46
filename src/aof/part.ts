import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { FindingCode, Severity } from '../errors.js';
import { bytesToText } from '../keyspace/bytes-text.js';
import type { ManifestEntry } from './manifest.js';

/** Something about the files of a set that is wrong or worth a word. */
export interface SetProblem {
  readonly code: FindingCode;
  /** When it is not the usual one of the code. */
  readonly severity?: Severity;
  /** The file that it is about; the directory for the set as a whole. */
  readonly path: string;
  /** In the manifest, in bytes. */
  readonly offset?: number;
  readonly message: string;
}

/** A file that the manifest lists. */
export interface SetPart {
  readonly entry: ManifestEntry;
  /** Its name as text; bytes that are no UTF-8 as `\xHH`. */
  readonly name: string;
  readonly path: string;
  /** `there`: a regular file, or a link to one. Nothing else may be opened. */
  readonly state: 'there' | 'missing' | 'no-file' | 'unreadable';
  /** In bytes; undefined for one that is not there. */
  readonly bytes: number | undefined;
  /** Time of the last change, in ms since the epoch. */
  readonly modifiedMs: number | undefined;
}

/** What the file system says of a listed file, which is not opened. */
export async function lookAtPart(
  directory: string,
  entry: ManifestEntry,
): Promise<{ part: SetPart; problems: SetProblem[] }> {
  const name = bytesToText(entry.name);
  const path = join(directory, name);
  const nothing = { entry, name, path, bytes: undefined, modifiedMs: undefined };
  const listed = `${entry.role} file ${JSON.stringify(name)}`;
  const problem = (code: FindingCode, message: string): SetProblem => ({ code, path, message: `${listed} ${message}` });
  if (!Buffer.from(name).equals(entry.name)) {
    const problems = [problem('AOF_PART_UNREADABLE', 'has a name that is no UTF-8')];
    return { part: { ...nothing, state: 'unreadable' }, problems };
  }
  try {
    const link = (await lstat(path)).isSymbolicLink();
    const info = await stat(path);
    if (!info.isFile()) {
      const what = info.isDirectory() ? 'is a directory' : 'is no regular file';
      return { part: { ...nothing, state: 'no-file' }, problems: [problem('AOF_PART_NOT_A_FILE', what)] };
    }
    const outside = link && !(await isInside(directory, path));
    const problems = outside ? [problem('AOF_PART_OUTSIDE', 'is a link that leads out of the directory')] : [];
    const part = { ...nothing, state: 'there' as const, bytes: info.size, modifiedMs: info.mtimeMs };
    return { part, problems };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENAMETOOLONG') {
      return { part: { ...nothing, state: 'missing' }, problems: [problem('AOF_PART_MISSING', 'is not there')] };
    }
    return { part: { ...nothing, state: 'unreadable' }, problems: [problem('AOF_PART_UNREADABLE', `gives ${code}`)] };
  }
}

async function isInside(directory: string, path: string): Promise<boolean> {
  const [folder, target] = await Promise.all([realpath(directory), realpath(path)]);
  return dirname(target) === folder || target.startsWith(`${folder}${sep}`);
}
