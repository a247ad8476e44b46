// Values in plain form, which every server reads: they choose compact forms themselves when they load them.
//   STRING  str                     LIST, SET  len n, str x n
//   HASH    len n, (str, str) x n   ZSET       len n, (str, old double) x n    ZSET_2  len n, (str, f64le) x n
//   HASH_METADATA (Redis 7.4)  i64le min, len n, (len t, str, str) x n: 0 = never, else expiry = min + t - 1
//   HASH_2 (Valkey 9)          len n, (str, str, i64le expiry) x n: -1 = never
//   ARRAY (Redis 8.8)          len n, len has_insert, [len insert_index], (len index, len 0, str) x n
import type { WrittenHeader } from '../rdb-writer.js';
import { ValueBytes } from './value-bytes.js';

/** What stands in a file for one value: its type byte, and the bytes behind the key's name. */
export interface EncodedValue {
  readonly type: number;
  readonly value: Uint8Array;
}

const STRING = 0;
const LIST = 1;
const SET = 2;
const ZSET = 3;
const HASH = 4;
const ZSET_2 = 5;
const HASH_2 = 22;
const HASH_METADATA = 24;
const ARRAY = 28;

const BINARY_SCORES_SINCE = 8;
const FIELD_EXPIRY_SINCE = 12;
const ARRAYS_SINCE = 14;
const VALKEY_FIELD_EXPIRY_SINCE = 80;
/** The latest time of an expiring field that Redis takes, in ms. */
const LARGEST_FIELD_EXPIRY = 2 ** 48 - 2;
const LARGEST_INDEX = 2n ** 64n - 2n;

// What stands for infinite scores before RDB 8.
const INFINITY = 254;
const MINUS_INFINITY = 255;

export function stringValue(bytes: Uint8Array): EncodedValue {
  return { type: STRING, value: new ValueBytes().string(bytes).done() };
}

/** Throws RangeError for an empty list: no server has one. */
export function listValue(items: readonly Uint8Array[]): EncodedValue {
  return { type: LIST, value: strings(items, 'list') };
}

/** Throws RangeError for an empty set, and for a member that comes twice. */
export function setValue(members: readonly Uint8Array[]): EncodedValue {
  refuseRepeated(members, 'member');
  return { type: SET, value: strings(members, 'set') };
}

/** Throws RangeError for an empty one, for a member that comes twice, and for NaN. */
export function zsetValue(
  members: readonly (readonly [member: Uint8Array, score: number])[],
  { version }: WrittenHeader,
): EncodedValue {
  refuseEmpty(members, 'sorted set');
  refuseRepeated(
    members.map(([member]) => member),
    'member',
  );
  const binary = version >= BINARY_SCORES_SINCE;
  const out = new ValueBytes().length(members.length);
  for (const [member, score] of members) {
    if (Number.isNaN(score)) throw new RangeError('a score is NaN, which no server takes');
    out.string(member);
    if (binary) out.double(score);
    else oldDouble(out, score);
  }
  return { type: binary ? ZSET_2 : ZSET, value: out.done() };
}

/** A field of a hash; `expireAtMs`: ms since the epoch. */
export interface EncodedField {
  readonly field: Uint8Array;
  readonly value: Uint8Array;
  readonly expireAtMs?: number | undefined;
}

/**
 * Throws RangeError for an empty hash, for a field that comes twice, and for fields that expire where the version has none
 * (before RDB 12 of Redis and RDB 80 of Valkey).
 */
export function hashValue(fields: readonly EncodedField[], header: WrittenHeader): EncodedValue {
  refuseEmpty(fields, 'hash');
  refuseRepeated(
    fields.map(({ field }) => field),
    'field',
  );
  const expiries = fields.flatMap(({ expireAtMs }) => (expireAtMs === undefined ? [] : [expireAtMs]));
  if (expiries.length > 0) return expiringHash(fields, expiries, header);
  const out = new ValueBytes().length(fields.length);
  for (const { field, value } of fields) out.string(field).string(value);
  return { type: HASH, value: out.done() };
}

/** Elements by index. Throws RangeError for an empty array, an index that is none, and versions before RDB 14 of Redis. */
export function arrayValue(
  elements: readonly (readonly [index: bigint, value: Uint8Array])[],
  insertIndex: bigint | undefined,
  { magic, version }: WrittenHeader,
): EncodedValue {
  if (magic !== 'REDIS' || version < ARRAYS_SINCE) throw new RangeError(`${magic} RDB ${version} has no arrays`);
  refuseEmpty(elements, 'array');
  const index = (value: bigint) => {
    if (value < 0n || value > LARGEST_INDEX) throw new RangeError(`${value} is no index of an array`);
    return value;
  };
  const out = new ValueBytes().length(elements.length).length(insertIndex === undefined ? 0 : 1);
  if (insertIndex !== undefined) out.length(index(insertIndex));
  for (const [at, value] of elements) out.length(index(at)).length(0).string(value);
  return { type: ARRAY, value: out.done() };
}

function expiringHash(
  fields: readonly EncodedField[],
  expiries: readonly number[],
  { magic, version }: WrittenHeader,
): EncodedValue {
  const odd = expiries.find((ms) => !(Number.isSafeInteger(ms) && ms >= 0 && ms <= LARGEST_FIELD_EXPIRY));
  if (odd !== undefined) throw new RangeError(`a field cannot expire at ${odd}`);
  const out = new ValueBytes();
  if (magic === 'VALKEY' && version >= VALKEY_FIELD_EXPIRY_SINCE) {
    out.length(fields.length);
    for (const { field, value, expireAtMs } of fields)
      out
        .string(field)
        .string(value)
        .int64(expireAtMs ?? -1);
    return { type: HASH_2, value: out.done() };
  }
  if (magic === 'VALKEY' || version < FIELD_EXPIRY_SINCE) {
    throw new RangeError(`in ${magic} RDB ${version} the fields of hashes do not expire`);
  }
  const earliest = expiries.reduce((least, ms) => Math.min(least, ms));
  out.int64(earliest).length(fields.length);
  for (const { field, value, expireAtMs } of fields) {
    out
      .length(expireAtMs === undefined ? 0 : expireAtMs - earliest + 1)
      .string(field)
      .string(value);
  }
  return { type: HASH_METADATA, value: out.done() };
}

function strings(items: readonly Uint8Array[], what: string): Uint8Array {
  refuseEmpty(items, what);
  const out = new ValueBytes().length(items.length);
  for (const item of items) out.string(item);
  return out.done();
}

/** One length byte, then text; single bytes stand for the infinities. */
function oldDouble(out: ValueBytes, score: number): void {
  if (score === Number.POSITIVE_INFINITY) out.byte(INFINITY);
  else if (score === Number.NEGATIVE_INFINITY) out.byte(MINUS_INFINITY);
  else {
    const text = Buffer.from(Object.is(score, -0) ? '-0' : String(score), 'latin1');
    out.byte(text.length).bytes(text);
  }
}

function refuseEmpty(parts: readonly unknown[], what: string): void {
  if (parts.length === 0) throw new RangeError(`no server has an empty ${what}`);
}

/** Servers end when they load a value with a part that comes twice. */
function refuseRepeated(parts: readonly Uint8Array[], what: string): void {
  const seen = new Set<string>();
  for (const part of parts) {
    seen.add(Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1'));
  }
  if (seen.size < parts.length) throw new RangeError(`a ${what} comes twice`);
}
