// What a server said of a key's size, from the truth of a file.
import { readFileSync } from 'node:fs';
import { type Golden, lines } from '../helpers/corpus.js';
import type { Json } from '../helpers/truth.js';

/** One line of a truth file. */
export interface TruthLine {
  readonly db: number;
  readonly key: string;
  readonly type: string;
  readonly encoding: string;
  readonly value: Json;
}

/**
 * The keys of a file with the encodings that they have behind a load. `exact`: that was looked at, on a server that embeds
 * strings by their own length alone (Valkey 8.1 and later count the name as well).
 */
export function truthOfSizes({ name, rdb, truth }: Golden): { keys: TruthLine[]; exact: boolean } {
  const { reload } = JSON.parse(readFileSync(rdb.replace(/\.rdb$/, '.meta.json'), 'utf8')) as Meta;
  const changes = new Map((reload?.encodingChanges ?? []).map(([db, key, , after]) => [`${db} ${key}`, after]));
  const keys = (lines(truth) as unknown as TruthLine[]).map((key) => ({
    ...key,
    encoding: changes.get(`${key.db} ${key.key}`) ?? key.encoding,
  }));
  return { keys, exact: reload !== undefined && name.startsWith('redis') };
}

interface Meta {
  readonly reload?: { readonly encodingChanges?: readonly [db: number, key: string, before: string, after: string][] };
}

/** Values of more than 64 KiB are not listed. */
interface Hashed {
  readonly sha256?: string;
  readonly length?: number;
}

/** How many elements it has; undefined where the truth does not say. */
export function elementsOf({ type, value }: TruthLine): number | undefined {
  if (type === 'string') return 1;
  if (Array.isArray(value)) return value.length;
  const { sha256, length } = (value ?? {}) as Hashed;
  if (type === 'stream' || sha256 !== undefined) return length;
  return type === 'hash' ? Object.keys(value as object).length : undefined;
}

/** An element: its length, and its name in base64, null where elements have none. */
export type Element = readonly [bytes: number, name: string | null];

/** All elements of a key with their lengths; undefined where the truth does not list them. */
export function elementsListed({ type, value }: TruthLine): Element[] | undefined {
  const bytes = (text: Json) => Buffer.from(String(text), 'base64').length;
  const { sha256 } = (value ?? {}) as Hashed;
  if (value === null || sha256 !== undefined) return undefined;
  const list = value as Json[];
  switch (type) {
    case 'string':
      return [[bytes(value), null]];
    case 'list':
      return list.map((item) => [bytes(item), null]);
    case 'set':
      return list.map((member) => [bytes(member), String(member)]);
    case 'zset':
      return list.map((pair) => [bytes((pair as Json[])[0]), String((pair as Json[])[0])]);
    case 'hash':
      return Object.entries(value as Record<string, { v: string }>).map(([field, { v }]) => [bytes(v), field]);
    default:
      return undefined;
  }
}
