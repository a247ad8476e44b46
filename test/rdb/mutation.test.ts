import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFindingCode } from '../../src/errors.js';
import { Level } from '../../src/rdb/visitor.js';
import { eventsOf, type Listening } from '../helpers/events.js';
import { EVERY_FILE } from '../helpers/every-record.js';
import { runs } from '../helpers/runs.js';

const FIXTURES = [
  'redis-6.0/all-types',
  'redis-8.0/field-expiry',
  'redis-8.8/nack',
  'valkey-9.1/all-types',
  'valkey-9.1/cluster',
];

const SEEDS: readonly (readonly [name: string, bytes: Buffer])[] = [
  ...EVERY_FILE.map(([name, make]) => [name, make()] as const),
  ...FIXTURES.map((name) => [name, readFileSync(new URL(`../../fixtures/${name}.rdb`, import.meta.url))] as const),
];

/** Bytes that mean something in some place: lengths, encodings, opcodes, end marks. */
const TELLING = [0, 1, 2, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xc3, 0xf0, 0xf4, 0xfa, 0xfc, 0xfe, 0xff];

type Change = (bytes: Buffer) => Buffer;

/** Applies one change after another to a copy of `seed`. */
function mutant(seed: Buffer, changes: readonly Change[]): Buffer {
  let bytes: Buffer = Buffer.from(seed);
  for (const apply of changes) if (bytes.length > 0) bytes = apply(bytes);
  return bytes;
}

const place = fc.nat({ max: 2 ** 31 - 1 });
const byte = fc.oneof(fc.constantFrom(...TELLING), fc.nat({ max: 255 }));

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(place, byte).map(
      ([at, value]): Change =>
        (bytes) => {
          bytes[at % bytes.length] = value;
          return bytes;
        },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(place, fc.nat({ max: 7 })).map(
      ([at, bit]): Change =>
        (bytes) => {
          bytes[at % bytes.length] ^= 1 << bit;
          return bytes;
        },
    ),
  },
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 9 })).map(
    ([at, more]): Change =>
      (bytes) => {
        const cut = at % bytes.length;
        return Buffer.concat([bytes.subarray(0, cut), more, bytes.subarray(cut)]);
      },
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(
    ([at, length]): Change =>
      (bytes) => {
        const cut = at % bytes.length;
        return Buffer.concat([bytes.subarray(0, cut), bytes.subarray(cut + length)]);
      },
  ),
  fc.tuple(place, place, fc.integer({ min: 1, max: 60 })).map(
    ([from, to, length]): Change =>
      (bytes) => {
        bytes.copyWithin(to % bytes.length, from % bytes.length, (from % bytes.length) + length);
        return bytes;
      },
  ),
  place.map(
    (at): Change =>
      (bytes) =>
        bytes.subarray(0, at % bytes.length),
  ),
);

const listening: fc.Arbitrary<Listening> = fc.record({
  level: fc.constantFrom(Level.SKIP, Level.RAW, Level.STRUCTURE, Level.DATA, Level.RAW | Level.DATA),
  largeString: fc.constantFrom(64, 1024 * 1024),
  checkCompressed: fc.boolean(),
  sized: fc.boolean(),
  chunks: fc.constantFrom([1_000_000], [1000, 77], [13]),
});

/** The end, or a stop that says why and where; and every problem with a code and a place inside of the file. */
async function endsWell(bytes: Buffer, how: Listening): Promise<'complete' | 'stopped'> {
  const { events, result } = await eventsOf(bytes, how);
  for (const event of events) {
    const problem = /^! (\S+) @(-?\d+)$/.exec(event);
    if (!problem) continue;
    expect(isFindingCode(problem[1])).toBe(true);
    expect(Number(problem[2])).toBeGreaterThanOrEqual(0);
    expect(Number(problem[2])).toBeLessThanOrEqual(bytes.length);
  }
  if (result.complete) {
    expect(result.end).toBeLessThanOrEqual(bytes.length);
    return 'complete';
  }
  expect(isFindingCode(result.failure.code)).toBe(true);
  expect(result.failure.message).not.toBe('');
  expect(result.failure.offset).toBeGreaterThanOrEqual(0);
  expect(result.failure.offset).toBeLessThanOrEqual(bytes.length);
  return 'stopped';
}

/** A large string may be damaged in two ways at once; which of them is met first depends on the pieces. */
function anyLzfDamage(events: readonly string[]): string[] {
  return events.map((event) => event.replace(/^! LZF_(BAD_REFERENCE|WRONG_LENGTH|TRUNCATED)/, '! LZF_…'));
}

describe('damage never crashes or hangs the parser', () => {
  it.each(SEEDS)('%s', async (_name, seed) => {
    const seen = { complete: 0, stopped: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), listening, async (changes, how) => {
        seen[await endsWell(mutant(seed, changes), how)]++;
      }),
      { numRuns: runs(120) },
    );
    // Changes that only ever stop the parser, or never do, would test little.
    expect(seen.complete).toBeGreaterThan(10);
    expect(seen.stopped).toBeGreaterThan(10);
  });

  it.each(SEEDS)('nor is it told otherwise when it arrives in pieces: %s', async (_name, seed) => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), listening, async (changes, how) => {
        // Raw bytes are left out as long as chunks.test.ts expects them to fail.
        const level = how.level ?? Level.DATA;
        const bytes = mutant(seed, changes);
        const whole = await eventsOf(bytes, { ...how, level, chunks: [1_000_000] });
        const pieces = await eventsOf(bytes, { ...how, level, chunks: [11] });
        expect(pieces.result).toEqual(whole.result);
        expect(anyLzfDamage(pieces.events)).toEqual(anyLzfDamage(whole.events));
      }),
      { numRuns: runs(40) },
    );
  });

  it('nor do bytes that are nothing at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('REDIS0003', 'REDIS0009', 'REDIS0011', 'REDIS0015', 'VALKEY080'),
        fc.array(fc.oneof(byte, fc.nat({ max: 40 })), { maxLength: 200 }),
        listening,
        async (head, body, how) => {
          await endsWell(Buffer.concat([Buffer.from(head), Buffer.from(body)]), how);
        },
      ),
      { numRuns: runs(400) },
    );
  });
});
