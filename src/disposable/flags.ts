// How a disposable server is started: without a network, without persistence of its own, and so that it drops nothing. A
// directive that a server does not know ends it, so what came with a later release is left out for older ones.
import semver from 'semver';
import { AOF_FOLDER, AOF_NAME, DUMP_NAME } from './copy.js';
import type { ServerProgram } from './program.js';

/** What differs from start to start. */
export interface FlagOptions {
  readonly socket: string;
  /** Load the append-only files, not the dump. */
  readonly appendOnly: boolean;
  readonly databases: number;
  /** Cut the last append-only file where it ends inside a command, and start. */
  readonly aofLoadTruncated: boolean;
  /** Drop nothing that has expired. */
  readonly keepExpired: boolean;
}

/** Nobody can be reached there: connecting to the broadcast address is refused at once by the own system. */
const NOWHERE = ['255.255.255.255', '1'];
const MULTI_PART_SINCE = '7.0.0';

/** The arguments for a server whose working directory is its folder. */
export function serverFlags(program: ServerProgram, options: FlagOptions): string[] {
  const { socket, appendOnly, databases, aofLoadTruncated, keepExpired } = options;
  const isNew = program.lineage === 'valkey' || semver.gte(program.version, MULTI_PART_SINCE);
  const pairs: [string, ...string[]][] = [
    ['port', '0'],
    ['unixsocket', socket],
    ['unixsocketperm', '700'],
    ['dir', '.'],
    ['daemonize', 'no'],
    ['supervised', 'no'],
    ['logfile', ''],
    ['loglevel', 'notice'],
    ['databases', String(databases)],
    // Limits: it may neither evict nor refuse.
    ['maxmemory', '0'],
    ['maxmemory-policy', 'noeviction'],
    // Persistence: what is there is read, and nothing is saved on its own.
    ['save', ''],
    ['dbfilename', DUMP_NAME],
    ['rdbchecksum', 'yes'],
    ['stop-writes-on-bgsave-error', 'no'],
    ['appendonly', appendOnly ? 'yes' : 'no'],
    ['appendfilename', AOF_NAME],
    ['appendfsync', 'no'],
    ['auto-aof-rewrite-percentage', '0'],
    ['aof-load-truncated', aofLoadTruncated ? 'yes' : 'no'],
    ...(isNew ? ([['appenddirname', AOF_FOLDER]] as [string, string][]) : []),
    // Replicas drop no expired keys by themselves, and keep those of a dump that they load.
    ...(keepExpired ? ([['replicaof', ...NOWHERE]] as [string, ...string[]][]) : []),
  ];
  return pairs.flatMap(([name, ...values]) => [`--${name}`, ...values]);
}
