// SipHash-1-3 under a random key: nobody who writes a file can choose its collisions. One form gives 128 bits (two keys with
// the same fingerprint are then the same key for all that a billion of them can tell), one gives 64 bits for tables in memory.
import { HASH_KEY, REGISTERS } from './memory';

// @ts-ignore: decorator
@inline
const SCRATCH: usize = REGISTERS + 96;

let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

export function setHashKey(k0: u64, k1: u64): void {
  store<u64>(HASH_KEY, k0);
  store<u64>(HASH_KEY, k1, 8);
}

// @ts-ignore: decorator
@inline
function round(): void {
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
}

// @ts-ignore: decorator
@inline
function absorb(at: usize, length: u32): void {
  const k0 = load<u64>(HASH_KEY);
  const k1 = load<u64>(HASH_KEY, 8);
  v0 = k0 ^ 0x736f6d6570736575;
  v1 = k1 ^ 0x646f72616e646f6d;
  v2 = k0 ^ 0x6c7967656e657261;
  v3 = k1 ^ 0x7465646279746573;
  const tail = at + (length & ~7);
  for (; at < tail; at += 8) {
    const word = load<u64>(at);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  let last = <u64>length << 56;
  const rest = length & 7;
  for (let i: u32 = 0; i < rest; i++) last |= (<u64>load<u8>(at + i)) << (i << 3);
  v3 ^= last;
  round();
  v0 ^= last;
}

/** Writes 16 bytes to `out`. */
export function fingerprint128(at: usize, length: u32, out: usize): void {
  absorb(at, length);
  v2 ^= 0xee;
  round();
  round();
  round();
  store<u64>(out, v0 ^ v1 ^ v2 ^ v3);
  v1 ^= 0xdd;
  round();
  round();
  round();
  store<u64>(out, v0 ^ v1 ^ v2 ^ v3, 8);
}

export function sipHash64(at: usize, length: u32): u64 {
  absorb(at, length);
  v2 ^= 0xff;
  round();
  round();
  round();
  return v0 ^ v1 ^ v2 ^ v3;
}

/**
 * Puts the fingerprint of a string into an open table of 16-byte slots, where 0 means empty. Returns 1 when it was there.
 * The table must have a free slot.
 */
export function fingerprintInsert(table: usize, mask: u32, at: usize, length: u32): u32 {
  fingerprint128(at, length, SCRATCH);
  return insertFingerprint(table, mask, SCRATCH);
}

/** The same for a fingerprint that is already made. */
export function insertFingerprint(table: usize, mask: u32, fingerprint: usize): u32 {
  const low = load<u64>(fingerprint) | 1; // never the empty slot
  const high = load<u64>(fingerprint, 8);
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
