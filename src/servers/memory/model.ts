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

/** What MEMORY USAGE depends on for a string key. Lengths are bytes. */
export interface StringKeyShape {
  readonly nameLength: number;
  readonly valueLength: number;
  /** The server keeps it as a number: canonical decimal text of a signed 64-bit integer. */
  readonly integer: boolean;
  readonly expires: boolean;
}

/** The memory of one release, built with one allocator. */
export interface MemoryModel {
  /** `redis-7.0` */
  readonly server: string;
  readonly release: Release;
  readonly allocator: AllocatorName;
  readonly classes: SizeClasses;
  readonly keyspace: Keyspace;
  /** MEMORY USAGE in bytes of a string key behind a load. Depends on nothing but its arguments: callers may tabulate it. */
  stringKey(nameLength: number, valueLength: number, integer: boolean, expires: boolean): number;
}

/** The model of a release; those that were not measured get what is known of their source. */
export function memoryModel(release: Release, allocator: AllocatorName): MemoryModel {
  const classes = new SizeClasses(allocator);
  const keyspace = keyspaceOf(release, classes);
  return {
    server: releaseName(release),
    release,
    allocator,
    classes,
    keyspace,
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

function keyspaceOf(release: Release, classes: SizeClasses): Keyspace {
  if (release.lineage === 'redis') {
    if (!isFrom(release, 8, 2)) return new DictKeyspace(classes, !isFrom(release, 7, 0));
    const rules = { most: 64, shortNames: true, inPlaceOfPointer: false, countsName: true };
    return new EmbeddedKeyspace(classes, rules);
  }
  if (!isFrom(release, 8, 1)) return new DictKeyspace(classes, false, isFrom(release, 8, 0));
  const from91 = isFrom(release, 9, 1);
  const from90 = isFrom(release, 9, 0);
  return new EmbeddedKeyspace(classes, {
    most: from91 ? 128 : 64,
    shortNames: !from90,
    inPlaceOfPointer: from91,
    countsName: from90,
  });
}
