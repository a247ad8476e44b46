// Comparisons as the command makes them, with all differences in hand.
import { openDataset } from '../../src/backup/dataset.js';
import type { Change } from '../../src/diff/change.js';
import { DatasetSide } from '../../src/diff/dataset-side.js';
import { type DiffOptions, diff } from '../../src/diff/diff.js';
import type { DiffSummary } from '../../src/diff/report.js';

export interface Compared {
  readonly summary: DiffSummary;
  /** Copies. */
  readonly changes: readonly Change[];
}

/** Compares files; several on a side are shards. */
export async function compared(
  left: readonly string[],
  right: readonly string[],
  options: Partial<DiffOptions> = {},
): Promise<Compared> {
  const { filter = {}, ignoreTtl = false, ttlTolerance = 0, maxMemory = 64 * 2 ** 20, depth = 2 } = options;
  const sides = await Promise.all([left, right].map((paths) => Promise.all(paths.map((path) => openDataset(path)))));
  try {
    const [a, b] = sides.map((datasets) => new DatasetSide(datasets, { filter, now: 'file', clockMs: Date.now() }));
    const found = await diff(a, b, { ...options, filter, ignoreTtl, ttlTolerance, maxMemory, depth });
    const changes: Change[] = [];
    for (const change of found.changes()) changes.push({ ...change, key: change.key.slice() });
    found.close();
    return { summary: found.summary, changes };
  } finally {
    await Promise.all(sides.flat().map((dataset) => dataset.close()));
  }
}

/** What a change says, without sizes and places. */
export function essence({ change, db, key, what }: Change): string {
  const name = Buffer.from(key).toString('base64');
  return [change, db, name, ...what].join(' ');
}
