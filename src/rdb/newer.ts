// Unknown or damaged? What a newer server would have written is not damage.
import type { FindingCode } from '../errors.js';
import { type Lineage, NEWEST_REDIS_VERSION, NEWEST_VALKEY_VERSION } from './format.js';

/** Failures that a newer format than ours explains, in a file whose checksum is good. */
const EXPLAINED = new Set<FindingCode>(['RDB_UNKNOWN_TYPE', 'RDB_UNKNOWN_OPCODE', 'RDB_MODULE_PRE_GA']);

/** Whether the version is newer than any we know of this lineage. */
export function isNewerVersion(lineage: Lineage | undefined, version: number): boolean {
  return version > (lineage === 'valkey' ? NEWEST_VALKEY_VERSION : NEWEST_REDIS_VERSION);
}

/** Whether a walk may have ended here since the format is newer than ours, rather than for damage. */
export function mayBeNewer(code: FindingCode): boolean {
  return EXPLAINED.has(code);
}
