// Values of each type in the truth format, from their elements in the order of the file.
import { g17 } from '../g17.js';
import { inFullOrHashed, total } from './digest.js';
import { base64, integer, type Json } from './format.js';

export function stringTruth(bytes: Uint8Array): Json {
  return inFullOrHashed({
    listed: () => base64(bytes),
    length: bytes.length,
    bytes: bytes.length,
    parts: [bytes],
    framed: false,
  });
}

export function listTruth(items: readonly Uint8Array[]): Json {
  return inFullOrHashed({
    listed: () => items.map(base64),
    length: items.length,
    bytes: total(items),
    parts: items,
    framed: true,
  });
}

/** Sorted by bytes: a set has no order of its own. */
export function setTruth(members: readonly Uint8Array[]): Json {
  return listTruth([...members].sort(Buffer.compare));
}

export interface ZsetMember {
  member: Uint8Array;
  score: number;
}

/** In the order that the server keeps: by score, then by the member's bytes. */
export function zsetTruth(members: readonly ZsetMember[]): Json {
  const sorted = [...members].sort((a, b) => a.score - b.score || Buffer.compare(a.member, b.member));
  return inFullOrHashed({
    listed: () => sorted.map(({ member, score }) => [base64(member), g17(score)]),
    length: sorted.length,
    bytes: total(sorted.map((m) => m.member)),
    parts: sorted.flatMap(({ member, score }) => [member, Buffer.from(g17(score))]),
    framed: true,
  });
}

export interface HashField {
  field: Uint8Array;
  value: Uint8Array;
  expireAtMs: number | undefined;
}

export function hashTruth(fields: readonly HashField[]): Json {
  const sorted = [...fields].sort((a, b) => Buffer.compare(a.field, b.field));
  return inFullOrHashed({
    listed: () =>
      Object.fromEntries(
        sorted.map((f) => [base64(f.field), { v: base64(f.value), expireAtMs: f.expireAtMs ?? null }]),
      ),
    length: sorted.length,
    bytes: total(sorted.flatMap((f) => [f.field, f.value])),
    parts: sorted.flatMap((f) => [f.field, f.value, Buffer.from(String(f.expireAtMs ?? ''))]),
    framed: true,
  });
}

export interface ArrayElement {
  index: bigint;
  value: Uint8Array;
  tag: number;
}

const LAST_INDEX = 2n ** 64n - 2n;

/** Always listed in full. `nextIndex` is what ARNEXT would say. */
export function arrayTruth(elements: readonly ArrayElement[], insertIndex: bigint | undefined): Json {
  const length = elements.reduce((end, { index }) => (index >= end ? index + 1n : end), 0n);
  const next = insertIndex === undefined ? 0n : insertIndex + 1n;
  return {
    length: integer(length),
    count: elements.length,
    insertIndex: insertIndex === undefined ? null : String(insertIndex),
    nextIndex: next > LAST_INDEX ? null : String(next),
    elements: elements.map(({ index, value }) => [String(index), base64(value)]),
    tags: [0, 1, 2, 3].map((tag) => elements.filter((element) => element.tag === tag).length),
  };
}
