// Counting keys: every key goes to its group (database, type and encoding), the histograms, its slot, its prefixes. Runs of
// small strings, most of what most files hold, are walked here without a word to the host about each one.
import { addMany, addTo } from './histogram';
import { addToPrefixes } from './prefixes';
import { addToSlot, findTag, tagAt, tagLength } from './slots';
import {
  addFloat,
  addKey,
  BYTES_ABOVE,
  EXPIRED,
  FREQUENCY,
  IDLE_SECONDS,
  KEY_LENGTHS,
  MEMORY_ABOVE,
  NOW_MS,
  SHORT,
  state,
  STRING_MEMORY,
  TTL_SECONDS,
  VALUE_BYTES,
  word,
} from './stats-state';

// As in rdb/format.ts.
// @ts-ignore: decorator
@inline
const STRING: u32 = 0;
// @ts-ignore: decorator
@inline
const EXPIRETIME_MS: u32 = 252;
// @ts-ignore: decorator
@inline
const IDLE: u32 = 248;
// @ts-ignore: decorator
@inline
const FREQ: u32 = 249;
/** Expiry, idle time, type, name and value of a string whose name and value have at most 63 bytes. */
// @ts-ignore: decorator
@inline
const LONGEST: u32 = 9 + 6 + 1 + 64 + 64;
/** Servers keep strings of up to so many bytes in one block with their object. */
// @ts-ignore: decorator
@inline
const EMBSTR: u32 = 44;
/** Expiries beyond are no times. */
// @ts-ignore: decorator
@inline
const LATEST: i64 = 1 << 53;

/** Counts one key. */
export function statsKey(
  group: usize,
  name: usize,
  nameLength: u32,
  expires: u32,
  expireAt: f64,
  bytes: f64,
  valueBytes: f64,
  memory: f64,
  elements: f64,
): void {
  addKey(group, expires, bytes, memory, elements);
  if (expires) addExpiry(group, expireAt);
  addTo(word(KEY_LENGTHS), <u64>nameLength);
  addTo(word(VALUE_BYTES), <u64>valueBytes);
  findTag(name, nameLength);
  addToSlot(name, nameLength, bytes, memory);
  addToPrefixes(name, nameLength, tagAt, tagLength, expires, bytes, memory, elements);
}

// @ts-ignore: decorator
@inline
function addExpiry(group: usize, expireAt: f64): void {
  const left = expireAt - load<f64>(state + NOW_MS);
  if (left < 0) addFloat(group + EXPIRED, 1);
  else addTo(word(TTL_SECONDS), <u64>Math.ceil(left / 1000));
}

/**
 * Counts the records `[EXPIRETIME_MS] [FREQ or IDLE] STRING name value` from `at` on, where names are plain and have at most 63 bytes, and
 * values too, or are integers. The groups are those of strings in the encodings int, embstr and raw. Returns where it
 * stopped: before something else, before a key that is among the biggest, or near `end`. With `slots` their slots are
 * counted as well; else `slotsRun` does that, on another thread.
 */
export function statsRun(at: usize, end: usize, ints: usize, embstrs: usize, raws: usize, slots: u32): usize {
  const tables = <usize>word(STRING_MEMORY);
  const bytesAbove = load<f64>(state + BYTES_ABOVE);
  const memoryAbove = load<f64>(state + MEMORY_ABOVE);
  const lengths = <usize>word(SHORT);
  const values = lengths + 64 * 4;
  while (at + LONGEST <= end) {
    let start = at;
    let expireAt: i64 = 0;
    const expires = <u32>(<u32>load<u8>(at) == EXPIRETIME_MS);
    if (expires) {
      expireAt = load<i64>(at, 1);
      if (expireAt < 0 || expireAt > LATEST) break;
      start += 9;
    }
    const attribute = <u32>load<u8>(start);
    let use: u32 = 0;
    if (attribute == FREQ) {
      use = <u32>load<u8>(start, 1);
      start += 2;
    } else if (attribute == IDLE) {
      const size = <u32>load<u8>(start, 1);
      if (size < 0x40) {
        use = size;
        start += 2;
      } else if (size < 0x80) {
        use = ((size & 0x3f) << 8) | <u32>load<u8>(start, 2);
        start += 3;
      } else if (size == 0x80) {
        use = bswap<u32>(load<u32>(start, 2));
        start += 6;
      } else break;
    }
    const nameLength = <u32>load<u8>(start, 1);
    if (<u32>load<u8>(start) != STRING || nameLength >= 0x40) break;
    const value = start + 2 + nameLength;
    const lead = <u32>load<u8>(value);
    let next = value + 1;
    let row: u32 = 0;
    let group = ints;
    if (lead < 0x40) {
      next += lead;
      if (!isInteger(value + 1, lead)) {
        row = lead + 1;
        group = lead <= EMBSTR ? embstrs : raws;
      }
    } else if (lead == 0xc0) next += 1;
    else if (lead == 0xc1) next += 2;
    else if (lead == 0xc2) next += 4;
    else break;
    const bytes = <f64>(next - at);
    const cell = (<usize>(expires * 65 + row) << 6) + nameLength;
    const memory = <f64>load<u16>(tables + (cell << 1));
    if (bytes > bytesAbove || memory > memoryAbove) break;
    addKey(group, expires, bytes, memory, 1);
    if (expires) addExpiry(group, <f64>expireAt);
    // Counted as 32-bit words here, and added to the histograms at the end.
    count(lengths, nameLength);
    count(values, <u32>(next - value));
    findTag(start + 2, nameLength);
    if (slots) addToSlot(start + 2, nameLength, bytes, memory);
    addToPrefixes(start + 2, nameLength, tagAt, tagLength, expires, bytes, memory, 1);
    if (attribute == FREQ) addTo(word(FREQUENCY), <u64>use);
    else if (attribute == IDLE) addTo(word(IDLE_SECONDS), <u64>use);
    at = next;
  }
  pour(lengths, word(KEY_LENGTHS));
  pour(values, word(VALUE_BYTES));
  return at;
}

// @ts-ignore: decorator
@inline
function count(counters: usize, value: u32): void {
  const at = counters + (<usize>value << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Adds counters of the values 0 to 63, or 1 to 64, to a histogram, and clears them. */
function pour(counters: usize, histogram: usize): void {
  for (let value: u32 = 0; value < 65; value++) {
    const counted = load<u32>(counters + (<usize>value << 2));
    if (counted == 0) continue;
    addMany(histogram, <u64>value, <f64>counted);
    store<u32>(counters + (<usize>value << 2), 0);
  }
}

/** Counts the slots of a run: of all records between `at` and `end`, which `statsRun` took. */
export function slotsRun(at: usize, end: usize): void {
  const tables = <usize>word(STRING_MEMORY);
  while (at < end) {
    let start = at;
    const expires = <u32>(<u32>load<u8>(at) == EXPIRETIME_MS);
    if (expires) start += 9;
    const attribute = <u32>load<u8>(start);
    if (attribute == FREQ) start += 2;
    else if (attribute == IDLE) {
      const size = <u32>load<u8>(start, 1);
      start += size < 0x40 ? 2 : size < 0x80 ? 3 : 6;
    }
    const nameLength = <u32>load<u8>(start, 1);
    const value = start + 2 + nameLength;
    const lead = <u32>load<u8>(value);
    let next = value + 1;
    let row: u32 = 0;
    if (lead < 0x40) {
      next += lead;
      if (!isInteger(value + 1, lead)) row = lead + 1;
    } else next += lead == 0xc0 ? 1 : lead == 0xc1 ? 2 : 4;
    const cell = (<usize>(expires * 65 + row) << 6) + nameLength;
    findTag(start + 2, nameLength);
    addToSlot(start + 2, nameLength, <f64>(next - at), <f64>load<u16>(tables + (cell << 1)));
    at = next;
  }
}

/** Whether servers keep this text as an integer: the decimal form of a signed 64-bit number. */
// @ts-ignore: decorator
@inline
function isInteger(at: usize, length: u32): bool {
  if (length == 0 || length > 20) return false;
  const first = <u32>load<u8>(at);
  if (first - 0x30 > 9 && first != 0x2d) return false;
  return isDecimal(at, length);
}

/** The same for any text that begins like a number. */
export function isDecimal(at: usize, length: u32): bool {
  const negative = <u32>load<u8>(at) == 0x2d;
  const digits = length - <u32>negative;
  if (digits == 0 || digits > 19) return false;
  let i = at + <usize>negative;
  const end = at + length;
  if (<u32>load<u8>(i) == 0x30) return length == 1;
  let value: u64 = 0;
  for (; i < end; i++) {
    const digit = <u32>load<u8>(i) - 0x30;
    if (digit > 9) return false;
    value = value * 10 + <u64>digit;
  }
  return value <= 0x7fffffffffffffff + <u64>negative;
}
