/** Whether a server drops a key while it loads. Servers take -1 for "does not expire". */
export function hasExpired(expireAtMs: number | undefined, nowMs: number): boolean {
  return expireAtMs !== undefined && expireAtMs < nowMs && expireAtMs !== -1;
}
