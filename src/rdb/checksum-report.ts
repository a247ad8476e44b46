// What the checksum behind an RDB says of the bytes before it.
import { CHECKSUM_SINCE } from './format.js';

/** What the checksum says. `unread`: the file ended before it. `skipped`: not asked for. */
export type ChecksumStatus = 'ok' | 'mismatch' | 'disabled' | 'absent' | 'unread' | 'skipped';

/** Whether the content is what the checksum says. */
export interface ChecksumReport {
  readonly status: ChecksumStatus;
  /** 16 hexadecimal digits each. */
  readonly stored: string | null;
  readonly computed: string | null;
}

export const UNREAD: ChecksumReport = { status: 'unread', stored: null, computed: null };

/** Compares the stored sum, undefined when there is none, with that of the bytes before it. */
export function compareChecksums(stored: bigint | undefined, computed: bigint, version: number): ChecksumReport {
  if (version < CHECKSUM_SINCE) return { status: 'absent', stored: null, computed: null };
  if (stored === undefined) return UNREAD;
  const status = stored === computed ? 'ok' : stored === 0n ? 'disabled' : 'mismatch';
  return { status, stored: hex(stored), computed: hex(computed) };
}

/** The same where the walk stopped with `code`: the last eight bytes of the file may or may not be a checksum. */
export function checksumOfStopped(
  stored: bigint | undefined,
  computed: bigint,
  version: number,
  code: string,
): ChecksumReport {
  const sum = compareChecksums(stored, computed, version);
  const ended = code === 'RDB_TRUNCATED' || code === 'RDB_CHECKSUM_MISSING' || code.startsWith('GZIP');
  return sum.status === 'mismatch' && ended ? UNREAD : sum;
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, '0');
}
