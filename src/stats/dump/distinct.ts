import { DISTINCT_REGISTERS } from './state.js';

/** The largest rank that a register can have, see assembly/prefixes.ts: 52 bits of a hash, and one. */
const MOST = 53;

/**
 * How many different hashes a HyperLogLog has seen, within 2 % at any number of them (standard error). The estimator is that of
 * Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), which needs no tables against a bias.
 */
export function estimateDistinct(registers: Uint8Array): number {
  const m = DISTINCT_REGISTERS;
  const counts = new Array<number>(MOST + 1).fill(0);
  for (const rank of registers) counts[rank]++;
  let z = m * tau(1 - counts[MOST] / m);
  for (let rank = MOST - 1; rank >= 1; rank--) z = (z + counts[rank]) / 2;
  z += m * sigma(counts[0] / m);
  return Math.round((m * m) / (2 * Math.LN2 * z));
}

/** x + the sum of 2^(k-1) x^(2^k). */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let sum = x;
  for (let y = 1, before = -1; sum !== before; y *= 2) {
    before = sum;
    x *= x;
    sum += x * y;
  }
  return sum;
}

/** A third of 1 - x - the sum of 2^-k (1 - x^(2^-k))^2. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let sum = 1 - x;
  for (let y = 0.5, before = -1; sum !== before; y /= 2) {
    before = sum;
    x = Math.sqrt(x);
    sum -= (1 - x) ** 2 * y;
  }
  return sum / 3;
}
