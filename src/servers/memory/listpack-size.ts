// How long listpacks are that servers make from elements while they load, and what the headers of containers tell.
import { type BytesRef, INTEGER, LZF, RAW } from '../../rdb/bytes-ref.js';
import { backlenSize } from '../../rdb/containers/listpack.js';
import type { ContainerKind } from '../../rdb/format.js';

/** Header and end mark of a listpack, and of a ziplist. */
export const LISTPACK_FRAME = 7;
export const ZIPLIST_FRAME = 11;
/** As many digits, and a sign, as a signed 64-bit integer can have. */
const LONGEST_INTEGER = 20;
const HEADER_BYTES = 10;
/** Of a count of 16 bits: too many to tell. */
const MANY = 0xffff;

const header = new Uint8Array(HEADER_BYTES);

/** Bytes of a listpack entry for text of `length` bytes. */
export function textEntryBytes(length: number): number {
  const size = length + (length < 64 ? 1 : length < 4096 ? 2 : 5);
  return size + backlenSize(size);
}

/** Bytes of a listpack entry for an integer. */
export function integerEntryBytes(value: number): number {
  if (value >= 0 && value <= 127) return 2;
  if (value >= -4096 && value <= 4095) return 3;
  if (value >= -32768 && value <= 32767) return 4;
  if (value >= -8388608 && value <= 8388607) return 5;
  return value >= -2147483648 && value <= 2147483647 ? 6 : 10;
}

/** Bytes of a listpack entry for an element, which is stored as an integer where it spells one. */
export function entryBytes(ref: BytesRef): number {
  if (ref.form === INTEGER) return integerEntryBytes(ref.integer);
  return isInteger(ref) ? integerEntryBytes(integerOf(ref)) : textEntryBytes(ref.length);
}

/** Whether servers keep the string as a number: canonical decimal text of a signed 64-bit integer. */
export function isInteger(ref: BytesRef): boolean {
  if (ref.form === INTEGER) return true;
  // Nothing so short is compressed.
  if (ref.form !== RAW || ref.large) return false;
  const { start, end } = ref;
  const length = end - start;
  if (length === 0 || length > LONGEST_INTEGER) return false;
  const { buffer } = ref;
  const negative = buffer[start] === 0x2d;
  const first = negative ? start + 1 : start;
  const digits = end - first;
  if (digits === 0 || digits > 19) return false;
  if (buffer[first] === 0x30) return digits === 1 && !negative;
  for (let i = first; i < end; i++) if (buffer[i] < 0x30 || buffer[i] > 0x39) return false;
  return digits < 19 || fits64(buffer, first, negative);
}

/** The value of a string that `isInteger`; beyond 2^53 it is rounded. */
export function integerOf(ref: BytesRef): number {
  if (ref.form === INTEGER) return ref.integer;
  const { buffer, start, end } = ref;
  const negative = buffer[start] === 0x2d;
  let value = 0;
  for (let i = negative ? start + 1 : start; i < end; i++) value = value * 10 + buffer[i] - 0x30;
  return negative ? -value : value;
}

const LARGEST = '9223372036854775807';

/** 19 digits are compared as text. */
function fits64(buffer: Uint8Array, first: number, negative: boolean): boolean {
  for (let i = 0; i < LARGEST.length; i++) {
    const most = LARGEST.charCodeAt(i) + (negative && i === LARGEST.length - 1 ? 1 : 0);
    const digit = buffer[first + i];
    if (digit !== most) return digit < most;
  }
  return true;
}

/** How many digits and signs an integer takes as text. */
export function decimalLength(value: number | bigint): number {
  if (typeof value === 'bigint') return String(value).length;
  let length = value < 0 ? 2 : 1;
  for (let rest = Math.abs(value); rest >= 10; rest = Math.floor(rest / 10)) length++;
  return length;
}

/** Entries of a container by its own header, undecoded; undefined when that does not tell. */
export function entriesOf(kind: ContainerKind, blob: BytesRef): number | undefined {
  const got = peek(blob);
  const at = kind === 'listpack' || kind === 'intset' ? 4 : kind === 'ziplist' ? 8 : 0;
  if (kind === 'zipmap') return got > 0 && header[0] < 254 ? 2 * header[0] : undefined;
  if (got < at + 2) return undefined;
  const count = header[at] | (header[at + 1] << 8);
  if (kind === 'intset') return got < 8 ? undefined : count + (header[6] | (header[7] << 8)) * 65536;
  return count === MANY ? undefined : count;
}

/** Copies the first bytes of a container to `header`; returns how many there are. */
function peek(blob: BytesRef): number {
  const { buffer } = blob;
  if (blob.form !== LZF) {
    const length = Math.min(blob.end - blob.start, HEADER_BYTES);
    for (let i = 0; i < length; i++) header[i] = buffer[blob.start + i];
    return length;
  }
  // LZF: 000nnnnn is n + 1 bytes as they are; else lllooooo [l] o copies l + 2 bytes from o + 1 before.
  const end = blob.payload + blob.stored;
  let at = blob.payload;
  let got = 0;
  while (got < HEADER_BYTES && at < end) {
    const token = buffer[at++];
    if (token < 32) {
      for (let i = 0; i <= token && at < end; i++, at++) if (got < HEADER_BYTES) header[got++] = buffer[at];
      continue;
    }
    let length = token >> 5;
    if (length === 7) length += buffer[at++];
    const distance = (((token & 31) << 8) | buffer[at++]) + 1;
    if (distance > got) return got;
    for (let i = 0; i < length + 2 && got < HEADER_BYTES; i++, got++) header[got] = header[got - distance];
  }
  return got;
}
