import type { Distribution } from '../report.js';
import { BUCKETS } from './state.js';

/** Each power of two from here on has so many counters, and so has what lies below. */
const FINE = 32;
const FINE_BITS = 5;

/** The counter that a whole number from 0 on belongs to, as in assembly/histogram.ts. */
function bucketOf(value: number): number {
  if (value < FINE) return value;
  const exponent = Math.floor(Math.log2(value));
  // log2 of a number just below a power of two may be rounded up to it.
  const e = 2 ** exponent > value ? exponent - 1 : exponent;
  return FINE * (e - FINE_BITS + 1) + (Math.floor(value / 2 ** (e - FINE_BITS)) % FINE);
}

/** The powers of two between which the values of a counter lie: 0, 1, 2-3, 4-7 … */
function rangeOf(bucket: number): { from: number; to: number } {
  if (bucket === 0) return { from: 0, to: 0 };
  const e = bucket < FINE ? Math.floor(Math.log2(bucket)) : Math.floor(bucket / FINE) + FINE_BITS - 1;
  return { from: 2 ** e, to: 2 ** (e + 1) - 1 };
}

/** The largest value of a counter. */
function lastOf(bucket: number): number {
  if (bucket < FINE) return bucket;
  const e = Math.floor(bucket / FINE) + FINE_BITS - 1;
  return (FINE + (bucket % FINE) + 1) * 2 ** (e - FINE_BITS) - 1;
}

/** Behind the counters. */
const SUM = BUCKETS - 2;
const LARGEST = BUCKETS - 1;

/** How values are spread: exact counts by powers of two, and percentiles to one part in 32. Values are whole, from 0 on. */
export class Histogram {
  /** `counts` may lie in the kernels' memory, where they are counted as well. */
  constructor(private readonly counts: Float64Array = new Float64Array(BUCKETS)) {}

  add(value: number): void {
    const { counts } = this;
    counts[bucketOf(value)]++;
    counts[SUM] += value;
    if (value > counts[LARGEST]) counts[LARGEST] = value;
  }

  report(): Distribution {
    const counters = this.counts.subarray(0, SUM);
    const [sum, max] = this.counts.subarray(SUM);
    const count = counters.reduce((all, n) => all + n, 0);
    const buckets: { from: number; to: number; count: number }[] = [];
    counters.forEach((n, bucket) => {
      if (n === 0) return;
      const range = rangeOf(bucket);
      const before = buckets.at(-1);
      if (before?.from === range.from) before.count += n;
      else buckets.push({ ...range, count: n });
    });
    const percentile = (share: number) => Math.min(max, valueAt(counters, Math.ceil(count * share)));
    return { count, sum, max, p50: percentile(0.5), p90: percentile(0.9), p99: percentile(0.99), buckets };
  }
}

/** The largest value of the counter where the first `wanted` values end; 0 for none. */
function valueAt(counters: Float64Array, wanted: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < counters.length && wanted > 0; bucket++) {
    seen += counters[bucket];
    if (seen >= wanted) return lastOf(bucket);
  }
  return 0;
}
