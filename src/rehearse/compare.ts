import { type Dataset, openDataset } from '../backup/dataset.js';
import type { Change } from '../diff/change.js';
import { DatasetSide } from '../diff/dataset-side.js';
import { diff } from '../diff/diff.js';
import type { DiffSummary } from '../diff/report.js';
import type { KeyDifference } from './report.js';

export interface CompareOptions {
  readonly maxMemory: number;
  readonly tmpDir: string | undefined;
  readonly clockMs: number;
  /** Keys, and fields of hashes, that have expired by then are left out on both sides. */
  readonly expiredBy: number | undefined;
  /** How many differences are named. */
  readonly limit: number;
  /** Called now and then with bytes that were read, of all that will be. */
  readonly onProgress: ((done: number, total: number | undefined) => void) | undefined;
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

/** As TYPE answers: types whose values mean the same wherever they are saved. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['string', 'list', 'set', 'zset', 'hash', 'stream', 'array']);
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
  const { maxMemory, tmpDir, clockMs, expiredBy, limit } = options;
  const leftOut = expiredBy === undefined ? {} : { expiredBy };
  const progress = new Progress(
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
      const change = kindOf(each);
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

/** Modules need not save the same value as the same bytes: graphs of vector sets, for one. */
function kindOf({ change, what, left, right }: Change): KeyDifference['change'] {
  const isValueOnly = what.length === 1 && what[0] === 'value';
  return isValueOnly && left && right && !PLAIN_TYPES.has(left.type) ? 'unsure' : CHANGES[change];
}

/** Bytes over both looks at both sides, one after the other. */
class Progress {
  private before = 0;
  private last = 0;
  private side = 0;

  constructor(
    private readonly sizes: readonly (number | undefined)[],
    private readonly onProgress: CompareOptions['onProgress'],
  ) {}

  /** For the options of a side. */
  of(side: number): { readonly onProgress?: (done: number) => void } {
    const { sizes, onProgress } = this;
    const [left, right] = sizes;
    if (!onProgress || left === undefined || right === undefined) return {};
    return {
      onProgress: (done) => {
        // A look that begins, of this side or the other one: the look before it is over.
        if (side !== this.side || done < this.last) this.before += sizes[this.side] ?? 0;
        this.side = side;
        this.last = done;
        onProgress(this.before + done, 2 * (left + right));
      },
    };
  }
}
