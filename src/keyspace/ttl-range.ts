import { hasExpired } from './expired.js';

/** What the remaining time of a key has to be. */
export type TtlFilter =
  | { readonly kind: 'none' }
  | { readonly kind: 'any' }
  | { readonly kind: 'expired' }
  /** Keys that expire, in ms from now on; both ends count, and those that have expired do not. */
  | { readonly kind: 'range'; readonly minMs: number; readonly maxMs: number };

/** Whether a key with this expiry (ms since the epoch, undefined for none) is wanted. */
export function matchesTtl(filter: TtlFilter, expireAtMs: number | undefined, nowMs: number): boolean {
  // Servers take -1 for "does not expire".
  const expires = expireAtMs !== undefined && expireAtMs !== -1;
  if (filter.kind === 'none') return !expires;
  if (!expires) return false;
  if (filter.kind === 'any') return true;
  if (filter.kind === 'expired') return hasExpired(expireAtMs, nowMs);
  const left = expireAtMs - nowMs;
  return left >= filter.minMs && left <= filter.maxMs;
}

/** The filter in words that `--ttl` takes. */
export function ttlText(filter: TtlFilter): string {
  if (filter.kind !== 'range') return filter.kind;
  const end = (ms: number) => (ms === 0 || ms === Number.POSITIVE_INFINITY ? '' : shortDuration(ms));
  return `${end(filter.minMs)}..${end(filter.maxMs)}`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** Exact, in the largest unit that has no fraction. */
function shortDuration(ms: number): string {
  const unit = UNITS.find(([, size]) => ms % size === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
}
