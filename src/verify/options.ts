import type { VerifyLevel } from './report.js';

export interface VerifyOptions {
  /** How deep to look; default `structure`. */
  readonly level?: VerifyLevel;
  /** A warning makes a file not ok, too. */
  readonly failOnWarning?: boolean;
  /** Bytes that the tables for repeated members may take before they spill to `tmpDir`; default 256 MiB. */
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
