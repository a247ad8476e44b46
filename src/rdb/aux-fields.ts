import { bytesToText } from '../keyspace/bytes-text.js';
import { readCtime } from '../keyspace/moment-of-file.js';
import type { BytesRef } from './bytes-ref.js';

/** Header fields that are kept. */
const KEPT_FIELDS = 64;
const KEPT_BYTES = 256;
/** Fields that repeat, or that belong to a key: not facts about the file. */
const NOT_KEPT = new Set(['slot-info', 'lua', 'mvcc-tstamp', 'keydb-subexpire-key', 'keydb-subexpire-when']);

/** Who wrote a file; `version` is null when it does not say. */
export interface Producer {
  readonly name: string;
  readonly version: string | null;
}

/** The auxiliary fields of a file: what it says of itself. */
export class AuxFields {
  readonly fields: Record<string, string> = Object.create(null);
  /** From `ctime`, in ms since the epoch; undefined when there is none that can be true. */
  createdAtMs: number | undefined;
  private count = 0;

  /** Takes a field. Returns it as text; undefined for what is no fact about the file. */
  add(keyRef: BytesRef, valueRef: BytesRef): { readonly key: string; readonly value: string } | undefined {
    if (keyRef.length > KEPT_BYTES) return undefined;
    const key = bytesToText(keyRef.toBytes());
    if (NOT_KEPT.has(key)) return undefined;
    const value = bytesToText(valueRef.view().slice(0, KEPT_BYTES));
    if (this.count < KEPT_FIELDS && !(key in this.fields)) {
      this.fields[key] = value;
      this.count++;
    }
    if (key === 'ctime') this.createdAtMs = readCtime(value) ?? this.createdAtMs;
    return { key, value };
  }

  /** Redis, Valkey or what else writes such files, and its version. `magic` is that of the file. */
  producer(magic: 'REDIS' | 'VALKEY'): Producer {
    const { fields } = this;
    if (fields['valkey-ver'] !== undefined) return { name: 'valkey', version: fields['valkey-ver'] };
    const version = fields['redis-ver'];
    if (version !== undefined) return { name: version.startsWith('df-') ? 'dragonfly' : 'redis', version };
    return { name: magic === 'VALKEY' ? 'valkey' : 'redis', version: null };
  }
}
