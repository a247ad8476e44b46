import { type BytesRef, INTEGER, LZF, RAW } from '../rdb/bytes-ref.js';

/** Longest value that stands in one block with its object (OBJ_ENCODING_EMBSTR_SIZE_LIMIT). */
const EMBEDDED = 44;
/** Digits and sign of the smallest 64-bit integer. */
const LONGEST_INTEGER = 20;
const LARGEST = '9223372036854775807';
const SMALLEST = '9223372036854775808';

/** Whether [start, end) of `bytes` is a signed 64-bit integer as servers print it: what they keep as a number. */
export function isInteger64(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0 || length > LONGEST_INTEGER) return false;
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  const digits = end - first;
  const lead = bytes[first];
  if (digits === 0 || digits > LARGEST.length) return false;
  if (lead === 0x30) return length === 1;
  for (let i = first; i < end; i++) if (bytes[i] < 0x30 || bytes[i] > 0x39) return false;
  if (digits < LARGEST.length) return true;
  const limit = negative ? SMALLEST : LARGEST;
  for (let i = 0; i < digits; i++) {
    const difference = bytes[first + i] - limit.charCodeAt(i);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** What one byte of LZF gives at most. */
const LZF_BEST_RATIO = 88;

/** What OBJECT ENCODING says of the string [start, end) of `bytes` behind a load. */
export function textEncoding(bytes: Uint8Array, start: number, end: number): 'int' | 'embstr' | 'raw' {
  if (end - start > EMBEDDED) return 'raw';
  return isInteger64(bytes, start, end) ? 'int' : 'embstr';
}

/** The same for a string of `length` bytes that is known to be no integer. */
export function lengthEncoding(length: number): 'embstr' | 'raw' {
  return length > EMBEDDED ? 'raw' : 'embstr';
}

/** OBJECT ENCODING of a string behind a load; of one that does not decode, by the length that it claims. */
export function stringEncoding(value: BytesRef): 'int' | 'embstr' | 'raw' {
  if (value.form === INTEGER) return 'int';
  if (value.form === RAW && !value.large) return textEncoding(value.buffer, value.start, value.end);
  const length = lengthOf(value);
  if (value.large || length > LONGEST_INTEGER || value.resolve() !== undefined) return lengthEncoding(length);
  return textEncoding(value.buffer, value.start, value.end);
}

/** Bytes of a string; never more than its compressed form could give. */
export function lengthOf(ref: BytesRef): number {
  return ref.form === LZF ? Math.min(ref.length, ref.stored * LZF_BEST_RATIO) : ref.length;
}
