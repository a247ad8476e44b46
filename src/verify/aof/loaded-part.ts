import type { FindingCode } from '../../errors.js';
import type { Demands } from '../../servers/loadability.js';
import type { Findings } from '../findings.js';
import type { LoadedPart } from './loads.js';
import type { CheckedLog } from './log.js';

/** Of a command that only some module has, the writer's own server had the module. */
const ONLY_AS_ERROR: ReadonlySet<FindingCode> = new Set<FindingCode>(['AOF_UNKNOWN_COMMAND', 'AOF_WRONG_ARITY']);

/** What a file brings to a start, from what was found in it. */
export function loadedPart(
  name: string,
  demands: Demands | undefined,
  log: CheckedLog | undefined,
  findings: Findings,
): LoadedPart {
  const openAt = log?.log.openMultiAt ?? Number.POSITIVE_INFINITY;
  // A DISCARD in a transaction that never ends is cut with it.
  const discards = findings.kept.some(({ code, offset }) => code === 'AOF_DISCARD_IN_MULTI' && (offset ?? 0) < openAt);
  const told = findings.defects.filter(
    ({ code, severity }) =>
      (!ONLY_AS_ERROR.has(code) || severity === 'error') && (code !== 'AOF_DISCARD_IN_MULTI' || discards),
  );
  return { name, demands, log, codes: [...new Set(told.map(({ code }) => code))] };
}
