// Files that a hostile writer would make: small, and meant to cost a reader its time, its memory or its footing.
import { be, le, len, RdbBuilder, str } from '../helpers/rdb-builder.js';

/** `content` stands in the file as one LZF string: `head`, `pattern` over and over for `bytes` bytes, `tail`. */
export function bomb(
  head: Uint8Array,
  pattern: Uint8Array,
  bytes: number,
  tail: Uint8Array = new Uint8Array(0),
): Buffer {
  const block = Buffer.concat([
    literals(head),
    literals(pattern),
    again(pattern.length, bytes - pattern.length),
    literals(tail),
  ]);
  return Buffer.concat([Buffer.of(0xc3), len(block.length), len(head.length + bytes + tail.length), block]);
}

/** Any bytes as LZF tokens that do not compress. */
export function literals(bytes: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 32) {
    const part = bytes.subarray(at, at + 32);
    parts.push(Buffer.of(part.length - 1), part);
  }
  return Buffer.concat(parts);
}

/** LZF tokens that repeat the last `distance` bytes until `bytes` more are there. */
export function again(distance: number, bytes: number): Buffer {
  const back = distance - 1;
  const token = (n: number) =>
    n > 8 ? Buffer.of(0xe0 | (back >> 8), n - 9, back & 0xff) : Buffer.of(((n - 2) << 5) | (back >> 8), back & 0xff);
  const parts: Buffer[] = [];
  let left = bytes;
  const full = Math.max(0, Math.floor(left / 264) - 1);
  parts.push(Buffer.alloc(3 * full, token(264)));
  for (left -= 264 * full; left > 0; ) {
    const n = left <= 264 ? left : left - 264 < 3 ? left - 3 : 264;
    parts.push(token(n));
    left -= n;
  }
  return Buffer.concat(parts);
}

/** Header and end mark of a listpack around entries of `bytes` bytes in all; the number of entries is left open. */
export function listpackHead(bytes: number, count = 0xffff): Buffer {
  return Buffer.concat([le(bytes + 7, 4), le(count, 2)]);
}

/** A file with one value of any type and bytes. */
export function oneValue(version: number, type: number, ...body: Uint8Array[]): Buffer {
  return new RdbBuilder(version).bytes(Buffer.of(type), str('k'), ...body).finish('zero');
}

/** A file of any records. */
export function records(version: number, ...parts: Uint8Array[]): Buffer {
  return new RdbBuilder(version).bytes(...parts).finish('zero');
}

/** `times` records of equal length, each with its number, big-endian, at `at`. */
export function numbered(record: Uint8Array, at: number, times: number, first = 0): Buffer {
  const bytes = Buffer.alloc(record.length * times, record);
  for (let i = 0; i < times; i++) bytes.set(be(first + i, 4), i * record.length + at);
  return bytes;
}
