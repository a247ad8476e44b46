// The keys of both sides as records of fixed width, in partitions by the top byte of the fingerprint of the name, and how the
// records of one partition are held against each other.
//
//   bytes 0-15   fingerprint of database and name; byte 7 chooses the partition, byte 6 the pass
//   bytes 16-31  fingerprint of type and value
//   bytes 32-39  expiry, ms since the epoch as a 64-bit float; -1 for none
//   bytes 40-47  number of the key on its side; the top byte is the part: 0 for the key itself, others for what only newer
//                formats hold of it
//
// Marks are two bits for each key of a side.
import { fingerprint, KEY, meaning, NAME, SCRATCH, STRING, VALUE } from './meaning';
import { registers } from './memory';

// @ts-ignore: decorator
@inline
export const RECORD: usize = 48;
// @ts-ignore: decorator
@inline
const NUMBER: u64 = 0x00ffffffffffffff;

// @ts-ignore: decorator
@inline
const ALONE: u32 = 1;
// @ts-ignore: decorator
@inline
const CHANGED: u32 = 2;
// @ts-ignore: decorator
@inline
const SUPERSEDED: u32 = 3;

// As in rdb/format.ts.
// @ts-ignore: decorator
@inline
const TYPE_STRING: u32 = 0;
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

/** Appends the key at hand. Returns 0, or the number of the partition plus 1 when its room is used up now. */
export function meaningAppend(heads: usize, mask: u32, expireAt: f64, number: f64, part: u32): u32 {
  return append(heads, mask, expireAt, <u64>number | (<u64>part << 56));
}

// @ts-ignore: decorator
@inline
function append(heads: usize, mask: u32, expireAt: f64, number: u64): u32 {
  const name = load<u64>(meaning + NAME);
  const partition = <u32>(name >> 56) & mask;
  const head = heads + (<usize>partition << 3);
  const next = <usize>load<u32>(head);
  v128.store(next, v128.load(meaning + NAME));
  v128.store(next, v128.load(meaning + VALUE), 16);
  store<f64>(next, expireAt, 32);
  store<u64>(next, number, 40);
  store<u32>(head, <u32>(next + RECORD));
  return next + RECORD == <usize>load<u32>(head, 4) ? partition + 1 : 0;
}

/** Where the record of a small string at `at` has its type; 0 when something else stands there. */
// @ts-ignore: decorator
@inline
function typeAt(at: usize): usize {
  let start = at;
  if (<u32>load<u8>(at) == EXPIRETIME_MS) start += 9;
  const attribute = <u32>load<u8>(start);
  if (attribute == FREQ) start += 2;
  else if (attribute == IDLE) {
    const size = <u32>load<u8>(start, 1);
    if (size < 0x40) start += 2;
    else if (size < 0x80) start += 3;
    else if (size == 0x80) start += 6;
    else return 0;
  }
  return <u32>load<u8>(start) != TYPE_STRING || <u32>load<u8>(start, 1) >= 0x40 ? 0 : start;
}

/** The end of the value at `value`; 0 when it is not small. */
// @ts-ignore: decorator
@inline
function valueEnd(value: usize): usize {
  const lead = <u32>load<u8>(value);
  if (lead < 0x40) return value + 1 + lead;
  if (lead == 0xc0) return value + 2;
  if (lead == 0xc1) return value + 3;
  return lead == 0xc2 ? value + 5 : 0;
}

/** Writes an integer as text to the scratch block, and returns its length. */
function spell(value: i64): u32 {
  const end = meaning + SCRATCH + 32;
  let at = end;
  let rest = value < 0 ? -value : value;
  do {
    const next = rest / 10;
    at--;
    store<u8>(at, <u8>(48 + (rest - next * 10)));
    rest = next;
  } while (rest > 0);
  if (value < 0) {
    at--;
    store<u8>(at, 45);
  }
  memory.copy(meaning + SCRATCH, at, end - at);
  return <u32>(end - at);
}

/**
 * Appends the keys `[EXPIRETIME_MS] [FREQ or IDLE] STRING name value` from `at` on, where names are plain and have at most 63
 * bytes, and values too, or are integers; `number` is that of the first. Returns where it stopped: before something else, near
 * `end`, or when the room of a partition is used up. Results: that partition plus 1, or 0; the keys.
 */
export function meaningRun(at: usize, end: usize, db: f64, number: f64, heads: usize, mask: u32): usize {
  const space = <u64>db;
  let next = <u64>number;
  const first = next;
  let full: u32 = 0;
  while (at + LONGEST <= end) {
    const type = typeAt(at);
    if (type == 0) break;
    const nameLength = <u32>load<u8>(type, 1);
    const value = type + 2 + nameLength;
    const stop = valueEnd(value);
    if (stop == 0) break;
    const expireAt = <u32>load<u8>(at) == EXPIRETIME_MS ? <f64>load<i64>(at, 1) : -1;
    fingerprint(KEY, space, type + 2, nameLength, meaning + NAME);
    const lead = <u32>load<u8>(value);
    if (lead < 0x40) fingerprint(STRING, 0, value + 1, lead, meaning + VALUE);
    else {
      const integer =
        lead == 0xc0 ? <i64>load<i8>(value, 1) : lead == 0xc1 ? <i64>load<i16>(value, 1) : <i64>load<i32>(value, 1);
      const length = spell(integer);
      fingerprint(STRING, 0, meaning + SCRATCH, length, meaning + VALUE);
    }
    full = append(heads, mask, expireAt, next);
    next++;
    at = stop;
    if (full != 0) break;
  }
  store<u32>(registers, full);
  store<u32>(registers, <u32>(next - first), 4);
  return at;
}

// @ts-ignore: decorator
@inline
function markOf(marks: usize, number: u64): u32 {
  return ((<u32>load<u8>(marks + <usize>(number >> 2))) >> (((<u32>number) & 3) << 1)) & 3;
}

// @ts-ignore: decorator
@inline
function setMark(marks: usize, number: u64, mark: u32): void {
  const at = marks + <usize>(number >> 2);
  store<u8>(at, <u8>((<u32>load<u8>(at)) | (mark << (((<u32>number) & 3) << 1))));
}

/** The mark of a key. */
export function meaningMark(marks: usize, number: f64): u32 {
  return markOf(marks, <u64>number);
}

/**
 * Passes small strings, as `meaningRun` does, up to the next one that has a mark. Returns where it stopped; the result tells
 * how many it passed.
 */
export function meaningSkip(at: usize, end: usize, number: f64, marks: usize): usize {
  let next = <u64>number;
  const first = next;
  while (at + LONGEST <= end && markOf(marks, next) == 0) {
    const type = typeAt(at);
    if (type == 0) break;
    const stop = valueEnd(type + 2 + <u32>load<u8>(type, 1));
    if (stop == 0) break;
    next++;
    at = stop;
  }
  store<u32>(registers, <u32>(next - first));
  return at;
}

/** Copies the records of [at, end) whose byte 6 is at least `from` and below `until` to `out`, and returns their end. */
export function meaningGather(at: usize, end: usize, from: u32, until: u32, out: usize): usize {
  for (; at < end; at += RECORD) {
    const pass = <u32>load<u8>(at, 6);
    if (pass < from || pass >= until) continue;
    memory.copy(out, at, RECORD);
    out += RECORD;
  }
  return out;
}

/** How many of the records of [at, end) have a byte 6 of at least `from` and below `until`. */
export function meaningTally(at: usize, end: usize, from: u32, until: u32): u32 {
  let count: u32 = 0;
  for (; at < end; at += RECORD) {
    const pass = <u32>load<u8>(at, 6);
    if (pass >= from && pass < until) count++;
  }
  return count;
}

/** The slot of a name in a table of pairs of record numbers plus 1; 0 for none. */
// @ts-ignore: decorator
@inline
function slotOf(name: usize, left: usize, right: usize, table: usize, mask: u32): usize {
  const low = load<u64>(name);
  const high = load<u64>(name, 8);
  let slot = <u32>low & mask;
  let at = table + (<usize>slot << 3);
  while (load<u64>(at) != 0) {
    const first = load<u32>(at);
    const there = first != 0 ? left + <usize>(first - 1) * RECORD : right + <usize>(load<u32>(at, 4) - 1) * RECORD;
    if (load<u64>(there) == low && load<u64>(there, 8) == high) break;
    slot = (slot + 1) & mask;
    at = table + (<usize>slot << 3);
  }
  return at;
}

/**
 * Holds the records of both sides against each other, in a table of 8-byte slots that is empty and has more than enough.
 * Of records of the same name on one side the last one counts. Marks the keys that are on one side only, those that differ,
 * and those that do not count. Expiries are the same when they are not further apart than `tolerance` ms; all are when it is
 * negative. Results: keys on both sides, on the left only, on the right only; repetitions on the left, on the right.
 */
export function meaningJoin(
  left: usize,
  leftEnd: usize,
  right: usize,
  rightEnd: usize,
  table: usize,
  mask: u32,
  tolerance: f64,
  leftMarks: usize,
  rightMarks: usize,
): void {
  let both: u32 = 0;
  let removed: u32 = 0;
  let added: u32 = 0;
  const leftAgain = enter(left, leftEnd, left, right, table, mask, 0, leftMarks);
  const rightAgain = enter(right, rightEnd, left, right, table, mask, 4, rightMarks);
  const tableEnd = table + ((<usize>mask + 1) << 3);
  for (let slot = table; slot < tableEnd; slot += 8) {
    const first = load<u32>(slot);
    const second = load<u32>(slot, 4);
    if (first == 0 && second == 0) continue;
    const a = left + <usize>(first - 1) * RECORD;
    const b = right + <usize>(second - 1) * RECORD;
    const leftNumber = first != 0 ? load<u64>(a, 40) : 0;
    const rightNumber = second != 0 ? load<u64>(b, 40) : 0;
    const isPart = (leftNumber | rightNumber) > NUMBER;
    if (first == 0) {
      if (isPart) continue;
      added++;
      setMark(rightMarks, rightNumber, ALONE);
    } else if (second == 0) {
      if (isPart) continue;
      removed++;
      setMark(leftMarks, leftNumber, ALONE);
    } else {
      if (!isPart) both++;
      if (
        load<u64>(a, 16) == load<u64>(b, 16) &&
        load<u64>(a, 24) == load<u64>(b, 24) &&
        sameExpiry(load<f64>(a, 32), load<f64>(b, 32), tolerance)
      )
        continue;
      setMark(leftMarks, leftNumber & NUMBER, CHANGED);
      setMark(rightMarks, rightNumber & NUMBER, CHANGED);
    }
  }
  store<u32>(registers, both);
  store<u32>(registers, removed, 4);
  store<u32>(registers, added, 8);
  store<u32>(registers, leftAgain, 12);
  store<u32>(registers, rightAgain, 16);
}

/** Puts records into the table, at `side` bytes of their slots. Returns how many replaced one of the same name. */
function enter(
  at: usize,
  end: usize,
  left: usize,
  right: usize,
  table: usize,
  mask: u32,
  side: usize,
  marks: usize,
): u32 {
  const start = at;
  let again: u32 = 0;
  for (; at < end; at += RECORD) {
    const slot = slotOf(at, left, right, table, mask) + side;
    const before = load<u32>(slot);
    if (before != 0) {
      const number = load<u64>(start + <usize>(before - 1) * RECORD, 40);
      if (number <= NUMBER) {
        again++;
        setMark(marks, number, SUPERSEDED);
      }
    }
    store<u32>(slot, <u32>((at - start) / RECORD) + 1);
  }
  return again;
}

// @ts-ignore: decorator
@inline
function sameExpiry(left: f64, right: f64, tolerance: f64): bool {
  if (left == right || tolerance < 0) return true;
  return left != -1 && right != -1 && abs<f64>(left - right) <= tolerance;
}
