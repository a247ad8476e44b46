import type { KeyRecord } from '../../rdb/visitor.js';

/** The last moment that servers can name: ms since the epoch in 63 bits. */
const LAST_MS = '9223372036854775807';
const LAST_EXACT = 2 ** 63;

/** Whether a key expires at all: servers take -1 for "does not". */
export function expires({ expireAtMs }: KeyRecord): boolean {
  return expireAtMs !== undefined && expireAtMs !== -1;
}

/** A moment as commands take it; what rounding has brought beyond the end of their time is the end. */
export function momentText(ms: number): string {
  if (ms >= LAST_EXACT) return LAST_MS;
  return Number.isSafeInteger(ms) ? String(ms) : String(BigInt(Math.trunc(ms)));
}
