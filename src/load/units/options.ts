import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { BulkTarget } from '../../live/bulk/bulk-target.js';
import type { Losses } from '../../values/commands/losses.js';
import type { OutcomeSink } from '../outcome.js';
import type { TargetKnowledge } from './knowledge.js';
import type { LoadLook } from './load-look.js';

/**
 * `restore`: every key by RESTORE. `commands`: every key by the commands that rebuild it, and those that no command can rebuild
 * fail. `auto`: RESTORE where the target takes it and it is not slower, else commands.
 */
export type LoadMode = 'auto' | 'restore' | 'commands';

/** What happens to a key whose name is there already. */
export type ConflictPolicy = 'fail' | 'skip' | 'replace';

export interface KeyLoaderOptions {
  /** Those of the scan. */
  readonly kernels: Kernels;
  readonly target: BulkTarget;
  readonly sink: OutcomeSink;
  readonly mode: LoadMode;
  readonly onConflict: ConflictPolicy;
  /** Database of the target, of one in the input; the same by default. */
  readonly dbOf?: (db: number) => number;
  /** Name at the target, of one in the input; neither is kept. The same by default. */
  readonly nameOf?: (name: Uint8Array) => Uint8Array;
  readonly knowledge: TargetKnowledge;
  /** Of the same input; an empty one for inputs that come only once. */
  readonly look: LoadLook;
  /** Keys, by their offsets, for which RESTORE was tried in vain: they are rebuilt by commands. */
  readonly byCommands?: { has(offset: number): boolean };
  /** Larger values are rebuilt piece by piece rather than restored at once, in bytes; default 16 MiB. */
  readonly ceiling?: number;
  /**
   * Small strings that expire behind this moment may pass without a word about each, ms since the epoch; by default none that
   * expires.
   */
  readonly runsExpiringAfterMs?: number;
  /** Takes notes of what is never carried over, and of what is no key. */
  readonly losses: Losses;
}
