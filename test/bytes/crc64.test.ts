import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { crcTableEntry, crc64 as independent } from '../helpers/crc64.js';
import { randomBytes } from '../helpers/random.js';
import { runs } from '../helpers/runs.js';

const kernels = new Kernels();
const LARGEST = 200 * 1024;
const block = kernels.heap.allocate(LARGEST + 64);

/** The vectors of the format reference. */
const VECTORS: [name: string, bytes: Uint8Array, crc: bigint][] = [
  ['nothing', new Uint8Array(0), 0n],
  ['"123456789"', Buffer.from('123456789'), 0xe9c6d914c4b8d9can],
  ['"a"', Buffer.from('a'), 0x5fb354025b277b14n],
  ['ff', Uint8Array.of(0xff), 0x29b7d047efec8728n],
  ['00 to ff', Uint8Array.from({ length: 256 }, (_, i) => i), 0x88bfa574e806500en],
  ['the smallest useful file', Buffer.from('524544495330303039fe00fb010000026f6b0176ff', 'hex'), 0x7966f9582d67ed2an],
];

function sum(bytes: Uint8Array, address = block, crc = 0n): bigint {
  kernels.bytes.set(bytes, address);
  return BigInt.asUintN(64, kernels.call.crc64(BigInt.asIntN(64, crc), address, bytes.length));
}

describe('the CRC-64 that the tests compare with', () => {
  it.each(VECTORS)('gives the vector of %s', (_name, bytes, crc) => {
    expect(independent(bytes)).toBe(crc);
  });

  it('has the table entries of the reference', () => {
    expect([1, 2, 128, 255].map(crcTableEntry)).toEqual([
      0x7ad870c830358979n,
      0xf5b0e190606b12f2n,
      0x95ac9329ac4bc9b5n,
      0x29b7d047efec8728n,
    ]);
  });
});

describe('the CRC-64 kernel', () => {
  it.each(VECTORS)('gives the vector of %s', (_name, bytes, crc) => {
    expect(sum(bytes)).toBe(crc);
  });

  it('does not see leading zero bytes', () => {
    expect(sum(Buffer.concat([new Uint8Array(5000), Buffer.from('a')]))).toBe(0x5fb354025b277b14n);
  });

  it('agrees with an independent implementation at any length and address', () => {
    const lengths = fc.oneof(
      fc.integer({ min: 0, max: 64 }),
      // Around the length from which three streams are summed side by side.
      fc.integer({ min: 3 * 1024 - 70, max: 3 * 1024 + 70 }),
      fc.integer({ min: 0, max: LARGEST }),
    );
    fc.assert(
      fc.property(
        lengths,
        fc.integer({ min: 0, max: 63 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (length, odd, seed, before) => {
          const bytes = randomBytes(seed, length);
          expect(sum(bytes, block + odd, before)).toBe(independent(bytes, before));
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it('may be interrupted anywhere, and combines what was summed apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: LARGEST }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 0xffffffff }),
        (length, share, seed) => {
          const bytes = randomBytes(seed, length);
          const cut = Math.floor(share * length);
          const whole = independent(bytes);
          const first = sum(bytes.subarray(0, cut));
          expect(sum(bytes.subarray(cut), block + 1, first)).toBe(whole);
          const second = sum(bytes.subarray(cut));
          const combined = kernels.call.crcCombine(
            BigInt.asIntN(64, first),
            BigInt.asIntN(64, second),
            BigInt(length - cut),
          );
          expect(BigInt.asUintN(64, combined)).toBe(whole);
        },
      ),
      { numRuns: runs(80) },
    );
  });

  it('combines over a distance that no memory holds', () => {
    // Two steps of 2^40 zero bytes are one of 2^41.
    const once = kernels.call.crcCombine(0x1234567890abcdefn, 0n, 2n ** 40n);
    expect(kernels.call.crcCombine(once, 0n, 2n ** 40n)).toBe(
      kernels.call.crcCombine(0x1234567890abcdefn, 0n, 2n ** 41n),
    );
    expect(once).not.toBe(0x1234567890abcdefn);
  });
});
