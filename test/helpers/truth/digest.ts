import { createHash } from 'node:crypto';
import type { Json } from './format.js';

/** From this many bytes of content on a value is told by its hash. */
const LISTED_UP_TO = 65536;

/** One value taken apart: what it would be in full, and the parts that its hash is taken over. */
export interface Content {
  listed: () => Json;
  /** Elements; bytes for a string. */
  length: number;
  /** The bytes that count: keys of hashes and members count, scores, expiries and ids do not. */
  bytes: number;
  /** A string is hashed as it is; the parts of all others with their lengths in front. */
  parts: Iterable<Uint8Array>;
  framed: boolean;
}

/** The value as a truth file holds it. */
export function inFullOrHashed(content: Content): Json {
  return content.bytes > LISTED_UP_TO ? hashed(content) : content.listed();
}

function hashed(content: Content): Json {
  const hash = createHash('sha256');
  for (const part of content.parts) {
    if (content.framed) hash.update(`${part.length}:`);
    hash.update(part);
  }
  return { sha256: hash.digest('hex'), length: content.length };
}

export function total(parts: Iterable<Uint8Array>): number {
  let bytes = 0;
  for (const part of parts) bytes += part.length;
  return bytes;
}
