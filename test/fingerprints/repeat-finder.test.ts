import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { RepeatFinder, type RepeatFinderOptions } from '../../src/fingerprints/repeat-finder.js';
import { SpillError } from '../../src/fingerprints/spill-file.js';
import { runs } from '../helpers/runs.js';

/** A string and the space that it stands in. */
type Item = readonly [text: string, space: number];

/** What the finder tells: for each repetition the numbers of the item that was there first and of the one that repeats it. */
async function repeats(items: Iterable<Item>, options?: RepeatFinderOptions): Promise<[number, number][]> {
  const kernels = new Kernels();
  const block = kernels.heap.allocate(65536);
  const finder = new RepeatFinder(kernels, options);
  let number = 0;
  for (const [text, space] of items) {
    const bytes = Buffer.from(text);
    kernels.bytes.set(bytes, block);
    number++;
    // The upper word, too, has to come back.
    finder.add(block, block + bytes.length, space, number, number % 0x1000000);
  }
  const told: [number, number][] = [];
  await finder.finish((firstLow, firstHigh, secondLow, secondHigh) => {
    expect([firstHigh, secondHigh]).toEqual([firstLow % 0x1000000, secondLow % 0x1000000]);
    told.push([firstLow, secondLow]);
  });
  finder.close();
  return told.sort((a, b) => a[1] - b[1]);
}

/** The same with a map of JavaScript. */
function expected(items: readonly Item[]): [number, number][] {
  const first = new Map<string, number>();
  const told: [number, number][] = [];
  items.forEach(([text, space], i) => {
    const key = JSON.stringify([text, space]);
    const before = first.get(key);
    if (before === undefined) first.set(key, i + 1);
    else told.push([before, i + 1]);
  });
  return told;
}

function numbered(count: number, ...more: number[]): Item[] {
  const all = Array.from({ length: count }, (_, i): Item => [`key:${i}`, 0]);
  return [...all, ...more.map((i): Item => [`key:${i}`, 0])];
}

const SPILLS = { maxMemory: 1024 * 1024 };

describe('RepeatFinder', () => {
  it('agrees with a map of JavaScript', async () => {
    const item = fc.tuple(fc.string({ maxLength: 3, unit: 'binary' }), fc.constantFrom(0, 1, 15, 2 ** 40));
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 300 }), async (items) => {
        expect(await repeats(items)).toEqual(expected(items));
      }),
      { numRuns: runs(40) },
    );
  });

  it('finds nothing among many different ones', async () => {
    expect(await repeats(numbered(300_000))).toEqual([]);
  });

  it('finds repetitions in every place among many', async () => {
    const items: Item[] = [['key:0', 0], ...numbered(200_000, 199_999, 100_000, 0)];
    expect(await repeats(items)).toEqual(expected(items));
  });

  it.each([32_767, 32_768, 32_769, 33_000])('finds them where one partition becomes many: %i', async (count) => {
    const items = numbered(count, 0, count - 1);
    expect(await repeats(items)).toEqual(expected(items));
  });

  it('tells a string that comes often each time, with the place where it stood first', async () => {
    const items = [...numbered(40_000), ...Array.from({ length: 5000 }, (): Item => ['key:77', 0])];
    expect(await repeats(items)).toEqual(expected(items));
  });

  it('finds the same when it has to spill, and leaves no file', async () => {
    const before = spilled();
    const items = numbered(200_000, 0, 150_000, 150_000, 199_999);
    expect(await repeats(items, SPILLS)).toEqual(expected(items));
    expect(spilled()).toEqual(before);
  });

  it.each([512, 2048])('finds the same in several passes with tables of %i bytes', async (maxTable) => {
    const items = numbered(100_000, 0, 50_000, 99_999);
    expect(await repeats(items, { maxTable })).toEqual(expected(items));
    expect(await repeats(items, { ...SPILLS, maxTable })).toEqual(expected(items));
  });

  it('can be used again', async () => {
    const kernels = new Kernels();
    const finder = new RepeatFinder(kernels, SPILLS);
    const block = kernels.heap.allocate(64);
    for (let round = 0; round < 3; round++) {
      let told = 0;
      for (let i = 0; i < 100_000; i++) {
        kernels.view.setUint32(block, i === 99_999 ? 5 : i, true);
        finder.add(block, block + 4, 0, i + 1, 0);
      }
      await finder.finish(() => {
        told++;
      });
      expect(told).toBe(1);
    }
    finder.close();
  });

  it('says which directory failed', async () => {
    const run = repeats(numbered(200_000), { ...SPILLS, tmpDir: '/nowhere-at-all' });
    await expect(run).rejects.toThrow(SpillError);
    await expect(run).rejects.toThrow('/nowhere-at-all');
  });
});

function spilled(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('rdbkit-spill'));
}
