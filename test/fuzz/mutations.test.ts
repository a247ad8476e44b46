import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { InlineChecksum } from '../../src/bytes/checksum/checksum.js';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { Window } from '../../src/bytes/window.js';
import { FINDINGS } from '../../src/errors.js';
import { BytesRef } from '../../src/rdb/bytes-ref.js';
import { RdbParser } from '../../src/rdb/parser.js';
import { StreamId } from '../../src/rdb/stream-id.js';
import { RdbVisitor } from '../../src/rdb/visitor.js';
import { Findings } from '../../src/verify/findings.js';
import { verifyRdb } from '../../src/verify/rdb.js';
import { chunkedSource } from '../helpers/chunks.js';
import { Checker, crc64, type Library, makeSeed, mutate, Random } from './lib/index.js';

const library: Library = {
  BytesRef,
  FINDINGS,
  Findings,
  InlineChecksum,
  Kernels,
  RdbParser,
  RdbVisitor,
  StreamId,
  Window,
  verifyRdb,
};

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}.rdb`, import.meta.url));

describe('a sound file', () => {
  const file = fixture('redis-6.0/lru');

  it('is never called sound when it is cut', async () => {
    for (let length = 0; length < file.length; length++) {
      const { outcome, complete, codes, offsets } = await verdictOn(file.subarray(0, length));
      expect({ length, outcome, complete }).toEqual({ length, outcome: 'damaged', complete: false });
      expect(codes).not.toEqual([]);
      for (const offset of offsets) expect(offset).toBeLessThanOrEqual(length);
    }
  });

  it('is never called sound when a bit is flipped', async () => {
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const flipped = Buffer.from(file);
      flipped[bit >> 3] ^= 1 << (bit & 7);
      const { outcome, codes } = await verdictOn(flipped);
      expect({ bit, sound: outcome === 'sound' }).toEqual({ bit, sound: false });
      expect(codes).not.toEqual([]);
    }
  });
});
const SEEDS = [
  'redis-8.6/types-small',
  'redis-8.0/field-expiry',
  'redis-8.0/vectors',
  'redis-7.0/cluster',
  'redis-7.0/functions',
  'redis-6.0/databases',
  'valkey-9.1/cluster',
  'valkey-9.1/field-expiry',
];
const INPUTS = 800;

describe(`${INPUTS} mutated files`, () => {
  const checker = new Checker(library);
  let seeds: Awaited<ReturnType<typeof makeSeed>>[] = [];

  beforeAll(async () => {
    seeds = await Promise.all(SEEDS.map((name) => makeSeed(library, name, fixture(name))));
  });

  it('keep every promise, whole and in pieces', async () => {
    for (let input = 0; input < INPUTS; input++) {
      const random = Random.of(7, input);
      const { bytes, story } = mutate(seeds, random, crc64);
      const { violations } = await checker.check(bytes, random);
      expect({ input, story, violations }).toEqual({ input, story, violations: [] });
    }
  });
});
async function verdictOn(bytes: Uint8Array) {
  const kernels = new Kernels();
  const findings = new Findings();
  const checksum = new InlineChecksum(kernels);
  const window = new Window(kernels, chunkedSource(bytes, [Math.max(1, bytes.length)]), checksum);
  const { outcome, complete } = await verifyRdb(window, checksum, findings, {});
  await window.settle();
  const errors = findings.kept.filter(({ severity }) => severity === 'error');
  return { outcome, complete, codes: errors.map((f) => f.code), offsets: errors.map((f) => f.offset ?? 0) };
}
