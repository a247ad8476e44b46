import crc16xmodem from 'crc/crc16xmodem';

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

function crc16(bytes: Uint8Array): number {
  return crc16xmodem(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
