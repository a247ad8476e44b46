// Byte strings as JSON strings: the reversible text form (src/keyspace/bytes-text.ts) with the escapes of JSON, or base64; and
// decimals. Everything is written at `out`; who calls has made room.
import { QUOTE_SHUFFLES, registers } from './memory';

/** Where the next byte goes. */
export let out: usize = 0;

// @ts-ignore: decorator
@inline
export function writeAt(at: usize): void {
  out = at;
}

// Forms of byte strings.
export const TEXT: u32 = 0;
export const BASE64: u32 = 1;

const BACKSLASH: u32 = 0x5c;

// @ts-ignore: decorator
@inline
export function put(byte: u32): void {
  store<u8>(out++, byte);
}

// @ts-ignore: decorator
@inline
function hex(digit: u32): u32 {
  return digit + (digit < 10 ? 48 : 87);
}

/** Room for one step: sixteen plain bytes at once, or the escapes of one character. */
const STEP: usize = 32;

/**
 * Writes [at, end) as the inside of a JSON string while there is room before `outEnd`, and returns where it stopped, never
 * within a character. Reads up to fifteen bytes behind `end`.
 */
export function escape(at: usize, end: usize, outEnd: usize): usize {
  let o = out;
  while (at < end && o + STEP <= outEnd) {
    const v = v128.load(at);
    v128.store(o, v);
    const special = v128.or(
      i8x16.gt_u(i8x16.sub(v, i8x16.splat(0x20)), i8x16.splat(0x5e)),
      v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))),
    );
    const mask = <u32>i8x16.bitmask(special);
    const left = end - at;
    // JSON within JSON is full of quotes, and has little else to escape.
    if (mask != 0 && left >= 16 && mask == <u32>i8x16.bitmask(i8x16.eq(v, i8x16.splat(0x22)))) {
      o = quoted(o, v, mask & 0xff);
      o = quoted(o, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15), mask >> 8);
      at += 16;
      continue;
    }
    const plain = <usize>ctz<i32>(mask | 0x10000);
    if (plain >= left) {
      o += left;
      at = end;
      break;
    }
    at += plain;
    o += plain;
    if (plain == 16) continue;
    const byte = <u32>load<u8>(at);
    if (byte < 0x80) {
      at++;
      o = escapeAscii(o, byte, at < end ? <u32>load<u8>(at) : 0);
      continue;
    }
    // Text beyond ASCII stays so for a while.
    do {
      const length = sequenceLength(at, end);
      if (length == 0) {
        const bad = <u32>load<u8>(at);
        store<u32>(o, 0x00785c5c); // \\x
        store<u8>(o, hex(bad >> 4), 3);
        store<u8>(o, hex(bad & 15), 4);
        o += 5;
        at++;
      } else {
        const point = codePoint(at, length);
        if (isHidden(point)) o = escapePoint(o, point);
        else {
          store<u32>(o, load<u32>(at));
          o += length;
        }
        at += length;
      }
    } while (at < end && <u32>load<u8>(at) >= 0x80 && o + STEP <= outEnd);
  }
  out = o;
  return at;
}

/** The first eight bytes, with a backslash in front of those in `mask`. */
// @ts-ignore: decorator
@inline
function quoted(o: usize, bytes: v128, mask: u32): usize {
  const withBackslash = i8x16.replace_lane(bytes, 15, <i8>BACKSLASH);
  v128.store(o, i8x16.swizzle(withBackslash, v128.load(QUOTE_SHUFFLES + (<usize>mask << 4))));
  return o + 8 + popcnt<u32>(mask);
}

/** Fills the table for `quoted`; once for a memory. */
export function jsonInit(): void {
  for (let mask: u32 = 0; mask < 256; mask++) {
    let at = QUOTE_SHUFFLES + (<usize>mask << 4);
    for (let i: u32 = 0; i < 8; i++) {
      if ((mask >> i) & 1) store<u8>(at++, 15);
      store<u8>(at++, i);
    }
  }
}

/** A quote, a backslash or a control character; `following` is the byte behind it. */
// @ts-ignore: decorator
@inline
function escapeAscii(o: usize, byte: u32, following: u32): usize {
  if (byte == 0x22) {
    store<u16>(o, 0x225c);
    return o + 2;
  }
  if (byte == BACKSLASH) {
    store<u16>(o, 0x5c5c);
    if (following != 0x78) return o + 2;
    // The text form guards a backslash that would be taken for an escape of its own.
    store<u16>(o, 0x3578, 2);
    store<u8>(o, 0x63, 4);
    return o + 5;
  }
  let letter: u32 = 0;
  if (byte == 10) letter = 0x6e;
  else if (byte == 13) letter = 0x72;
  else if (byte == 9) letter = 0x74;
  else if (byte == 8) letter = 0x62;
  else if (byte == 12) letter = 0x66;
  if (letter == 0) return escapeUnit(o, byte);
  store<u16>(o, BACKSLASH | (letter << 8));
  return o + 2;
}

/** One unit of UTF-16. */
function escapeUnit(o: usize, unit: u32): usize {
  store<u16>(o, 0x755c);
  store<u8>(o, hex(unit >> 12), 2);
  store<u8>(o, hex((unit >> 8) & 15), 3);
  store<u8>(o, hex((unit >> 4) & 15), 4);
  store<u8>(o, hex(unit & 15), 5);
  return o + 6;
}

function escapePoint(o: usize, point: u32): usize {
  if (point < 0x10000) return escapeUnit(o, point);
  const rest = point - 0x10000;
  return escapeUnit(escapeUnit(o, 0xd800 | (rest >> 10)), 0xdc00 | (rest & 0x3ff));
}

/** Bytes of the UTF-8 sequence at `at`, before `end`; 0 when it is not one. */
// @ts-ignore: decorator
@inline
function sequenceLength(at: usize, end: usize): u32 {
  const lead = <u32>load<u8>(at);
  if (lead - 0xc2 > 0x32) return 0;
  const length: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  const second = <u32>load<u8>(at, 1);
  if ((second & 0xc0) != 0x80) return 0;
  if (length == 2) return 2;
  if (lead == 0xe0 && second < 0xa0) return 0;
  if (lead == 0xed && second > 0x9f) return 0;
  if (lead == 0xf0 && second < 0x90) return 0;
  if (lead == 0xf4 && second > 0x8f) return 0;
  if ((<u32>load<u8>(at, 2) & 0xc0) != 0x80) return 0;
  if (length == 4 && (<u32>load<u8>(at, 3) & 0xc0) != 0x80) return 0;
  return length;
}

// @ts-ignore: decorator
@inline
function codePoint(at: usize, length: u32): u32 {
  const lead = <u32>load<u8>(at);
  const second = <u32>load<u8>(at, 1) & 0x3f;
  if (length == 2) return ((lead & 0x1f) << 6) | second;
  const third = <u32>load<u8>(at, 2) & 0x3f;
  if (length == 3) return ((lead & 0x0f) << 12) | (second << 6) | third;
  return ((lead & 0x07) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(at, 3) & 0x3f);
}

/** What a terminal obeys, or what hides or reorders text: the categories Cc, Cf, Zl and Zp of Unicode, beyond ASCII. */
// @ts-ignore: decorator
@inline
function isHidden(point: u32): bool {
  if (point < 0xa0 || point == 0xad) return true;
  if (point < 0x600) return false;
  // Between these are most letters and signs, and there are none to hide among them.
  if (point > 0x206f && point < 0xfeff) return false;
  return isHiddenAmong(point);
}

function isHiddenAmong(p: u32): bool {
  if (p < 0x2000) {
    return p <= 0x605 || p == 0x61c || p == 0x6dd || p == 0x70f || p == 0x890 || p == 0x891 || p == 0x8e2 || p == 0x180e;
  }
  if (p <= 0x206f) {
    if (p >= 0x2060) return p != 0x2065;
    return (p >= 0x200b && p <= 0x200f) || (p >= 0x2028 && p <= 0x202e);
  }
  if (p < 0x10000) return p == 0xfeff || (p >= 0xfff9 && p <= 0xfffb);
  return (
    p == 0x110bd ||
    p == 0x110cd ||
    (p >= 0x13430 && p <= 0x1343f) ||
    (p >= 0x1bca0 && p <= 0x1bca3) ||
    (p >= 0x1d173 && p <= 0x1d17a) ||
    p == 0xe0001 ||
    (p >= 0xe0020 && p <= 0xe007f)
  );
}

/** Writes the base64 of [at, end). Writes up to eleven and reads up to fifteen bytes beyond. */
export function base64(at: usize, end: usize): void {
  let o = out;
  while (at + 12 <= end) {
    v128.store(o, sixteen(v128.load(at)));
    o += 16;
    at += 12;
  }
  const left = <u32>(end - at);
  if (left > 0) {
    // Zeros behind the end, so that nothing of what follows gets in.
    const keep = i8x16.lt_u(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>left));
    v128.store(o, sixteen(v128.and(v128.load(at), keep)));
    const digits = (left * 4 + 2) / 3;
    o += digits;
    store<u16>(o, 0x3d3d);
    o += (3 - (left % 3)) % 3;
  }
  out = o;
}

/** Sixteen digits of base64 for the first twelve bytes. */
// @ts-ignore: decorator
@inline
function sixteen(bytes: v128): v128 {
  const spread = i8x16.swizzle(bytes, i8x16(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
  const first = i32x4.shr_u(v128.and(spread, i32x4.splat(0x0000fc00)), 10);
  const second = i32x4.shl(v128.and(spread, i32x4.splat(0x000003f0)), 4);
  const third = i32x4.shr_u(v128.and(spread, i32x4.splat(0x0fc00000)), 6);
  const fourth = i32x4.shl(v128.and(spread, i32x4.splat(0x003f0000)), 8);
  const index = v128.or(v128.or(first, second), v128.or(third, fourth));
  // What to add to 0-25, 26-51, each digit, + and /: the row is 13, 0, 1 to 10, 11, 12.
  const row = v128.or(
    i8x16.sub_sat_u(index, i8x16.splat(51)),
    v128.and(i8x16.lt_u(index, i8x16.splat(26)), i8x16.splat(13)),
  );
  const shift = i8x16.swizzle(i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0), row);
  return i8x16.add(index, shift);
}

/** A string with its quotes; takes up to `6 * length + 48` bytes of room. */
// @ts-ignore: decorator
@inline
export function putString(form: u32, at: usize, length: u32): void {
  put(0x22);
  if (form == TEXT) escape(at, at + length, usize.MAX_VALUE);
  else base64(at, at + length);
  put(0x22);
}

/** A signed integer as a string. */
export function putIntegerString(form: u32, value: i64): void {
  put(0x22);
  if (form == TEXT) putSigned(value);
  else {
    const start = digits(value < 0 ? 0 - <u64>value : <u64>value, value < 0);
    base64(start, registers + 128);
  }
  put(0x22);
}

// @ts-ignore: decorator
@inline
export function putSigned(value: i64): void {
  if (value < 0) {
    put(0x2d);
    putUnsigned(0 - <u64>value);
  } else putUnsigned(<u64>value);
}

export function putUnsigned(value: u64): void {
  if (value < 10) {
    put(0x30 + <u32>value);
    return;
  }
  const start = digits(value, false);
  v128.store(out, v128.load(start));
  store<u32>(out, load<u32>(start, 16), 16);
  out += registers + 128 - start;
}

const BILLION: u64 = 1000000000;

/** The decimal digits of a number, up to the end of the registers; returns where they start. */
function digits(value: u64, negative: bool): usize {
  let at = registers + 128;
  while (value >> 32 != 0) {
    let low = <u32>(value % BILLION);
    value = value / BILLION;
    for (let i = 0; i < 9; i++) {
      store<u8>(--at, 0x30 + (low % 10));
      low /= 10;
    }
  }
  let rest = <u32>value;
  if (rest != 0 || at == registers + 128) {
    do {
      store<u8>(--at, 0x30 + (rest % 10));
      rest /= 10;
    } while (rest != 0);
  }
  if (negative) store<u8>(--at, 0x2d);
  return at;
}

/** For the host: `escape` from `start`, with the next place for output in the first register. */
export function jsonText(at: usize, end: usize, start: usize, outEnd: usize): usize {
  out = start;
  const stopped = escape(at, end, outEnd);
  store<u32>(registers, <u32>out);
  return stopped;
}

/** For the host: base64 of [at, end) at `start`, returns where it ends. */
export function jsonBase64(at: usize, end: usize, start: usize): usize {
  out = start;
  base64(at, end);
  return out;
}

/** For the host: `ms-seq` at `start`, from the halves of both; returns where it ends. */
export function jsonId(msHigh: u32, msLow: u32, seqHigh: u32, seqLow: u32, start: usize): usize {
  out = start;
  putUnsigned((<u64>msHigh << 32) | msLow);
  put(0x2d);
  putUnsigned((<u64>seqHigh << 32) | seqLow);
  return out;
}

/** For the host: a whole number of at most 2^53 at `start`; returns where it ends. */
export function jsonInteger(value: f64, start: usize): usize {
  out = start;
  putSigned(<i64>value);
  return out;
}
