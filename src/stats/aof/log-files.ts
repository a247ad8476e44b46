// Which files a log consists of.
import { readSet } from '../../aof/set.js';
import { type OpenInput, openInput, openPart } from '../../backup/open.js';
import { StatsError } from '../error.js';
import type { FileStats } from './aof-report.js';

/** A file of a log, in the order of loading. */
export interface LogFile {
  readonly path: string;
  readonly role: FileStats['role'];
  readonly open: () => Promise<OpenInput>;
}

/**
 * The files of an append-only file, a manifest, or the directory of a set. Rejects with StatsError for anything else, and
 * with the system's error for what cannot be read. `opened`: a stream that was opened already, and is a log.
 */
export async function logFiles(path: string, opened?: OpenInput): Promise<LogFile[]> {
  if (opened) return [{ path, role: 'file', open: async () => opened }];
  const input = await openInput(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EISDIR') return undefined;
    throw error;
  });
  if (input && (input.content === 'aof' || input.content === 'rdb')) {
    return [{ path, role: 'file', open: async () => input }];
  }
  const isManifest = input?.content === 'manifest';
  await input?.close();
  if (input && !isManifest) throw new StatsError('this is no append-only file');
  const set = await readSet(path);
  if (!set) throw new StatsError('there is no append-only file or set in this directory');
  const listed = set.parts.filter(({ state }) => state === 'there');
  if (listed.length === 0) {
    if (set.legacy) return logFiles(set.legacy.path);
    throw new StatsError('the set has no file that can be read; rdbkit verify tells why');
  }
  return listed.map(({ path: part, entry }) => ({
    path: part,
    role: entry.role === 'base' ? 'base' : 'incr',
    open: () => openPart(part),
  }));
}
