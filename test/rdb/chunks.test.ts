import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Level } from '../../src/rdb/visitor.js';
import { eventsOf, type Listening, shown } from '../helpers/events.js';
import { EVERY_FILE } from '../helpers/every-record.js';
import { runs } from '../helpers/runs.js';

const LEVELS: readonly [name: string, level: number][] = [
  ['nothing', Level.SKIP],
  ['raw bytes', Level.RAW],
  ['structure', Level.STRUCTURE],
  ['data', Level.DATA],
  ['raw bytes and data', Level.RAW | Level.DATA],
];

/** Pieces of the file in any sizes; those near 1 end inside of every element. */
const chunks = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 }),
);

describe('the same is told however the bytes arrive', () => {
  for (const [file, make] of EVERY_FILE) {
    const bytes = make();
    for (const [name, level] of LEVELS) {
      // Strings from 65 bytes on count as large, so that some pass in pieces.
      for (const largeString of [undefined, 64]) {
        const listening: Listening = { level, ...(largeString === undefined ? {} : { largeString }) };
        it(`${file}: ${name}${largeString ? ', large strings in pieces' : ''}`, async () => {
          const whole = await eventsOf(bytes, listening);
          expect(whole.result).toMatchObject({ complete: true, end: bytes.length });
          expect(whole.events.filter((event) => event.startsWith('!'))).toEqual([]);
          expect(await eventsOf(bytes, { ...listening, chunks: [1] })).toEqual(whole);
          await fc.assert(
            fc.asyncProperty(chunks, fc.boolean(), fc.integer({ min: 1, max: 5000 }), async (sizes, sized, window) => {
              expect(await eventsOf(bytes, { ...listening, chunks: sizes, sized, window })).toEqual(whole);
            }),
            { numRuns: runs(10) },
          );
        });
      }
    }
  }

  for (const release of ['redis-6.0', 'redis-7.0', 'redis-8.0', 'valkey-8.1', 'valkey-9.1']) {
    const bytes = readFileSync(new URL(`../../fixtures/${release}/all-types.rdb`, import.meta.url));
    for (const [name, level] of LEVELS) {
      it(`a real file of ${release}: ${name}`, async () => {
        const whole = await eventsOf(bytes, { level });
        for (const sizes of [[1], [7, 1, 300], [4096]]) {
          expect(await eventsOf(bytes, { level, chunks: sizes })).toEqual(whole);
        }
      });
    }
  }
});

describe('raw values are the bytes of the file', () => {
  for (const [name, sizes] of [
    ['all at once', undefined],
    ['byte by byte', [1]],
  ] as const) {
    const may = sizes ? it : it;
    may.each(EVERY_FILE)(`${name}: %s`, async (_file, make) => {
      const bytes = make();
      const { events } = await eventsOf(bytes, { level: Level.RAW, ...(sizes ? { chunks: sizes } : {}) });
      const ends = events.flatMap((event, i) => {
        const value = /^end of .* (\d+) bytes @(\d+)$/.exec(event);
        return value ? [{ raw: events[i - 1], length: Number(value[1]), offset: Number(value[2]) }] : [];
      });
      expect(ends.length).toBeGreaterThan(20);
      for (const { raw, length, offset } of ends) {
        expect(raw).toBe(`raw ${shown(bytes.subarray(offset, offset + length))}`);
      }
    });
  }
});
