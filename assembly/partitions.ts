// Finding repetitions among many strings without looking each up in a table larger than the cache: fingerprints are only
// appended to partitions, by their top byte, and each partition is looked through with a small table at the end.
//
// An entry has 16 bytes:
//
//   bytes 0-7   fingerprint; byte 7, the most significant one, chooses the partition
//   bytes 8-14  payload of 56 bits, never 0: where the string stands, and what the caller wants to know about it
//   byte 15     eight more bits of the fingerprint
//
// so that two different strings agree with a probability of 2^-72. The heads of the partitions are pairs of 32-bit words:
// where the next entry goes, and where the room ends. There is always room for one more.
import { registers } from './memory';
import { fingerprintIn } from './siphash';

// @ts-ignore: decorator
@inline
const PAYLOAD: u64 = 0x00ffffffffffffff;

/**
 * Appends the fingerprint of a string, seen together with `space` (equal strings in different spaces are different), and its
 * payload. Returns 0, or the number of the partition plus 1 when its room is used up now.
 */
export function partitionAdd(
  heads: usize,
  mask: u32,
  space: f64,
  at: usize,
  length: u32,
  payloadLow: u32,
  payloadHigh: u32,
): u32 {
  return appendString(heads, mask, space, at, length, ((<u64>payloadHigh << 32) | payloadLow) & PAYLOAD);
}

// @ts-ignore: decorator
@inline
export function appendString(heads: usize, mask: u32, space: f64, at: usize, length: u32, payload: u64): u32 {
  const scratch = registers + 96;
  fingerprintIn(reinterpret<u64>(space), at, length, scratch);
  return append(heads, mask, load<u64>(scratch), payload | (load<u64>(scratch, 8) & ~PAYLOAD));
}

/** Appends entries that are already made. Returns where it stopped: at `end`, or behind the entry that used up a partition. */
export function partitionMove(heads: usize, mask: u32, start: usize, end: usize): usize {
  let at = start;
  while (at < end) {
    const full = append(heads, mask, load<u64>(at), load<u64>(at, 8));
    at += 16;
    if (full) {
      store<u32>(registers, full);
      return at;
    }
  }
  store<u32>(registers, 0);
  return at;
}

// @ts-ignore: decorator
@inline
function append(heads: usize, mask: u32, low: u64, high: u64): u32 {
  const partition = <u32>(low >> 56) & mask;
  const head = heads + (<usize>partition << 3);
  const next = load<u32>(head);
  store<u64>(next, low);
  store<u64>(next, high, 8);
  store<u32>(head, next + 16);
  return next + 16 == load<u32>(head, 4) ? partition + 1 : 0;
}

/**
 * Looks for entries that may be repetitions, in a table of 4-byte slots where 0 means empty: by 31 bits of the fingerprint
 * only, so that the table is small. Takes the entries of [start, end) whose seventh byte is at least `from` and below
 * `until`, and at most `most` new ones. Returns where it stopped. Results: how many were new; how many may be repetitions:
 * of a million different entries one is called so in a thousand tries.
 */
export function partitionSuspects(
  table: usize,
  mask: u32,
  start: usize,
  end: usize,
  from: u32,
  until: u32,
  most: u32,
): usize {
  let added: u32 = 0;
  let repeated: u32 = 0;
  let at = start;
  for (; at < end && added < most; at += 16) {
    const low = load<u64>(at);
    const part = <u32>(low >> 48) & 0xff;
    if (part < from || part >= until) continue;
    const tag = <u32>(low >> 24) | 1;
    let slot = <u32>low & mask;
    for (;;) {
      const entry = table + (<usize>slot << 2);
      const seen = load<u32>(entry);
      if (seen == 0) {
        store<u32>(entry, tag);
        added++;
        break;
      }
      if (seen == tag) {
        repeated++;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  store<u32>(registers, added);
  store<u32>(registers, repeated, 4);
  return at;
}

/**
 * Puts the entries of [start, end) whose seventh byte is at least `from` and below `until` into an open table of 16-byte
 * slots, where a zero payload means empty. An entry that is there already goes to `out`, behind the one that was there first.
 * Returns where it stopped: at `end`, or when `out` is full. The result tells the end of what was written to `out`.
 */
export function partitionRepeats(
  table: usize,
  mask: u32,
  start: usize,
  end: usize,
  from: u32,
  until: u32,
  out: usize,
  outEnd: usize,
): usize {
  let at = start;
  for (; at < end && out < outEnd; at += 16) {
    const low = load<u64>(at);
    const part = <u32>(low >> 48) & 0xff;
    if (part < from || part >= until) continue;
    const high = load<u64>(at, 8);
    let slot = <u32>(low >> 8) & mask;
    for (;;) {
      const entry = table + (<usize>slot << 4);
      const seen = load<u64>(entry, 8);
      if (seen == 0) {
        store<u64>(entry, low);
        store<u64>(entry, high, 8);
        break;
      }
      if (load<u64>(entry) == low && ((seen ^ high) & ~PAYLOAD) == 0) {
        store<u64>(out, load<u64>(entry));
        store<u64>(out, seen, 8);
        store<u64>(out, low, 16);
        store<u64>(out, high, 24);
        out += 32;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  store<u32>(registers, <u32>out);
  return at;
}
