import type { FindingCode } from '../errors.js';
import type { Finding } from '../keyspace/finding.js';
import type { ChecksumReport } from '../rdb/checksum-report.js';

export type { Finding } from '../keyspace/finding.js';
export type { ChecksumReport, ChecksumStatus } from '../rdb/checksum-report.js';

/** The keys of one database. */
export interface DatabaseReport {
  readonly db: number;
  readonly keys: number;
  readonly expires: number;
  /** Keys whose expiry had passed when the file was verified: a server drops them while it loads. */
  readonly expired: number;
}

/** Would a server start from the file? `partly`: yes, and it drops something. `unknown`: it cannot be told. */
export type LoadVerdict = 'yes' | 'partly' | 'no' | 'unknown';

/** What one server would do with the file. */
export interface LoadReport {
  /** Lineage and release: `redis-7.0`, `valkey-9.1`. */
  readonly target: string;
  readonly verdict: LoadVerdict;
  /** `expected`: this release was not run; its behaviour is taken from its neighbours and its source. */
  readonly basis: 'measured' | 'expected';
  /** Of append-only files: the setting that decides what becomes of a log that ends in the middle of a command. */
  readonly with?: { readonly aofLoadTruncated: 'yes' | 'no' };
  /** What the server must have beyond its defaults: `databases:32`, `module:ReJSON-RL`, `cluster`. */
  readonly requires: readonly string[];
  /** What it would leave out while it loads, now. */
  readonly drops: { readonly expiredKeys: number; readonly emptyKeys: number; readonly expiredFields: number };
  /** Codes of the findings that the verdict rests on. */
  readonly reasons: readonly FindingCode[];
}

/** Could the file be judged? `unknown`: it is newer than we know. `failed`: it could not be read. */
export type Outcome = 'sound' | 'damaged' | 'unknown' | 'failed';

/** How deep a file was looked at: who wrote it, its checksum, or every value. */
export type VerifyLevel = 'header' | 'checksum' | 'structure';

/** Cluster slots from the first to the last, both included. */
export type SlotRange = readonly [first: number, last: number];

/** What an append-only log was found to be. */
export interface LogReport {
  readonly commands: number;
  /** File offset up to which every server is content with it: behind the last whole command, before an open MULTI. */
  readonly okUpToOffset: number;
  /** Seconds since the epoch: the first and the last time annotation; null when there are none. */
  readonly firstTimestamp: number | null;
  readonly lastTimestamp: number | null;
}

/** One file of an append-only set. */
export interface PartReport extends FileReport {
  readonly role: 'base' | 'incr' | 'history';
  readonly seq: number;
}

/** What verifying one input gave. */
export interface FileReport extends Partial<LogReport> {
  readonly path: string;
  readonly kind: 'rdb' | 'aof' | 'aof-set' | null;
  readonly outcome: Outcome;
  readonly ok: boolean;
  /** False when the input stopped us before its end. */
  readonly complete: boolean;
  readonly level: VerifyLevel;
  readonly bytes: number;
  /** The input is a gzip around the file; `bytes` counts its content. */
  readonly gzip: boolean;
  /** By the magic: whose format it is. Who wrote it stands in `producer`: Valkey up to 8.1 writes the format of Redis 7.2. */
  readonly lineage: 'redis' | 'valkey' | null;
  readonly rdbVersion: number | null;
  readonly producer: { readonly name: string; readonly version: string | null } | null;
  readonly createdAtMs: number | null;
  /** Of append-only files: where that comes from. */
  readonly createdAtSource?: 'annotation' | 'modified' | 'ctime';
  /** Auxiliary fields of the header, as text. */
  readonly aux: Readonly<Record<string, string>>;
  readonly checksum: ChecksumReport;
  readonly databases: readonly DatabaseReport[];
  /** null below the structure level. */
  readonly keys: number | null;
  readonly functions: number | null;
  /** Ranges of cluster slots that hold keys, when the file says in which slot its keys are; else null. */
  readonly slots: readonly SlotRange[] | null;
  /** The files of an append-only set, in the order in which servers load them. */
  readonly parts?: readonly PartReport[];
  /** Would these servers start from it? One entry for each target that was asked for, else for the writer's own release. */
  readonly loads: readonly LoadReport[];
  /** Findings, at most 100 of each code. */
  readonly findings: readonly Finding[];
  /** How many findings there are of each severity, those left out included. */
  readonly errors: number;
  readonly warnings: number;
  /** How often each code was met, those left out included. */
  readonly findingCounts: Readonly<Partial<Record<FindingCode, number>>>;
  readonly milliseconds: number;
}

/** The files taken together, as the shards of one backup. */
export interface ShardsReport {
  /** Files that could be held against each other. */
  readonly files: number;
  /** ms between the first save and the last; null when fewer than two files say when they were made. */
  readonly skewMs: number | null;
  /** The slots that hold keys in any of them; null when no file says which those are. */
  readonly slots: readonly SlotRange[] | null;
}

/** What verifying some inputs gave. */
export interface VerifyReport {
  readonly ok: boolean;
  readonly complete: boolean;
  readonly files: readonly FileReport[];
  /** Findings about several files together. */
  readonly findings: readonly Finding[];
  /** How the names of keys were hidden; absent when they were not. */
  readonly keyNames?: 'hash' | 'none';
  /** null unless they were to be held against each other. */
  readonly shards: ShardsReport | null;
  /** Files of directories that were not taken for backups. */
  readonly leftOut: number;
}
