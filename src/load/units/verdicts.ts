// What an answer means for the key that was sent.
import type { Reply, UnitResult } from '../../live/bulk/parcel.js';
import type { KeyOutcome } from '../outcome.js';
import type { ConflictPolicy } from './options.js';

/** Errors that every later key will meet as well. */
const FATAL = new Set(['OOM', 'MISCONF', 'READONLY', 'NOAUTH', 'WRONGPASS', 'LOADING', 'MASTERDOWN', 'NOREPLICAS']);

/** A payload that is not taken: commands may do better. */
const REFUSALS = /^ERR (DUMP payload|Bad data format|Protocol error: invalid bulk length)/;
/** RESTORE is a dangerous command: some may not use it, and some services have taken it away. */
const NO_RESTORE = /^(NOPERM .*'restore'|ERR unknown command\b.{0,3}restore)/i;
const NO_DATABASE = /^ERR (DB index is out of range|SELECT is not allowed)/;

/** What an error says of keys to come. */
export type Refusal = 'payload' | 'restore' | 'database' | undefined;

/** The first error among the answers. */
export function firstError(replies: readonly Reply[]): string | undefined {
  const error = replies.find((reply) => reply.kind === 'error');
  return error?.kind === 'error' ? error.text : undefined;
}

/** Whether an error is about more than one key. */
export function refusalOf(error: string): Refusal {
  if (NO_RESTORE.test(error)) return 'restore';
  if (REFUSALS.test(error)) return 'payload';
  return NO_DATABASE.test(error) ? 'database' : undefined;
}

/** Of a unit that ended in an error, or that nobody answered; undefined when it was carried out. */
export function failureOf({ replies, lost }: UnitResult): KeyOutcome | undefined {
  const error = firstError(replies);
  if (error !== undefined) return failed(error);
  if (lost === undefined) return undefined;
  return { kind: 'lost', reason: 'LOST', detail: lost, fatal: false, maybeOurs: false };
}

/** A key that is there already; `repeated`: perhaps from the first try. */
export function conflict(policy: ConflictPolicy, repeated: boolean, said?: string): KeyOutcome {
  return {
    kind: policy === 'skip' ? 'skipped' : 'conflicted',
    reason: 'BUSYKEY',
    detail: said ?? 'BUSYKEY a key of this name exists',
    fatal: false,
    maybeOurs: repeated,
  };
}

/** A key that failed for a reason of ours. */
export function ownFailure(reason: string, detail: string): KeyOutcome {
  return { kind: 'failed', reason, detail, fatal: false, maybeOurs: false };
}

function failed(error: string): KeyOutcome {
  const [reason] = error.split(' ', 1);
  const refusal = refusalOf(error);
  const kind = refusal === 'payload' || refusal === 'restore' ? 'refused' : 'failed';
  const forbidden = reason === 'NOPERM' && / to run |command/.test(error) && kind === 'failed';
  return { kind, reason, detail: error, fatal: forbidden || FATAL.has(reason), maybeOurs: false };
}
