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
  const told = findings.defects.filter(({ code, severity }) => !ONLY_AS_ERROR.has(code) || severity === 'error');
  return { name, demands, log, codes: [...new Set(told.map(({ code }) => code))] };
}
