// What DUMP gives: [KEY_META record] type, value, u16le RDB version, u64le CRC-64 (rdb-format, section 10).
import { OLDEST_VALKEY_VERSION, OP } from '../rdb/format.js';
import { LiveError } from './live-error.js';

/** Bytes behind the value. */
export const FOOTER = 10;

/** The RDB version that a payload ending at `end` was written in. */
export function payloadVersion(bytes: Uint8Array, end: number): number {
  return bytes[end - FOOTER] | (bytes[end - FOOTER + 1] << 8);
}

/**
 * Where the value's type stands in the payload [start, end) of `bytes`: in front, or behind metadata of the key (Redis 8.6 and newer). The value
 * follows, up to FOOTER bytes before the end. Throws LiveError for what no server makes.
 */
export function typeOffset(bytes: Uint8Array, start: number, end: number): number {
  const valueEnd = end - FOOTER;
  const hasMeta = bytes[start] === OP.KEY_META && payloadVersion(bytes, end) < OLDEST_VALKEY_VERSION;
  const at = hasMeta ? start + metaEnd(bytes.subarray(start, end), valueEnd - start) : start;
  if (at >= valueEnd) throw new LiveError('its answer to DUMP is no value');
  return at;
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
