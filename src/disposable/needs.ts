// What a backup needs of a server (aof-and-loading, section 8.1), and whether a program has it.
import { commandsOf, findCommand } from '../servers/commands.js';
import { isFrom, RELEASES, releaseName, releaseOf, type ServerLineage } from '../servers/releases.js';
import type { ServerProgram } from './program.js';

/** What a backup needs. */
export interface ServerNeeds {
  /** Who wrote it; undefined when it does not say. */
  readonly lineage: ServerLineage | undefined;
  /** The version that wrote it. */
  readonly version: string | undefined;
  /** Of the RDB that it is, or begins with; undefined for a log of commands. */
  readonly rdb: { readonly magic: 'REDIS' | 'VALKEY'; readonly version: number } | undefined;
  /** It is an append-only set of several files. */
  readonly multiPart: boolean;
  /** Commands, as `name` or `container|subcommand`, that not every release has. */
  readonly commands: readonly string[];
}

/** Since Redis 7.0 a set has a manifest. */
const MULTI_PART_SINCE = 7;
/** Between the lineages, this is the newest version of RDB that both read. */
const COMMON_RDB = 11;

/** Whether a program loads append-only sets of several files. */
export function knowsSets({ lineage, version }: Pick<ServerProgram, 'lineage' | 'version'>): boolean {
  return lineage === 'valkey' || Number.parseInt(version, 10) >= MULTI_PART_SINCE;
}

/** Why a program cannot load a backup; undefined when nothing is known that speaks against it. */
export function unsuitable(
  program: Pick<ServerProgram, 'lineage' | 'version'>,
  needs?: ServerNeeds,
): string | undefined {
  if (!needs) return undefined;
  const { lineage, version } = program;
  const release = releaseOf(lineage, version);
  if (needs.multiPart && !knowsSets(program)) {
    return `it knows no append-only sets of several files, which came with Redis ${MULTI_PART_SINCE}.0`;
  }
  const { rdb } = needs;
  if (rdb) {
    const foreign = rdb.magic === 'VALKEY' ? lineage === 'redis' : lineage === 'valkey' && rdb.version > COMMON_RDB;
    const newer = !foreign && release !== undefined && rdb.version > release.rdb;
    if (foreign || newer) return `it does not read RDB version ${rdb.version} of ${rdb.magic}`;
  }
  const missing = release && needs.commands.find((name) => !hasCommand(release, name));
  return missing === undefined ? undefined : `it has no command ${missing.replace('|', ' ')}`;
}

/** Which servers a backup needs, in words: `Redis 8.6 or newer`. */
export function wordsOfNeeds(needs: ServerNeeds | undefined): string {
  if (!needs) return 'a Redis or Valkey server';
  const oldest = (lineage: ServerLineage) =>
    RELEASES.find(
      (release) =>
        release.lineage === lineage &&
        unsuitable({ lineage, version: `${release.major}.${release.minor}.0` }, needs) === undefined,
    );
  const words = (['redis', 'valkey'] as const).flatMap((lineage) => {
    const release = oldest(lineage);
    if (!release) return [];
    return [`${lineage === 'redis' ? 'Redis' : 'Valkey'} ${releaseName(release).slice(lineage.length + 1)} or newer`];
  });
  if (words.length > 0) return words.join(', or ');
  return needs.rdb
    ? `a server that reads RDB version ${needs.rdb.version} of ${needs.rdb.magic}, which is newer than any known here`
    : 'a server that knows all of its commands';
}

function hasCommand(release: Parameters<typeof commandsOf>[0], name: string): boolean {
  const known = RELEASES.findLast(
    (each) => each.lineage === release.lineage && isFrom(release, each.major, each.minor),
  );
  if (!known) return true;
  const [first, second] = name.split('|');
  return findCommand(commandsOf(known), first, second) !== undefined;
}
