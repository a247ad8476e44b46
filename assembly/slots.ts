// Cluster slots: CRC-16/XMODEM of the hash tag of a name, or of the whole name.
import { addFloat, CRC16, SLOTS, word } from './stats-state';

const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;

/** Fills four tables of 256 words, so that four bytes are taken at a time. */
export function crc16Init(tables: usize): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    store<u16>(tables + (byte << 1), <u16>crc);
  }
  for (let table: u32 = 1; table < 4; table++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = <u32>load<u16>(tables + ((table - 1) << 9) + (byte << 1));
      const crc = (before << 8) ^ <u32>load<u16>(tables + ((before >> 8) << 1));
      store<u16>(tables + (table << 9) + (byte << 1), <u16>crc);
    }
  }
}

// @ts-ignore: decorator
@inline
function crc16(tables: usize, at: usize, length: u32): u32 {
  let crc: u32 = 0;
  const fours = at + (length & ~3);
  const end = at + length;
  for (; at < fours; at += 4) {
    crc =
      <u32>load<u16>(tables + ((<usize>((crc >> 8) ^ <u32>load<u8>(at))) << 1), 1536) ^
      <u32>load<u16>(tables + ((<usize>((crc & 0xff) ^ <u32>load<u8>(at, 1))) << 1), 1024) ^
      <u32>load<u16>(tables + ((<usize>load<u8>(at, 2)) << 1), 512) ^
      <u32>load<u16>(tables + ((<usize>load<u8>(at, 3)) << 1));
  }
  for (; at < end; at++) {
    crc = ((crc << 8) & 0xffff) ^ <u32>load<u16>(tables + ((<usize>((crc >> 8) ^ <u32>load<u8>(at))) << 1));
  }
  return crc;
}

/** Where a byte stands first in [at, end); `end` when it does not. May read up to 15 bytes past the end. */
// @ts-ignore: decorator
@inline
function find(at: usize, end: usize, byte: u8): usize {
  const wanted = i8x16.splat(<i8>byte);
  for (; at < end; at += 16) {
    const mask = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (mask != 0) return min<usize>(at + <usize>ctz<u32>(mask), end);
  }
  return end;
}

/** The hash tag found last, and its length; 0 for none. */
export let tagAt: usize = 0;
export let tagLength: u32 = 0;

/** Looks for the hash tag of a name. */
// @ts-ignore: decorator
@inline
export function findTag(at: usize, length: u32): void {
  tagLength = 0;
  const end = at + length;
  const open = find(at, end, OPEN);
  if (open == end) return;
  const close = find(open + 1, end, CLOSE);
  if (close == end || close == open + 1) return;
  tagAt = open + 1;
  tagLength = <u32>(close - open - 1);
}

/** Adds one key, whose hash tag was looked for, to its slot. */
// @ts-ignore: decorator
@inline
export function addToSlot(at: usize, length: u32, bytes: f64, memory: f64): void {
  const tagged = tagLength != 0;
  const slot = crc16(word(CRC16), tagged ? tagAt : at, tagged ? tagLength : length) & 0x3fff;
  const record = <usize>word(SLOTS) + (<usize>slot << 5);
  addFloat(record, 1);
  addFloat(record + 8, bytes);
  addFloat(record + 16, memory);
}
