// The truth format: what a server says of a key, as fixtures/README.md describes it.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** One line of a truth file, without the fields that only a live server knows. */
export interface TruthRecord {
  db: number;
  key: string;
  type: string;
  expireAtMs: Json;
  rdbType: number;
  freq?: number;
  idle?: number;
  keyMeta?: Json;
  value: Json;
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Integers beyond ±(2^53-1) are decimal text. */
export function integer(value: bigint | number): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** By database, then by the bytes of the key. */
export function sortRecords(records: TruthRecord[]): TruthRecord[] {
  const bytes = (record: TruthRecord) => Buffer.from(record.key, 'base64');
  return records.sort((a, b) => a.db - b.db || Buffer.compare(bytes(a), bytes(b)));
}
