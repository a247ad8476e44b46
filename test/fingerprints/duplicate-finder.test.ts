import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { DuplicateFinder } from '../../src/fingerprints/duplicate-finder.js';
import type { RepeatFinderOptions } from '../../src/fingerprints/repeat-finder.js';
import { SpillError } from '../../src/fingerprints/spill-file.js';
import { runs } from '../helpers/runs.js';

/** More than one table takes, so that the finder works in partitions. */
const MANY = 200_000;

/** How many of the strings repeat one before, by the finder: those told at once and those told at the end. */
async function repetitions(strings: Iterable<string>, expected: number, options?: RepeatFinderOptions) {
  const kernels = new Kernels();
  const block = kernels.heap.allocate(65536);
  const finder = new DuplicateFinder(kernels, options);
  finder.begin(expected);
  let found = 0;
  for (const text of strings) {
    const bytes = Buffer.from(text);
    kernels.bytes.set(bytes, block);
    if (finder.add(block, block + bytes.length, 1)) found++;
  }
  found += (await finder.finish()).count;
  finder.close();
  return found;
}

function* numbered(count: number, ...more: number[]): Generator<string> {
  for (let i = 0; i < count; i++) yield `member:${i}`;
  for (const i of more) yield `member:${i}`;
}

describe('DuplicateFinder', () => {
  it('agrees with a set of JavaScript, in one table and in partitions', async () => {
    const words = fc.array(fc.string({ maxLength: 3 }), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(words, fc.constantFrom(300, MANY), async (strings, expected) => {
        expect(await repetitions(strings, expected)).toBe(strings.length - new Set(strings).size);
      }),
      { numRuns: runs(40) },
    );
  });

  it('finds nothing among many different ones', async () => {
    expect(await repetitions(numbered(MANY), MANY)).toBe(0);
  });

  it('finds the first, the last and one in the middle among many', async () => {
    expect(await repetitions(numbered(MANY, 0, MANY - 1, 51_234), MANY)).toBe(3);
  });

  it('finds the same when it has to spill, and leaves no file', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('rdbkit-spill'));
    const options = { maxMemory: 1024 * 1024, tmpDir: tmpdir() };
    expect(await repetitions(numbered(MANY, 7, 99_999), MANY, options)).toBe(2);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('rdbkit-spill'))).toEqual(before);
  });

  it('says which directory failed', async () => {
    const options = { maxMemory: 1024 * 1024, tmpDir: '/nowhere-at-all' };
    const run = repetitions(numbered(MANY), MANY, options);
    await expect(run).rejects.toThrow(SpillError);
    await expect(run).rejects.toThrow('/nowhere-at-all');
  });
});
