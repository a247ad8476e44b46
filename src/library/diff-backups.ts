// Comparing backups from a program.
import { BackupError } from '../backup/dataset.js';
import type { Change } from '../diff/change.js';
import { DatasetSide } from '../diff/dataset-side.js';
import { diff } from '../diff/diff.js';
import type { DiffSummary } from '../diff/report.js';
import type { FilterOptions } from '../keyspace/filters.js';
import { type BackupInput, openAny } from './open-backup.js';

/** How two backups are compared. */
export interface DiffBackupsOptions {
  /** Only these keys of both sides. `limit` means nothing here. */
  readonly filters?: Omit<FilterOptions, 'limit'>;
  /** Expiries of keys and of fields are not compared. */
  readonly ignoreTtl?: boolean;
  /** Expiries of keys are the same when they are not further apart, in ms; default 0. */
  readonly ttlTolerance?: number;
  /** Bytes for tables; what does not fit is spilled. Default 512 MiB. */
  readonly maxMemory?: number;
  /** Where to spill; default the system's temporary directory. */
  readonly tmpDir?: string;
  /** What separates the parts of names, for the summary by prefix; default: seen in the names. */
  readonly separators?: readonly string[];
  /** Levels of prefixes in the summary; default 2. */
  readonly depth?: number;
}

/** What changed between two backups. Close it when it is no longer needed, or say `using`. */
export interface BackupDiff extends Disposable {
  readonly summary: DiffSummary;
  /**
   * All differences, the largest change first, then by database and the bytes of the name; can be asked for again. The bytes
   * of a name are good until the next difference is asked for.
   */
  changes(): Generator<Change>;
  /** Gives memory and temporary files back. */
  close(): void;
}

const DEFAULT_MEMORY = 512 * 1024 * 1024;
const DEFAULT_DEPTH = 2;

/**
 * Compares two backups by meaning: type, value, expiry, expiries of fields, streams with their groups. Encodings, the order in
 * sets and hashes, and who wrote a file make no difference. Several inputs on one side are the shards of one dataset. Keys are
 * compared by keyed fingerprints of 128 bits.
 *
 * Each input is read twice: rejects with BackupError for a stream, and for what has no data that can be read (see `openBackup`);
 * with RangeError for options that make no sense. What is wrong with a backup is in the summary (`complete`, and `findings` of
 * the inputs): look at it before calling two backups equal.
 *
 * @example
 * ```ts
 * using found = await diffBackups('monday.rdb', 'tuesday.rdb');
 * const { added, removed, changed, complete } = found.summary;
 * console.log(complete && added + removed + changed === 0 ? 'equal' : 'different');
 * for (const { change, db, key } of found.changes()) console.log(change, db, bytesToText(key));
 * ```
 */
export async function diffBackups(
  left: BackupInput | readonly BackupInput[],
  right: BackupInput | readonly BackupInput[],
  options: DiffBackupsOptions = {},
): Promise<BackupDiff> {
  const {
    filters = {},
    ignoreTtl = false,
    ttlTolerance = 0,
    maxMemory = DEFAULT_MEMORY,
    depth = DEFAULT_DEPTH,
  } = options;
  if (!(ttlTolerance >= 0)) throw new RangeError('ttlTolerance is a number of ms, 0 or more');
  if (!(maxMemory >= 1)) throw new RangeError('maxMemory is a number of bytes');
  if (!(Number.isInteger(depth) && depth >= 1)) throw new RangeError('depth is 1 or more');
  const opened: Awaited<ReturnType<typeof openAny>>[] = [];
  try {
    const sides: DatasetSide[] = [];
    const clockMs = Date.now();
    for (const inputs of [left, right]) {
      const datasets = [];
      for (const input of isList(inputs) ? inputs : [inputs]) {
        const dataset = await openAny(input);
        opened.push(dataset);
        if (!dataset.repeatable)
          throw new BackupError('unusable', 'it is read twice: a stream has to be in a file first');
        datasets.push(dataset);
      }
      sides.push(new DatasetSide(datasets, { filter: filters, now: 'file', clockMs }));
    }
    const { separators, tmpDir } = options;
    const found = await diff(sides[0], sides[1], {
      ...{ filter: filters, ignoreTtl, ttlTolerance, maxMemory, depth },
      ...(separators ? { separators } : {}),
      ...(tmpDir === undefined ? {} : { tmpDir }),
    });
    const close = () => found.close();
    return { summary: found.summary, changes: () => found.changes(), close, [Symbol.dispose]: close };
  } finally {
    for (const dataset of opened) await dataset.close().catch(() => undefined);
  }
}

function isList(input: BackupInput | readonly BackupInput[]): input is readonly BackupInput[] {
  return Array.isArray(input);
}
