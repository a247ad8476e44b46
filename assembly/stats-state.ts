// Where statistics of keys are kept. The host lays it out (src/stats/dump/state.ts) and reads the results; only the first
// thread counts. All sums are 64-bit floats, exact up to 2^53.

/** The block of words below. */
export let state: usize = 0;

export function statsState(at: usize): void {
  state = at;
}

// Addresses of tables, and counts: 32-bit words.
// @ts-ignore: decorator
@inline
export const SLOTS: usize = 0; // 16384 records of 32 bytes: keys, bytes, memory
// @ts-ignore: decorator
@inline
export const CRC16: usize = 4; // four tables of 256 16-bit words
// @ts-ignore: decorator
@inline
export const KEY_LENGTHS: usize = 8; // histograms, see histogram.ts
// @ts-ignore: decorator
@inline
export const VALUE_BYTES: usize = 12;
// @ts-ignore: decorator
@inline
export const TTL_SECONDS: usize = 16;
// @ts-ignore: decorator
@inline
export const STRING_MEMORY: usize = 20; // 16-bit words by [expires][integer, or length of the value + 1][length of the name]
// @ts-ignore: decorator
@inline
export const INDEX: usize = 24; // hash table of 32-bit words: 8 bits of the hash, 24 bits of entry number + 1
// @ts-ignore: decorator
@inline
export const INDEX_MASK: usize = 28;
// @ts-ignore: decorator
@inline
export const ENTRIES: usize = 32; // see prefixes.ts
// @ts-ignore: decorator
@inline
export const CAPACITY: usize = 36; // entries of a part
// @ts-ignore: decorator
@inline
export const PARTS_AT: usize = 40; // 64 records of 16 bytes
// @ts-ignore: decorator
@inline
export const NAMES: usize = 44;
// @ts-ignore: decorator
@inline
export const NAMES_SIZE: usize = 48; // bytes for the names of a part
// @ts-ignore: decorator
@inline
export const DEPTH: usize = 56;
// @ts-ignore: decorator
@inline
export const FROZEN: usize = 60; // nothing new enters the table
// @ts-ignore: decorator
@inline
export const SEPARATORS: usize = 64; // how many; their bytes from SEPARATOR on
// @ts-ignore: decorator
@inline
export const EPOCHS: usize = 68; // how often something was forgotten
// @ts-ignore: decorator
@inline
export const MISSING: usize = 72; // 4096 records of 40 bytes: what may be missing from entries, by the epoch they came in
// @ts-ignore: decorator
@inline
export const DISTINCT: usize = 76; // 4096 registers of a HyperLogLog
// @ts-ignore: decorator
@inline
export const COLLECTED: usize = 80; // look-ups that a part may collect
// @ts-ignore: decorator
@inline
export const CACHE: usize = 88; // 1280 times the hash and the address of an entry
// @ts-ignore: decorator
@inline
export const SCRATCH: usize = 92; // a histogram
// @ts-ignore: decorator
@inline
export const IDLE_SECONDS: usize = 420; // histograms
// @ts-ignore: decorator
@inline
export const FREQUENCY: usize = 424;
// @ts-ignore: decorator
@inline
export const SHORT: usize = 428; // 32-bit counters: 64 for lengths of names, 65 for bytes of values

// 64-bit floats.
// @ts-ignore: decorator
@inline
export const NOW_MS: usize = 96;
// @ts-ignore: decorator
@inline
export const BYTES_ABOVE: usize = 104; // keys with more bytes or memory stop a run: they are among the biggest
// @ts-ignore: decorator
@inline
export const MEMORY_ABOVE: usize = 112;
// @ts-ignore: decorator
@inline
export const WITHOUT: usize = 120; // totals of keys without a separator: keys, expires, bytes, memory, elements
/** Eight separators of 32 bytes: the first byte 16 times, length as 64 bits, up to eight bytes. */
// @ts-ignore: decorator
@inline
export const SEPARATOR: usize = 160;
// @ts-ignore: decorator
@inline
export const WARMED: usize = 432; // keeps loads alive whose only use is to bring lines into the cache

// A record of totals, for a prefix and what `WITHOUT` and `MISSING` hold: 40 bytes.
// A group of keys has one word more: keys, expires, bytes, memory, elements, expired.
// @ts-ignore: decorator
@inline
export const EXPIRED: usize = 40;

// @ts-ignore: decorator
@inline
export function word(field: usize): u32 {
  return load<u32>(state + field);
}

// @ts-ignore: decorator
@inline
export function addFloat(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** Adds one key to a record of totals. */
// @ts-ignore: decorator
@inline
export function addKey(at: usize, expires: u32, bytes: f64, memory: f64, elements: f64): void {
  addFloat(at, 1);
  addFloat(at + 8, <f64>expires);
  addFloat(at + 16, bytes);
  addFloat(at + 24, memory);
  addFloat(at + 32, elements);
}
