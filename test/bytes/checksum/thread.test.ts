import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Checksum, InlineChecksum, NoChecksum } from '../../../src/bytes/checksum/checksum.js';
import { ThreadChecksum } from '../../../src/bytes/checksum/thread.js';
import { Kernels } from '../../../src/bytes/kernels/kernels.js';
import { crc64 } from '../../helpers/crc64.js';
import { randomBytes, randomNumbers } from '../../helpers/random.js';

const kernels = new Kernels();
const LENGTH = 512 * 1024;
const block = kernels.heap.allocate(LENGTH);
const bytes = randomBytes(7, LENGTH);
const expected = crc64(bytes);

/** Adds the whole block in ranges of up to `longest` bytes, empty ones among them. */
function addInRanges(checksum: Checksum, longest: number): void {
  const next = randomNumbers(longest);
  kernels.bytes.set(bytes, block);
  for (let at = 0; at < LENGTH; ) {
    const length = Math.min(next() % (longest + 1), LENGTH - at);
    checksum.add(block + at, length);
    at += length;
  }
}

/** As a window does it: a small buffer is used again and again, and `drain` says when it may be. */
function addThroughOneBuffer(checksum: Checksum, size: number): void {
  for (let at = 0; at < LENGTH; at += size) {
    checksum.drain();
    kernels.bytes.set(bytes.subarray(at, at + size), block);
    checksum.add(block, Math.min(size, LENGTH - at));
  }
}

describe('InlineChecksum', () => {
  it('sums ranges in order', () => {
    const checksum = new InlineChecksum(kernels);
    addInRanges(checksum, 40_000);
    expect(checksum.value()).toBe(expected);
  });

  it('is zero, unsigned and repeatable', () => {
    const checksum = new InlineChecksum(kernels);
    expect(checksum.value()).toBe(0n);
    kernels.bytes.set(Buffer.from('123456789'), block);
    checksum.add(block, 9);
    // The top bit is set: a signed sum would be negative.
    expect(checksum.value()).toBe(0xe9c6d914c4b8d9can);
    expect(checksum.value()).toBe(0xe9c6d914c4b8d9can);
  });
});

describe('ThreadChecksum', () => {
  // Right after its creation the thread is not there yet and ranges have to wait; some time later it takes them at once.
  // Both must give the sum; which of the two happens is up to the machine.
  for (const [when, delay] of [
    ['before its thread is up', 0],
    ['once its thread is up', 300],
  ] as const) {
    // 500 bytes: about 2000 ranges, many times what the ring of jobs holds.
    for (const longest of [500, 40_000, LENGTH]) {
      it(`sums ranges of up to ${longest} bytes ${when}`, async () => {
        const checksum = new ThreadChecksum(kernels);
        try {
          await sleep(delay);
          addInRanges(checksum, longest);
          expect(checksum.value()).toBe(expected);
          expect(checksum.value()).toBe(expected);
        } finally {
          checksum.close();
        }
      });
    }

    it(`lets memory be used again after a drain ${when}`, async () => {
      const checksum = new ThreadChecksum(kernels);
      try {
        await sleep(delay);
        addThroughOneBuffer(checksum, 4096);
        expect(checksum.value()).toBe(expected);
      } finally {
        checksum.close();
      }
    });
  }

  it('goes on over the moment at which its thread comes up', async () => {
    const checksum = new ThreadChecksum(kernels);
    try {
      kernels.bytes.set(bytes, block);
      const step = LENGTH / 64;
      for (let at = 0; at < LENGTH; at += step) {
        checksum.add(block + at, step);
        await sleep(2);
      }
      expect(checksum.value()).toBe(expected);
    } finally {
      checksum.close();
    }
  });
});

describe('NoChecksum', () => {
  it('takes ranges and sums nothing', () => {
    const checksum = new NoChecksum();
    addInRanges(checksum, 40_000);
    expect(checksum.value()).toBe(0n);
  });
});
