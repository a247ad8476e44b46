// What a path stands for, as the files that a server would load.
import { stat } from 'node:fs/promises';
import { type AofSet, readSet } from '../aof/set.js';
import { BackupError } from '../backup/dataset.js';
import { expandInput } from '../backup/expand.js';
import { openInput } from '../backup/open.js';
import { refusalOf } from '../backup/refusal.js';

/** A backup as a server loads it. A log may begin with an RDB. */
export type BackupFiles =
  | { readonly kind: 'rdb' | 'aof'; readonly path: string }
  | { readonly kind: 'aof-set'; readonly path: string; readonly set: AofSet };

/**
 * The files of a path, which names a regular file or a directory. `rdb` says only that the file begins with one: commands
 * may follow. Rejects with BackupError, or with the system's error.
 */
export async function backupFiles(path: string): Promise<BackupFiles> {
  const { inputs } = await expandInput(path);
  if (inputs.length > 1) {
    const names = inputs.slice(0, 3).map((input) => JSON.stringify(input.path));
    const shown = names.join(', ') + (inputs.length > 3 ? ', …' : '');
    throw new BackupError('unusable', `this directory holds ${inputs.length} backups; say which one: ${shown}`);
  }
  const [only] = inputs;
  if (!only || only.kind === 'nothing') throw new BackupError('unusable', 'there is no backup in this directory');
  if (only.kind === 'aof-set') return setOf(only.path, only.data);
  if (!(await stat(only.path)).isFile()) throw new BackupError('unusable', 'this is no regular file or directory');
  const input = await openInput(only.path);
  try {
    if (input.content === 'manifest' && !input.gzip) return await setOf(only.path);
    if (input.content === 'rdb' || input.content === 'aof') return { kind: input.content, path: only.path };
    const { code, message } = refusalOf(input);
    throw new BackupError(code === 'ZSTD_NOT_READ' || code === 'VCS_NOT_READ' ? 'unknown' : 'damaged', message);
  } finally {
    await input.close().catch(() => undefined);
  }
}

/** The manifest in the directory decides; `data` is the data directory around it, when that was given. */
async function setOf(path: string, data?: string): Promise<BackupFiles> {
  const set = await readSet(data ?? path);
  if (!set) throw new BackupError('unusable', 'there is no append-only set');
  const { legacy, manifestPath, parts } = set;
  if (legacy && parts.length === 0) return { kind: 'aof', path: legacy.path };
  if (manifestPath === undefined) {
    throw new BackupError('damaged', 'the set has no manifest: a server would start without its files');
  }
  return { kind: 'aof-set', path, set };
}
