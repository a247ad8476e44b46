// Which RDB version each release writes (rdb-format, "Version -> release").

interface Release {
  /** First release, as major and minor. */
  readonly since: readonly [major: number, minor: number];
  readonly rdb: number;
}

/** Newest first. */
const REDIS: readonly Release[] = [
  { since: [8, 9], rdb: 15 },
  { since: [8, 8], rdb: 14 },
  { since: [8, 6], rdb: 13 },
  { since: [7, 4], rdb: 12 },
  { since: [7, 2], rdb: 11 },
  { since: [7, 0], rdb: 10 },
  { since: [5, 0], rdb: 9 },
  { since: [4, 0], rdb: 8 },
  { since: [3, 2], rdb: 7 },
  { since: [2, 6], rdb: 6 },
];

const VALKEY: readonly Release[] = [
  { since: [9, 2], rdb: 81 },
  { since: [9, 0], rdb: 80 },
  { since: [7, 2], rdb: 11 },
];

/** The RDB version that a release writes; undefined for versions that say nothing (`255.255.255`, unknown products). */
export function rdbVersionOf(producer: string, version: string): number | undefined {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (!match) return undefined;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major >= 100) return undefined;
  const releases = producer === 'valkey' ? VALKEY : producer === 'redis' ? REDIS : [];
  return releases.find(({ since }) => major > since[0] || (major === since[0] && minor >= since[1]))?.rdb;
}
