// Scores of sorted sets in compact containers: text that servers print with 17 digits (up to Redis 7) or with as few as give
// the number back. JSON gets the latter.
import { out, put, putSigned, putUnsigned, writeAt } from './json-text';

/** Integers up to here are doubles of their own. */
const EXACT: i64 = 1 << 53;
/** A decimal of so many digits is the shortest form of the double that it gives. */
const SHORT_DIGITS: u32 = 15;
/** So many tell every double from the others. */
const ALL_DIGITS: u32 = 17;
/** Powers of ten that fit into 64 bits. */
const MOST_FRACTION: u32 = 19;
/** Numbers with more zeros behind the point are written with an exponent. */
const MOST_ZEROS: u32 = 5;

/** Writes an integer score; false, with nothing written, for one that is no double. */
// @ts-ignore: decorator
@inline
export function putIntegerScore(value: i64): bool {
  if (value > EXACT || value < -EXACT) return false;
  putSigned(value);
  return true;
}

/** Writes a score that stands as text; false, with nothing written, for one that somebody else has to look at. */
export function putTextScore(at: usize, length: u32): bool {
  const end = at + length;
  let p = at;
  const negative = length > 0 && load<u8>(p) == 0x2d;
  if (negative) p++;
  let mantissa: u64 = 0;
  let digits: u32 = 0; // without zeros in front
  let fraction: u32 = 0;
  let point: usize = 0;
  let zeros: u32 = 0; // behind the point, in front of the first digit
  const first = p;
  for (; p < end; p++) {
    const c = <u32>load<u8>(p);
    const digit = c - 0x30;
    if (digit > 9) {
      if (c != 0x2e || point != 0 || p == first) return false;
      point = p;
      continue;
    }
    if (point != 0) fraction++;
    if (digits == 0 && digit == 0) {
      if (point != 0) zeros++;
      continue;
    }
    if (digits == ALL_DIGITS) return false;
    mantissa = mantissa * 10 + digit;
    digits++;
  }
  // Integers, zero, and what has zeros in front or at its end are left to others.
  if (point == 0 || fraction == 0 || digits == 0 || zeros > MOST_ZEROS) return false;
  if (load<u8>(first) == 0x30 && point != first + 1) return false;
  if (load<u8>(end - 1) == 0x30) return false;
  if (digits > SHORT_DIGITS) return putLong(mantissa, digits, fraction, negative);
  const start = out;
  for (let i: u32 = 0; i < length; i++) store<u8>(start + i, load<u8>(at + i));
  writeAt(start + length);
  return true;
}

/**
 * A number given by 16 or 17 digits, `fraction` of them behind the point. When rounding it to 15 digits gives a double whose 17
 * digits are these, then those 15 are its shortest form.
 */
function putLong(mantissa: u64, digits: u32, fraction: u32, negative: bool): bool {
  if (digits < ALL_DIGITS) {
    mantissa *= 10;
    fraction++;
  }
  if (fraction > MOST_FRACTION || fraction < 3) return false;
  const short = (mantissa + 50) / 100;
  const shortFraction = fraction - 2;
  let power: f64 = 1;
  for (let i: u32 = 0; i < shortFraction; i++) power *= 10;
  // Both are exact, so the quotient is rounded once: it is the double that the digits mean.
  const bits = reinterpret<u64>(<f64>short / power);
  const exponent = <i32>(bits >> 52) - 1075;
  if (exponent >= 0 || exponent < -70) return false;
  const shift = <u32>-exponent;
  let scale: u64 = 1;
  for (let i: u32 = 0; i < fraction; i++) scale *= 10;
  // Of the double, times 10^fraction, times 2^shift, against the 17 digits times 2^shift: 128 bits each.
  multiply((bits & 0x000fffffffffffff) | 0x0010000000000000, scale);
  const wantedHigh = shift >= 64 ? mantissa << (shift - 64) : mantissa >> (64 - shift);
  const wantedLow = shift >= 64 ? 0 : mantissa << shift;
  let low: u64;
  let high: u64;
  if (productHigh > wantedHigh || (productHigh == wantedHigh && productLow >= wantedLow)) {
    low = productLow - wantedLow;
    high = productHigh - wantedHigh - <u64>(productLow < wantedLow);
  } else {
    low = wantedLow - productLow;
    high = wantedHigh - productHigh - <u64>(wantedLow < productLow);
  }
  const half = shift - 1;
  const near = half >= 64 ? high >> (half - 64) == 0 : high == 0 && low >> half == 0;
  if (!near) return false;
  if (negative) put(0x2d);
  putDecimal(short, shortFraction);
  return true;
}

let productHigh: u64 = 0;
let productLow: u64 = 0;

function multiply(a: u64, b: u64): void {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const lowLow = aLow * bLow;
  const highLow = aHigh * bLow + (lowLow >> 32);
  const lowHigh = aLow * bHigh + (highLow & 0xffffffff);
  productHigh = aHigh * bHigh + (highLow >> 32) + (lowHigh >> 32);
  productLow = (lowHigh << 32) | (lowLow & 0xffffffff);
}

/** `mantissa` divided by 10^`fraction`, without zeros at its end. */
function putDecimal(mantissa: u64, fraction: u32): void {
  while (fraction > 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    fraction--;
  }
  let scale: u64 = 1;
  for (let i: u32 = 0; i < fraction; i++) scale *= 10;
  putUnsigned(mantissa / scale);
  if (fraction == 0) return;
  put(0x2e);
  let rest = mantissa % scale;
  for (let at = out + fraction; at > out; rest /= 10) store<u8>(--at, 0x30 + <u32>(rest % 10));
  writeAt(out + fraction);
}

/** Doubles with so many digits behind the point are written here. */
const MOST_PLACES: u32 = 6;
const SHORT: f64 = 1e15;

/**
 * For the host: a double at `start`, in its shortest form; returns where it ends, or 0 for one that the host has to look at. What
 * has at most 15 digits has no shorter form.
 */
export function jsonScore(score: f64, start: usize): usize {
  writeAt(start);
  const size = abs(score);
  if (!(size < SHORT) || reinterpret<u64>(score) == 0x8000000000000000) return 0;
  let power: f64 = 1;
  for (let places: u32 = 0; places <= MOST_PLACES; places++) {
    const scaled = nearest(size * power);
    if (scaled >= SHORT) return 0;
    if (scaled / power == size) {
      if (score < 0) put(0x2d);
      putDecimal(<u64>scaled, places);
      return out;
    }
    power *= 10;
  }
  return 0;
}
