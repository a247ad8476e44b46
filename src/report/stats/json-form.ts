// How values stand in the JSON and CSV of statistics.
import { bytesToText } from '../../keyspace/bytes-text.js';

/** How byte strings are written: as text that can be read back, or all of them as base64. */
export type BytesForm = 'text' | 'base64';

/** A byte string as text. */
export function bytesIn(form: BytesForm, bytes: Uint8Array): string {
  if (form === 'text') return bytesToText(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The same value with byte strings as text, and with whole numbers as text where JSON readers would round them. */
export function jsonForm(value: unknown, form: BytesForm): unknown {
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value).toString() : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return bytesIn(form, value);
  if (Array.isArray(value)) return value.map((item) => jsonForm(item, form));
  // From entries, as a field of a file may be called __proto__.
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, jsonForm(item, form)]));
}
