// Runs of small strings are most of what most files hold. Whoever only counts them and remembers their names needs no word
// about each one.
import { registers } from './memory';
import { appendString } from './partitions';

// As in rdb/format.ts.
// @ts-ignore: decorator
@inline
const STRING: u32 = 0;
// @ts-ignore: decorator
@inline
const EXPIRETIME_MS: u32 = 252;
/** Expiry, type, name and value of a string whose name and value have at most 63 bytes. */
// @ts-ignore: decorator
@inline
const LONGEST: u32 = 9 + 1 + 64 + 64;

/**
 * Walks records `[EXPIRETIME_MS] STRING name value` from `at` on, where names are plain and have at most 63 bytes, and values
 * too, or are integers. Names go to the partitions at `heads`, with the file offset of the type as payload, and with bit 55
 * set when the key has expired by `now`; 0 for no partitions. `base` is the file offset of address 0.
 *
 * Returns where it stopped: before something else, before an expiry that is not between `earliest` and `latest`, near `end`,
 * or when a partition's room is used up. Results: that partition plus 1, or 0; the keys; how many expire; how many have.
 */
export function smallStrings(
  at: usize,
  end: usize,
  base: f64,
  space: f64,
  now: f64,
  earliest: f64,
  latest: f64,
  heads: usize,
  mask: u32,
): usize {
  const offsetOf0 = <i64>base;
  const nowMs = <i64>now;
  const from = <i64>earliest;
  const to = <i64>latest;
  const db = (<u64>min<f64>(space, 2047)) << 44;
  let keys: u32 = 0;
  let expires: u32 = 0;
  let expired: u32 = 0;
  let full: u32 = 0;
  while (at + LONGEST <= end) {
    let start = at;
    let expireAt: i64 = 0;
    const hasExpiry = <u32>load<u8>(at) == EXPIRETIME_MS;
    if (hasExpiry) {
      expireAt = load<i64>(at, 1);
      if (expireAt < from || expireAt > to) break;
      start += 9;
    }
    const nameLength = <u32>load<u8>(start, 1);
    if (<u32>load<u8>(start) != STRING || nameLength >= 0x40) break;
    const value = start + 2 + nameLength;
    const lead = <u32>load<u8>(value);
    let next = value + 1;
    if (lead < 0x40) next += lead;
    else if (lead == 0xc0) next += 1;
    else if (lead == 0xc1) next += 2;
    else if (lead == 0xc2) next += 4;
    else break;
    keys++;
    at = next;
    let payload = <u64>(offsetOf0 + <i64>start) | db;
    if (hasExpiry) {
      expires++;
      if (expireAt < nowMs) {
        expired++;
        payload |= (<u64>1) << 55;
      }
    }
    if (heads != 0) {
      full = appendString(heads, mask, space, start + 2, nameLength, payload);
      if (full != 0) break;
    }
  }
  store<u32>(registers, full);
  store<u32>(registers, keys, 4);
  store<u32>(registers, expires, 8);
  store<u32>(registers, expired, 12);
  return at;
}
