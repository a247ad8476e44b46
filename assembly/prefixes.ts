// Totals by prefix of the name, in a table of fixed size. While all prefixes fit, totals are exact. When it is full, those with
// the least memory are forgotten, at least half of them; what an entry that comes in later may have lost before is bounded by
// the largest entry forgotten each time. A prefix has no less than one that it is a prefix of, so it is never forgotten first.
//
// An entry has 64 bytes:
//
//   0  hash, 64 bits          16 keys      32 bytes
//   8  address of the name    24 expires   40 memory
//   12 length, 16 bits        56 epoch     48 elements
//   14 depth, 8 bits; 255 for a hash tag
//
// Looking up a name misses the cache three times when there are many of them (index, entry, name), so look-ups are collected
// and done many at a time: first their lines are touched, which the processor does for several at once, then they are added.
import { HASH_KEY } from './memory';
import { bucketOf } from './histogram';
import {
  addFloat,
  addKey,
  BATCH,
  BATCHED,
  CACHE,
  CAPACITY,
  COUNT,
  DEPTH,
  DISTINCT,
  ENTRIES,
  EPOCHS,
  FROZEN,
  INDEX,
  INDEX_MASK,
  MISSING,
  NAMES,
  NAMES_END,
  NAMES_NEXT,
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
// @ts-ignore: decorator
@inline
const MOST_BATCHED: u32 = 64;
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

// @ts-ignore: decorator
@inline
function isEntry(entry: usize, hash: u64, at: usize, length: u32, depth: u32): bool {
  if (load<u64>(entry) != hash || <u32>load<u16>(entry, 12) != length || <u32>load<u8>(entry, 14) != depth) return false;
  let name = <usize>load<u32>(entry, 8);
  let rest = length;
  for (; rest >= 8; rest -= 8, at += 8, name += 8) if (load<u64>(at) != load<u64>(name)) return false;
  if (rest == 0) return true;
  return ((load<u64>(at) ^ load<u64>(name)) & (((<u64>1) << (rest << 3)) - 1)) == 0;
}

// @ts-ignore: decorator
@inline
function cacheSlot(hash: u64, depth: u32): usize {
  const line = depth == 1 ? <usize>(hash >> 56) : 256 + (<usize>(hash >> 54) & 1023);
  return <usize>word(CACHE) + (line << 2);
}

/** Adds one key to its prefixes, and to its hash tag when that has a length. The name must stay where it is until `flush`. */
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
  const entry = <usize>load<u32>(cacheSlot(hash, depth));
  if (entry != 0 && isEntry(entry, hash, at, length, depth)) {
    addKey(entry + 16, expires, bytes, memory, elements);
    return;
  }
  if (word(BATCHED) == MOST_BATCHED) flush();
  const batched = word(BATCHED);
  const item = <usize>word(BATCH) + (<usize>batched << 6);
  store<u64>(item, hash);
  store<u32>(item, <u32>at, 8);
  store<u16>(item, <u16>length, 12);
  store<u8>(item, <u8>depth, 14);
  store<u8>(item, <u8>expires, 15);
  store<f64>(item, bytes, 16);
  store<f64>(item, memory, 24);
  store<f64>(item, elements, 32);
  store<u32>(state + BATCHED, batched + 1);
}

/** Does what was collected. */
export function flush(): void {
  const batched = <usize>word(BATCHED);
  if (batched == 0) return;
  const batch = <usize>word(BATCH);
  const end = batch + (batched << 6);
  const index = <usize>word(INDEX);
  const mask = word(INDEX_MASK);
  const entries = <usize>word(ENTRIES);
  let warmed: u64 = 0;
  if (batched > 4) {
    for (let item = batch; item < end; item += 64) {
      const slot = load<u32>(index + (<usize>(<u32>load<u64>(item) & mask) << 2));
      store<u32>(item, slot & 0xffffff, 40);
    }
    for (let item = batch; item < end; item += 64) {
      const number = load<u32>(item, 40);
      if (number != 0) {
        const name = load<u32>(entries + (<usize>(number - 1) << 6), 8);
        store<u32>(item, name, 40);
      }
    }
    for (let item = batch; item < end; item += 64) {
      const name = load<u32>(item, 40);
      if (name != 0) warmed += load<u64>(name);
    }
    store<u64>(state + WARMED, warmed);
  }
  for (let item = batch; item < end; item += 64) {
    const hash = load<u64>(item);
    const depth = <u32>load<u8>(item, 14);
    const entry = entryOf(hash, load<u32>(item, 8), <u32>load<u16>(item, 12), depth);
    if (entry == 0) continue;
    store<u32>(cacheSlot(hash, depth), <u32>entry);
    const expires = <u32>load<u8>(item, 15);
    addKey(entry + 16, expires, load<f64>(item, 16), load<f64>(item, 24), load<f64>(item, 32));
  }
  store<u32>(state + BATCHED, 0);
}

/** The entry of a name, made when there is none; 0 when none may be made. */
function entryOf(hash: u64, at: usize, length: u32, depth: u32): usize {
  const index = <usize>word(INDEX);
  const mask = word(INDEX_MASK);
  const entries = <usize>word(ENTRIES);
  const tag = <u32>(hash >> 40) & 0xff;
  let slot = <u32>hash & mask;
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
  if (word(COUNT) == word(CAPACITY) || word(NAMES_NEXT) + length > word(NAMES_END)) {
    forget();
    return entryOf(hash, at, length, depth);
  }
  noteDistinct(hash);
  const count = word(COUNT);
  const entry = entries + (<usize>count << 6);
  const name = word(NAMES_NEXT);
  memory.copy(name, at, length);
  memory.fill(entry, 0, 64);
  store<u64>(entry, hash);
  store<u32>(entry, name, 8);
  store<u16>(entry, <u16>length, 12);
  store<u8>(entry, <u8>depth, 14);
  store<u32>(entry, word(EPOCHS), 56);
  store<u32>(index + (<usize>slot << 2), (count + 1) | (tag << 24));
  store<u32>(state + COUNT, count + 1);
  store<u32>(state + NAMES_NEXT, name + length);
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
  const entries = <usize>word(ENTRIES);
  const count = word(COUNT);
  const end = entries + (<usize>count << 6);
  const limit = bucketOfHalf(entries, end, count);
  const epoch = word(EPOCHS);
  const missing = <usize>word(MISSING);
  // What was missing before this time, and from now on: the last record stands for all later times.
  const next = missing + <usize>min<u32>(epoch + 1, MOST_EPOCHS) * 40;
  let keys: f64 = 0;
  let expires: f64 = 0;
  let bytes: f64 = 0;
  let mem: f64 = 0;
  let elements: f64 = 0;
  let kept = entries;
  let name = word(NAMES);
  for (let entry = entries; entry < end; entry += 64) {
    if (bucketOf(<u64>load<f64>(entry, 40)) <= limit) {
      keys = max<f64>(keys, load<f64>(entry, 16));
      expires = max<f64>(expires, load<f64>(entry, 24));
      bytes = max<f64>(bytes, load<f64>(entry, 32));
      mem = max<f64>(mem, load<f64>(entry, 40));
      elements = max<f64>(elements, load<f64>(entry, 48));
      continue;
    }
    const length = <u32>load<u16>(entry, 12);
    memory.copy(name, load<u32>(entry, 8), length);
    if (kept != entry) memory.copy(kept, entry, 64);
    store<u32>(kept, name, 8);
    name += length;
    kept += 64;
  }
  if (epoch < MOST_EPOCHS) memory.copy(next, missing + <usize>epoch * 40, 40);
  addFloat(next, keys);
  addFloat(next + 8, expires);
  addFloat(next + 16, bytes);
  addFloat(next + 24, mem);
  addFloat(next + 32, elements);
  store<u32>(state + EPOCHS, min<u32>(epoch + 1, MOST_EPOCHS));
  store<u32>(state + COUNT, <u32>((kept - entries) >> 6));
  store<u32>(state + NAMES_NEXT, name);
  memory.fill(word(CACHE), 0, 1280 * 4);
  reindex();
}

/** The bucket of memory up to which at least half of the entries lie. */
function bucketOfHalf(entries: usize, end: usize, count: u32): u32 {
  const scratch = <usize>word(SCRATCH);
  memory.fill(scratch, 0, BUCKETS << 3);
  for (let entry = entries; entry < end; entry += 64) {
    const counter = scratch + (<usize>bucketOf(<u64>load<f64>(entry, 40)) << 3);
    store<u32>(counter, load<u32>(counter) + 1);
  }
  let seen: u32 = 0;
  for (let bucket: u32 = 0; bucket < BUCKETS; bucket++) {
    seen += load<u32>(scratch + (<usize>bucket << 3));
    if (seen >= count - (count >> 1)) return bucket;
  }
  return BUCKETS;
}

function reindex(): void {
  const index = <usize>word(INDEX);
  const mask = word(INDEX_MASK);
  const entries = <usize>word(ENTRIES);
  const count = word(COUNT);
  memory.fill(index, 0, (<usize>mask + 1) << 2);
  for (let number: u32 = 0; number < count; number++) {
    const hash = load<u64>(entries + (<usize>number << 6));
    let slot = <u32>hash & mask;
    while (load<u32>(index + (<usize>slot << 2)) != 0) slot = (slot + 1) & mask;
    store<u32>(index + (<usize>slot << 2), (number + 1) | ((<u32>(hash >> 40) & 0xff) << 24));
  }
}
