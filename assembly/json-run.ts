// Runs of small strings, each as one JSON object, without a word to the host about each one.
import { isDecimal } from './key-stats';
import { out, put, putIntegerString, putString, putUnsigned, writeAt } from './json-text';
import { registers } from './memory';

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
/** Expiries beyond are no times, and no integers that JSON readers keep. */
// @ts-ignore: decorator
@inline
const LATEST: i64 = (1 << 53) - 1;
/** Servers keep strings of up to so many bytes in one block with their object. */
// @ts-ignore: decorator
@inline
const EMBSTR: u32 = 44;

/** What one object takes at most, with texts of up to 63 bytes in it. */
const ROOM: usize = 2048;

// The host's texts, each a pair of 32-bit words, address and length: what stands in front of the name; by encoding what stands
// behind it, up to the value when there is no expiry, or up to the expiry; and the rest.
const HEAD: usize = 0;
const NEVER: usize = 8;
const EXPIRES: usize = 32;
const VALUE: usize = 56;
const FREQUENCY: usize = 64;
const IDLE_TIME: usize = 72;
const END: usize = 80;

/** Copies in steps of sixteen bytes. */
// @ts-ignore: decorator
@inline
function putText(pair: usize): void {
  const from = <usize>load<u32>(pair);
  const length = <usize>load<u32>(pair, 4);
  for (let done: usize = 0; done < length; done += 16) v128.store(out + done, v128.load(from + done));
  writeAt(out + length);
}

/**
 * Writes the keys `[EXPIRETIME_MS] [FREQ or IDLE] STRING name value` from `at` on, at most `most` of them, where names are plain
 * and have at most 63 bytes, and values too, or are integers. `texts`: see above. Returns where it stopped: before something else,
 * near `end`, or when room runs out. Registers: the next place for output, the number of keys.
 */
export function jsonRun(
  at: usize,
  end: usize,
  texts: usize,
  form: u32,
  most: u32,
  start: usize,
  outEnd: usize,
): usize {
  writeAt(start);
  let keys: u32 = 0;
  while (at + LONGEST <= end && keys < most && out + ROOM <= outEnd) {
    let next = at;
    let expireAt: i64 = -1;
    if (<u32>load<u8>(next) == EXPIRETIME_MS) {
      expireAt = load<i64>(next, 1);
      if (expireAt < 0 || expireAt > LATEST) break;
      next += 9;
    }
    const attribute = <u32>load<u8>(next);
    let use: u32 = 0;
    if (attribute == FREQ) {
      use = <u32>load<u8>(next, 1);
      next += 2;
    } else if (attribute == IDLE) {
      const size = <u32>load<u8>(next, 1);
      if (size < 0x40) {
        use = size;
        next += 2;
      } else if (size < 0x80) {
        use = ((size & 0x3f) << 8) | <u32>load<u8>(next, 2);
        next += 3;
      } else if (size == 0x80) {
        use = bswap<u32>(load<u32>(next, 2));
        next += 6;
      } else break;
    }
    const nameLength = <u32>load<u8>(next, 1);
    if (<u32>load<u8>(next) != STRING || nameLength >= 0x40) break;
    const name = next + 2;
    const value = name + nameLength;
    const lead = <u32>load<u8>(value);
    let number: i64 = 0;
    let encoding: usize = 0;
    next = value + 1;
    if (lead < 0x40) {
      if (!mayBeInteger(next, lead) || !isDecimal(next, lead)) encoding = lead <= EMBSTR ? 8 : 16;
      next += lead;
    } else if (lead == 0xc0) {
      number = <i64>load<i8>(next);
      next += 1;
    } else if (lead == 0xc1) {
      number = <i64>load<i16>(next);
      next += 2;
    } else if (lead == 0xc2) {
      number = <i64>load<i32>(next);
      next += 4;
    } else break;
    putText(texts + HEAD);
    putString(form, name, nameLength);
    if (expireAt < 0) putText(texts + NEVER + encoding);
    else {
      putText(texts + EXPIRES + encoding);
      putUnsigned(<u64>expireAt);
      putText(texts + VALUE);
    }
    if (lead < 0x40) putString(form, value + 1, lead);
    else putIntegerString(form, number);
    if (attribute == FREQ || attribute == IDLE) {
      putText(texts + (attribute == FREQ ? FREQUENCY : IDLE_TIME));
      putUnsigned(use);
    }
    putText(texts + END);
    at = next;
    keys++;
  }
  store<u32>(registers, <u32>out);
  store<u32>(registers, keys, 4);
  return at;
}

// @ts-ignore: decorator
@inline
function mayBeInteger(at: usize, length: u32): bool {
  const first = <u32>load<u8>(at);
  return length != 0 && length <= 20 && (first - 0x30 <= 9 || first == 0x2d);
}
