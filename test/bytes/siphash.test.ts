import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { runs } from '../helpers/runs.js';
import { type SipRounds, sipHash, sipHash128 } from '../helpers/siphash.js';

const kernels = new Kernels();
const block = kernels.heap.allocate(64 * 1024);
const out = kernels.heap.allocate(64);

// The published vectors: key 00 01 … 0f, input 00 01 … of the given length.
const K0 = 0x0706050403020100n;
const K1 = 0x0f0e0d0c0b0a0908n;
const SIP_2_4: SipRounds = { compression: 2, finalization: 4 };
const SIP_1_3: SipRounds = { compression: 1, finalization: 3 };

function ascending(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i);
}

function hash64(bytes: Uint8Array, odd = 0): bigint {
  kernels.bytes.set(bytes, block + odd);
  return BigInt.asUintN(64, kernels.call.sipHash64(block + odd, bytes.length));
}

function fingerprint(bytes: Uint8Array, odd = 0): string {
  kernels.bytes.set(bytes, block + odd);
  kernels.call.fingerprint128(block + odd, bytes.length, out);
  return Buffer.from(kernels.bytes.slice(out, out + 16)).toString('hex');
}

function littleEndian(words: bigint[]): string {
  const bytes = Buffer.alloc(8 * words.length);
  words.forEach((word, i) => {
    bytes.writeBigUInt64LE(word, 8 * i);
  });
  return bytes.toString('hex');
}

const inputs = fc.uint8Array({ minLength: 0, maxLength: 300 });
const keys = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('the SipHash that the tests compare with', () => {
  it('gives the published vectors of SipHash-2-4', () => {
    expect(sipHash(SIP_2_4, K0, K1, ascending(15))).toBe(0xa129ca6149be45e5n);
    expect(littleEndian([sipHash(SIP_2_4, K0, K1, ascending(0))])).toBe('310e0edd47db6f72');
    expect(littleEndian([sipHash(SIP_2_4, K0, K1, ascending(1))])).toBe('fd67dc93c539f874');
    expect(littleEndian(sipHash128(SIP_2_4, K0, K1, ascending(0)))).toBe('a3817f04ba25a8e66df67214c7550293');
  });
});

describe('the hash kernels', () => {
  afterAll(() => kernels.call.setHashKey(1n, 2n));

  it('sipHash64 is SipHash-1-3', () => {
    fc.assert(
      fc.property(inputs, keys, keys, fc.integer({ min: 0, max: 15 }), (bytes, k0, k1, odd) => {
        kernels.call.setHashKey(BigInt.asIntN(64, k0), BigInt.asIntN(64, k1));
        expect(hash64(bytes, odd)).toBe(sipHash(SIP_1_3, k0, k1, bytes));
      }),
      { numRuns: runs(200) },
    );
  });

  it('fingerprint128 is the 128-bit form of SipHash-1-3', () => {
    fc.assert(
      fc.property(inputs, keys, keys, fc.integer({ min: 0, max: 15 }), (bytes, k0, k1, odd) => {
        kernels.call.setHashKey(BigInt.asIntN(64, k0), BigInt.asIntN(64, k1));
        expect(fingerprint(bytes, odd)).toBe(littleEndian(sipHash128(SIP_1_3, k0, k1, bytes)));
      }),
      { numRuns: runs(200) },
    );
  });

  it('gives the same for the same bytes, wherever they are', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 63 }), (bytes, odd) => {
        expect(fingerprint(bytes, odd)).toBe(fingerprint(bytes));
        expect(hash64(bytes, odd)).toBe(hash64(bytes));
      }),
    );
  });

  it('tells inputs apart that differ in one bit, in length or in a zero at the end', () => {
    const seen64 = new Set<bigint>();
    const seen128 = new Set<string>();
    const different: Uint8Array[] = [];
    for (let length = 0; length <= 40; length++) different.push(new Uint8Array(length));
    for (let bit = 0; bit < 8 * 40; bit++) {
      const bytes = new Uint8Array(40);
      bytes[bit >> 3] = 1 << (bit & 7);
      different.push(bytes);
    }
    for (const bytes of different) {
      seen64.add(hash64(bytes));
      seen128.add(fingerprint(bytes));
    }
    expect(seen64.size).toBe(different.length);
    expect(seen128.size).toBe(different.length);
  });

  it('differs between keys, and between processes', () => {
    kernels.call.setHashKey(1n, 2n);
    const one = fingerprint(ascending(20));
    kernels.call.setHashKey(1n, 3n);
    expect(fingerprint(ascending(20))).not.toBe(one);

    const other = new Kernels();
    const at = other.heap.allocate(64);
    other.bytes.set(ascending(20), at);
    const third = new Kernels();
    const alsoAt = third.heap.allocate(64);
    third.bytes.set(ascending(20), alsoAt);
    expect(other.call.sipHash64(at, 20)).not.toBe(third.call.sipHash64(alsoAt, 20));
  });
});
