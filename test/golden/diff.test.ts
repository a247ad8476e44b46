import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CORPUS, FIXTURES, type Golden, goldens, lines } from '../helpers/corpus.js';
import { compared, essence } from '../helpers/diff.js';
import { modelDiff } from '../helpers/diff-model.js';
import type { TruthRecord } from '../helpers/truth.js';

/** Files of the same name hold much the same dataset, saved by one server after the other. */
function pairs(files: readonly Golden[]): (readonly [string, Golden, Golden])[] {
  const byName = new Map<string, Golden[]>();
  for (const file of files) {
    const name = file.name.split('/').at(-1) ?? '';
    byName.set(name, [...(byName.get(name) ?? []), file]);
  }
  const adjacent = [...byName.values()].flatMap((group) => group.map((file, i) => [file, group[i + 1] ?? group[0]]));
  // And what has little in common.
  const others = files.map((file, i) => [file, files[(i + 7) % files.length]]);
  return [...adjacent, ...others].map(([a, b]) => [`${a.name} and ${b.name}`, a, b] as const);
}

function truth({ truth: path }: Golden): TruthRecord[] {
  return lines(path) as unknown as TruthRecord[];
}

describe.each([
  ['fixtures', FIXTURES],
  ['the corpus', join(CORPUS, 'rdb')],
])('%s', (_name, folder) => {
  const files = goldens(folder).filter(({ name }) => !/damaged|loading/.test(name));
  it.each(pairs(files))('%s', async (_pair, left, right) => {
    const { summary, changes } = await compared([left.rdb], [right.rdb]);
    const expected = modelDiff(truth(left), truth(right));
    expect(changes.map(essence).sort()).toEqual(expected);
    expect(summary.added + summary.removed + summary.changed).toBe(expected.length);
    expect(summary.complete).toBe(true);
  });
});
