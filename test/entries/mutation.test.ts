// Whatever is wrong with a file, a loop over its entries ends, with an error that says so or with none.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackupError, type Entry, type Finding, readEntries } from '../../src/index.js';
import { FIXTURES, goldens } from '../helpers/corpus.js';
import { runs } from '../helpers/runs.js';

const LARGEST = 64 * 1024;
const files = goldens(FIXTURES)
  .map(({ rdb }) => readFileSync(rdb))
  .filter(({ length }) => length <= LARGEST);

interface Mutation {
  readonly file: number;
  /** Where, as a part of the file. */
  readonly changes: readonly (readonly [place: number, byte: number])[];
  readonly cut: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  file: fc.nat({ max: files.length - 1 }),
  changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 255 })), { maxLength: 4 }),
  cut: fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  ),
});

function mutated({ file, changes, cut }: Mutation): Uint8Array {
  const bytes = new Uint8Array(files[file]);
  // The magic stays: a file that is none is refused before anything is read.
  for (const [place, byte] of changes) bytes[9 + Math.floor(place * (bytes.length - 10))] = byte;
  return bytes.subarray(0, 9 + Math.floor(cut * (bytes.length - 9)));
}

async function read(bytes: Uint8Array, onDamage?: (finding: Finding) => void) {
  const entries: Entry[] = [];
  const iterator = readEntries(bytes, { onTooLarge: () => undefined, ...(onDamage ? { onDamage } : {}) });
  let error: unknown;
  try {
    for await (const entry of iterator) entries.push(entry);
  } catch (reason) {
    error = reason;
  }
  return { entries, error, ending: iterator.ending };
}

describe('files with some bytes changed', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it('give entries up to the damage, and all that can be read with `onDamage`', async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async (wanted) => {
        const bytes = mutated(wanted);
        const strict = await read(bytes);
        const findings: Finding[] = [];
        const tolerant = await read(bytes, (finding) => findings.push(finding));
        expect(tolerant.error).toBeUndefined();
        expect(strict.error === undefined || strict.error instanceof BackupError).toBe(true);
        expect(strict.error === undefined).toBe(strict.ending?.outcome === 'sound');
        expect(tolerant.ending?.findings).toEqual(findings.slice(0, 100));
        expect(strict.entries.length).toBeLessThanOrEqual(tolerant.entries.length);
        expect(tolerant.entries.slice(0, strict.entries.length)).toEqual(strict.entries);
      }),
      { numRuns: runs(50) },
    );
  }, 180_000);
});
