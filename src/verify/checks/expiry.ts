import type { CheckContext } from '../../checks/context.js';
import type { KeyRecord } from '../../rdb/visitor.js';

/** As milliseconds March 1973; as seconds the year 5138. */
export const EXPIRE_EARLIEST_MS = 1e11;
export const EXPIRE_LATEST_MS = Date.UTC(2200, 0);
const YEAR_2009_MS = Date.UTC(2009, 0);
/** From RDB 9 on times are little-endian on every host. */
const FIXED_BYTE_ORDER_SINCE = 9;

/** Whether the expiry of a key is a moment that somebody can have meant. */
export class ExpiryCheck {
  constructor(private readonly context: CheckContext) {}

  key(key: KeyRecord, expireAtMs: number): void {
    if (expireAtMs <= 0) {
      this.context.report('EXPIRE_INVALID', key.offset, `the key expires at ${expireAtMs} ms, before 1970`);
    } else if (expireAtMs < EXPIRE_EARLIEST_MS) {
      if (key.expireInSeconds) return;
      const message = `the key expires at ${expireAtMs} ms; read as seconds that would be ${isoSeconds(expireAtMs)}`;
      this.context.report('EXPIRE_LOOKS_LIKE_SECONDS', key.offset, message);
    } else if (expireAtMs > EXPIRE_LATEST_MS) {
      const swapped = this.context.file.version < FIXED_BYTE_ORDER_SINCE ? swapBytes(expireAtMs) : undefined;
      if (swapped !== undefined && swapped > YEAR_2009_MS && swapped < EXPIRE_LATEST_MS) {
        const when = new Date(swapped).toISOString();
        this.context.report(
          'EXPIRE_BYTE_SWAPPED',
          key.offset,
          `the expiry makes sense with its bytes reversed: ${when}`,
        );
      } else {
        this.context.report(
          'EXPIRE_FAR_FUTURE',
          key.offset,
          `the key expires at ${expireAtMs} ms, after the year 2200`,
        );
      }
    }
  }
}

function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function swapBytes(value: number): number {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)));
  return Number(buffer.readBigInt64BE());
}
