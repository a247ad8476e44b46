import { type Dataset, openDataset } from '../backup/dataset.js';
import { isUnsure } from '../diff/change.js';
import { DatasetSide } from '../diff/dataset-side.js';
import { diff } from '../diff/diff.js';
import type { DiffSummary } from '../diff/report.js';
import type { BackupFiles } from '../disposable/backup-files.js';
import type { KeyRecord } from '../rdb/visitor.js';
import { openBase } from './base.js';
import { CompareProgress, type OnCompared } from './compare-progress.js';
import type { KeyDifference } from './report.js';
import type { WrittenKeys } from './written-keys.js';

export interface CompareOptions {
  readonly maxMemory: number;
  readonly tmpDir: string | undefined;
  readonly clockMs: number;
  /** Keys, and fields of hashes, that have expired by then are left out on both sides. */
  readonly expiredBy: number | undefined;
  /** Keys that commands may have changed are left out on both sides; undefined when there are none. */
  readonly written: WrittenKeys | undefined;
  /** How many differences are named. */
  readonly limit: number;
  readonly onProgress: OnCompared | undefined;
}

/** What a comparison of all keys found. */
export interface ComparedKeys {
  readonly summary: DiffSummary;
  /** How many keys of each database differ, and how. */
  readonly counts: ReadonlyMap<number, Readonly<Record<KeyDifference['change'], number>>>;
  /** How many differ in all. */
  readonly count: number;
  /** The largest first. */
  readonly differences: readonly KeyDifference[];
}

const CHANGES = { added: 'extra', removed: 'missing', changed: 'different' } as const;

/**
 * Compares the keys of the dump that a backup is, or begins with, with what a server saved. Rejects with BackupError when it
 * begins with commands, with SpillError, and with the system's error.
 */
export async function compareKeys(files: BackupFiles, saved: string, options: CompareOptions): Promise<ComparedKeys> {
  const opened: Dataset[] = [];
  try {
    opened.push(await openBase(files));
    opened.push(await openDataset(saved));
    return await compare(opened, options);
  } finally {
    for (const dataset of opened) await dataset.close().catch(() => undefined);
  }
}

async function compare(datasets: readonly Dataset[], options: CompareOptions): Promise<ComparedKeys> {
  const { maxMemory, tmpDir, clockMs, expiredBy, written, limit } = options;
  const leftOut = {
    ...(expiredBy === undefined ? {} : { expiredBy }),
    ...(written ? { wanted: (key: KeyRecord) => isUnwritten(key, written) } : {}),
  };
  const progress = new CompareProgress(
    datasets.map(({ inputSize }) => inputSize),
    options.onProgress,
  );
  const [left, right] = datasets.map(
    (dataset, i) => new DatasetSide([dataset], { filter: {}, now: 'file', clockMs, ...leftOut, ...progress.of(i) }),
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
    const counts = new Map<number, Record<KeyDifference['change'], number>>();
    let count = 0;
    for (const each of found.changes()) {
      const change = isUnsure(each) ? 'unsure' : CHANGES[each.change];
      const ofDb = counts.get(each.db) ?? { missing: 0, different: 0, extra: 0, unsure: 0 };
      counts.set(each.db, ofDb);
      ofDb[change]++;
      count++;
      if (differences.length >= limit) continue;
      const type = (each.left ?? each.right)?.type ?? '';
      differences.push({ change, db: each.db, key: each.key.slice(), what: [...each.what], type });
    }
    return { summary: found.summary, counts, count, differences };
  } finally {
    found.close();
  }
}

/** A name that cannot be read may be any name. */
function isUnwritten({ db, name }: KeyRecord, written: WrittenKeys): boolean {
  return name.resolve() === undefined && !written.has(db, name.buffer, name.start, name.end);
}
