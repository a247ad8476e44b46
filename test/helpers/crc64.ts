// CRC-64 as the parameters in the format reference say it, and nothing of the kernels: the table comes from the unreflected
// polynomial and explicit bit reversal, the sum is kept in two 32-bit halves.

const POLYNOMIAL = 0xad93d23594c935a9n;
const TOP = 1n << 63n;

const high = new Uint32Array(256);
const low = new Uint32Array(256);
for (let i = 0; i < 256; i++) {
  const entry = crcTableEntry(i);
  high[i] = Number(entry >> 32n);
  low[i] = Number(entry & 0xffffffffn);
}

/** What one byte contributes, in the reflected form that the sum is kept in. */
export function crcTableEntry(byte: number): bigint {
  let register = reverse(BigInt(byte), 8) << 56n;
  for (let bit = 0; bit < 8; bit++) {
    register = register & TOP ? ((register << 1n) ^ POLYNOMIAL) & (2n * TOP - 1n) : register << 1n;
  }
  return reverse(register, 64);
}

/** The checksum of `bytes` behind what `crc` already covers, unsigned. */
export function crc64(bytes: Uint8Array, crc = 0n): bigint {
  let h = Number(crc >> 32n);
  let l = Number(crc & 0xffffffffn);
  for (const byte of bytes) {
    const i = (l ^ byte) & 0xff;
    l = ((l >>> 8) | (h << 24)) ^ low[i];
    h = (h >>> 8) ^ high[i];
  }
  return (BigInt(h >>> 0) << 32n) | BigInt(l >>> 0);
}

function reverse(value: bigint, bits: number): bigint {
  let out = 0n;
  for (let i = 0; i < bits; i++) if ((value >> BigInt(i)) & 1n) out |= 1n << BigInt(bits - 1 - i);
  return out;
}
