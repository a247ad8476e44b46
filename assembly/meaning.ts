// What a key means, as fingerprints of 128 bits under the random key of the run: SipHash-1-3 over two leading words, which say
// what kind of thing it is, and the bytes. Nobody who writes a file can choose collisions, and among a billion keys none is to
// be expected.
//
// Where order means nothing (members of a set, fields of a hash) the fingerprints of the elements are added up modulo 2^128,
// and the sum and the count go into the fingerprint of the value. Where it does, elements pass through one hash one after the
// other, each behind its length.
import { HASH_KEY } from './memory';

/** The block that the host lays out, see src/diff/meaning-kernel.ts. */
export let meaning: usize = 0;

// @ts-ignore: decorator
@inline
export const NAME: usize = 0; // the fingerprint of the key at hand
// @ts-ignore: decorator
@inline
export const VALUE: usize = 16; // of its value
// @ts-ignore: decorator
@inline
const STREAM: usize = 32; // four words of state of the hash that bytes pass through
// @ts-ignore: decorator
@inline
const TAIL: usize = 64; // bytes that do not fill a word yet
// @ts-ignore: decorator
@inline
const LENGTH: usize = 72; // bytes that passed
// @ts-ignore: decorator
@inline
const OUT: usize = 80;
// @ts-ignore: decorator
@inline
export const SCRATCH: usize = 96; // 64 bytes
// @ts-ignore: decorator
@inline
const SUMS: usize = 160; // eight sums of 24 bytes: 128 bits, and how many

// What is hashed; the same numbers in src/diff/meaning-kernel.ts.
// @ts-ignore: decorator
@inline
export const KEY: u64 = 1;
// @ts-ignore: decorator
@inline
export const STRING: u64 = 2;
// @ts-ignore: decorator
@inline
const MEMBER: u64 = 3;
// @ts-ignore: decorator
@inline
const SCORED: u64 = 4;
// @ts-ignore: decorator
@inline
const FIELD: u64 = 5;
// @ts-ignore: decorator
@inline
const FIELD_EXPIRY: u64 = 6;
// @ts-ignore: decorator
@inline
const PENDING: u64 = 7;

export function meaningState(at: usize): void {
  meaning = at;
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

/** Writes the fingerprint of [at, at + length) behind two leading words to `out`. */
export function fingerprint(first: u64, second: u64, at: usize, length: u32, out: usize): void {
  const k0 = load<u64>(HASH_KEY);
  const k1 = load<u64>(HASH_KEY, 8);
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d ^ 0xee;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573 ^ first;
  // The rounds are written out so that the state stays in registers.
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
  v0 ^= first;
  v3 ^= second;
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
  v0 ^= second;
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
  v2 ^= 0xee;
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
      v1 ^= 0xdd;
    } else if (i == 6) break;
  }
  store<u64>(out, v0 ^ v1 ^ v2 ^ v3, 8);
}

/** Begins a hash that bytes pass through piece by piece; it gives what `fingerprint` gives for all of them at once. */
function open(first: u64, second: u64): void {
  const k0 = load<u64>(HASH_KEY);
  const k1 = load<u64>(HASH_KEY, 8);
  const at = meaning + STREAM;
  store<u64>(at, k0 ^ 0x736f6d6570736575);
  store<u64>(at, k1 ^ 0x646f72616e646f6d ^ 0xee, 8);
  store<u64>(at, k0 ^ 0x6c7967656e657261, 16);
  store<u64>(at, k1 ^ 0x7465646279746573, 24);
  store<u64>(meaning + TAIL, 0);
  store<u64>(meaning + LENGTH, 0);
  store<u64>(meaning + SCRATCH, first);
  store<u64>(meaning + SCRATCH, second, 8);
  words(meaning + SCRATCH, meaning + SCRATCH + 16);
}

/** Takes whole words. */
function words(at: usize, end: usize): void {
  const state = meaning + STREAM;
  let v0 = load<u64>(state);
  let v1 = load<u64>(state, 8);
  let v2 = load<u64>(state, 16);
  let v3 = load<u64>(state, 24);
  for (; at < end; at += 8) {
    const word = load<u64>(at);
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
  store<u64>(state, v0);
  store<u64>(state, v1, 8);
  store<u64>(state, v2, 16);
  store<u64>(state, v3, 24);
}

/** Begins a value of a kind. */
export function meaningBegin(kind: u32): void {
  open(<u64>kind, 0);
}

/** Passes bytes through the hash. */
export function meaningAdd(at: usize, length: u32): void {
  const seen = load<u64>(meaning + LENGTH);
  store<u64>(meaning + LENGTH, seen + length);
  const end = at + length;
  let held = <u32>seen & 7;
  if (held != 0) {
    let tail = load<u64>(meaning + TAIL);
    while (held < 8 && at < end) {
      tail |= (<u64>load<u8>(at)) << (held << 3);
      held++;
      at++;
    }
    store<u64>(meaning + TAIL, tail);
    if (held < 8) return;
    words(meaning + TAIL, meaning + TAIL + 8);
  }
  const whole = at + ((end - at) & ~7);
  if (whole > at) words(at, whole);
  let tail: u64 = 0;
  for (held = 0; whole + held < end; held++) tail |= (<u64>load<u8>(whole + held)) << (held << 3);
  store<u64>(meaning + TAIL, tail);
}

/** Passes a number through the hash. */
export function meaningNumber(value: f64): void {
  store<f64>(meaning + SCRATCH, value);
  meaningAdd(meaning + SCRATCH, 8);
}

/** Passes a string through the hash, behind its length. */
export function meaningItem(at: usize, length: u32): void {
  meaningNumber(<f64>length);
  meaningAdd(at, length);
}

/** Passes a stream id through the hash, as four halves. */
export function meaningId(msHigh: u32, msLow: u32, seqHigh: u32, seqLow: u32): void {
  putId(msHigh, msLow, seqHigh, seqLow);
  meaningAdd(meaning + SCRATCH, 16);
}

function putId(msHigh: u32, msLow: u32, seqHigh: u32, seqLow: u32): void {
  store<u64>(meaning + SCRATCH, ((<u64>msHigh) << 32) | msLow);
  store<u64>(meaning + SCRATCH, ((<u64>seqHigh) << 32) | seqLow, 8);
}

/** Writes the fingerprint of all that passed to `out`. */
export function meaningEnd(out: usize): void {
  const length = <u32>load<u64>(meaning + LENGTH);
  store<u64>(meaning + SCRATCH, load<u64>(meaning + TAIL) | ((<u64>length) << 56));
  if ((length & 7) == 0) store<u64>(meaning + SCRATCH, (<u64>length) << 56);
  words(meaning + SCRATCH, meaning + SCRATCH + 8);
  const state = meaning + STREAM;
  let v0 = load<u64>(state);
  let v1 = load<u64>(state, 8);
  let v2 = load<u64>(state, 16) ^ 0xee;
  let v3 = load<u64>(state, 24);
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
      v1 ^= 0xdd;
    } else if (i == 6) break;
  }
  store<u64>(out, v0 ^ v1 ^ v2 ^ v3, 8);
}

/** Adds the fingerprint at `from` to a sum. */
function addTo(sum: u32, from: usize): void {
  const at = meaning + SUMS + <usize>sum * 24;
  const low = load<u64>(at);
  const more = load<u64>(from);
  const added = low + more;
  store<u64>(at, added);
  store<u64>(at, load<u64>(at, 8) + load<u64>(from, 8) + <u64>(added < low), 8);
  store<u64>(at, load<u64>(at, 16) + 1, 16);
}

/** Ends the hash, and adds its fingerprint to a sum. */
export function meaningSum(sum: u32): void {
  meaningEnd(meaning + OUT);
  addTo(sum, meaning + OUT);
}

/** Passes a sum and its count through the hash. */
export function meaningFold(sum: u32): void {
  meaningAdd(meaning + SUMS + <usize>sum * 24, 24);
}

/** How many fingerprints were added to a sum. */
export function meaningCount(sum: u32): f64 {
  return <f64>load<u64>(meaning + SUMS + <usize>sum * 24, 16);
}

export function meaningClear(sum: u32): void {
  memory.fill(meaning + SUMS + <usize>sum * 24, 0, 24);
}

/** The name of a key of a database. `part` is 0 for the key itself. */
export function meaningName(db: f64, part: u32, at: usize, length: u32): void {
  fingerprint(KEY + ((<u64>part) << 32), <u64>db, at, length, meaning + NAME);
}

/** The value of a key, when it is a string that is there as a whole. */
export function meaningString(at: usize, length: u32): void {
  fingerprint(STRING, 0, at, length, meaning + VALUE);
}

/** A member of a set, into a sum. */
export function meaningMember(sum: u32, at: usize, length: u32): void {
  fingerprint(MEMBER, 0, at, length, meaning + OUT);
  addTo(sum, meaning + OUT);
}

/** Servers do not tell zeros apart, nor what is no number. */
// @ts-ignore: decorator
@inline
function scoreBits(score: f64): u64 {
  if (score == 0) return 0;
  return score == score ? reinterpret<u64>(score) : 0x7ff8000000000000;
}

/** A member with its score, into a sum. */
export function meaningScored(sum: u32, score: f64, at: usize, length: u32): void {
  fingerprint(SCORED, scoreBits(score), at, length, meaning + OUT);
  addTo(sum, meaning + OUT);
}

/** A field with its value, into a sum. */
export function meaningField(sum: u32, field: usize, fieldLength: u32, value: usize, valueLength: u32): void {
  fingerprint(FIELD, 0, field, fieldLength, meaning + OUT);
  fingerprint(load<u64>(meaning + OUT), load<u64>(meaning + OUT, 8), value, valueLength, meaning + OUT);
  addTo(sum, meaning + OUT);
}

/** A field whose value passes piece by piece, up to `meaningSum`. */
export function meaningFieldBegin(field: usize, fieldLength: u32): void {
  fingerprint(FIELD, 0, field, fieldLength, meaning + OUT);
  open(load<u64>(meaning + OUT), load<u64>(meaning + OUT, 8));
}

/** The expiry of a field, into a sum. */
export function meaningFieldExpiry(sum: u32, expireAt: f64, field: usize, fieldLength: u32): void {
  fingerprint(FIELD_EXPIRY, reinterpret<u64>(expireAt), field, fieldLength, meaning + OUT);
  addTo(sum, meaning + OUT);
}

/** An id with two numbers, into a sum. `kind` tells what it is. */
export function meaningEntry(
  sum: u32,
  kind: u32,
  msHigh: u32,
  msLow: u32,
  seqHigh: u32,
  seqLow: u32,
  first: f64,
  second: f64,
): void {
  putId(msHigh, msLow, seqHigh, seqLow);
  store<f64>(meaning + SCRATCH, first, 16);
  store<f64>(meaning + SCRATCH, second, 24);
  fingerprint(PENDING, <u64>kind, meaning + SCRATCH, 32, meaning + OUT);
  addTo(sum, meaning + OUT);
}
