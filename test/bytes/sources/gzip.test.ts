import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GzipSource } from '../../../src/bytes/sources/gzip.js';
import { type Source, SourceError } from '../../../src/bytes/sources/source.js';
import { chunkedSource } from '../../helpers/chunks.js';
import { randomBytes, variedBytes } from '../../helpers/random.js';
import { runs } from '../../helpers/runs.js';

/** Reads to the end with room for `room` bytes at a time. */
async function readAll(source: Source, room: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  const target = new Uint8Array(room);
  for (;;) {
    const n = await source.read(target);
    if (n === 0) return Buffer.concat(parts);
    parts.push(Buffer.from(target.slice(0, n)));
  }
}

function gunzip(compressed: Uint8Array, chunk = 4096): GzipSource {
  return new GzipSource(chunkedSource(compressed, [chunk]));
}

/** The code of the SourceError that reading ends with. */
async function faultOf(compressed: Uint8Array): Promise<string> {
  const source = gunzip(compressed);
  try {
    await readAll(source, 1000);
    return 'none';
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.code;
  } finally {
    await source.close();
  }
}

const plain = Buffer.concat([Buffer.from('REDIS0011'), randomBytes(5, 50_000), Buffer.alloc(50_000)]);
const packed = gzipSync(plain);

describe('GzipSource', () => {
  it('gives the content back, in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        variedBytes(),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 5000 }),
        async (bytes, chunk, room) => {
          const source = gunzip(gzipSync(bytes), chunk);
          expect((await readAll(source, room)).equals(bytes)).toBe(true);
          await source.close();
        },
      ),
      { numRuns: runs(25) },
    );
  });

  it('reads members one after another, as gzip -d does', async () => {
    const source = gunzip(Buffer.concat([gzipSync('one '), gzipSync('two')]));
    expect((await readAll(source, 100)).toString()).toBe('one two');
  });

  it('does not know its size, but how much of the compressed file was read', async () => {
    const source = gunzip(packed);
    expect(source.size).toBeUndefined();
    await readAll(source, 1000);
    expect(source.consumed).toBe(packed.length);
  });

  it('tells a cut file from a damaged one', async () => {
    for (const length of [3, 10, 11, 5000, packed.length - 9, packed.length - 8, packed.length - 1]) {
      expect(await faultOf(packed.subarray(0, length)), `cut to ${length} bytes`).toBe('GZIP_TRUNCATED');
    }
  });

  it('notices a changed byte anywhere in the data or its checksum', async () => {
    // The header's time and operating system (bytes 4 to 9) mean nothing.
    for (const at of [0, 1, 2, 12, 100, 20_000, packed.length - 8, packed.length - 3]) {
      const damaged = Buffer.from(packed);
      damaged[at] ^= 0x20;
      expect(await faultOf(damaged), `byte ${at} changed`).toMatch(/^GZIP_(DAMAGED|TRUNCATED)$/);
    }
    const damaged = Buffer.from(packed);
    damaged[packed.length - 8] ^= 1;
    expect(await faultOf(damaged)).toBe('GZIP_DAMAGED');
  });

  it('gives what came before the damage', async () => {
    const source = gunzip(packed.subarray(0, packed.length - 8));
    const target = new Uint8Array(plain.length);
    let got = 0;
    await expect(
      (async () => {
        for (;;) got += await source.read(target.subarray(got));
      })(),
    ).rejects.toThrow(SourceError);
    expect(got).toBe(plain.length);
    expect(Buffer.from(target).equals(plain)).toBe(true);
  });

  it('passes the errors of the input on as they are', async () => {
    const source = new GzipSource({
      size: undefined,
      consumed: 0,
      read: () => Promise.reject(Object.assign(new Error('disk'), { code: 'EIO' })),
      close: async () => undefined,
    });
    await expect(source.read(new Uint8Array(10))).rejects.toMatchObject({ code: 'EIO' });
  });

  it('can be closed before the end', async () => {
    let closed = 0;
    const inner = chunkedSource(packed, [100]);
    const source = new GzipSource({
      size: undefined,
      consumed: 0,
      read: (target) => inner.read(target),
      close: async () => {
        closed++;
        await inner.close();
      },
    });
    await source.read(new Uint8Array(10));
    await source.close();
    expect(closed).toBe(1);
  });
});
