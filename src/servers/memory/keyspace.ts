// What a key costs besides its value: where servers keep its name and expiry, and how short strings share a block with them.
// The expires table is not counted: MEMORY USAGE leaves it out.
import type { SizeClasses } from './allocator.js';
import { sdsBytes, shortSdsBytes } from './sds.js';

/** The fixed parts of a key, in bytes as MEMORY USAGE counts them. */
export interface Keyspace {
  /** Of a key whose value stands in blocks of its own: name, object and table entry. */
  object(nameLength: number, expires: boolean): number;
  /** A whole string key; `integer` when the server keeps it as a number. */
  string(nameLength: number, valueLength: number, integer: boolean, expires: boolean): number;
  /** What stands in the table of expiries for each of them, beside its buckets. */
  readonly expiryEntry: number;
}

const OBJECT = 16;
const ENTRY = 24;
const EXPIRY = 8;
const POINTER = 8;
/** Longest value that shares a block with its object. */
const EMBEDDED = 44;
/** Servers hold one object for each number below 10,000, which MEMORY USAGE counts for every key. */
const SHARED_DIGITS = 4;
/** Keys of this length get room for an expiry in any case. */
const LONG_NAME = 128;

export interface DictRules {
  /** An embedded string counts as its bytes rather than its block: MEMORY USAGE before Redis 7.0. */
  readonly exactEmbedded?: boolean;
  /** The name stands in the entry (Valkey 8.0). */
  readonly nameInEntry?: boolean;
  /** An entry counts as its block rather than its size. */
  readonly isAllocated: boolean;
}

/** Redis up to 8.0, Valkey 7.2 and 8.0: a table entry points to the name and to the object. */
export class DictKeyspace implements Keyspace {
  private readonly exactEmbedded: boolean;
  private readonly nameInEntry: boolean;
  private readonly entry: number;
  /** Numbers of so many digits are objects that all keys share. */
  private readonly sharedDigits: number;

  constructor(
    private readonly classes: SizeClasses,
    { exactEmbedded = false, nameInEntry = false, isAllocated }: DictRules,
  ) {
    this.exactEmbedded = exactEmbedded;
    this.nameInEntry = nameInEntry;
    this.entry = isAllocated ? classes.of(ENTRY) : ENTRY;
    this.sharedDigits = isAllocated ? SHARED_DIGITS : 0;
  }

  get expiryEntry(): number {
    return this.classes.of(ENTRY);
  }

  object(nameLength: number, _expires: boolean): number {
    return OBJECT + this.name(nameLength);
  }

  string(nameLength: number, valueLength: number, integer: boolean, _expires: boolean): number {
    const name = this.name(nameLength);
    if (integer) return name + (valueLength <= this.sharedDigits ? 0 : OBJECT);
    if (valueLength > EMBEDDED) return name + OBJECT + this.classes.of(sdsBytes(valueLength));
    // The header of two bytes is what these releases take for an embedded string's.
    if (this.exactEmbedded) return name + OBJECT + 2 + valueLength;
    return name + this.classes.of(OBJECT + shortSdsBytes(valueLength));
  }

  private name(length: number): number {
    const { classes } = this;
    // Value, next, and the size of the header in front of the name.
    if (this.nameInEntry) return classes.of(8 + 8 + 1 + sdsBytes(length));
    return this.entry + classes.of(sdsBytes(length));
  }
}

/** Which string keys fit one block. */
export interface EmbeddingRules {
  /** Bytes of name, value and headers that may share a block. */
  readonly most: number;
  /** The size that is held against `most` takes every name for a short one (Redis 8.2, Valkey 8.1). */
  readonly shortNames: boolean;
  /** An embedded value takes the place of the pointer to it (Valkey 9.1). */
  readonly inPlaceOfPointer: boolean;
  /** The object's block counts for all keys; else only embedded strings are counted by it, and others without name (Valkey 8.1). */
  readonly countsName: boolean;
}

/** Redis from 8.2, Valkey from 8.1: the name and the expiry stand in the object, and a short value too. */
export class EmbeddedKeyspace implements Keyspace {
  /** The table points to the object. */
  readonly expiryEntry = 0;

  constructor(
    private readonly classes: SizeClasses,
    private readonly rules: EmbeddingRules,
  ) {}

  object(nameLength: number, expires: boolean): number {
    if (!this.rules.countsName) return OBJECT;
    const expiry = expires || nameLength >= LONG_NAME ? EXPIRY : 0;
    return this.classes.of(OBJECT + expiry + 1 + sdsBytes(nameLength));
  }

  string(nameLength: number, valueLength: number, integer: boolean, expires: boolean): number {
    const { classes, rules } = this;
    if (integer) return this.object(nameLength, expires);
    const value = shortSdsBytes(valueLength);
    const before = (rules.inPlaceOfPointer ? OBJECT - POINTER : OBJECT) + 1;
    const bytes = before + sdsBytes(nameLength) + (rules.inPlaceOfPointer ? Math.max(value, POINTER) : value);
    const tested = before + (rules.shortNames ? nameLength + 2 : sdsBytes(nameLength)) + value;
    if (valueLength < 256 && tested <= rules.most) {
      const block = classes.of(bytes);
      // The expiry comes second: into the rest of the block, or everything is made anew.
      if (!expires || block >= bytes + EXPIRY) return block;
      if (tested + EXPIRY <= rules.most) return classes.of(bytes + EXPIRY);
    }
    return this.object(nameLength, expires) + classes.of(sdsBytes(valueLength));
  }
}
