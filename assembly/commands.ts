// Command logs are mostly runs of well-formed commands of a few names. Whoever only counts them needs no word about each one.
import { registers } from './memory';

// A table of names, filled by the host (src/aof/command-table.ts draws the same picture):
//
//   0   f64 x 8    what the log has come to: file offset of the open MULTI or -1, selected database, mask of databases seen
//   64  u16 x 1024 slots: number of an entry plus 1, or 0
//   2112 entries of 64 bytes:
//       0 name in lower case, padded with zeros (24 bytes)   24 its length   28 fewest arguments   32 most   36 kind
//       40 f64 commands   48 f64 bytes   56 f64 file offset of the first one
// @ts-ignore: decorator
@inline
const SLOTS: usize = 64;
// @ts-ignore: decorator
@inline
const SLOT_MASK: u32 = 1023;
// @ts-ignore: decorator
@inline
const ENTRIES: usize = 64 + 2048;

// @ts-ignore: decorator
@inline
const MULTI: u32 = 1;
// @ts-ignore: decorator
@inline
const EXEC: u32 = 2;
// @ts-ignore: decorator
@inline
const SELECT: u32 = 3;

// @ts-ignore: decorator
@inline
const CRLF: u32 = 0x0a0d;
/** Reading a header looks that far ahead. */
// @ts-ignore: decorator
@inline
const AHEAD: usize = 16;

let next: usize = 0;
/** Bytes of the argument that was passed last. */
let lastLength: u32 = 0;
let word0: u64 = 0;
let word1: u64 = 0;
let word2: u64 = 0;

/** Puts entry `id` into its slot. */
export function commandAdd(table: usize, id: u32): void {
  const entry = table + ENTRIES + ((<usize>id) << 6);
  let slot = hash(load<u64>(entry), load<u64>(entry, 8), load<u64>(entry, 16));
  while (load<u16>(table + SLOTS + (slot << 1)) != 0) slot = (slot + 1) & SLOT_MASK;
  store<u16>(table + SLOTS + (slot << 1), id + 1);
}

/**
 * Walks commands from `at` on whose lines are written as servers write them, whose names stand in the table, and which have
 * as many arguments as it says; counts them there. `base` is the file offset of address 0. Returns where it stopped: before
 * anything else, or near `end`. Results: how many commands.
 */
export function commandRun(at: usize, end: usize, base: f64, table: usize): usize {
  let multiAt = load<f64>(table);
  let commands: u32 = 0;
  while (at + AHEAD <= end) {
    if (load<u8>(at) != 0x2a) break;
    const argc = number(at + 1);
    if (<i32>argc < 1) break;
    let p = next;
    // The name.
    if (p + AHEAD > end || load<u8>(p) != 0x24) break;
    const nameLength = number(p + 1);
    const name = next;
    if (nameLength > 24 || name + 32 > end || <u32>load<u16>(name + nameLength) != CRLF) break;
    const entry = find(table, name, nameLength);
    if (entry == 0 || argc < load<u32>(entry, 28) || argc > load<u32>(entry, 32)) break;
    p = argumentsFrom(name + nameLength + 2, end, argc - 1);
    if (p == 0) break;
    const kind = load<u32>(entry, 36);
    if (kind != 0) {
      if (kind == MULTI) {
        if (multiAt >= 0) break;
        multiAt = base + <f64>at;
      } else if (kind == EXEC) {
        if (multiAt < 0) break;
        multiAt = -1;
      } else if (kind == SELECT) {
        const length = lastLength;
        const argument = p - 2 - length;
        // One or two digits, of a database that was seen before.
        const high = <u32>load<u8>(argument) - 0x30;
        let db = high;
        if (length == 2) {
          const low = <u32>load<u8>(argument, 1) - 0x30;
          if (high == 0 || low > 9) break;
          db = high * 10 + low;
        } else if (length != 1) break;
        if (high > 9 || db > 31 || ((<u32>load<f64>(table, 16)) & (1 << db)) == 0) break;
        store<f64>(table, <f64>db, 8);
      }
    }
    const count = load<f64>(entry, 40);
    if (count == 0) store<f64>(entry, base + <f64>at, 56);
    store<f64>(entry, count + 1, 40);
    store<f64>(entry, load<f64>(entry, 48) + <f64>(p - at), 48);
    commands++;
    at = p;
  }
  store<f64>(table, multiAt);
  store<u32>(registers, commands);
  return at;
}

/**
 * Passes `count` arguments from `at` on. Returns the address behind them, 0 when they are not all there, or not all written as
 * servers write them.
 */
export function argumentsRun(at: usize, end: usize, count: u32): usize {
  return argumentsFrom(at, end, count);
}

// @ts-ignore: decorator
@inline
function argumentsFrom(at: usize, end: usize, count: u32): usize {
  let p = at;
  for (let i: u32 = 0; i < count; i++) {
    if (p + AHEAD > end || load<u8>(p) != 0x24) return 0;
    const length = number(p + 1);
    if (<i32>length < 0 || <u64>next + length + 2 > <u64>end) return 0;
    p = next + length;
    if (<u32>load<u16>(p) != CRLF) return 0;
    p += 2;
    lastLength = length;
  }
  return p;
}

/**
 * The number at `at`, up to nine digits as servers write them, and CR LF; `next` is set behind it. 0xffffffff for anything
 * else. Reads up to AHEAD - 1 bytes from `at`, wherever they end.
 */
// @ts-ignore: decorator
@inline
function number(at: usize): u32 {
  const word = load<u32>(at);
  let value = (word & 0xff) - 0x30;
  if (value > 9) return 0xffffffff;
  if (((word >> 8) & 0xffff) == CRLF) {
    next = at + 3;
    return value;
  }
  if (value == 0) return 0xffffffff;
  const second = ((word >> 8) & 0xff) - 0x30;
  if (second > 9) return 0xffffffff;
  value = value * 10 + second;
  if (word >> 16 == CRLF) {
    next = at + 4;
    return value;
  }
  return longNumber(at + 2, value);
}

function longNumber(at: usize, start: u32): u32 {
  let value = start;
  for (let i = 0; i < 7; i++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) break;
    value = value * 10 + digit;
    at++;
  }
  if (<u32>load<u16>(at) != CRLF) return 0xffffffff;
  next = at + 2;
  return value;
}

// @ts-ignore: decorator
@inline
function find(table: usize, name: usize, length: u32): usize {
  if (length == 0) return 0;
  word1 = 0;
  word2 = 0;
  if (length <= 8) word0 = lower(load<u64>(name) & (<u64>-1 >> ((8 - length) << 3)));
  else {
    word0 = lower(load<u64>(name));
    if (length <= 16) word1 = lower(load<u64>(name, 8) & (<u64>-1 >> ((16 - length) << 3)));
    else {
      word1 = lower(load<u64>(name, 8));
      word2 = lower(load<u64>(name, 16) & (<u64>-1 >> ((24 - length) << 3)));
    }
  }
  let slot = hash(word0, word1, word2);
  while (true) {
    const id = <u32>load<u16>(table + SLOTS + (slot << 1));
    if (id == 0) return 0;
    const entry = table + ENTRIES + ((<usize>(id - 1)) << 6);
    if (
      load<u64>(entry) == word0 &&
      load<u64>(entry, 8) == word1 &&
      load<u64>(entry, 16) == word2 &&
      load<u32>(entry, 24) == length
    ) {
      return entry;
    }
    slot = (slot + 1) & SLOT_MASK;
  }
}

/** Eight bytes with A to Z in lower case. */
// @ts-ignore: decorator
@inline
function lower(word: u64): u64 {
  const low = word & 0x7f7f7f7f7f7f7f7f;
  const fromA = low + 0x3f3f3f3f3f3f3f3f;
  const aboveZ = low + 0x2525252525252525;
  return word | ((fromA & ~aboveZ & ~word & 0x8080808080808080) >> 2);
}

// @ts-ignore: decorator
@inline
function hash(a: u64, b: u64, c: u64): u32 {
  const mixed = (a ^ (b * 0x9fb21c651e98df25) ^ (c * 0xd6e8feb86659fd93)) * 0x9e3779b97f4a7c15;
  return <u32>(mixed >> 54);
}
