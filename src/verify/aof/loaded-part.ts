import type { Demands } from '../../servers/loadability.js';
import type { Findings } from '../findings.js';
import type { LoadedPart } from './loads.js';
import type { CheckedLog } from './log.js';

/** At these commands servers end, wherever they stand. */
const FATAL = ['AOF_UNKNOWN_COMMAND', 'AOF_WRONG_ARITY'] as const;

/** What a file brings to a start, from what was found in it. */
export function loadedPart(
  name: string,
  demands: Demands | undefined,
  log: CheckedLog | undefined,
  findings: Findings,
): LoadedPart {
  const errors = new Set(findings.defects.filter(({ severity }) => severity === 'error').map(({ code }) => code));
  return { name, demands, log, refused: FATAL.filter((code) => errors.has(code)) };
}
