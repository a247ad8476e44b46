import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openInput, STANDARD_INPUT } from './open.js';

/** What an argument stands for: files to look at one by one, or an append-only set by its directory. */
export interface ExpandedInput {
  /** As given, or found in a directory that was given. */
  readonly path: string;
  readonly kind: 'file' | 'aof-set' | 'nothing';
  /** Of a set: the data directory around it, when that was given. */
  readonly data?: string;
}

/** The inputs that an argument stands for, and how many files of a directory are none. */
export interface Expansion {
  readonly inputs: ExpandedInput[];
  readonly leftOut: number;
}

const MANIFEST = '.manifest';
const APPEND_DIRECTORY = 'appendonlydir';
/** A name that says what the file should be, even if its first bytes no longer do. */
const BACKUP_NAME = /\.(rdb|aof)(\.gz)?$/;
/** Parts of an append-only set, and what a server is just writing. */
const PART = /\.(base|incr)\.(rdb|aof)$/;
const UNFINISHED = /^temp-.*\.(rdb|aof)$/;

/**
 * Replaces directories by the backups in them, told by content and not by name: dumps, compressed or not, and append-only
 * sets. A directory without any is `nothing`. Rejects with the system's error for what does not exist or may not be read.
 */
export async function expandInput(path: string): Promise<Expansion> {
  const itself: Expansion = { inputs: [{ path, kind: 'file' }], leftOut: 0 };
  if (path === STANDARD_INPUT || !(await stat(path)).isDirectory()) return itself;
  const entries = (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const inputs: ExpandedInput[] = [];
  const sets: ExpandedInput[] = [];
  let leftOut = 0;
  // A file of the old form keeps its name when a set takes it over.
  const taken = new Set(
    entries
      .map(({ name }) => name)
      .filter(isManifest)
      .map((name) => name.slice(0, -MANIFEST.length)),
  );
  // Without a manifest servers find nothing; that has to be told of the set, and not of each file.
  const isSet = entries.some((entry) => entry.isFile() && (isManifest(entry.name) || PART.test(entry.name)));
  for (const entry of entries) {
    if (entry.isDirectory()) {
      if (entry.name === APPEND_DIRECTORY) sets.push({ path: join(path, entry.name), kind: 'aof-set', data: path });
    } else if (isSet && (PART.test(entry.name) || entry.name.endsWith(MANIFEST) || taken.has(entry.name))) {
      // Belongs to the set.
    } else if (await isBackup(path, entry)) inputs.push({ path: join(path, entry.name), kind: 'file' });
    else leftOut++;
  }
  if (isSet) sets.push({ path, kind: 'aof-set' });
  inputs.push(...sets);
  return { inputs: inputs.length > 0 ? inputs : [{ path, kind: 'nothing' }], leftOut };
}

/** Pipes and sockets are no backups, and waiting for one would never end. */
async function isBackup(directory: string, entry: Dirent): Promise<boolean> {
  if (UNFINISHED.test(entry.name)) return false;
  const path = join(directory, entry.name);
  const info = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
  if (!info?.isFile()) return false;
  if (BACKUP_NAME.test(entry.name)) return true;
  const input = await openInput(path).catch(() => undefined);
  if (!input) return true; // cannot be read: to be told, not to be passed over
  await input.close().catch(() => undefined);
  return input.content === 'rdb' || input.content === 'aof' || input.content === 'zstd' || input.content === 'vcs';
}

function isManifest(name: string): boolean {
  return name.endsWith(MANIFEST);
}
