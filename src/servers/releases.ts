// The releases of both lineages: which RDB version each writes, and so which it reads (rdb-format, "Version -> release").

/** Whose server it is. */
export type ServerLineage = 'redis' | 'valkey';

/** One release, by major and minor number. */
export interface Release {
  readonly lineage: ServerLineage;
  readonly major: number;
  readonly minor: number;
  /** The RDB version that it writes, and the highest of its lineage that it reads. */
  readonly rdb: number;
  /** Its behaviour was measured on a real server. */
  readonly measured: boolean;
}

/** The releases that can be asked for, oldest first. */
export const RELEASES: readonly Release[] = [
  release('redis', 6, 0, 9, true),
  release('redis', 6, 2, 9),
  release('redis', 7, 0, 10, true),
  release('redis', 7, 2, 11),
  release('redis', 7, 4, 12),
  release('redis', 8, 0, 12, true),
  release('redis', 8, 2, 12),
  release('redis', 8, 4, 12),
  release('redis', 8, 6, 13),
  release('redis', 8, 8, 14),
  release('redis', 8, 10, 15),
  release('valkey', 7, 2, 11),
  release('valkey', 8, 0, 11),
  release('valkey', 8, 1, 11, true),
  release('valkey', 9, 0, 80),
  release('valkey', 9, 1, 80, true),
  release('valkey', 9, 2, 81),
];

/** With those that are too old to be asked for, but whose files are read. */
const KNOWN: readonly Release[] = [
  release('redis', 2, 6, 6),
  release('redis', 2, 8, 6),
  release('redis', 3, 0, 6),
  release('redis', 3, 2, 7),
  release('redis', 4, 0, 8),
  release('redis', 5, 0, 9),
  ...RELEASES,
];

/** A release of the lineages' own numbering, `redis-7.0`. */
export function releaseName({ lineage, major, minor }: Release): string {
  return `${lineage}-${major}.${minor}`;
}

/** The release that a name such as `redis-7.0`, `valkey-8.1.2` or `latest-redis` stands for; undefined for others. */
export function releaseNamed(name: string): Release | undefined {
  const latest = /^latest-(redis|valkey)$/.exec(name);
  if (latest) return RELEASES.findLast(({ lineage }) => lineage === latest[1]);
  const match = /^(redis|valkey)-(\d+)\.(\d+)(?:\.\d+)?$/.exec(name);
  if (!match) return undefined;
  return RELEASES.find(
    ({ lineage, major, minor }) => lineage === match[1] && major === Number(match[2]) && minor === Number(match[3]),
  );
}

/** Every name that `releaseNamed` knows. */
export function releaseNames(): string[] {
  return [...RELEASES.map(releaseName), 'latest-redis', 'latest-valkey'];
}

/**
 * The release that a server's version belongs to. Versions between two releases are previews of the later one (7.3 of 7.4,
 * 8.9 of 8.10): they get its RDB version under their own number. undefined for versions that say nothing (`255.255.255`,
 * unknown products), and for those that are newer than any here.
 */
export function releaseOf(producer: string, version: string): Release | undefined {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (!match) return undefined;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const next = KNOWN.find(
    (r) => r.lineage === producer && (r.major > major || (r.major === major && r.minor >= minor)),
  );
  if (!next || (next.major === major && next.minor === minor)) return next;
  return { ...next, major, minor, measured: false };
}

/** The oldest release that writes an RDB version: for files that do not say who wrote them. */
export function releaseThatWrites(lineage: ServerLineage, rdb: number): Release | undefined {
  return KNOWN.find((r) => r.lineage === lineage && r.rdb >= rdb);
}

/** The RDB version that a release writes; undefined for versions that say nothing. */
export function rdbVersionOf(producer: string, version: string): number | undefined {
  return releaseOf(producer, version)?.rdb;
}

/** Whether release `a` is `major.minor` or later. */
export function isFrom(a: Release, major: number, minor: number): boolean {
  return a.major > major || (a.major === major && a.minor >= minor);
}

function release(lineage: ServerLineage, major: number, minor: number, rdb: number, measured = false): Release {
  return { lineage, major, minor, rdb, measured };
}
