// Hash tables and skiplists: what a table costs, and each of its elements.
import type { SizeClasses } from './allocator.js';
import { sdsBytes, shortSdsBytes } from './sds.js';

/** The tables of one release; all numbers are bytes. */
export interface Tables {
  /**
   * The struct and the buckets of a table with `count` elements that was made for `madeFor`: one that had to grow may still
   * hold its former buckets.
   */
  table(count: number, madeFor: number): number;
  /** What a hash has beyond that. */
  readonly hashExtra: number;
  member(length: number): number;
  /** What members of a set have beside that: entries of those that share a bucket, where only these have one. */
  setEntries(count: number, madeFor: number): number;
  /** `expires`: with a time of its own (Redis 7.4, Valkey 9.0). */
  field(fieldLength: number, valueLength: number, expires: boolean): number;
  zsetMember(length: number): number;
  /** The sorted set's own structs, without the table. */
  readonly zset: number;
}

/** Elements that have a looked-up size. */
const TABLE_LENGTHS = 512;
/** P(level = n) = 3/4 · (1/4)^(n - 1); higher ones are too rare to matter. */
const LEVELS = 12;
const HIGHEST_LEVEL = 32;
const LEVEL = 16;
const ZSET = 16;
const SKIPLIST = 32;

/** The mean over the random levels of a skiplist node: `size` gives bytes by level. */
function meanNode(size: (level: number) => number): number {
  let sum = 0;
  let chance = 0.75;
  for (let level = 1; level <= LEVELS; level++, chance /= 4) sum += chance * size(level);
  return sum;
}

/** Skiplist nodes that point to their member: by its length. */
function pointingNode(classes: SizeClasses): (length: number) => number {
  const node = meanNode((level) => classes.of(24 + LEVEL * level));
  return (length) => node + classes.of(sdsBytes(length));
}

/** Skiplist nodes that hold their member. */
function embeddingNode(classes: SizeClasses): (length: number) => number {
  return (length) => meanNode((level) => classes.of(16 + LEVEL * level + 1 + sdsBytes(length)));
}

function lookup(size: (length: number) => number): (length: number) => number {
  const table = Float64Array.from({ length: TABLE_LENGTHS }, (_, length) => size(length));
  return (length) => (length < TABLE_LENGTHS ? table[length] : size(length));
}

export interface DictFacts {
  /** The struct of a table. */
  readonly dict: number;
  /** An entry of a table. */
  readonly entry: number;
  /** An entry of a sorted set's table. */
  readonly zsetEntry: number;
  /** Members of sets stand in their buckets, and only further ones of a bucket have an entry, of so many bytes (Redis 7.2). */
  readonly sharedEntry: number | undefined;
  /** Members stand in their skiplist nodes, and short values with their fields (Redis 8.6). */
  readonly embeds: boolean;
}

const FIRST_BUCKETS = 4;
/** Field and value up to here share a block, where they do. */
const MOST_EMBEDDED = 128;
/** Expiry and flags of a field that expires. */
const FIELD_EXPIRY = 16 + 2;
/** A table moves one bucket with each new element, and skips empty ones on its way: 37 % of them when it is full. */
const MOVED_PER_ELEMENT = 1.58;

/** Redis, Valkey 7.2 and 8.0: chained entries. */
export class DictTables implements Tables {
  readonly hashExtra = 0;
  readonly zset: number;
  readonly member: (length: number) => number;
  readonly zsetMember: (length: number) => number;
  private readonly block: (length: number) => number;

  constructor(
    private readonly classes: SizeClasses,
    private readonly facts: DictFacts,
  ) {
    const node = facts.embeds ? embeddingNode(classes) : pointingNode(classes);
    this.zset = ZSET + SKIPLIST + classes.of(24 + LEVEL * HIGHEST_LEVEL);
    this.block = lookup((length) => classes.of(sdsBytes(length)));
    const own = facts.sharedEntry === undefined ? facts.entry : 0;
    this.member = lookup((length) => own + classes.of(sdsBytes(length)));
    this.zsetMember = lookup((length) => facts.zsetEntry + node(length));
  }

  table(count: number, madeFor: number): number {
    let buckets = Math.max(FIRST_BUCKETS, powerOfTwo(madeFor));
    let former = 0;
    while (buckets < count) {
      former = (count - buckets) * MOVED_PER_ELEMENT < buckets ? buckets : 0;
      buckets *= 2;
    }
    return this.facts.dict + 8 * (buckets + former);
  }

  setEntries(count: number, madeFor: number): number {
    const { sharedEntry } = this.facts;
    if (sharedEntry === undefined) return 0;
    const buckets = powerOfTwo(Math.max(FIRST_BUCKETS, madeFor, count));
    return sharedEntry * (count - buckets * (1 - Math.exp(-count / buckets)));
  }

  field(fieldLength: number, valueLength: number, expires: boolean): number {
    const { entry } = this.facts;
    const both = (expires ? FIELD_EXPIRY : 0) + sdsBytes(fieldLength) + shortSdsBytes(valueLength);
    if (this.facts.embeds && both <= MOST_EMBEDDED) return entry + this.classes.of(both);
    const field = expires ? this.classes.of(FIELD_EXPIRY + sdsBytes(fieldLength)) : this.block(fieldLength);
    return entry + field + this.block(valueLength);
  }
}

export interface HashtableFacts {
  /** The struct of a table. */
  readonly struct: number;
  readonly hashExtra: number;
  /** The member of a sorted set stands in its skiplist node (Valkey 9.0). */
  readonly memberInNode: boolean;
}

const BUCKET = 64;
const PER_BUCKET = 7;
const POINTER = 8;
const EXPIRY = 8;

/** Valkey from 8.1: buckets of 64 bytes with seven elements, and further buckets chained to full ones. */
export class HashtableTables implements Tables {
  readonly hashExtra: number;
  readonly zset: number;
  readonly member: (length: number) => number;
  readonly zsetMember: (length: number) => number;
  private readonly block: (length: number) => number;

  constructor(
    private readonly classes: SizeClasses,
    private readonly facts: HashtableFacts,
  ) {
    this.hashExtra = facts.hashExtra;
    this.block = lookup((length) => classes.of(sdsBytes(length)));
    this.member = this.block;
    if (facts.memberInNode) {
      this.zset = ZSET + 16 + LEVEL * HIGHEST_LEVEL;
      this.zsetMember = lookup(embeddingNode(classes));
    } else {
      this.zset = ZSET + SKIPLIST + classes.of(24 + LEVEL * HIGHEST_LEVEL);
      this.zsetMember = lookup(pointingNode(classes));
    }
  }

  table(count: number, madeFor: number): number {
    let buckets = bucketsFor(madeFor);
    let former = 0;
    for (let room = buckets * PER_BUCKET; room < count; room = buckets * PER_BUCKET) {
      former = count - room < buckets ? buckets - (count - room) : 0;
      buckets = bucketsFor(room + 1);
    }
    return this.facts.struct + BUCKET * (buckets + former + chained(count, buckets));
  }

  setEntries(): number {
    return 0;
  }

  field(fieldLength: number, valueLength: number, expires: boolean): number {
    const { classes } = this;
    const value = shortSdsBytes(valueLength);
    const field = expires ? EXPIRY + shortSdsBytes(fieldLength) : sdsBytes(fieldLength);
    if (field + value <= MOST_EMBEDDED) return classes.of(field + value);
    const own = POINTER + (expires ? EXPIRY : 0) + shortSdsBytes(fieldLength);
    return classes.of(own) + this.block(valueLength);
  }
}

/** 32 elements for every five buckets. */
function bucketsFor(count: number): number {
  return powerOfTwo(Math.ceil((count * 5) / 32));
}

/** How many buckets are chained to full ones: with a chance that follows from `count` elements falling anywhere. */
function chained(count: number, buckets: number): number {
  const mean = count / buckets;
  let chance = Math.exp(-mean);
  let sum = 0;
  for (let elements = 1; elements <= 40; elements++) {
    // A table of one bucket has exactly `count` in it; with more of them the counts are as good as independent.
    chance *= mean / elements;
    const share = buckets === 1 ? (elements === count ? 1 : 0) : chance;
    // The chain takes one of the seven places.
    if (elements > PER_BUCKET) sum += share * Math.ceil((elements - PER_BUCKET) / (PER_BUCKET - 1));
  }
  return sum * buckets;
}

/** The lowest power of two that is not below `count`. */
function powerOfTwo(count: number): number {
  return count <= 1 ? 1 : 2 ** Math.ceil(Math.log2(count));
}
