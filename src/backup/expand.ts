import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { STANDARD_INPUT } from './open.js';

/** What an argument stands for: files to look at one by one, or an append-only set by its directory. */
export interface ExpandedInput {
  /** As given, or found in a directory that was given. */
  readonly path: string;
  readonly kind: 'file' | 'aof-set' | 'nothing';
}

const APPEND_DIRECTORY = 'appendonlydir';

/**
 * Replaces directories by the backups in them: an append-only set where there is a manifest, and the dumps (`*.rdb`). A
 * directory without any is `nothing`. Rejects with the system's error for what does not exist or may not be read.
 */
export async function expandInput(path: string): Promise<ExpandedInput[]> {
  if (path === STANDARD_INPUT) return [{ path, kind: 'file' }];
  if (!(await stat(path)).isDirectory()) return [{ path, kind: 'file' }];
  const entries = await readdir(path, { withFileTypes: true });
  // Pipes and sockets are no backups, and waiting for one would never end.
  const names = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map((entry) => entry.name);
  if (names.some((name) => name.endsWith('.manifest'))) return [{ path, kind: 'aof-set' }];
  const found: ExpandedInput[] = names
    .filter((name) => name.endsWith('.rdb'))
    .sort()
    .map((name) => ({ path: join(path, name), kind: 'file' }));
  if (names.includes('appendonly.aof')) found.push({ path: join(path, 'appendonly.aof'), kind: 'file' });
  if (entries.some((entry) => entry.isDirectory() && entry.name === APPEND_DIRECTORY)) {
    found.push({ path: join(path, APPEND_DIRECTORY), kind: 'aof-set' });
  }
  return found.length > 0 ? found : [{ path, kind: 'nothing' }];
}
