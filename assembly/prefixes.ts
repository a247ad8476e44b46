// Totals by prefix of the name, in a table of fixed size. While all prefixes fit, totals are exact. When it is full, those with
// the least memory are forgotten, at least half of them; what an entry that comes in later may have lost before is bounded by
// the largest entry forgotten each time. A prefix has no less than one that it is a prefix of, so it is never forgotten first.
//
// An entry has 64 bytes, a line of the cache; keys and expires are 32-bit numbers, which stop at the largest one:
//
//   0  hash, 32 bits         8  keys         16 bytes, 64-bit floats, as the next
//   4  length - 1            12 expires      24 memory
//   5  depth; 255 for a tag                  32 elements
//   6  epoch, 16 bits                        40 name: 24 bytes, or 16 bytes and where the others are
//
// Looking up names in a table that is larger than the cache, and than what the processor can translate addresses of, takes
// ten times as long as counting a key otherwise does. So the table is divided into 64 parts by hash, and look-ups are collected
// by part and done thousands at a time, while that part is at hand; there, their lines are touched ahead, several at once.
import { HASH_KEY } from './memory';
import { bucketOf } from './histogram';
import {
  addFloat,
  addKey,
  CACHE,
  CAPACITY,
  COLLECTED,
  DEPTH,
  DISTINCT,
  ENTRIES,
  EPOCHS,
  FROZEN,
  INDEX,
  INDEX_MASK,
  MISSING,
  NAMES,
  NAMES_SIZE,
  PARTS_AT,
  SCRATCH,
  SEPARATOR,
  SEPARATORS,
  state,
  WARMED,
  WITHOUT,
  word,
} from './stats-state';

/** Prefixes end within so many bytes of a name. */
// @ts-ignore: decorator
@inline
const LONGEST: u32 = 256;
// @ts-ignore: decorator
@inline
const TAG_DEPTH: u32 = 255;
/** What is collected: names up to so many bytes, and numbers up to 32 bits. */
// @ts-ignore: decorator
@inline
const LONGEST_COLLECTED: u32 = 40;
// @ts-ignore: decorator
@inline
const LARGEST_COLLECTED: f64 = 4294967295;
// @ts-ignore: decorator
@inline
const PARTS: usize = 64;
/** Look-ups whose lines are touched together. */
// @ts-ignore: decorator
@inline
const AHEAD: usize = 32;
// @ts-ignore: decorator
@inline
const MOST_EPOCHS: u32 = 4095;
// @ts-ignore: decorator
@inline
const BUCKETS: u32 = 2048;

/** Under a random key. Only speed depends on it: names are compared. May read up to 7 bytes past the end. */
// @ts-ignore: decorator
@inline
function hashOf(at: usize, length: u32, depth: u32): u64 {
  const factor = load<u64>(HASH_KEY) | 1;
  let hash = load<u64>(HASH_KEY, 8) ^ ((<u64>depth << 32) | <u64>length);
  let rest = length;
  for (; rest >= 8; rest -= 8, at += 8) {
    hash = (hash ^ load<u64>(at)) * factor;
    hash ^= hash >> 31;
  }
  if (rest != 0) {
    hash = (hash ^ (load<u64>(at) & (((<u64>1) << (rest << 3)) - 1))) * factor;
    hash ^= hash >> 31;
  }
  hash *= 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 32);
}

/** So much of a name stands in its entry; of longer ones the first bytes, and the address of the others. */
// @ts-ignore: decorator
@inline
const INLINE: u32 = 24;
// @ts-ignore: decorator
@inline
const HEAD: u32 = 16;

// @ts-ignore: decorator
@inline
function isEntry(entry: usize, hash: u64, at: usize, length: u32, depth: u32): bool {
  if (load<u32>(entry) != <u32>(hash >> 32)) return false;
  if (<u32>load<u16>(entry, 4) != ((length - 1) | (depth << 8))) return false;
  if (length <= INLINE) return isSame(entry + 40, at, length);
  return isSame(entry + 40, at, HEAD) && isSame(load<u32>(entry, 56), at + HEAD, length - HEAD);
}

/** May read up to 7 bytes past the end of both. */
// @ts-ignore: decorator
@inline
function isSame(a: usize, b: usize, length: u32): bool {
  for (; length >= 8; length -= 8, a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  return length == 0 || ((load<u64>(a) ^ load<u64>(b)) & (((<u64>1) << (length << 3)) - 1)) == 0;
}

// @ts-ignore: decorator
@inline
function copy(to: usize, from: usize, length: u32): void {
  for (; length >= 8; length -= 8, to += 8, from += 8) store<u64>(to, load<u64>(from));
  for (; length > 0; length--, to++, from++) store<u8>(to, load<u8>(from));
}

/** Adds one key to an entry. */
// @ts-ignore: decorator
@inline
function addToEntry(entry: usize, expires: u32, bytes: f64, memory: f64, elements: f64): void {
  const keys = load<u32>(entry, 8);
  if (keys != u32.MAX_VALUE) {
    store<u32>(entry, keys + 1, 8);
    store<u32>(entry, load<u32>(entry, 12) + expires, 12);
  }
  addFloat(entry + 16, bytes);
  addFloat(entry + 24, memory);
  addFloat(entry + 32, elements);
}

// @ts-ignore: decorator
@inline
function cacheSlot(hash: u64, depth: u32): usize {
  const line = depth == 1 ? <usize>(hash >> 56) : 256 + (<usize>(hash >> 32) & 1023);
  return <usize>word(CACHE) + (line << 3);
}

// @ts-ignore: decorator
@inline
function remember(hash: u64, depth: u32, entry: usize): void {
  store<u64>(cacheSlot(hash, depth), (hash >> 32) | (<u64>entry << 32));
}

/** Adds one key to its prefixes, and to its hash tag when that has a length. May read up to 40 bytes past the end. */
// @ts-ignore: decorator
@inline
export function addToPrefixes(
  at: usize,
  length: u32,
  tag: usize,
  tagLength: u32,
  expires: u32,
  bytes: f64,
  memory: f64,
  elements: f64,
): void {
  const depth = word(DEPTH);
  const separators = word(SEPARATORS);
  const scanned = min<u32>(length, LONGEST);
  let level: u32 = 0;
  let behind: u32 = 0;
  for (let i: u32 = 0; i < scanned && level < depth; i += 16) {
    const chunk = v128.load(at + i);
    let mask: u32 = 0;
    for (let s: u32 = 0; s < separators; s++) {
      mask |= <u32>i8x16.bitmask(i8x16.eq(chunk, v128.load(state + SEPARATOR + (<usize>s << 5))));
    }
    if (scanned - i < 16) mask &= (1 << (scanned - i)) - 1;
    while (mask != 0 && level < depth) {
      const from = i + <u32>ctz<u32>(mask);
      mask &= mask - 1;
      if (from < behind) continue; // inside a separator of several bytes
      const separator = separatorAt(at + from, length - from, separators);
      if (separator == 0) continue;
      behind = from + separator;
      if (behind > LONGEST) break;
      level++;
      addPart(at, behind, level, expires, bytes, memory, elements);
    }
  }
  if (level == 0) addKey(state + WITHOUT, expires, bytes, memory, elements);
  if (tagLength != 0 && tagLength <= LONGEST) addPart(tag, tagLength, TAG_DEPTH, expires, bytes, memory, elements);
}

/** The length of the separator that stands here, the longest one; 0 for none. */
// @ts-ignore: decorator
@inline
function separatorAt(at: usize, left: u32, separators: u32): u32 {
  let longest: u32 = 0;
  for (let s: u32 = 0; s < separators; s++) {
    const separator = state + SEPARATOR + (<usize>s << 5);
    if (load<u8>(at) != load<u8>(separator)) continue;
    const length = load<u32>(separator, 16);
    if (length > left || length <= longest) continue;
    const mask = length == 8 ? ~(<u64>0) : ((<u64>1) << (length << 3)) - 1;
    if (length == 1 || ((load<u64>(at) ^ load<u64>(separator, 24)) & mask) == 0) longest = length;
  }
  return longest;
}

// @ts-ignore: decorator
@inline
function addPart(
  at: usize,
  length: u32,
  depth: u32,
  expires: u32,
  bytes: f64,
  memory: f64,
  elements: f64,
): void {
  const hash = hashOf(at, length, depth);
  const recent = cacheSlot(hash, depth);
  // The hash stands in the cache too: looking into an entry that is another one would be a miss.
  if (load<u32>(recent) == <u32>(hash >> 32)) {
    const entry = <usize>load<u32>(recent, 4);
    if (entry != 0 && isEntry(entry, hash, at, length, depth)) {
      addToEntry(entry, expires, bytes, memory, elements);
      return;
    }
  }
  if (length > LONGEST_COLLECTED || bytes > LARGEST_COLLECTED || memory > LARGEST_COLLECTED || elements > LARGEST_COLLECTED) {
    const found = entryOf(hash, at, length, depth);
    if (found == 0) return;
    remember(hash, depth, found);
    addToEntry(found, expires, bytes, memory, elements);
    return;
  }
  const part = partOf(hash);
  const item = <usize>load<u32>(part);
  store<u64>(item, hash);
  store<u32>(item, (length - 1) | (depth << 8) | (expires << 16), 8);
  store<u32>(item, <u32>elements, 12);
  store<u32>(item, <u32>bytes, 16);
  store<u32>(item, <u32>memory, 20);
  v128.store(item + 24, v128.load(at));
  v128.store(item + 40, v128.load(at + 16));
  store<u64>(item + 56, load<u64>(at + 32));
  store<u32>(part, <u32>(item + 64));
  if (<u32>(item + 64) == load<u32>(part, 4)) look(part);
}

/** The record of the part that a hash belongs to: next item, end of the items, entries, next byte for names. */
// @ts-ignore: decorator
@inline
function partOf(hash: u64): usize {
  return <usize>word(PARTS_AT) + (<usize>(hash >> 58) << 4);
}

/** Does all that was collected. */
export function flush(): void {
  const parts = <usize>word(PARTS_AT);
  for (let part = parts; part < parts + (PARTS << 4); part += 16) look(part);
}

/** Does what was collected of one part. */
function look(part: usize): void {
  const number = <u32>((part - word(PARTS_AT)) >> 4);
  const end = <usize>load<u32>(part);
  const first = <usize>(load<u32>(part, 4) - (word(COLLECTED) << 6));
  const mask = word(INDEX_MASK);
  const index = <usize>word(INDEX) + (<usize>number * (<usize>mask + 1) << 2);
  const entries = <usize>word(ENTRIES) + (<usize>number * <usize>word(CAPACITY) << 6);
  store<u32>(part, <u32>first);
  let warmed: u64 = 0;
  for (let from = first; from < end; from += AHEAD << 6) {
    const to = min<usize>(end, from + (AHEAD << 6));
    let touched: u32 = 0;
    for (let item = from; item < to; item += 64) {
      touched += load<u32>(index + (<usize>(load<u32>(item, 4) & mask) << 2));
    }
    for (let item = from; item < to; item += 64) {
      // Entry 0 stands in for none: its line is there anyway.
      const found = load<u32>(index + (<usize>(load<u32>(item, 4) & mask) << 2)) & 0xffffff;
      warmed += load<u64>(entries + (<usize>(found - <u32>(found != 0)) << 6));
    }
    warmed += touched;
    for (let item = from; item < to; item += 64) {
      const hash = load<u64>(item);
      const head = load<u32>(item, 8);
      const depth = (head >> 8) & 0xff;
      const entry = entryOf(hash, item + 24, (head & 0xff) + 1, depth);
      if (entry == 0) continue;
      remember(hash, depth, entry);
      addToEntry(
        entry,
        head >> 16,
        <f64>load<u32>(item, 16),
        <f64>load<u32>(item, 20),
        <f64>load<u32>(item, 12),
      );
    }
  }
  store<u64>(state + WARMED, warmed);
}

/** The entry of a name, made when there is none; 0 when none may be made. */
function entryOf(hash: u64, at: usize, length: u32, depth: u32): usize {
  const part = partOf(hash);
  const number = <usize>(hash >> 58);
  const mask = word(INDEX_MASK);
  const index = <usize>word(INDEX) + (number * (<usize>mask + 1) << 2);
  const entries = <usize>word(ENTRIES) + (number * <usize>word(CAPACITY) << 6);
  const tag = <u32>(hash >> 50) & 0xff;
  let slot = <u32>(hash >> 32) & mask;
  for (;;) {
    const found = load<u32>(index + (<usize>slot << 2));
    if (found == 0) break;
    if (found >> 24 == tag) {
      const entry = entries + (<usize>((found & 0xffffff) - 1) << 6);
      if (isEntry(entry, hash, at, length, depth)) return entry;
    }
    slot = (slot + 1) & mask;
  }
  if (word(FROZEN)) return 0;
  const count = load<u32>(part, 8);
  const rest = load<u32>(part, 12);
  const namesEnd = word(NAMES) + (<u32>number + 1) * word(NAMES_SIZE);
  if (count == word(CAPACITY) || (length > INLINE && rest + length - HEAD > namesEnd)) {
    forget();
    return entryOf(hash, at, length, depth);
  }
  if (depth != TAG_DEPTH) noteDistinct(hash);
  const entry = entries + (<usize>count << 6);
  store<u32>(entry, <u32>(hash >> 32));
  store<u16>(entry, <u16>((length - 1) | (depth << 8)), 4);
  store<u16>(entry, <u16>word(EPOCHS), 6);
  store<u64>(entry, 0, 8);
  store<f64>(entry, 0, 16);
  store<f64>(entry, 0, 24);
  store<f64>(entry, 0, 32);
  if (length <= INLINE) copy(entry + 40, at, length);
  else {
    copy(entry + 40, at, HEAD);
    copy(rest, at + HEAD, length - HEAD);
    store<u32>(entry, rest, 56);
    store<u32>(part, rest + length - HEAD, 12);
  }
  store<u32>(index + (<usize>slot << 2), (count + 1) | (tag << 24));
  store<u32>(part, count + 1, 8);
  return entry;
}

// @ts-ignore: decorator
@inline
function noteDistinct(hash: u64): void {
  const register = <usize>word(DISTINCT) + (<usize>hash & 4095);
  const rank = <u8>(1 + min<u64>(ctz<u64>(hash >> 12), 52));
  if (rank > load<u8>(register)) store<u8>(register, rank);
}

/** Forgets at least half of the entries: those with the least memory. */
function forget(): void {
  const limit = bucketOfHalf();
  const epoch = word(EPOCHS);
  const missing = <usize>word(MISSING);
  // What was missing before this time, and from now on: the last record stands for all later times.
  const next = missing + <usize>min<u32>(epoch + 1, MOST_EPOCHS) * 40;
  if (epoch < MOST_EPOCHS) copy(next, missing + <usize>epoch * 40, 40);
  const largest = <usize>word(SCRATCH);
  memory.fill(largest, 0, 40);
  for (let number: u32 = 0; number < PARTS; number++) forgetIn(number, limit, largest);
  for (let field: usize = 0; field < 40; field += 8) addFloat(next + field, load<f64>(largest + field));
  store<u32>(state + EPOCHS, min<u32>(epoch + 1, MOST_EPOCHS));
  memory.fill(word(CACHE), 0, 1280 << 3);
}

/** Forgets the entries of a part up to a bucket of memory; notes the largest of each number. */
function forgetIn(number: u32, limit: u32, largest: usize): void {
  const part = <usize>word(PARTS_AT) + (<usize>number << 4);
  const entries = <usize>word(ENTRIES) + (<usize>number * <usize>word(CAPACITY) << 6);
  const end = entries + (<usize>load<u32>(part, 8) << 6);
  let kept = entries;
  let name = word(NAMES) + number * word(NAMES_SIZE);
  for (let entry = entries; entry < end; entry += 64) {
    if (bucketOf(<u64>load<f64>(entry, 24)) <= limit) {
      raise(largest, <f64>load<u32>(entry, 8));
      raise(largest + 8, <f64>load<u32>(entry, 12));
      raise(largest + 16, load<f64>(entry, 16));
      raise(largest + 24, load<f64>(entry, 24));
      raise(largest + 32, load<f64>(entry, 32));
      continue;
    }
    const length = <u32>load<u8>(entry, 4) + 1;
    if (length > INLINE) {
      memory.copy(name, load<u32>(entry, 56), length - HEAD);
      store<u32>(entry, name, 56);
      name += length - HEAD;
    }
    if (kept != entry) copy(kept, entry, 64);
    kept += 64;
  }
  store<u32>(part, <u32>((kept - entries) >> 6), 8);
  store<u32>(part, name, 12);
  reindex(number, entries, kept);
}

// @ts-ignore: decorator
@inline
function raise(at: usize, value: f64): void {
  if (value > load<f64>(at)) store<f64>(at, value);
}

/** The bucket of memory up to which at least half of the entries lie. */
function bucketOfHalf(): u32 {
  const scratch = <usize>word(SCRATCH);
  memory.fill(scratch, 0, BUCKETS << 3);
  let count: u32 = 0;
  for (let number: u32 = 0; number < PARTS; number++) {
    const entries = <usize>word(ENTRIES) + (<usize>number * <usize>word(CAPACITY) << 6);
    const inPart = load<u32>(<usize>word(PARTS_AT) + (<usize>number << 4), 8);
    count += inPart;
    for (let entry = entries; entry < entries + (<usize>inPart << 6); entry += 64) {
      const counter = scratch + (<usize>bucketOf(<u64>load<f64>(entry, 24)) << 3);
      store<u32>(counter, load<u32>(counter) + 1);
    }
  }
  let seen: u32 = 0;
  for (let bucket: u32 = 0; bucket < BUCKETS; bucket++) {
    seen += load<u32>(scratch + (<usize>bucket << 3));
    if (seen >= count - (count >> 1)) return bucket;
  }
  return BUCKETS;
}

function reindex(number: u32, entries: usize, end: usize): void {
  const mask = word(INDEX_MASK);
  const index = <usize>word(INDEX) + (<usize>number * (<usize>mask + 1) << 2);
  memory.fill(index, 0, (<usize>mask + 1) << 2);
  let count: u32 = 0;
  for (let entry = entries; entry < end; entry += 64) {
    const hash = load<u32>(entry);
    let slot = hash & mask;
    while (load<u32>(index + (<usize>slot << 2)) != 0) slot = (slot + 1) & mask;
    store<u32>(index + (<usize>slot << 2), ++count | (((hash >> 18) & 0xff) << 24));
  }
}
