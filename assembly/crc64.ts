// CRC-64/Jones as in RDB files: reflected, polynomial ad93d23594c935a9, initial value 0, no final xor.
//
// Three streams are summed side by side, 16 bytes a step each, because one stream waits for its own table look-ups:
// every step needs the sum of the step before. The three sums are then joined with a multiplication by a power of x.
import { CRC_POWERS, CRC_TABLES } from './memory';

const POLYNOMIAL: u64 = 0x95ac9329ac4bc9b5; // reversed

/** Below this many bytes the joining costs more than the second and third stream give. */
const INTERLEAVE_FROM: u32 = 3 * 1024;

export function crcInit(): void {
  for (let i: u32 = 0; i < 256; i++) {
    let crc: u64 = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
    store<u64>(CRC_TABLES + (i << 3), crc);
  }
  for (let k: u32 = 1; k < 16; k++) {
    for (let i: u32 = 0; i < 256; i++) {
      const previous = load<u64>(CRC_TABLES + ((k - 1) << 11) + (i << 3));
      store<u64>(CRC_TABLES + (k << 11) + (i << 3), load<u64>(CRC_TABLES + (<usize>(previous & 0xff) << 3)) ^ (previous >> 8));
    }
  }
  let power: u64 = 1 << 62; // x^1: the top bit is x^0 in the reflected form
  for (let k: u32 = 0; k < 64; k++) {
    store<u64>(CRC_POWERS + (k << 3), power);
    power = multiply(power, power);
  }
}

// @ts-ignore: decorator
@inline
function index(word: u64, shift: u64): usize {
  return (<usize>(word >> shift) & 0xff) << 3;
}

/** Sixteen bytes further. The table addresses stand as literals (CRC_TABLES + 0x800 k), so that each look-up is one load. */
// @ts-ignore: decorator
@inline
function step16(crc: u64, at: usize): u64 {
  const a = crc ^ load<u64>(at);
  const b = load<u64>(at, 8);
  return (
    load<u64>(index(a, 0), 0x9800) ^ load<u64>(index(a, 8), 0x9000) ^
    load<u64>(index(a, 16), 0x8800) ^ load<u64>(index(a, 24), 0x8000) ^
    load<u64>(index(a, 32), 0x7800) ^ load<u64>(index(a, 40), 0x7000) ^
    load<u64>(index(a, 48), 0x6800) ^ load<u64>(index(a, 56), 0x6000) ^
    load<u64>(index(b, 0), 0x5800) ^ load<u64>(index(b, 8), 0x5000) ^
    load<u64>(index(b, 16), 0x4800) ^ load<u64>(index(b, 24), 0x4000) ^
    load<u64>(index(b, 32), 0x3800) ^ load<u64>(index(b, 40), 0x3000) ^
    load<u64>(index(b, 48), 0x2800) ^ load<u64>(index(b, 56), 0x2000)
  );
}

// @ts-ignore: decorator
@inline
function step1(crc: u64, byte: u8): u64 {
  return load<u64>(index(crc ^ byte, 0), 0x2000) ^ (crc >> 8);
}

/** The product of two polynomials modulo the CRC polynomial, both in reflected form. */
function multiply(a: u64, b: u64): u64 {
  let product: u64 = 0;
  for (let bit: u64 = 1 << 63; bit != 0; bit >>= 1) {
    if (a & bit) {
      product ^= b;
      if ((a & (bit - 1)) == 0) break;
    }
    b = b & 1 ? (b >> 1) ^ POLYNOMIAL : b >> 1;
  }
  return product;
}

/** What `crc` becomes after `zeros` bytes of value 0. */
function shift(crc: u64, zeros: u64): u64 {
  let power: u64 = 1 << 63; // x^0
  for (let k: u32 = 3; zeros != 0; k++, zeros >>= 1) {
    if (zeros & 1) power = multiply(load<u64>(CRC_POWERS + ((k & 63) << 3)), power);
  }
  return multiply(power, crc);
}

/** The checksum of two adjoining parts from the checksums of each, the second `secondLength` bytes long. */
export function crcCombine(first: u64, second: u64, secondLength: u64): u64 {
  return shift(first, secondLength) ^ second;
}

export function crc64(crc: u64, at: usize, length: u32): u64 {
  if (length >= INTERLEAVE_FROM) {
    const third = (length / 48) << 4; // a multiple of 16
    let second: u64 = 0;
    let last: u64 = 0;
    const end = at + third;
    const gap: usize = third;
    for (let p = at; p < end; p += 16) {
      crc = step16(crc, p);
      second = step16(second, p + gap);
      last = step16(last, p + gap + gap);
    }
    crc = shift(shift(crc, third) ^ second, third) ^ last;
    at += 3 * third;
    length -= 3 * third;
  }
  for (; length >= 16; length -= 16, at += 16) crc = step16(crc, at);
  for (; length > 0; length--, at++) crc = step1(crc, load<u8>(at));
  return crc;
}
