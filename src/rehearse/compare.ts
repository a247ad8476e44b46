import { type Dataset, openDataset } from '../backup/dataset.js';
import { DatasetSide } from '../diff/dataset-side.js';
import { diff } from '../diff/diff.js';
import type { DiffSummary } from '../diff/report.js';
import type { KeyDifference } from './report.js';

export interface CompareOptions {
  readonly maxMemory: number;
  readonly tmpDir: string | undefined;
  readonly clockMs: number;
  /** How many differences are named. */
  readonly limit: number;
  /** Called now and then with bytes that were read, of all that will be. */
  readonly onProgress: ((done: number, total: number | undefined) => void) | undefined;
}

/** What a comparison of all keys found. */
export interface ComparedKeys {
  readonly summary: DiffSummary;
  /** The largest first. */
  readonly differences: readonly KeyDifference[];
}

const CHANGES = { added: 'extra', removed: 'missing', changed: 'different' } as const;

/**
 * Compares every key of a backup with what a server saved. Rejects with BackupError when the data of the backup do not stand in
 * a dump, with SpillError, and with the system's error.
 */
export async function compareKeys(backup: string, saved: string, options: CompareOptions): Promise<ComparedKeys> {
  const opened: Dataset[] = [];
  try {
    for (const path of [backup, saved]) opened.push(await openDataset(path));
    return await compare(opened, options);
  } finally {
    for (const dataset of opened) await dataset.close().catch(() => undefined);
  }
}

async function compare(datasets: readonly Dataset[], options: CompareOptions): Promise<ComparedKeys> {
  const { maxMemory, tmpDir, clockMs, limit } = options;
  const sizes = datasets.map(({ inputSize }) => inputSize);
  const [left, right] = datasets.map(
    (dataset, i) => new DatasetSide([dataset], { filter: {}, now: 'file', clockMs, ...progress(options, sizes, i) }),
  );
  const found = await diff(left, right, {
    filter: {},
    ignoreTtl: false,
    ttlTolerance: 0,
    maxMemory,
    depth: 1,
    separators: [],
    ...(tmpDir === undefined ? {} : { tmpDir }),
  });
  try {
    const differences: KeyDifference[] = [];
    for (const { change, db, key, what, left: before, right: after } of found.changes()) {
      if (differences.length >= limit) break;
      const type = (before ?? after)?.type ?? '';
      differences.push({ change: CHANGES[change], db, key: key.slice(), what: [...what], type });
    }
    return { summary: found.summary, differences };
  } finally {
    found.close();
  }
}

/** Both sides are read once, and differing keys looked at again: that look is short, and not counted. */
function progress({ onProgress }: CompareOptions, sizes: readonly (number | undefined)[], side: number) {
  if (!onProgress) return {};
  const [left, right] = sizes;
  const total = left === undefined || right === undefined ? undefined : left + right;
  const before = side === 0 ? 0 : (left ?? 0);
  return { onProgress: (done: number) => onProgress(before + done, total) };
}
