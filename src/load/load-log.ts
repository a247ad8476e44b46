// The commands of an append-only set, behind the keys of its base.
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { liveError } from '../live/live-error.js';
import type { KeyMapping } from './key-mapping.js';
import { LoadError } from './load-error.js';
import type { LogReplay } from './log/log-replay.js';
import { replayLog } from './log/replay.js';
import type { LoadOptions } from './options.js';

/** Throws LoadError when the options cannot be kept with a log of commands. */
export function refuseForLog(options: LoadOptions): void {
  const { filter = {}, prefixAdd, prefixStrip, rate, journal, verify, onConflict } = options;
  const refuse = (what: string) => {
    throw new LoadError('unusable', `commands follow the keys of this input, and ${what}`);
  };
  const first = 'rdbkit materialize makes a dump of it first';
  if (Object.keys(filter).length > 0) refuse(`filters cannot choose among commands: ${first}`);
  if (prefixAdd || prefixStrip) refuse(`names in commands are not changed: ${first}`);
  if (rate !== undefined) refuse(`--rate is for keys: ${first}`);
  if (journal !== undefined)
    refuse(`commands cannot be gone on with after an interruption, as a journal would: ${first}`);
  if (verify) refuse(`--verify compares a dump with the target: ${first}, and rdbkit diff compares`);
  if (onConflict === 'skip')
    refuse('would change keys that are to be left alone: use --on-conflict replace, or an empty target');
}

/** Commands change what is there: rejects with LoadError when the target has keys, and nobody said that they may be replaced. */
export async function refuseKeys(target: BulkTarget, { onConflict = 'fail' }: LoadOptions): Promise<void> {
  if (onConflict !== 'fail') return;
  const infos = await target
    .ask((nodes) => Promise.all(nodes.map((node) => node.info('keyspace'))))
    .catch((error: unknown) => {
      throw liveError(error);
    });
  const keys = infos
    .flatMap((info) => [...info.matchAll(/^db\d+:keys=(\d+)/gm)])
    .reduce((sum, [, n]) => sum + Number(n), 0);
  if (keys === 0) return;
  throw new LoadError(
    'unusable',
    `commands follow the keys of this input, and the target has ${keys} keys already, which they may change: use an empty one, or --on-conflict replace`,
  );
}

/** Sends the commands. Rejects for errors of the system. */
export async function loadLog(target: BulkTarget, mapping: KeyMapping, options: LoadOptions): Promise<LogReplay> {
  const { log = [], untilMs, onProgress } = options;
  return replayLog(log, target, {
    // In a target that was empty it empties only what is ours.
    flush: (options.onConflict ?? 'fail') === 'fail',
    mapDb: (db) => mapping.dbOf(db),
    untilMs,
    onProgress: (done) => onProgress?.({ phase: 'log', done, total: undefined, keys: 0 }),
  });
}
