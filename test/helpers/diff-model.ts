// What differs between two datasets according to their truths: keys held against each other one by one, element by element.
import type { TruthRecord } from './truth.js';

type Json = unknown;

/** The same words as `essence` of a comparison, in order. */
export function modelDiff(left: readonly TruthRecord[], right: readonly TruthRecord[]): string[] {
  const name = ({ db, key }: TruthRecord) => `${db} ${key}`;
  const before = new Map(left.map((record) => [name(record), record]));
  const after = new Map(right.map((record) => [name(record), record]));
  const found: string[] = [];
  for (const [key, record] of before) {
    const other = after.get(key);
    if (!other) found.push(`removed ${key}`);
    else {
      const what = differences(record, other);
      if (what.length > 0) found.push(`changed ${key} ${what.join(' ')}`);
    }
  }
  for (const key of after.keys()) if (!before.has(key)) found.push(`added ${key}`);
  return found.sort();
}

function differences(left: TruthRecord, right: TruthRecord): string[] {
  const isType = left.type !== right.type;
  const [a, b] = comparable(left, right);
  const isMeta = JSON.stringify(left.keyMeta ?? null) !== JSON.stringify(right.keyMeta ?? null);
  const isValue = isType || isMeta || JSON.stringify(a) !== JSON.stringify(b);
  const isFieldExpiry =
    !isValue && left.type === 'hash' && JSON.stringify(expiries(left.value)) !== JSON.stringify(expiries(right.value));
  return [
    ...(isType ? ['type'] : []),
    ...(isValue ? ['value'] : []),
    ...(String(left.expireAtMs) === String(right.expireAtMs) ? [] : ['expire']),
    ...(isFieldExpiry ? ['fieldExpire'] : []),
  ];
}

/** Both values without what has no meaning, or what one of them does not know. */
function comparable(left: TruthRecord, right: TruthRecord): [Json, Json] {
  if (left.type !== right.type) return [left.type, right.type];
  const [a, b] = [left.value, right.value];
  switch (left.type) {
    case 'hash':
      return [values(a), values(b)];
    case 'zset':
      return [scores(a), scores(b)];
    case 'stream':
      return streams(a as Fields, b as Fields);
    default:
      return [a, b];
  }
}

type Fields = Record<string, Json>;

function isDigest(value: Json): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Fields).sha256 === 'string';
}

function values(hash: Json): Json {
  if (isDigest(hash)) return hash;
  return Object.entries(hash as Record<string, { v: string }>)
    .map(([field, { v }]) => [field, v])
    .sort();
}

function expiries(hash: Json): Json {
  if (isDigest(hash)) return null;
  return Object.entries(hash as Record<string, { expireAtMs: Json }>)
    .map(([field, { expireAtMs }]) => [field, String(expireAtMs)])
    .sort();
}

function scores(zset: Json): Json {
  if (isDigest(zset)) return zset;
  return (zset as [string, string][]).map(([member, score]) => [member, String(Number(score) + 0)]).sort();
}

const COUNTERS = ['maxDeletedId', 'entriesAdded'] as const;

function streams(left: Fields, right: Fields): [Json, Json] {
  const both = left.maxDeletedId !== undefined && right.maxDeletedId !== undefined;
  return [stream(left, both), stream(right, both)];
}

function stream(value: Fields, counters: boolean): Json {
  const groups = (value.groups as Fields[]).map((group) => [
    group.name,
    group.lastId,
    counters ? group.entriesRead : undefined,
    [...(group.pending as Json[])].map((entry) => JSON.stringify(entry)).sort(),
    (group.consumers as Fields[]).map(({ name }) => name as string).sort(),
  ]);
  return [value.entries, value.lastId, counters ? COUNTERS.map((name) => value[name]) : [], groups.sort()];
}
