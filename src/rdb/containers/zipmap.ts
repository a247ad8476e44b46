// Zipmap (RDB 2 and 3):  u8 count (254: unknown)   L field   L value_len, u8 free, value, free bytes…   ff
// L is one byte below 254, or fe and u32le. The count is in pairs.
import type { FindingCode } from '../../errors.js';

const END = 0xff;
const LONG = 0xfe;
/** More pairs than one byte can count. */
const UNKNOWN_COUNT = 0xfe;

/** One field with its value, as ranges of the memory. */
export interface ZipmapPair {
  readonly fieldStart: number;
  readonly fieldEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** What walking a zipmap gave: its pairs and whether their number is the announced one, or where it is damaged (an address). */
export type ZipmapResult =
  | { readonly ok: true; readonly pairs: ZipmapPair[]; readonly countWrong: boolean }
  | { readonly ok: false; readonly code: FindingCode; readonly at: number };

/** Servers kept up to 512 pairs in a zipmap, unless told otherwise. */
const MOST_PAIRS = 65_536;

/** Walks the zipmap in [start, end). Zipmaps hold at most a few hundred short pairs, so they are listed whole. */
export function readZipmap(bytes: Uint8Array, start: number, end: number): ZipmapResult {
  if (end - start < 2) return { ok: false, code: 'ZIPMAP_TOO_SHORT', at: start };
  if (bytes[end - 1] !== END) return { ok: false, code: 'ZIPMAP_NO_TERMINATOR', at: end - 1 };
  const pairs: ZipmapPair[] = [];
  const limit = end - 1;
  let at = start + 1;
  while (at < limit) {
    const entry = at;
    const fieldLength = length(bytes, at, limit);
    if (fieldLength < 0) return { ok: false, code: 'ZIPMAP_OUT_OF_BOUNDS', at: entry };
    const fieldStart = at + lengthSize(bytes, at);
    const fieldEnd = fieldStart + fieldLength;
    if (fieldEnd >= limit) return { ok: false, code: 'ZIPMAP_OUT_OF_BOUNDS', at: entry };
    const valueLength = length(bytes, fieldEnd, limit);
    if (valueLength < 0) return { ok: false, code: 'ZIPMAP_OUT_OF_BOUNDS', at: entry };
    const freeAt = fieldEnd + lengthSize(bytes, fieldEnd);
    if (freeAt >= limit) return { ok: false, code: 'ZIPMAP_OUT_OF_BOUNDS', at: entry };
    const valueStart = freeAt + 1;
    const valueEnd = valueStart + valueLength;
    at = valueEnd + bytes[freeAt];
    if (at > limit) return { ok: false, code: 'ZIPMAP_OUT_OF_BOUNDS', at: entry };
    if (pairs.length === MOST_PAIRS) return { ok: false, code: 'CONTAINER_TOO_LARGE', at: entry };
    pairs.push({ fieldStart, fieldEnd, valueStart, valueEnd });
  }
  const announced = bytes[start];
  return { ok: true, pairs, countWrong: announced !== UNKNOWN_COUNT && announced !== pairs.length };
}

/** -1 when it is no length, is not in its shortest form, or does not fit before `limit`. */
function length(bytes: Uint8Array, at: number, limit: number): number {
  const lead = bytes[at];
  if (lead < LONG) return lead;
  if (lead === END || at + 5 > limit) return -1;
  const value = (bytes[at + 1] | (bytes[at + 2] << 8) | (bytes[at + 3] << 16) | (bytes[at + 4] << 24)) >>> 0;
  return value < LONG ? -1 : value;
}

function lengthSize(bytes: Uint8Array, at: number): number {
  return bytes[at] < LONG ? 1 : 5;
}
