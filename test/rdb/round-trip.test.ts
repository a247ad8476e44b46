import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyKey, anyStreamKey, type Model } from '../helpers/models.js';
import { RdbBuilder } from '../helpers/rdb-builder.js';
import { runs } from '../helpers/runs.js';
import { base64, integer } from '../helpers/truth/format.js';
import { differences, truthOf } from '../helpers/truth.js';

/** Databases with keys of the models, each key with any attributes. */
function dataset(lineage: 'redis' | 'valkey', key: fc.Arbitrary<Model>) {
  const entry = fc.record({
    name: fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.integer().map((n) => Buffer.from(String(n))),
    ),
    db: fc.integer({ min: 0, max: 3 }),
    expireAtMs: fc.option(fc.integer({ min: 1, max: 2 ** 50 }), { nil: undefined }),
    freq: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
    model: key,
  });
  const keys = fc.uniqueArray(entry, { maxLength: 12, selector: (e) => `${e.db}/${base64(e.name)}` });
  return keys.map((list) => write(lineage, list));
}

interface Entry {
  name: Uint8Array;
  db: number;
  expireAtMs: number | undefined;
  freq: number | undefined;
  model: Model;
}

function write(lineage: 'redis' | 'valkey', entries: readonly Entry[]) {
  const builder = lineage === 'redis' ? new RdbBuilder(15) : new RdbBuilder(80, 'VALKEY');
  entries.forEach(({ model }, i) => {
    if (model.template) builder.hashTemplate(i, model.template);
  });
  entries.forEach(({ name, db, expireAtMs, freq, model }, i) => {
    builder.selectDb(db);
    if (expireAtMs !== undefined) builder.expireMs(expireAtMs);
    if (freq !== undefined) builder.freq(freq);
    builder.key(name, model.write(i), 'server');
  });
  const expected = entries.map(({ name, db, expireAtMs, freq, model }, i) => ({
    db,
    key: base64(name),
    type: model.type,
    expireAtMs: expireAtMs === undefined ? null : integer(expireAtMs),
    rdbType: model.write(i).type,
    ...(freq === undefined ? {} : { freq }),
    value: model.truth,
  }));
  return { file: builder.finish(), expected };
}

describe('what was written is read again', () => {
  for (const lineage of ['redis', 'valkey'] as const) {
    for (const [name, key] of [
      ['values of all types in all encodings', anyKey(lineage)],
      ['streams', anyStreamKey(lineage)],
    ] as const) {
      it(`${name}, ${lineage}`, async () => {
        const chunks = fc.constantFrom([1_000_000], [100], [3]);
        const largeString = fc.constantFrom(30, 1024 * 1024);
        await fc.assert(
          fc.asyncProperty(dataset(lineage, key), chunks, largeString, async ({ file, expected }, sizes, large) => {
            const { result, records, problems } = await truthOf(file, { chunks: sizes, largeString: large });
            expect(result).toMatchObject({ complete: true, end: file.length });
            expect(problems).toEqual([]);
            expect(differences(expected, records, 'writer')).toEqual([]);
          }),
          { numRuns: runs(60) },
        );
      });
    }
  }
});
