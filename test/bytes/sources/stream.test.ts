import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StreamSource } from '../../../src/bytes/sources/stream.js';

describe('StreamSource', () => {
  it('skips empty chunks and splits those that do not fit', async () => {
    const source = new StreamSource(
      Readable.from([Buffer.from('abcde'), Buffer.alloc(0), Buffer.from('f')], { objectMode: true }),
    );
    const target = Buffer.alloc(3);
    const got: string[] = [];
    for (let n: number; (n = await source.read(target)) > 0; ) got.push(target.toString('latin1', 0, n));
    expect(got).toEqual(['abc', 'de', 'f']);
    expect(source.consumed).toBe(6);
    expect(source.size).toBeUndefined();
  });

  it('stops the stream when it is closed early', async () => {
    const stream = Readable.from([Buffer.from('abc'), Buffer.from('def')], { objectMode: true });
    const source = new StreamSource(stream);
    await source.read(Buffer.alloc(1));
    await source.close();
    expect(stream.destroyed).toBe(true);
  });
});
