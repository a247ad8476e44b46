import semver from 'semver';

/** PEXPIRETIME came with Redis 7.0; all of Valkey has it. */
const SINCE = '7.0.0';
/** PTTL and TIME are not quite the same moment. */
const PTTL_WITHIN_MS = 2;

interface Server {
  readonly lineage: 'redis' | 'valkey';
  readonly version: string;
}

/** Whether a server tells the moment at which a key expires, and not only how long it has. */
export function knowsExpireTime({ lineage, version }: Server): boolean {
  return lineage === 'valkey' || semver.gte(semver.coerce(version) ?? '0.0.0', SINCE);
}

/** How far expiries that a server tells may be off, ms. */
export function expiryWithinMs(server: Server): number {
  return knowsExpireTime(server) ? 0 : PTTL_WITHIN_MS;
}
