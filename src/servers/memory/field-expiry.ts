// How Valkey 9 finds the fields of a hash that expire: one pointer, a vector of them, or a radix tree of vectors by time.
import type { SizeClasses } from './allocator.js';

const POINTER = 8;
const VECTOR = 8;
/** A vector with more of them is split by time. */
const MOST_IN_VECTOR = 127;
/** The widest span of one vector, ms. */
const WIDEST = 8192;
/** What a vector takes in the radix tree: its key's nodes and its share of the branches above. */
const TREE_SHARE = 45;
/** In a span that cannot be split, a hash table takes the vector's place. */
const TABLE_SHARE = 14;

/**
 * Expected bytes for `count` fields that expire between `first` and `last` (ms since the epoch), taken as spread evenly. A
 * single one stands in the hash itself.
 */
export function expirySetBytes(count: number, first: number, last: number, classes: SizeClasses): number {
  if (count <= 1) return 0;
  if (count <= MOST_IN_VECTOR) return classes.of(VECTOR + POINTER * count);
  const spans = Math.floor((last - first) / WIDEST) + 1;
  const used = spans * (1 - (1 - 1 / spans) ** count);
  const each = count / used;
  if (each > MOST_IN_VECTOR) return count * TABLE_SHARE + used * TREE_SHARE;
  const vector =
    each < 1.5 ? (each - 1) * classes.of(VECTOR + 2 * POINTER) : classes.of(VECTOR + POINTER * Math.ceil(each));
  return used * (vector + TREE_SHARE);
}
