const TWO_32 = 2 ** 32;

/** A length (`len`) in its shortest form. Throws RangeError for what is no number from 0 to 2^53. */
export function encodedLength(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no length`);
  if (value < 0x40) return Uint8Array.of(value);
  if (value < 0x4000) return Uint8Array.of(0x40 | (value >>> 8), value & 0xff);
  const large = value >= TWO_32;
  const bytes = new Uint8Array(large ? 9 : 5);
  const view = new DataView(bytes.buffer);
  bytes[0] = large ? 0x81 : 0x80;
  if (large) view.setBigUint64(1, BigInt(value));
  else view.setUint32(1, value);
  return bytes;
}
