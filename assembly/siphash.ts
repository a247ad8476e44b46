// SipHash-1-3 under a random key: nobody who writes a file can choose its collisions. One form gives 128 bits (two strings
// with the same fingerprint are then the same string for all that a billion of them can tell), one 64 bits for tables.
//
// The four words of state are locals, not globals, so that they stay in registers; hence the rounds written out.
import { HASH_KEY, registers } from './memory';

/** Behind the results, for a fingerprint on its way into a table. */
// @ts-ignore: decorator
@inline
function scratch(): usize {
  return registers + 96;
}

export function setHashKey(k0: u64, k1: u64): void {
  store<u64>(HASH_KEY, k0);
  store<u64>(HASH_KEY, k1, 8);
}

/** The last bytes of a string, fewer than eight, with its length on top. */
// @ts-ignore: decorator
@inline
function lastWord(at: usize, length: u32): u64 {
  let word = <u64>length << 56;
  const rest = length & 7;
  if (rest & 4) word |= load<u32>(at);
  if (rest & 2) word |= (<u64>load<u16>(at + (rest & 4))) << ((rest & 4) << 3);
  if (rest & 1) word |= (<u64>load<u8>(at + (rest & 6))) << ((rest & 6) << 3);
  return word;
}

/**
 * Writes the first 64 bits of the result to `out`, and the second when `wide`. `space` is hashed in front of the string, when
 * the string stands `within` one.
 */
// @ts-ignore: decorator
@inline
function sipHash(at: usize, length: u32, out: usize, wide: bool, within: bool, space: u64): void {
  const k0 = load<u64>(HASH_KEY);
  const k1 = load<u64>(HASH_KEY, 8);
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573;
  if (wide) v1 ^= 0xee;
  if (within) {
    v3 ^= space;
    v0 += v1;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v0 = rotl<u64>(v0, 32);
    v2 += v3;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v2 = rotl<u64>(v2, 32);
    v0 ^= space;
  }
  const tail = at + (length & ~7);
  for (let more = true; more; at += 8) {
    more = at < tail;
    const word = more ? load<u64>(at) : lastWord(at, length);
    v3 ^= word;
    v0 += v1;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v0 = rotl<u64>(v0, 32);
    v2 += v3;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v2 = rotl<u64>(v2, 32);
    v0 ^= word;
  }
  v2 ^= wide ? 0xee : 0xff;
  for (let i = 1; ; i++) {
    v0 += v1;
    v1 = rotl<u64>(v1, 13) ^ v0;
    v0 = rotl<u64>(v0, 32);
    v2 += v3;
    v3 = rotl<u64>(v3, 16) ^ v2;
    v0 += v3;
    v3 = rotl<u64>(v3, 21) ^ v0;
    v2 += v1;
    v1 = rotl<u64>(v1, 17) ^ v2;
    v2 = rotl<u64>(v2, 32);
    if (i == 3) {
      store<u64>(out, v0 ^ v1 ^ v2 ^ v3);
      if (!wide) return;
      v1 ^= 0xdd;
    } else if (i == 6) break;
  }
  store<u64>(out, v0 ^ v1 ^ v2 ^ v3, 8);
}

/** Writes 16 bytes to `out`. */
export function fingerprint128(at: usize, length: u32, out: usize): void {
  sipHash(at, length, out, true, false, 0);
}

/** The same for a string that is something else in another space. */
export function fingerprintIn(space: u64, at: usize, length: u32, out: usize): void {
  sipHash(at, length, out, true, true, space);
}

export function sipHash64(at: usize, length: u32): u64 {
  sipHash(at, length, scratch(), false, false, 0);
  return load<u64>(scratch());
}

/**
 * Puts the fingerprint of a string into an open table of 16-byte slots, where 0 means empty. Returns 1 when it was there.
 * The table must have a free slot.
 */
export function fingerprintInsert(table: usize, mask: u32, at: usize, length: u32): u32 {
  fingerprint128(at, length, scratch());
  const low = load<u64>(scratch()) | 1; // never the empty slot
  const high = load<u64>(scratch(), 8);
  let slot = <u32>(low >> 32) & mask;
  let entry = table + (<usize>slot << 4);
  let seen = load<u64>(entry);
  while (seen != 0) {
    if (seen == low && load<u64>(entry, 8) == high) return 1;
    slot = (slot + 1) & mask;
    entry = table + (<usize>slot << 4);
    seen = load<u64>(entry);
  }
  store<u64>(entry, low);
  store<u64>(entry, high, 8);
  return 0;
}

/** Empties a table. */
export function clearMemory(at: usize, length: u32): void {
  memory.fill(at, 0, length);
}
