import type { VerifyLevel } from './report.js';

/** What a backup has to be; each one that it is not is a finding. */
export interface Expectations {
  /** Not older than this, in ms. */
  readonly maxAgeMs?: number;
  readonly minKeys?: number;
  readonly maxKeys?: number;
  /** Bytes of the file. */
  readonly minSize?: number;
  readonly producer?: 'redis' | 'valkey';
  /** A semver range for the version of the server that wrote it. */
  readonly version?: string;
  /** It must have a checksum. */
  readonly checksum?: boolean;
}

/** How backups are verified. */
export interface VerifyOptions {
  /** How deep to look; default `structure`. */
  readonly level?: VerifyLevel;
  /** A warning makes a file not ok, too. */
  readonly failOnWarning?: boolean;
  /** So does a server that would load it partly, or of which it cannot be told whether it would. */
  readonly failOnPartly?: boolean;
  readonly failOnUnknown?: boolean;
  /** Servers to answer for, such as `redis-8.0`; default the release that wrote the file, configured as it proves it was. */
  readonly targets?: readonly string[];
  /** What these servers have; default what releases have when they are not configured otherwise. */
  readonly databases?: number;
  readonly modules?: readonly string[];
  readonly cluster?: boolean;
  /** Look for keys that stand twice in a database; default true. */
  readonly duplicates?: boolean;
  /** What each file has to be. */
  readonly expect?: Expectations;
  /** The files are the shards of one backup: hold them against each other. */
  readonly shards?: { readonly maxSkewMs: number };
  /** Bytes that the tables for repeated keys and members may take before they spill to `tmpDir`; default 256 MiB. */
  readonly maxMemory?: number;
  /** A directory for temporary files; default the system's. They have no name and vanish with the process. */
  readonly tmpDir?: string;
  /** Files verified at a time, each on a thread of its own; default 1. */
  readonly jobs?: number;
  /** The present, in ms since the epoch; for tests. */
  readonly nowMs?: number;
  /** Called now and then with the bytes read of all inputs, and their total when it is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}
