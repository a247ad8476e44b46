import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PeekedSource } from '../../../src/bytes/sources/peeked.js';
import { chunkedSource } from '../../helpers/chunks.js';

describe('PeekedSource', () => {
  it('shows the head and still gives everything, whatever the chunks are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        async (bytes, peek, chunks, room) => {
          const source = await PeekedSource.peek(chunkedSource(bytes, chunks), peek);
          expect([...source.head]).toEqual([...bytes.subarray(0, peek)]);
          const got: number[] = [];
          const target = new Uint8Array(room);
          for (let n: number; (n = await source.read(target)) > 0; ) got.push(...target.subarray(0, n));
          expect(got).toEqual([...bytes]);
          expect(source.consumed).toBe(bytes.length);
        },
      ),
    );
  });

  it('closes what it wraps, and passes its size on', async () => {
    let closed = false;
    const source = await PeekedSource.peek(
      {
        size: 77,
        consumed: 0,
        read: async () => 0,
        close: async () => {
          closed = true;
        },
      },
      9,
    );
    expect(source.size).toBe(77);
    expect(source.head).toHaveLength(0);
    await source.close();
    expect(closed).toBe(true);
  });
});
