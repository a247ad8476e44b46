// The compact containers (listpack, ziplist, intset) checked in one walk: every entry inside the blob, lengths that lead both
// ways, the counts, and no member or field twice. What stands at the end of each function is what `redis-check-rdb` and
// `valkey-check-rdb` look at; the caller turns codes into findings.
//
//   listpack  u32 total, u16 count, entries, ff         entry = encoding+data, backlen
//   ziplist   u32 bytes, u32 tail, u16 count, entries, ff   entry = prevlen, encoding, data
//   intset    u32 width, u32 count, integers ascending
import { registers } from './memory';
import { sipHash64 } from './siphash';

// Codes; the same list stands in src/rdb/containers/codes.ts.
const OK: u32 = 0;
const TOO_SHORT: u32 = 1;
const BAD_TOTAL: u32 = 2;
const NO_TERMINATOR: u32 = 3;
const BAD_ENCODING: u32 = 4;
const OUT_OF_BOUNDS: u32 = 5;
const BAD_BACKLEN: u32 = 6;
const BAD_COUNT: u32 = 7;
const UNEVEN: u32 = 8;
const DUPLICATE: u32 = 9;
const BAD_TAIL: u32 = 10;
const BAD_PREVLEN: u32 = 11;
const EARLY_END: u32 = 12;
const BAD_EXPIRE: u32 = 13;
const EMPTY: u32 = 14;
const NEED_TABLE: u32 = 15;
const UNSORTED: u32 = 16;
const BAD_WIDTH: u32 = 17;
const BAD_SIZE: u32 = 18;

const LISTPACK: u32 = 0;

// The entry decoded last.
export let isInteger: bool = false;
export let integer: i64 = 0;
export let textAt: usize = 0;
export let textLength: u32 = 0;
/** Size of encoding and data, without backlen or prevlen; 0 = invalid encoding. */
export let entrySize: u64 = 0;

// @ts-ignore: decorator
@inline
function isInt(value: i64, size: u64): void {
  isInteger = true;
  integer = value;
  entrySize = size;
}

// @ts-ignore: decorator
@inline
function isText(at: usize, length: u32, head: u32): void {
  isInteger = false;
  textAt = at + head;
  textLength = length;
  entrySize = <u64>length + head;
}

/** Reads at most nine bytes; callers leave that much readable memory behind every blob. */
// @ts-ignore: decorator
@inline
export function decodeListpack(at: usize): void {
  const b: u32 = load<u8>(at);
  if (b < 0x80) isInt(b, 1);
  else if (b < 0xc0) isText(at, b & 0x3f, 1);
  else if (b < 0xe0) {
    const v: i32 = ((b & 0x1f) << 8) | load<u8>(at, 1);
    isInt(v >= 4096 ? v - 8192 : v, 2);
  } else if (b < 0xf0) isText(at, ((b & 0x0f) << 8) | load<u8>(at, 1), 2);
  else if (b == 0xf0) isText(at, load<u32>(at, 1), 5);
  else if (b == 0xf1) isInt(load<i16>(at, 1), 3);
  else if (b == 0xf2) isInt((load<i32>(at, 0) >> 8), 4);
  else if (b == 0xf3) isInt(load<i32>(at, 1), 5);
  else if (b == 0xf4) isInt(load<i64>(at, 1), 9);
  else entrySize = 0;
}

/** The part after prevlen. */
// @ts-ignore: decorator
@inline
export function decodeZiplist(at: usize): void {
  const b: u32 = load<u8>(at);
  if (b < 0x40) isText(at, b, 1);
  else if (b < 0x80) isText(at, ((b & 0x3f) << 8) | load<u8>(at, 1), 2);
  else if (b == 0x80) isText(at, bswap<u32>(load<u32>(at, 1)), 5);
  else if (b == 0xc0) isInt(load<i16>(at, 1), 3);
  else if (b == 0xd0) isInt(load<i32>(at, 1), 5);
  else if (b == 0xe0) isInt(load<i64>(at, 1), 9);
  else if (b == 0xf0) isInt((load<i32>(at, 0) >> 8), 4);
  else if (b == 0xfe) isInt(load<i8>(at, 1), 2);
  else if (b >= 0xf1 && b <= 0xfd) isInt((b & 0x0f) - 1, 1);
  else entrySize = 0;
}

// @ts-ignore: decorator
@inline
export function prevlenSize(at: usize): u32 {
  return load<u8>(at) < 254 ? 1 : 5;
}

// @ts-ignore: decorator
@inline
export function decode(kind: u32, at: usize): void {
  if (kind == LISTPACK) decodeListpack(at);
  else decodeZiplist(at + prevlenSize(at));
}

// @ts-ignore: decorator
@inline
export function backlenSize(size: u64): u32 {
  if (size <= 127) return 1;
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  if (size < 268435455) return 4;
  return 5;
}

function backlenIs(at: usize, size: u64, bytes: u32): bool {
  for (let i: u32 = 0; i < bytes; i++) {
    const group = <u32>(size >> (7 * (bytes - 1 - i))) & 0x7f;
    if (<u32>load<u8>(at + i) != (i == 0 ? group : group | 0x80)) return false;
  }
  return true;
}

/** Text that is the canonical form of a 64-bit integer counts as that integer: `5` and `"5"` are one member. */
function foldInteger(): void {
  if (isInteger || textLength == 0 || textLength > 20) return;
  let p = textAt;
  const end = textAt + textLength;
  const negative = load<u8>(p) == 0x2d;
  if (negative) p++;
  if (p == end) return;
  let digit = <u32>load<u8>(p) - 48;
  if (digit > 9) return;
  if (digit == 0 && (negative || end - p > 1)) return;
  let value: u64 = digit;
  for (p++; p < end; p++) {
    digit = <u32>load<u8>(p) - 48;
    if (digit > 9) return;
    if (value > 922337203685477580 || (value == 922337203685477580 && digit > <u32>(negative ? 8 : 7))) return;
    value = value * 10 + digit;
  }
  isInteger = true;
  integer = negative ? <i64>(0 - value) : <i64>value;
}

/**
 * Small containers use a hash that a hostile writer could defeat. Occupied slots that are met are counted: past what chance
 * explains, the keyed hash takes over.
 */
const PLAIN_HASH_UP_TO: u32 = 1024;
let occupiedMet: u32 = 0;

// @ts-ignore: decorator
@inline
function mix(hash: u64, word: u64): u64 {
  let h = (hash ^ word) * 0xff51afd7ed558ccd;
  h ^= h >> 29; // the product carries differences up only; this brings them down
  h *= 0xc4ceb9fe1a85ec53;
  return h ^ (h >> 32);
}

/** Reads up to seven bytes behind the text: a container has its end there, and callers leave room behind it. */
// @ts-ignore: decorator
@inline
function quickHash(at: usize, length: u32): u64 {
  const seed: u64 = 0x9e3779b97f4a7c15 ^ length;
  if (length < 8) return mix(seed, load<u64>(at) & ((<u64>1 << (length << 3)) - 1));
  // Two words that overlap serve for up to 16 bytes, without a loop whose end cannot be predicted.
  const last = load<u64>(at + length - 8);
  let h = mix(seed, load<u64>(at));
  for (let done: u32 = 8; done + 8 < length; done += 8) h = mix(h, load<u64>(at + done));
  return mix(h, last);
}

/** Puts the entry at `at` into the table of offsets; true when an equal one is there. */
function insertEntry(kind: u32, blob: usize, at: usize, table: usize, mask: u32, hostile: bool): bool {
  decode(kind, at);
  if (!isInteger && textLength != 0 && load<u8>(textAt) <= 0x39) foldInteger();
  const value = integer;
  if (!isInteger) return insertText(kind, blob, at, textAt, textLength, table, mask, hostile);
  let hash: u64;
  if (hostile) {
    store<i64>(registers, value, 64);
    hash = sipHash64(registers + 64, 8);
  } else {
    hash = mix(0x9e3779b97f4a7c15, value);
  }
  let slot = <u32>hash & mask;
  let seen = load<u32>(table + (slot << 2));
  while (seen != 0) {
    decode(kind, blob + seen);
    foldInteger();
    if (isInteger && value == integer) return true;
    occupiedMet++;
    slot = (slot + 1) & mask;
    seen = load<u32>(table + (slot << 2));
  }
  store<u32>(table + (slot << 2), <u32>(at - blob));
  return false;
}

/** The same for text that is not the text of an integer. */
function insertText(kind: u32, blob: usize, at: usize, text: usize, length: u32, table: usize, mask: u32, hostile: bool): bool {
  let slot = <u32>(hostile ? sipHash64(text, length) : quickHash(text, length)) & mask;
  let seen = load<u32>(table + (slot << 2));
  while (seen != 0) {
    decode(kind, blob + seen);
    if (!isInteger && length == textLength && memory.compare(text, textAt, length) == 0) return true;
    occupiedMet++;
    slot = (slot + 1) & mask;
    seen = load<u32>(table + (slot << 2));
  }
  store<u32>(table + (slot << 2), <u32>(at - blob));
  return false;
}

/** Slots for so many entries: a power of two, at most a quarter full, so that most entries find their slot empty. */
// @ts-ignore: decorator
@inline
function tableSize(entries: u32): u32 {
  return entries < 3 ? 8 : 4 << (32 - clz<u32>(entries - 1));
}

/** Looks for the first of each `tuple` entries twice. The entries are known to be sound. */
function findDuplicate(
  kind: u32,
  blob: usize,
  first: usize,
  end: usize,
  count: u32,
  tuple: u32,
  table: usize,
  slots: u32,
  defeated: bool,
): u32 {
  const needed = count / tuple;
  if (needed < 2) return OK;
  const size = tableSize(needed);
  if (size > slots) {
    store<u32>(registers, size, 12);
    return NEED_TABLE;
  }
  memory.fill(table, 0, size << 2);
  const hostile = defeated || needed > PLAIN_HASH_UP_TO;
  const patience: u32 = 2 * needed + 64;
  occupiedMet = 0;
  let at = first;
  let index: u32 = 0;
  while (at < end) {
    decode(kind, at);
    const size64 = entrySize;
    const next = kind == LISTPACK ? at + <usize>size64 + backlenSize(size64) : at + prevlenSize(at) + <usize>size64;
    if (index == 0 && insertEntry(kind, blob, at, table, size - 1, hostile)) {
      store<u32>(registers, <u32>(at - blob));
      return DUPLICATE;
    }
    if (!hostile && occupiedMet > patience) {
      return findDuplicate(kind, blob, first, end, count, tuple, table, slots, true);
    }
    if (++index == tuple) index = 0;
    at = next;
  }
  return OK;
}

// @ts-ignore: decorator
@inline
function fail(code: u32, offset: usize, count: u32): u32 {
  store<u32>(registers, <u32>offset);
  store<u32>(registers, count, 4);
  return code;
}

/**
 * Registers: u32 offset of the fault in the blob, u32 entries walked, one free word, u32 table slots needed (NEED_TABLE),
 * i64 lowest expiry.
 * `tuple` 1, 2 or 3; `unique` asks for the first of each tuple to be unique; with tuple 3 the third is an expiry.
 * A damage that ends the walk outranks one that does not.
 */
export function checkListpack(blob: usize, length: u32, tuple: u32, unique: bool, table: usize, slots: u32): u32 {
  if (length < 7) return fail(TOO_SHORT, 0, 0);
  if (load<u32>(blob) != length) return fail(BAD_TOTAL, 0, 0);
  const end = blob + length - 1;
  if (load<u8>(end) != 0xff) return fail(NO_TERMINATOR, length - 1, 0);
  let at = blob + 6;
  let count: u32 = 0;
  let index: u32 = 0;
  let lowest: i64 = 0;
  let before: i64 = 0;
  let soft: u32 = OK;
  let softAt: usize = 0;
  // Repetitions are looked for on the way, as long as the announced count can be believed.
  const announced: u32 = load<u16>(blob, 4);
  const expected = announced / tuple;
  const tableSlots = tableSize(expected);
  const mask = tableSlots - 1;
  let room = unique && announced != 0xffff && expected <= PLAIN_HASH_UP_TO && tableSlots <= slots ? expected : 0;
  const onTheWay = room > 0;
  if (onTheWay) memory.fill(table, 0, tableSlots << 2);
  let repeatedAt: usize = 0;
  let defeated = false;
  const patience: u32 = 2 * expected + 64;
  occupiedMet = 0;
  while (at < end) {
    const lead: u32 = load<u8>(at);
    // Short text is most of what there is; it is taken here without the detour over the decoder's globals.
    let size: u64;
    let text: bool;
    if (lead < 0x80) {
      size = 1;
      text = false;
    } else if (lead < 0xc0) {
      size = (lead & 0x3f) + 1;
      text = true;
    } else {
      decodeListpack(at);
      size = entrySize;
      text = !isInteger;
      if (size == 0) return fail(lead == 0xff ? EARLY_END : BAD_ENCODING, at - blob, count);
    }
    let next: usize;
    // The common entries are at most 127 bytes long, with one byte of backlen.
    if (size <= 127) {
      next = at + <usize>size + 1;
      if (next > end) return fail(OUT_OF_BOUNDS, at - blob, count);
      if (<u64>load<u8>(next - 1) != size) return fail(BAD_BACKLEN, at - blob, count);
    } else {
      const bytes = backlenSize(size);
      if (size + bytes > <u64>(end - at)) return fail(OUT_OF_BOUNDS, at - blob, count);
      if (!backlenIs(at + <usize>size, size, bytes)) return fail(BAD_BACKLEN, at - blob, count);
      next = at + <usize>size + bytes;
    }
    if (index == 0) {
      if (room > 0 && repeatedAt == 0) {
        const plain = lead >= 0x81 && lead < 0xc0 && load<u8>(at, 1) > 0x39;
        const repeated = plain
          ? insertText(LISTPACK, blob, at, at + 1, lead & 0x3f, table, mask, false)
          : insertEntry(LISTPACK, blob, at, table, mask, false);
        if (repeated) repeatedAt = at - blob;
        room--;
        if (occupiedMet > patience) {
          defeated = true;
          room = 0;
        }
      }
    } else {
      if (index == 2 && soft == OK) {
        decodeListpack(at);
        if (text || integer < 0 || integer > 0xffffffffffff) {
          soft = BAD_EXPIRE;
          softAt = at - blob;
        } else if (integer != 0) {
          // Fields that expire stand first, the nearest expiry in front.
          if (count > 2 && (before == 0 || integer < before)) {
            soft = UNSORTED;
            softAt = at - blob;
          }
          if (lowest == 0 || integer < lowest) lowest = integer;
        }
        before = integer;
      }
    }
    count++;
    if (++index == tuple) index = 0;
    at = next;
  }
  store<i64>(registers, lowest, 16);
  if (announced != 0xffff && announced != count) return fail(BAD_COUNT, 4, count);
  if (index != 0) return fail(UNEVEN, length - 1, count);
  if (soft != OK) return fail(soft, softAt, count);
  if (repeatedAt != 0) return fail(DUPLICATE, repeatedAt, count);
  store<u32>(registers, count, 4);
  if (!unique || (onTheWay && !defeated)) return OK;
  return findDuplicate(LISTPACK, blob, blob + 6, end, count, tuple, table, slots, defeated);
}

/** Registers as `checkListpack`. */
export function checkZiplist(blob: usize, length: u32, tuple: u32, unique: bool, table: usize, slots: u32): u32 {
  if (length < 11) return fail(TOO_SHORT, 0, 0);
  if (load<u32>(blob) != length) return fail(BAD_TOTAL, 0, 0);
  const end = blob + length - 1;
  if (load<u8>(end) != 0xff) return fail(NO_TERMINATOR, length - 1, 0);
  let at = blob + 10;
  let last = at;
  let previous: u64 = 0;
  let count: u32 = 0;
  let index: u32 = 0;
  while (at < end) {
    const lead: u32 = load<u8>(at);
    if (lead == 0xff) return fail(EARLY_END, at - blob, count);
    const head: u32 = lead < 254 ? 1 : 5;
    if (at + head >= end) return fail(OUT_OF_BOUNDS, at - blob, count);
    const stored: u64 = lead < 254 ? lead : load<u32>(at, 1);
    if (stored != previous) return fail(BAD_PREVLEN, at - blob, count);
    decodeZiplist(at + head);
    if (entrySize == 0) return fail(BAD_ENCODING, at - blob, count);
    if (entrySize + head > <u64>(end - at)) return fail(OUT_OF_BOUNDS, at - blob, count);
    previous = entrySize + head;
    last = at;
    at += <usize>previous;
    count++;
    if (++index == tuple) index = 0;
  }
  if (load<u32>(blob, 4) != <u32>(last - blob)) return fail(BAD_TAIL, 4, count);
  const announced: u32 = load<u16>(blob, 8);
  if (announced != 0xffff && announced != count) return fail(BAD_COUNT, 8, count);
  if (index != 0) return fail(UNEVEN, length - 1, count);
  store<u32>(registers, count, 4);
  return unique ? findDuplicate(1, blob, blob + 10, end, count, tuple, table, slots, false) : OK;
}

/** Registers: u32 offset of the fault in the blob, u32 integers. */
export function checkIntset(blob: usize, length: u32): u32 {
  if (length < 8) return fail(TOO_SHORT, 0, 0);
  const width = load<u32>(blob);
  const count = load<u32>(blob, 4);
  if (width != 2 && width != 4 && width != 8) return fail(BAD_WIDTH, 0, 0);
  if (8 + <u64>width * count != length) return fail(BAD_SIZE, 4, 0);
  if (count == 0) return fail(EMPTY, 4, 0);
  let at = blob + 8;
  const end = blob + length;
  let before: i64 = i64.MIN_VALUE;
  for (let first = true; at < end; at += width, first = false) {
    const value: i64 = width == 2 ? load<i16>(at) : width == 4 ? load<i32>(at) : load<i64>(at);
    if (!first && value <= before) return fail(value == before ? DUPLICATE : UNSORTED, at - blob, count);
    before = value;
  }
  store<u32>(registers, count, 4);
  return OK;
}

// The largest number of digits that a double takes without rounding twice, and the powers of ten that are exact.
const MOST_DIGITS: u32 = 18;
const MOST_FRACTION: u32 = 18;

/** The number that plain decimal text spells, nearly; NaN for anything else, such as exponents and infinities. */
function plainDecimal(at: usize, length: u32): f64 {
  let p = at;
  const end = at + length;
  const negative = length > 0 && load<u8>(p) == 0x2d;
  if (negative) p++;
  let mantissa: u64 = 0;
  let digits: u32 = 0;
  let fraction: u32 = 0;
  let point: u32 = 0;
  for (; p < end; p++) {
    const c: u32 = load<u8>(p);
    const digit = c - 48;
    if (digit > 9) {
      if (c != 0x2e || point || digits == 0) return NaN;
      point = 1;
      continue;
    }
    mantissa = mantissa * 10 + digit;
    digits++;
    fraction += point;
  }
  if (digits == 0 || digits > MOST_DIGITS || fraction > MOST_FRACTION) return NaN;
  let divisor: u64 = 1;
  while (fraction--) divisor *= 10;
  const value = <f64>mantissa / <f64>divisor;
  return negative ? -value : value;
}

/**
 * Whether a sound sorted set (member, score, member, score…) is in order: by score, and members of one score by their bytes.
 * Returns 0 when it surely is and every score is a plain number; 1 asks for a closer look.
 */
export function scoresNeedLook(ziplist: bool, blob: usize, length: u32): u32 {
  const kind: u32 = ziplist ? 1 : LISTPACK;
  const end = blob + length - 1;
  let at = blob + (ziplist ? 10 : 6);
  let before: f64 = -Infinity;
  let isScore = false;
  let member: usize = 0; // 0 for integers, whose order is that of their text
  let memberLength: u32 = 0;
  let previous: usize = 0;
  let previousLength: u32 = 0;
  while (at < end) {
    decode(kind, at);
    if (isScore) {
      const score = isInteger ? <f64>integer : plainDecimal(textAt, textLength);
      if (!(score >= before)) return 1;
      if (score == before) {
        if (!member || !previous) return 1;
        const common = min(memberLength, previousLength);
        const order = memory.compare(previous, member, common);
        if (order > 0 || (order == 0 && previousLength > memberLength)) return 1;
      }
      before = score;
      previous = member;
      previousLength = memberLength;
    } else {
      member = isInteger ? 0 : textAt;
      memberLength = textLength;
    }
    isScore = !isScore;
    at += <usize>(ziplist ? prevlenSize(at) + entrySize : entrySize + backlenSize(entrySize));
  }
  return 0;
}

/** Moves to the next entry of a sound listpack, decodes it into the globals, and returns the address behind; 0 at the end. */
// @ts-ignore: decorator
@inline
export function nextEntry(at: usize, end: usize): usize {
  if (at >= end) return 0;
  decodeListpack(at);
  return at + <usize>entrySize + backlenSize(entrySize);
}

/**
 * Walks the sound listpack of a stream node whose first id is (ms, seq). Returns 0 when every entry can be read and the master
 * entry counts them right and the ids ascend; 1 asks for a closer look. Registers, 64 bits each: live entries, entries in all,
 * first live id (2), last id (2).
 */
export function checkStreamNode(blob: usize, length: u32, ms: u64, seq: u64): u32 {
  const end = blob + length - 1;
  let at = nextEntry(blob + 6, end);
  if (!at || !isInteger) return 1;
  const count = integer;
  at = nextEntry(at, end);
  if (!at || !isInteger) return 1;
  const deleted = integer;
  at = nextEntry(at, end);
  if (!at || !isInteger) return 1;
  const fields = integer;
  if (count < 0 || deleted < 0 || fields < 0) return 1;
  for (let i: i64 = 0; i < fields; i++) {
    at = nextEntry(at, end);
    if (!at) return 1;
  }
  at = nextEntry(at, end);
  if (!at || !isInteger || integer != 0) return 1;
  let live: i64 = 0;
  let all: i64 = 0;
  let firstMs: u64 = 0;
  let firstSeq: u64 = 0;
  let lastMs: u64 = 0;
  let lastSeq: u64 = 0;
  let ascending = true;
  while (at < end) {
    at = nextEntry(at, end);
    if (!at || !isInteger || integer < 0) return 1;
    const flags = integer;
    at = nextEntry(at, end);
    if (!at || !isInteger) return 1;
    const entryMs = ms + <u64>integer;
    at = nextEntry(at, end);
    if (!at || !isInteger) return 1;
    const entrySeq = seq + <u64>integer;
    let values = fields;
    let before = fields + 3;
    if (!(flags & 2)) {
      at = nextEntry(at, end);
      if (!at || !isInteger || integer < 0 || integer > 0x7fffffff) return 1;
      values = 2 * integer;
      before = values + 4;
    }
    for (let i: i64 = 0; i < values; i++) {
      at = nextEntry(at, end);
      if (!at) return 1;
    }
    at = nextEntry(at, end);
    if (!at || !isInteger || integer != before) return 1;
    if (all > 0 && (entryMs < lastMs || (entryMs == lastMs && entrySeq <= lastSeq))) ascending = false;
    lastMs = entryMs;
    lastSeq = entrySeq;
    if (!(flags & 1)) {
      if (live == 0) {
        firstMs = entryMs;
        firstSeq = entrySeq;
      }
      live++;
    }
    all++;
  }
  if (live != count || all - live != deleted || !ascending) return 1;
  store<i64>(registers, live);
  store<i64>(registers, all, 8);
  store<u64>(registers, firstMs, 16);
  store<u64>(registers, firstSeq, 24);
  store<u64>(registers, lastMs, 32);
  store<u64>(registers, lastSeq, 40);
  return 0;
}
