import * as fc from 'fast-check';

/** A generator of 32-bit numbers from a seed, for bulk data that a shrinker need not look into (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** `length` bytes that no compressor likes. */
export function randomBytes(seed: number, length: number): Uint8Array {
  const next = randomNumbers(seed);
  return Uint8Array.from({ length }, () => next() & 0xff);
}

const WORDS =
  'user session order cart item price total name email address city active pending shipped 2024 true false'.split(' ');

/** Data as real values are: words that repeat, runs of one byte, noise, and mixtures of them. */
export function variedBytes(maxLength = 20_000): fc.Arbitrary<Uint8Array> {
  const seed = fc.integer({ min: 0, max: 0xffffffff });
  const part = fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 2000 }))
      .map(([b, n]) => new Uint8Array(n).fill(b)),
    fc.tuple(seed, fc.integer({ min: 0, max: 3000 })).map(([s, n]) => randomBytes(s, n)),
    fc.tuple(seed, fc.integer({ min: 1, max: 400 })).map(([s, n]) => words(s, n)),
    fc.tuple(seed, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 200 })).map(([s, n, times]) => {
      const period = randomBytes(s, n);
      return Uint8Array.from({ length: n * times }, (_, i) => period[i % n]);
    }),
  );
  return fc.array(part, { minLength: 0, maxLength: 8 }).map((parts) => Buffer.concat(parts).subarray(0, maxLength));
}

function words(seed: number, count: number): Uint8Array {
  const next = randomNumbers(seed);
  return Buffer.from(Array.from({ length: count }, () => WORDS[next() % WORDS.length]).join(' '), 'latin1');
}
