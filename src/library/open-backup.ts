import { fileURLToPath } from 'node:url';
import { type Dataset, datasetOf, type OpenDatasetOptions, openDataset } from '../backup/dataset.js';
import { type ByteStream, openMemory, openStream } from '../backup/open-stream.js';
import type { EntriesOptions } from '../entries/options.js';
import { EntryIterator } from '../entries/read-entries.js';
import type { MaterializeOptions } from '../materialize/options.js';
import { Backup } from './backup.js';

/**
 * Where a backup is: a path, `-` for standard input, a `file:` URL, a stream of bytes (a Readable of Node, a web stream, any
 * async iterable of Uint8Arrays), or bytes in memory, which must not change while they are read.
 *
 * What it is, its content tells: an RDB, an append-only file that begins with one, either of them in a gzip; for a path also
 * the manifest or the directory of an append-only set, or a directory with one backup in it.
 */
export type BackupInput = string | URL | Uint8Array | ByteStream;

/** How a backup is opened. */
export interface OpenBackupOptions {
  /**
   * Of an append-only file or set by its path, open the data at the end of the log: a disposable server makes them of a copy,
   * which goes when the backup is closed. Rejects with the fault `unknown` when there is no server on PATH, or the log
   * holds commands that reach beyond the data. Default: such a log is refused.
   */
  readonly materialize?: MaterializeOptions;
}

/**
 * Opens a backup to read its data. Rejects with BackupError for what has none that can be read (`fault` says why), and with
 * the system's error for what does not exist or may not be read.
 *
 * Logs of commands can be verified, repaired and counted (`verify`, `planRepair`, `aofStats`), but their data are known only
 * to a server: without the option `materialize` those are refused, with the fault `unknown`.
 */
export async function openBackup(input: BackupInput, options: OpenBackupOptions = {}): Promise<Backup> {
  return new Backup(await openAny(input, options));
}

/**
 * The entries of a backup, which is opened with the first one and closed behind the last one, or when the loop is left:
 * `for await (const entry of readEntries('dump.rdb'))`. See `Backup.entries` for how it ends, and `openBackup` for what makes
 * the first `next` reject.
 */
export function readEntries(input: BackupInput, options: EntriesOptions = {}): EntryIterator {
  let dataset: Dataset | undefined;
  return new EntryIterator(
    async () => {
      dataset = await openAny(input);
      return dataset;
    },
    options,
    async () => {
      await dataset?.close().catch(() => undefined);
    },
  );
}

/** @internal */
export async function openAny(input: BackupInput, { materialize }: OpenBackupOptions = {}): Promise<Dataset> {
  const options: OpenDatasetOptions = materialize ? { materialize: (path) => finalOf(path, materialize) } : {};
  if (typeof input === 'string') return openDataset(input, options);
  if (input instanceof URL) return openDataset(fileURLToPath(input), options);
  if (input instanceof Uint8Array) return datasetOf('memory', await openMemory(input));
  if (input && typeof input === 'object' && Symbol.asyncIterator in input) {
    return datasetOf('stream', await openStream(input));
  }
  throw new TypeError('a backup is a path, a URL, a stream of bytes or a Uint8Array');
}

/** What talks to servers is loaded for those who want one. */
async function finalOf(path: string, options: MaterializeOptions): Promise<Dataset> {
  const { finalDataset } = await import('../materialize/dataset.js');
  return finalDataset(path, options);
}
