import { bytesToText } from '../../keyspace/bytes-text.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { CheckContext } from '../context.js';

/** Header fields that are kept for the report. */
const KEPT_FIELDS = 64;
const KEPT_BYTES = 256;
/** Clocks differ; a file from further ahead than this was made by one that is wrong. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** Redis exists since 2009. */
const OLDEST_CTIME = 1_230_000_000;
/** Fields that repeat, or that belong to a key: not facts about the file. */
const NOT_KEPT = new Set(['slot-info', 'lua', 'mvcc-tstamp', 'keydb-subexpire-key', 'keydb-subexpire-when']);

/** Auxiliary fields: what they say of the file, and whether it can be true. */
export class AuxCheck {
  readonly fields: Record<string, string> = Object.create(null);
  /** Milliseconds since the epoch, from `ctime`. */
  createdAtMs: number | undefined;
  private count = 0;

  constructor(
    private readonly context: CheckContext,
    private readonly nowMs: number,
  ) {}

  aux(keyRef: BytesRef, valueRef: BytesRef, offset: number): void {
    if (keyRef.length > KEPT_BYTES) return;
    const key = bytesToText(keyRef.toBytes());
    if (NOT_KEPT.has(key)) return;
    const value = bytesToText(valueRef.view().slice(0, KEPT_BYTES));
    if (this.count < KEPT_FIELDS && !(key in this.fields)) {
      this.fields[key] = value;
      this.count++;
    }
    this.check(key, value, offset);
  }

  /** Redis, Valkey or what else writes such files, and its version. */
  get producer(): { name: string; version: string | null } {
    const { fields } = this;
    if (fields['valkey-ver'] !== undefined) return { name: 'valkey', version: fields['valkey-ver'] };
    const version = fields['redis-ver'];
    if (version !== undefined) return { name: version.startsWith('df-') ? 'dragonfly' : 'redis', version };
    return { name: this.context.file.magic === 'VALKEY' ? 'valkey' : 'redis', version: null };
  }

  finish(): void {
    const { fields, context } = this;
    const named = fields['redis-ver'] !== undefined || fields['valkey-ver'] !== undefined;
    if (!named && context.file.version >= 7) {
      context.report('AUX_NO_VERSION', 0, 'the file does not say which server wrote it');
    }
  }

  private check(key: string, value: string, offset: number): void {
    if (key === 'ctime') this.checkTime(value, offset);
    else if (key === 'redis-bits' && value !== '32' && value !== '64') {
      this.context.report('AUX_BITS_INVALID', offset, `redis-bits is ${value}, not 32 or 64`);
    } else if (key === 'repl-id' && !/^[0-9a-f]{40}$/.test(value)) {
      this.context.report('AUX_REPL_ID_INVALID', offset, 'repl-id is not 40 hexadecimal digits');
    }
  }

  private checkTime(value: string, offset: number): void {
    const seconds = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(seconds >= OLDEST_CTIME)) {
      this.context.report('AUX_CTIME_INVALID', offset, `ctime is ${value}, which is no time of a save`);
      return;
    }
    this.createdAtMs = seconds * 1000;
    if (this.createdAtMs > this.nowMs + CLOCK_TOLERANCE_MS) {
      const when = this.createdAtMs < 8.64e15 ? new Date(this.createdAtMs).toISOString() : value;
      this.context.report('AUX_CTIME_FUTURE', offset, `the file says it was made at ${when}, which is in the future`);
    }
  }
}
