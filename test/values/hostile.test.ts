// Whatever stands in a file, those who look at values come to an end, and say nothing that is not well-formed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import picocolors from 'picocolors';
import { beforeAll, describe, expect, it } from 'vitest';
import { InlineChecksum } from '../../src/bytes/checksum/checksum.js';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { Window } from '../../src/bytes/window.js';
import { FINDINGS } from '../../src/errors.js';
import { MomentOfFile } from '../../src/keyspace/moment-of-file.js';
import { MeasuringVisitor } from '../../src/measure/measuring-visitor.js';
import { BytesRef } from '../../src/rdb/bytes-ref.js';
import { parseRdb, RdbParser } from '../../src/rdb/parser.js';
import { StreamId } from '../../src/rdb/stream-id.js';
import { type KeyRecord, RdbVisitor } from '../../src/rdb/visitor.js';
import { FULL, SHORT, ValueText } from '../../src/report/value-text.js';
import { MemoryEstimator } from '../../src/servers/memory/estimator.js';
import { memoryModel } from '../../src/servers/memory/model.js';
import { RELEASES } from '../../src/servers/releases.js';
import { KeyJson } from '../../src/values/key-json.js';
import { Findings } from '../../src/verify/findings.js';
import { verifyRdb } from '../../src/verify/rdb.js';
import { crc64, type Library, makeSeed, mutate, Random } from '../fuzz/lib/index.js';
import { chunkedSource } from '../helpers/chunks.js';
import { CORPUS, FIXTURES, filesBelow } from '../helpers/corpus.js';

const library: Library = {
  ...{ BytesRef, FINDINGS, Findings, InlineChecksum, Kernels, RdbParser, RdbVisitor, StreamId, Window, verifyRdb },
};

/** A window and the strings of visitors give little memory back: only a few files share one. */
const FILES_PER_KERNELS = 10;
let kernels = new Kernels();
let files = 0;

class Lines extends KeyJson {
  private readonly pieces: Buffer[];

  constructor() {
    const pieces: Buffer[] = [];
    super(kernels, 'text', (bytes) => pieces.push(Buffer.from(bytes)));
    this.pieces = pieces;
  }

  override keyEnd(key: KeyRecord): void {
    super.keyEnd(key);
    this.check();
  }

  /** The input ended, perhaps inside a value. */
  stop(inKey: boolean): void {
    if (!inKey) return;
    this.abandon();
    this.out.close();
    this.check();
  }

  private check(): void {
    this.out.flush();
    expect(() => JSON.parse(Buffer.concat(this.pieces).toString())).not.toThrow();
    this.pieces.length = 0;
  }
}

class Texts extends ValueText {
  constructor(limits: typeof FULL) {
    const moment = new MomentOfFile(0, undefined);
    const write = (text: string) => expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    super({ write, limits, moment, colors: picocolors.createColors(false) });
  }
}

class Measures extends MeasuringVisitor {
  constructor(private readonly least: number) {
    super(kernels);
    this.memory = new MemoryEstimator(memoryModel(RELEASES[RELEASES.length - 1], 'official'));
  }

  protected override get threshold(): number {
    return this.least;
  }

  protected override wants(): boolean {
    return true;
  }

  protected override measured(key: KeyRecord): void {
    const { elements, biggestElement } = this.measure;
    expect(elements).toBeGreaterThanOrEqual(0);
    expect(biggestElement).toBeGreaterThanOrEqual(0);
    expect(this.memory?.finish(key)).toBeGreaterThanOrEqual(0);
  }
}

/** Reads a file with kernels that all of them share: the parser and the visitors work on one memory. */
async function walk(bytes: Uint8Array, visitor: RdbVisitor) {
  const window = new Window(kernels, chunkedSource(bytes, [Math.max(1, bytes.length)]), new InlineChecksum(kernels));
  const result = await parseRdb(window, visitor, { largeString: 64 });
  await window.settle();
  window.release();
  return result;
}

async function look(bytes: Uint8Array): Promise<void> {
  if (++files % FILES_PER_KERNELS === 0) kernels = new Kernels();
  const lines = new Lines();
  const result = await walk(bytes, lines);
  lines.stop(!result.complete && result.failure.inKey);
  for (const visitor of [new Texts(SHORT), new Texts(FULL), new Measures(0), new Measures(100)])
    await walk(bytes, visitor);
}

const SEEDS = ['redis-8.6/types-small', 'redis-8.0/field-expiry', 'redis-8.0/vectors', 'redis-6.0/databases'];
const INPUTS = 300;

describe(`${INPUTS} mutated files`, () => {
  let seeds: Awaited<ReturnType<typeof makeSeed>>[] = [];

  beforeAll(async () => {
    const files = SEEDS.map((name) => makeSeed(library, name, readFileSync(join(FIXTURES, `${name}.rdb`))));
    seeds = await Promise.all(files);
  });

  it('give well-formed values, or none', async () => {
    for (let input = 0; input < INPUTS; input++) {
      const { bytes, story } = mutate(seeds, Random.of(11, input), crc64);
      await look(bytes).catch((error) => {
        throw new Error(`input ${input}: ${story}`, { cause: error });
      });
    }
  });
});

describe('damaged files of real servers give well-formed values, or none', () => {
  const damaged = filesBelow(join(CORPUS, 'damaged', 'rdb')).filter((name) => name.endsWith('.rdb'));
  const servers = [...new Set(damaged.map((name) => name.split('/')[0]))];

  it.each(servers)('%s', async (server) => {
    for (const name of damaged.filter((file) => file.startsWith(`${server}/`))) {
      await look(readFileSync(join(CORPUS, 'damaged', 'rdb', name))).catch((error) => {
        throw new Error(name, { cause: error });
      });
    }
  });
});
