// Holds what a target has against the input, key by key: by bytes, and what has other bytes by meaning.
import { type Dataset, openDataset } from '../backup/dataset.js';
import { reserveSpool } from '../backup/spool.js';
import { FileSink } from '../bytes/sinks/file.js';
import type { Change } from '../diff/change.js';
import { DatasetSide } from '../diff/dataset-side.js';
import { diff } from '../diff/diff.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { expiryWithinMs } from '../live/expire-time.js';
import { LiveRdb } from '../live/live-rdb.js';
import type { KeyRecord } from '../rdb/visitor.js';
import type { KeyMapping } from './key-mapping.js';
import type { OddKeys } from './odd-keys.js';
import { readLoaded } from './read-loaded.js';

const DEFAULT_MEMORY = 64 * 1024 * 1024;

export interface CompareOptions {
  readonly mapping: KeyMapping;
  readonly maxMemory?: number | undefined;
  readonly tmpDir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with how many bytes of the input are done, and how many keys were compared. */
  readonly onProgress?: ((done: number, keys: number) => void) | undefined;
}

/** What a comparison found; database and name are those of the input. */
export interface Compared {
  readonly compared: number;
  readonly expired: number;
  readonly changes: () => Iterable<Change>;
  readonly missing: number;
  readonly different: number;
  close(): void;
}

/**
 * Compares keys of an input with what the target has under their names there. Keys that have expired meanwhile are no difference.
 * `wanted` makes what every walk over the input asks about its keys, in their order. Values of the target that are not the same bytes as those
 * of the input pass through a temporary file. Rejects with LiveError, SpillError and errors of the system.
 */
export async function compareWithTarget(
  dataset: Dataset,
  target: BulkTarget,
  wanted: () => Promise<(key: KeyRecord) => boolean>,
  options: CompareOptions,
): Promise<Compared> {
  const spool = reserveSpool(options.tmpDir);
  try {
    const sink = new FileSink(spool.path, { mode: 0o600, durable: false });
    const rdb = new LiveRdb(target, sink, Date.now());
    try {
      const read = await readLoaded(dataset, target, rdb, await wanted(), options);
      await rdb.end();
      const { odd, asked, endedMs } = read;
      if (odd.count === 0) return { ...NOTHING_ODD, compared: asked };
      return {
        ...(await compareOdd(dataset, spool.path, odd, await wanted(), target, endedMs, options)),
        compared: asked,
      };
    } catch (error) {
      sink.abandon();
      throw error;
    }
  } finally {
    spool.remove();
  }
}

const NOTHING_ODD = { expired: 0, missing: 0, different: 0, changes: () => [], close: () => undefined };

/** Compares by meaning; `copy` is the path of an RDB with what the target has for these keys. */
async function compareOdd(
  dataset: Dataset,
  path: string,
  odd: OddKeys,
  wanted: (key: KeyRecord) => boolean,
  target: BulkTarget,
  expiredBy: number,
  { maxMemory = DEFAULT_MEMORY, tmpDir }: CompareOptions,
): Promise<Omit<Compared, 'compared'>> {
  const copy = await openDataset(path);
  try {
    const common = { filter: {}, now: 'real', clockMs: expiredBy, expiredBy } as const;
    let place = 0;
    const isOdd = (key: KeyRecord) => wanted(key) && odd.has(place);
    const left = new DatasetSide([dataset], {
      ...common,
      wanted: (key) => {
        const isAsked = isOdd(key);
        place++;
        return isAsked;
      },
    });
    const found = await diff(left, new DatasetSide([copy], common), {
      filter: {},
      ignoreTtl: false,
      ttlTolerance: expiryWithinMs(target),
      maxMemory,
      depth: 1,
      ...(tmpDir === undefined ? {} : { tmpDir }),
    });
    const { summary } = found;
    return {
      expired: summary.left.inputs.reduce((sum, { expired }) => sum + expired, 0),
      missing: summary.removed,
      different: summary.changed,
      changes: found.changes,
      close: found.close,
    };
  } finally {
    await copy.close();
  }
}
