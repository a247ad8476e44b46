import { hasExpired } from '../keyspace/expired.js';
import type { KeyRecord } from '../rdb/visitor.js';
import type { CheckContext } from './context.js';

/** Forms of hashes that servers write only while some field expires. */
const WITH_FIELD_EXPIRY = new Set(['hashMetadata', 'hashMetadataPreGa', 'hash2', 'listpackEx']);

/** EB_EXPIRE_TIME_INVALID: stands for "none", and is the largest that Redis reads. */
const LARGEST_MINIMUM = 2 ** 48;

/** Hashes whose fields expire: the hint in front, and whether any field does. */
export class HashExpiryCheck {
  private minimum: number | undefined;
  private lowest = Number.POSITIVE_INFINITY;
  /** Fields of all hashes whose expiry has passed. */
  expired = 0;

  constructor(
    private readonly context: CheckContext,
    private readonly nowMs: number,
  ) {}

  /** Hashes that do not expire themselves, and all of whose fields have: nothing is left of them. */
  vanished = 0;
  private before = 0;

  begin(): void {
    this.before = this.expired;
    this.minimum = undefined;
    this.lowest = Number.POSITIVE_INFINITY;
  }

  minExpire(expireAtMs: number): void {
    this.minimum = expireAtMs;
    // In a listpack servers leave a stale one behind, and do not look at it.
    const largest = this.context.current?.type.layout === 'listpackEx' ? Number.POSITIVE_INFINITY : LARGEST_MINIMUM;
    if (expireAtMs >= 0 && expireAtMs <= largest) return;
    const message = `the first expiry of a field is announced as ${expireAtMs} ms`;
    this.context.report('HASH_FIELD_EXPIRE_INVALID', this.context.current?.valueOffset ?? 0, message);
  }

  field(expireAtMs: number): void {
    if (expireAtMs < this.lowest) this.lowest = expireAtMs;
    if (expireAtMs < this.nowMs) this.expired++;
  }

  /** A listpack of fields: the lowest expiry in it, and how many have passed. */
  container(lowestMs: number, expired: number): void {
    if (lowestMs < this.lowest) this.lowest = lowestMs;
    this.expired += expired;
  }

  /** The value of the hash is complete; it has so many fields. */
  end(key: KeyRecord, fields: number): void {
    if (hasExpired(key.expireAtMs, this.nowMs)) this.expired = this.before;
    else if (fields > 0 && this.expired - this.before === fields) this.vanished++;
    if (!WITH_FIELD_EXPIRY.has(key.type.layout)) return;
    if (this.lowest === Number.POSITIVE_INFINITY) {
      this.context.report(
        'HASH_WITHOUT_FIELD_EXPIRE',
        key.valueOffset,
        `no field of this ${key.type.name} hash expires`,
      );
    } else if (this.minimum !== undefined && this.minimum !== this.lowest) {
      const message = `the first expiry of a field is announced as ${this.minimum} ms, and is ${this.lowest}`;
      // In the plain form the other expiries count from it; in a listpack servers leave a stale one behind.
      const severity = key.type.layout === 'listpackEx' ? 'info' : undefined;
      this.context.report('HASH_MIN_EXPIRE_WRONG', key.valueOffset, message, severity);
    }
  }
}
