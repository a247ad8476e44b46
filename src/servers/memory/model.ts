// Which server's memory is estimated, and what its keys cost.
import {
  isFrom,
  RELEASES,
  type Release,
  releaseName,
  releaseOf,
  releaseThatWrites,
  type ServerLineage,
} from '../releases.js';
import { type AllocatorName, SizeClasses } from './allocator.js';
import { DictKeyspace, EmbeddedKeyspace, type Keyspace } from './keyspace.js';
import { DictTables, HashtableTables, type Tables } from './tables.js';

/** What MEMORY USAGE depends on for a string key. Lengths are bytes. */
export interface StringKeyShape {
  readonly nameLength: number;
  readonly valueLength: number;
  /** The server keeps it as a number: canonical decimal text of a signed 64-bit integer. */
  readonly integer: boolean;
  readonly expires: boolean;
}

/** Up to where a server keeps a loaded collection compact, by its default configuration. */
export interface CompactLimits {
  /** Listpack rather than ziplist (Redis 7.0). */
  readonly listpacks: boolean;
  readonly hashEntries: number;
  readonly zsetEntries: number;
  /** 0: sets are never listpacks (before Redis 7.2). */
  readonly setEntries: number;
  readonly intsetEntries: number;
  /** Bytes of a field, value or member. */
  readonly elementBytes: number;
  /** Scores are written with as few digits as tell them apart (Redis 7.2), before with 17. */
  readonly shortestScores: boolean;
  /** A list of one node up to `nodeBytes` is a listpack without a quicklist (Redis 7.2). */
  readonly listpackLists: boolean;
  readonly nodeBytes: number;
  /** Items above this have a node of their own (Redis 7.2), others only above 1 GiB. */
  readonly plainItemBytes: number;
}

/** Bytes of the structs around streams. */
export interface StreamFacts {
  readonly stream: number;
  readonly group: number;
  readonly pending: number;
  readonly consumer: number;
  /** The names of groups and consumers stand in trees: `usage` leaves them out. */
  readonly names: boolean;
  /** How the server estimates a radix tree; undefined where it knows what it allocated. */
  readonly tree: { readonly element: number; readonly node: number } | undefined;
}

/** The memory of one release, built with one allocator. */
export interface MemoryModel {
  /** `redis-7.0` */
  readonly server: string;
  readonly allocator: AllocatorName;
  readonly classes: SizeClasses;
  readonly keyspace: Keyspace;
  readonly tables: Tables;
  readonly limits: CompactLimits;
  readonly streams: StreamFacts;
  /** Before 7.0: compact containers count by their exact length rather than their block. */
  readonly exactContainers: boolean;
  readonly quicklist: number;
  readonly quicklistNode: number;
  /** How hashes keep the expiry of fields: `listpack` where small ones stay compact (Redis 7.4), `table` (Valkey 9.0). */
  readonly fieldExpiry: 'none' | 'listpack' | 'table';
  /** MEMORY USAGE in bytes of a string key behind a load. Depends on nothing but its arguments: callers may tabulate it. */
  stringKey(nameLength: number, valueLength: number, integer: boolean, expires: boolean): number;
}

/**
 * The bytes that are estimated. `usage`: as MEMORY USAGE counts them, which takes some blocks for smaller than they are, and
 * trees of streams for larger (2.6 times, Redis 7.0). `allocated`: as the allocator counts them, and so `used_memory`.
 */
export type MemoryCount = 'usage' | 'allocated';

/** The model of a release; those that were not measured get what is known of their source. */
export function memoryModel(release: Release, allocator: AllocatorName, count: MemoryCount = 'usage'): MemoryModel {
  const classes = new SizeClasses(allocator);
  const isAllocated = count === 'allocated';
  const struct = isAllocated ? (bytes: number) => classes.of(bytes) : (bytes: number) => bytes;
  const keyspace = keyspaceOf(release, classes, isAllocated);
  const before7 = !isFrom(release, 7, 0);
  return {
    server: releaseName(release),
    allocator,
    classes,
    keyspace,
    tables: tablesOf(release, classes, struct, isAllocated),
    limits: limitsOf(release),
    streams: streamsOf(release, struct, isAllocated),
    exactContainers: before7 && !isAllocated,
    quicklist: struct(40),
    quicklistNode: struct(before7 ? 32 : 40),
    fieldExpiry: fieldExpiryOf(release),
    stringKey: (nameLength, valueLength, integer, expires) =>
      keyspace.string(nameLength, valueLength, integer, expires),
  };
}

/**
 * The release whose memory is estimated for a file: `wanted`, the one that --for names; else who wrote the file, or the oldest
 * that writes its RDB version. Always one of `RELEASES`: an older one gives the oldest of its lineage, one between two or
 * beyond the newest the nearest before.
 */
export function modelledRelease(
  wanted: Release | undefined,
  producer: { readonly name: string; readonly version: string | null } | null,
  lineage: ServerLineage,
  rdbVersion: number | null,
): Release {
  if (wanted) return wanted;
  const writer = producer?.version ? releaseOf(producer.name, producer.version) : undefined;
  const found = writer ?? releaseThatWrites(lineage, rdbVersion ?? 0);
  const ofLineage = RELEASES.filter((release) => release.lineage === (found?.lineage ?? lineage));
  if (!found) return ofLineage[ofLineage.length - 1];
  return ofLineage.findLast((release) => isFrom(found, release.major, release.minor)) ?? ofLineage[0];
}

function isRedis({ lineage }: Release): boolean {
  return lineage === 'redis';
}

function keyspaceOf(release: Release, classes: SizeClasses, isAllocated: boolean): Keyspace {
  if (isRedis(release)) {
    if (!isFrom(release, 8, 2)) {
      return new DictKeyspace(classes, { exactEmbedded: !isFrom(release, 7, 0) && !isAllocated, isAllocated });
    }
    const rules = { most: 64, shortNames: true, inPlaceOfPointer: false, countsName: true };
    return new EmbeddedKeyspace(classes, rules);
  }
  if (!isFrom(release, 8, 1)) return new DictKeyspace(classes, { nameInEntry: isFrom(release, 8, 0), isAllocated });
  const from91 = isFrom(release, 9, 1);
  const from90 = isFrom(release, 9, 0);
  return new EmbeddedKeyspace(classes, {
    most: from91 ? 128 : 64,
    shortNames: !from90,
    inPlaceOfPointer: from91,
    countsName: from90 || isAllocated,
  });
}

function tablesOf(
  release: Release,
  classes: SizeClasses,
  struct: (bytes: number) => number,
  isAllocated: boolean,
): Tables {
  if (!isRedis(release) && isFrom(release, 8, 1)) {
    const from90 = isFrom(release, 9, 0);
    return new HashtableTables(classes, {
      struct: from90 ? 80 : 72,
      hashExtra: from90 ? 8 : 0,
      memberInNode: from90,
    });
  }
  const redis = isRedis(release);
  return new DictTables(classes, {
    dict: struct(isFrom(release, 7, 0) ? 56 : 96),
    entry: struct(24),
    sharedEntry: isAllocated && isFrom(release, 7, 2) ? struct(16) : undefined,
    zsetEntry: struct(redis && isFrom(release, 8, 2) ? 16 : 24),
    embeds: redis && isFrom(release, 8, 6),
  });
}

function limitsOf(release: Release): CompactLimits {
  const from72 = isFrom(release, 7, 2);
  return {
    listpacks: isFrom(release, 7, 0),
    hashEntries: 512,
    zsetEntries: 128,
    setEntries: from72 ? 128 : 0,
    intsetEntries: 512,
    elementBytes: 64,
    shortestScores: from72,
    listpackLists: from72,
    nodeBytes: 8192,
    plainItemBytes: from72 ? 8192 : 2 ** 30,
  };
}

function streamsOf(release: Release, struct: (bytes: number) => number, isAllocated: boolean): StreamFacts {
  const known = isAllocated || (!isRedis(release) && isFrom(release, 8, 0));
  const from7 = isFrom(release, 7, 0);
  return {
    // Releases before 7.0 do not count it.
    stream: struct(from7 ? 80 : isAllocated ? 48 : 0),
    group: struct(from7 ? 40 : 32),
    pending: struct(24),
    consumer: struct(isFrom(release, 7, 2) ? 32 : 24),
    names: isAllocated,
    tree: known ? undefined : { element: 16, node: 244 },
  };
}

function fieldExpiryOf(release: Release): MemoryModel['fieldExpiry'] {
  if (isRedis(release)) return isFrom(release, 7, 4) ? 'listpack' : 'none';
  return isFrom(release, 9, 0) ? 'table' : 'none';
}
