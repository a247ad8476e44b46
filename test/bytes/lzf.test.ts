import * as fc from 'fast-check';
import lzfjs from 'lzfjs';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { LzfBench, type LzfResult, OK, OUTPUT_FULL } from '../helpers/lzf-bench.js';
import { variedBytes } from '../helpers/random.js';
import { runs } from '../helpers/runs.js';

const bench = new LzfBench(new Kernels());
const BAD_REFERENCE = 2;

/** lzfjs neither takes nor gives empty data. */
const data = variedBytes().filter((bytes) => bytes.length > 0);

/** What lzfjs makes of a block; undefined when it refuses it. */
function oracle(block: Uint8Array): Buffer | undefined {
  try {
    return lzfjs.decompress(block);
  } catch {
    return undefined;
  }
}

describe('lzfDecode and lzfMeasure on sound blocks', () => {
  it('decode the worked examples of the format reference', () => {
    for (const [block, text] of [
      ['016161e00a00', 'a'.repeat(21)],
      ['016161e05700016161', 'a'.repeat(100)],
      ['043078612e61e00300043965702d35', '0xa.aaaaaaaaaaaaa9ep-5'],
    ]) {
      const decoded = bench.decode(Buffer.from(block, 'hex'), text.length);
      expect(decoded).toEqual({ code: OK, consumed: block.length / 2, output: Buffer.from(text) });
    }
  });

  it('give back what lzfjs compressed', () => {
    fc.assert(
      fc.property(data, fc.integer({ min: 0, max: 15 }), (bytes, odd) => {
        const block = lzfjs.compress(bytes);
        const decoded = bench.decode(block, bytes.length, odd);
        expect(decoded.code).toBe(OK);
        expect(decoded.consumed).toBe(block.length);
        expect(decoded.output.equals(bytes)).toBe(true);
        expect(bench.measure(block)).toEqual({ code: OK, consumed: block.length, produced: bytes.length });
      }),
      { numRuns: runs(100) },
    );
  });

  it('give the same in pieces of any size, of input and of output', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 5 });
    // No token is longer than 33 bytes of input or 264 of output, so smaller room could not hold one.
    const rooms = fc.array(fc.integer({ min: 264, max: 20_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(data, sizes, rooms, (bytes, inputSizes, outputSizes) => {
        const block = lzfjs.compress(bytes);
        const decoded = bench.decodeInPieces(block, inputSizes, outputSizes);
        expect(decoded.code).toBe(OK);
        expect(decoded.consumed).toBe(block.length);
        expect(decoded.output.equals(bytes)).toBe(true);
        expect(bench.measureInPieces(block, inputSizes)).toEqual({
          code: OK,
          consumed: block.length,
          produced: bytes.length,
        });
      }),
      { numRuns: runs(80) },
    );
  });

  it('reach 8192 bytes back, also into output that was taken away', () => {
    const noise = Buffer.from(Array.from({ length: 8192 }, (_, i) => (i * 7919) >> 5));
    // 256 runs of 32 literals, then a reference of 3 bytes with the greatest distance: the first bytes again.
    const runs = Array.from({ length: 256 }, (_, i) => [31, ...noise.subarray(32 * i, 32 * i + 32)]).flat();
    const block = Buffer.from([...runs, 0x3f, 0xff]);
    const expected = Buffer.concat([noise, noise.subarray(0, 3)]);
    expect(bench.decode(block, 8195).output.equals(expected)).toBe(true);
    expect(bench.decodeInPieces(block, [100], [300]).output.equals(expected)).toBe(true);
  });
});

describe('lzfDecode and lzfMeasure on damaged blocks', () => {
  it('stop before a reference to where nothing is', () => {
    // One literal, then a reference two bytes back.
    const block = Uint8Array.of(0, 0x61, 0x20, 1);
    expect(bench.decode(block, 100)).toMatchObject({ code: BAD_REFERENCE, consumed: 2, output: Buffer.from('a') });
    expect(bench.measure(block)).toEqual({ code: BAD_REFERENCE, consumed: 2, produced: 1 });
    // The first token of all.
    expect(bench.decode(Uint8Array.of(0x20, 0), 100)).toMatchObject({ code: BAD_REFERENCE, consumed: 0 });
    expect(bench.measure(Uint8Array.of(0xe0, 0, 0))).toEqual({ code: BAD_REFERENCE, consumed: 0, produced: 0 });
  });

  it('stop before a token that the input cuts, wherever that is', () => {
    const bytes = Buffer.from(`${'abcdefgh'.repeat(40)}${'x'.repeat(300)}0123456789`);
    const block = lzfjs.compress(bytes);
    for (let length = 0; length < block.length; length++) {
      const cut = block.subarray(0, length);
      const decoded = bench.decode(cut, bytes.length);
      expect(decoded.code).toBe(OK);
      expect(decoded.consumed).toBeLessThanOrEqual(length);
      expect(decoded.output.length).toBeLessThan(bytes.length);
      expect(decoded.output.equals(bytes.subarray(0, decoded.output.length))).toBe(true);
      expect(bench.measure(cut)).toEqual({
        code: OK,
        consumed: decoded.consumed,
        produced: decoded.output.length,
      });
    }
  });

  it('stop before a token that does not fit', () => {
    fc.assert(
      fc.property(data, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (bytes, share) => {
        const block = lzfjs.compress(bytes);
        const room = Math.floor(share * bytes.length);
        const decoded = bench.decode(block, room);
        expect(decoded.code).toBe(OUTPUT_FULL);
        expect(decoded.consumed).toBeLessThan(block.length);
        expect(decoded.output.length).toBeLessThanOrEqual(room);
        expect(decoded.output.equals(bytes.subarray(0, decoded.output.length))).toBe(true);
      }),
      { numRuns: runs(80) },
    );
  });

  it('agree with lzfjs on arbitrary bytes, and never write outside of their room', () => {
    const damaged = fc
      .tuple(data, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }))
      .map(([bytes, changes]) => {
        const block = lzfjs.compress(bytes.subarray(0, 3000));
        for (const [at, value] of changes) block[at % block.length] = value;
        return block as Uint8Array;
      });
    const blocks = fc.oneof(damaged, fc.uint8Array({ minLength: 1, maxLength: 200 }));
    let refused = 0;
    fc.assert(
      fc.property(blocks, fc.nat({ max: 4000 }), (block, little) => {
        const expected = oracle(block);
        // `decode` looks at the bytes around the room each time.
        const decoded: LzfResult = bench.decode(block, expected?.length ?? 264 * block.length);
        const measured = bench.measure(block);
        if (expected) {
          expect(decoded).toMatchObject({ code: OK, consumed: block.length });
          expect(decoded.output.equals(expected)).toBe(true);
        } else {
          refused++;
          expect(decoded.code === BAD_REFERENCE || decoded.consumed < block.length).toBe(true);
        }
        expect(measured).toEqual({
          code: decoded.code,
          consumed: decoded.consumed,
          produced: decoded.output.length,
        });
        bench.decode(block, little);
      }),
      { numRuns: runs(1000) },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
