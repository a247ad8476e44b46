// Histograms of 64-bit floats: one counter for each value below 32, from there on 32 for each power of two. Powers of two can
// be read off them exactly, and percentiles to one part in 32. Behind the counters stand the sum and the largest value.
import { addFloat } from './stats-state';

// @ts-ignore: decorator
@inline
const SUM: usize = 2046 * 8;
// @ts-ignore: decorator
@inline
const LARGEST: usize = 2047 * 8;

/** The counter that a value belongs to; values are below 2^53. */
// @ts-ignore: decorator
@inline
export function bucketOf(value: u64): u32 {
  if (value < 32) return <u32>value;
  const exponent = 63 - <u32>clz<u64>(value);
  return ((exponent - 4) << 5) + (<u32>(value >> (exponent - 5)) & 31);
}

// @ts-ignore: decorator
@inline
export function addTo(histogram: usize, value: u64): void {
  addMany(histogram, value, 1);
}

/** Adds the same value several times. */
// @ts-ignore: decorator
@inline
export function addMany(histogram: usize, value: u64, times: f64): void {
  addFloat(histogram + (<usize>bucketOf(value) << 3), times);
  addFloat(histogram + SUM, <f64>value * times);
  if (<f64>value > load<f64>(histogram, LARGEST)) store<f64>(histogram, <f64>value, LARGEST);
}
