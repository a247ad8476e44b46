// What it means for a file that a function library in it has a fault.
import type { FindingCode } from '../../errors.js';
import type { Producer } from '../../rdb/aux-fields.js';
import { isFrom, releaseOf } from '../releases.js';
import type { LibraryFaultKind } from './facts.js';

/** The finding for each fault. */
export const LIBRARY_CODES: Readonly<Record<LibraryFaultKind, FindingCode>> = {
  'no-header': 'FUNCTION_NO_HEADER',
  'bad-header': 'FUNCTION_BAD_HEADER',
  'no-name': 'FUNCTION_BAD_HEADER',
  'bad-name': 'FUNCTION_BAD_HEADER',
  'unknown-option': 'FUNCTION_BAD_HEADER',
  'unknown-engine': 'FUNCTION_ENGINE_UNKNOWN',
  syntax: 'FUNCTION_NOT_COMPILABLE',
  'global-access': 'FUNCTION_FAILS',
  'global-assignment': 'FUNCTION_FAILS',
  runtime: 'FUNCTION_FAILS',
  'bad-registration': 'FUNCTION_FAILS',
  'bad-flag': 'FUNCTION_FAILS',
  'bad-function-name': 'FUNCTION_FAILS',
  'function-twice': 'FUNCTION_NAME_TWICE',
  'no-function': 'FUNCTION_FAILS',
};

/** Whether a server is newer than the releases on which the rules were measured: it may have one more option, flag or global. */
export function mayOfferMore({ name, version }: Producer): boolean {
  const release = version === null ? undefined : releaseOf(name, version);
  if (!release) return version !== null;
  return name === 'valkey' ? isFrom(release, 9, 2) : isFrom(release, 8, 1);
}

/** Whether a server may have engines other than Lua: since 8.1 Valkey takes them from modules. */
export function mayHaveEngines({ name, version }: Producer): boolean {
  const release = version === null ? undefined : releaseOf(name, version);
  return name === 'valkey' && (release === undefined || isFrom(release, 8, 1));
}
