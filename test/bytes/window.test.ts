import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InlineChecksum } from '../../src/bytes/checksum/checksum.js';
import { ThreadChecksum } from '../../src/bytes/checksum/thread.js';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { type Source, SourceError } from '../../src/bytes/sources/source.js';
import { Window } from '../../src/bytes/window.js';
import { chunkedSource } from '../helpers/chunks.js';
import { crc64 } from '../helpers/crc64.js';
import { randomBytes } from '../helpers/random.js';
import { runs } from '../helpers/runs.js';

const MIB = 1024 * 1024;

/** A source that says it is one byte long, so that the window begins small and has to move and to grow early. */
function understated(bytes: Uint8Array, lengths: readonly number[]): Source {
  const inner = chunkedSource(bytes, lengths);
  return {
    size: 1,
    get consumed() {
      return inner.consumed;
    },
    read: (target) => inner.read(target),
    close: () => inner.close(),
  };
}

/** `length` bytes that cost nothing to make: byte i is i modulo 251. */
function endless(length: number): Source {
  let at = 0;
  return {
    size: undefined,
    get consumed() {
      return at;
    },
    async read(target) {
      const n = Math.min(target.length, length - at);
      for (let i = 0; i < n; i++) target[i] = (at + i) % 251;
      at += n;
      return n;
    },
    close: async () => undefined,
  };
}

/** Consumes everything in steps of the given sizes and checks bytes and offsets on the way. Returns what came. */
async function consume(window: Window, steps: readonly number[], expected: Uint8Array): Promise<number> {
  let offset = 0;
  for (let i = 0; ; i++) {
    const needed = steps[i % steps.length];
    const there = await window.fill(needed);
    const have = Math.min(needed, window.end - window.position);
    expect(there).toBe(have === needed);
    expect(window.offsetOf(window.position)).toBe(offset);
    expect(window.bytesRead).toBe(window.offsetOf(window.end));
    const got = Buffer.from(window.bytes.slice(window.position, window.position + have));
    expect(got.equals(expected.subarray(offset, offset + have))).toBe(true);
    window.position += have;
    offset += have;
    if (!there) break;
  }
  window.sum(window.position);
  return offset;
}

describe('Window', () => {
  it('gives the same bytes, offsets and checksum whatever the chunks and the steps are', async () => {
    const kernels = new Kernels();
    const all = randomBytes(1, 600_000);
    const sizes = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: all.length }),
        sizes,
        sizes,
        fc.integer({ min: 1, max: 80_000 }),
        async (length, chunks, steps, chunk) => {
          fc.pre(Math.max(...steps) > 20);
          const bytes = all.subarray(0, length);
          const checksum = new InlineChecksum(kernels);
          const window = new Window(kernels, understated(bytes, chunks), checksum, chunk);
          expect(await consume(window, steps, bytes)).toBe(length);
          expect(window.ended).toBe(true);
          expect(window.bytesRead).toBe(length);
          expect(checksum.value()).toBe(crc64(bytes));
          expect(await window.fill(1)).toBe(false);
        },
      ),
      { numRuns: runs(40) },
    );
  });

  it('moves bytes only after the checksum thread is done with them', async () => {
    const kernels = new Kernels();
    const bytes = randomBytes(2, 3 * MIB);
    const checksum = new ThreadChecksum(kernels);
    try {
      const window = new Window(kernels, understated(bytes, [70_000]), checksum, 64 * 1024);
      expect(await consume(window, [10_000, 100_000, 3], bytes)).toBe(bytes.length);
      expect(checksum.value()).toBe(crc64(bytes));
    } finally {
      checksum.close();
    }
  });

  it('costs nothing for bytes that are claimed and never come', async () => {
    const kernels = new Kernels();
    const window = new Window(kernels, chunkedSource(randomBytes(3, 1000), [100]), new InlineChecksum(kernels));
    const before = kernels.memory.buffer.byteLength;
    expect(await window.fill(2 ** 40)).toBe(false);
    expect(window.end - window.position).toBe(1000);
    expect(window.offsetOf(window.end)).toBe(1000);
    expect(kernels.memory.buffer.byteLength).toBe(before);
  });

  it('grows with the bytes that arrive, to about twice their number', async () => {
    const kernels = new Kernels();
    const length = 40 * MIB;
    const window = new Window(kernels, endless(length), new InlineChecksum(kernels));
    expect(await window.fill(length)).toBe(true);
    for (const at of [0, 1, 12_345_678, 33 * MIB, length - 1]) {
      expect(window.bytes[window.position + at]).toBe(at % 251);
    }
    // The block of 16 MiB, then 32, then 64; the first two were given back but may lie beside the third.
    expect(kernels.memory.buffer.byteLength).toBeLessThan(4 * length);
    expect(await window.fill(length + 1)).toBe(false);
  });

  it('keeps its size while everything is consumed in time', async () => {
    const kernels = new Kernels();
    const length = 60 * MIB;
    const window = new Window(kernels, endless(length), new InlineChecksum(kernels));
    const before = kernels.memory.buffer.byteLength;
    let offset = 0;
    while (await window.fill(MIB)) {
      expect(window.bytes[window.position]).toBe(offset % 251);
      window.position += MIB;
      offset += MIB;
    }
    expect(offset).toBe(length);
    expect(kernels.memory.buffer.byteLength).toBe(before);
  });

  it('leaves what is discarded out of the checksum', async () => {
    const kernels = new Kernels();
    const bytes = Buffer.from('123456789trailer!');
    const checksum = new InlineChecksum(kernels);
    const window = new Window(kernels, chunkedSource(bytes, [4]), checksum);
    await window.fill(bytes.length);
    window.position += 9;
    window.sum(window.position);
    window.discard(window.position + 8);
    window.sum(window.position);
    // The CRC of "123456789", from the reference.
    expect(checksum.value()).toBe(0xe9c6d914c4b8d9can);
    expect(window.offsetOf(window.position)).toBe(17);
  });

  it('ends where a wrapping is damaged, and says why', async () => {
    const kernels = new Kernels();
    const damage = new SourceError('GZIP_DAMAGED', 'bad');
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('good');
      throw damage;
    }
    const iterator = chunks();
    const source: Source = {
      size: undefined,
      consumed: 0,
      async read(target) {
        const next = await iterator.next();
        if (next.done) return 0;
        target.set(next.value);
        return next.value.length;
      },
      close: async () => undefined,
    };
    const window = new Window(kernels, source, new InlineChecksum(kernels));
    expect(await window.fill(4)).toBe(true);
    expect(await window.fill(5)).toBe(false);
    expect(window.sourceError).toBe(damage);
    expect(window.ended).toBe(true);
    expect(Buffer.from(window.bytes.slice(window.position, window.end)).toString()).toBe('good');
    await window.settle();
  });

  it('passes the errors of the system on', async () => {
    const kernels = new Kernels();
    const source: Source = {
      size: undefined,
      consumed: 0,
      read: () => Promise.reject(Object.assign(new Error('disk'), { code: 'EIO' })),
      close: async () => undefined,
    };
    const window = new Window(kernels, source, new InlineChecksum(kernels));
    await expect(window.fill(1)).rejects.toMatchObject({ code: 'EIO' });
    await window.settle();
  });
});
