import { createRequire } from 'node:module';

export const SLOTS = 16384;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** The cluster slot of a key, 0 to 16383: CRC-16/XMODEM of its hash tag, or of the whole key when it has none. */
export function hashSlot(key: Uint8Array): number {
  const open = key.indexOf(OPEN);
  if (open >= 0) {
    const close = key.indexOf(CLOSE, open + 1);
    if (close > open + 1) return crc16(key.subarray(open + 1, close)) % SLOTS;
  }
  return crc16(key) % SLOTS;
}

let crc16xmodem: ((bytes: Buffer) => number) | undefined;

/** Loaded for the first key of a cluster: few files have slots, and every start would pay for it. */
function crc16(bytes: Uint8Array): number {
  crc16xmodem ??= (createRequire(import.meta.url)('crc/crc16xmodem') as { default: (bytes: Buffer) => number }).default;
  return crc16xmodem(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
