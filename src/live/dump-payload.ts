// What DUMP gives: [KEY_META record] type, value, u16le RDB version, u64le CRC-64 (rdb-format, section 10).
import { LiveError } from './live-error.js';

const FOOTER = 10;
const KEY_META = 0xf3;
const OLDEST_VALKEY_VERSION = 80;

/** A payload taken apart; views of it. */
export interface DumpPayload {
  /** The record that stands before the type, when the key has metadata (Redis 8.6 and newer). */
  readonly meta: Uint8Array | undefined;
  readonly type: number;
  readonly value: Uint8Array;
  readonly version: number;
}

/** Takes a payload apart. Throws LiveError for one that no server makes. */
export function splitPayload(payload: Uint8Array): DumpPayload {
  const end = payload.length - FOOTER;
  if (end < 1) throw new LiveError('its answer to DUMP is no value');
  const version = payload[end] | (payload[end + 1] << 8);
  const hasMeta = payload[0] === KEY_META && version < OLDEST_VALKEY_VERSION;
  const at = hasMeta ? metaEnd(payload, end) : 0;
  if (at >= end) throw new LiveError('its answer to DUMP is no value');
  return {
    meta: hasMeta ? payload.subarray(0, at) : undefined,
    type: payload[at],
    value: payload.subarray(at + 1, end),
    version,
  };
}

/** Behind a KEY_META record: a length n, then n classes of four bytes, each with values of modules up to an opcode 0. */
function metaEnd(payload: Uint8Array, end: number): number {
  const count = lengthAt(payload, 1);
  let { at } = count;
  for (let i = 0; i < count.value; i++) {
    at += 4;
    for (let more = true; more && at < end; ) {
      const opcode = lengthAt(payload, at);
      at = opcode.at;
      more = opcode.value !== 0;
      if (opcode.value === 3) at += 4;
      else if (opcode.value === 4) at += 8;
      else if (opcode.value === 5) at = stringEnd(payload, at);
      else if (more) at = lengthAt(payload, at).at;
    }
  }
  return at;
}

function stringEnd(payload: Uint8Array, at: number): number {
  const first = payload[at];
  if (first >> 6 !== 3) {
    const length = lengthAt(payload, at);
    return length.at + length.value;
  }
  if (first === 0xc3) {
    const stored = lengthAt(payload, at + 1);
    return lengthAt(payload, stored.at).at + stored.value;
  }
  return at + 1 + (1 << (first & 3));
}

/** The length at a place, and where it ends. */
function lengthAt(payload: Uint8Array, at: number): { readonly value: number; readonly at: number } {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const first = payload[at] ?? 0;
  if (first < 0x40) return { value: first, at: at + 1 };
  if (at + 9 > payload.length) return { value: 0, at: payload.length };
  if (first < 0x80) return { value: ((first & 0x3f) << 8) | payload[at + 1], at: at + 2 };
  if (first === 0x80) return { value: view.getUint32(at + 1), at: at + 5 };
  return { value: Number(view.getBigUint64(at + 1)), at: at + 9 };
}
