import type { FindingCode } from '../../errors.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { ENVIRONMENT_FAULTS } from '../../servers/functions/facts.js';
import { inspectLibrary } from '../../servers/functions/library.js';

/** Why no server would load a function library, and with it the whole file; undefined for one that may work. */
export function brokenLibrary(code: BytesRef): FindingCode | undefined {
  const fault = code.resolve();
  if (fault) return fault;
  const { fault: found } = inspectLibrary(code.toBytes());
  if (!found || ENVIRONMENT_FAULTS.has(found.kind)) return undefined;
  return found.kind === 'syntax' ? 'FUNCTION_NOT_COMPILABLE' : 'FUNCTION_FAILS';
}
