import { cpSync, createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BackupInput,
  ENOUGH,
  type JsonLinesOptions,
  type KeyRecord,
  Level,
  openBackup,
  RdbVisitor,
  verify,
} from '../../src/index.js';
import { FIXTURES, lines } from '../helpers/corpus.js';

const DUMP = join(FIXTURES, 'dump.rdb');
const TOTAL = lines(join(FIXTURES, 'dump.truth.jsonl')).length;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rdbkit-library-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Counts keys, and the bytes of their values as they stand in the file. */
class Counter extends RdbVisitor {
  keys = 0;
  bytes = 0;

  constructor(private readonly most = Number.POSITIVE_INFINITY) {
    super();
  }

  override key(_key: KeyRecord): number {
    if (this.keys === this.most) throw ENOUGH;
    this.keys++;
    return Level.RAW;
  }

  override raw(_buffer: Uint8Array, start: number, end: number): void {
    this.bytes += end - start;
  }
}

const inputs: [name: string, make: () => BackupInput][] = [
  ['a path', () => DUMP],
  ['memory', () => readFileSync(DUMP)],
  ['a stream', () => createReadStream(DUMP)],
];

describe.each(inputs)('%s', (_name, make) => {
  it('is scanned', async () => {
    await using backup = await openBackup(make());
    const counter = new Counter();
    const result = await backup.scan(counter);
    expect(result).toMatchObject({ complete: true, outcome: 'sound', checksum: { status: 'ok' }, behind: 'nothing' });
    expect(counter.keys).toBe(TOTAL);
    expect(counter.bytes).toBeGreaterThan(0);
    expect(counter.bytes).toBeLessThan(readFileSync(DUMP).length);
  });

  it('is verified', async () => {
    await using backup = await openBackup(make());
    const seen: number[] = [];
    const report = await backup.verify({ expect: { minKeys: TOTAL + 1 }, onProgress: (done) => seen.push(done) });
    const [alone] = (await verify([DUMP], { expect: { minKeys: TOTAL + 1 } })).files;
    expect(report).toEqual({ ...alone, path: backup.path, milliseconds: report.milliseconds });
    expect(report.findings.map(({ code }) => code)).toContain('EXPECT_MIN_KEYS');
    expect(seen.at(-1)).toBe(readFileSync(DUMP).length);
  });

  it('is counted', async () => {
    await using backup = await openBackup(make());
    const stats = await backup.stats({ depth: 1, filters: { dbs: [0, 1] } });
    expect(stats.totals.keys).toBe(
      lines(join(FIXTURES, 'dump.truth.jsonl')).filter((key) => (key as { db: number }).db < 2).length,
    );
    expect(stats.files).toMatchObject([{ path: backup.path, outcome: 'sound' }]);
  });
});

describe('a scan', () => {
  it('ends when the visitor has enough', async () => {
    await using backup = await openBackup(DUMP);
    const counter = new Counter(3);
    expect(await backup.scan(counter)).toMatchObject({ complete: false, limited: true, outcome: 'sound' });
    expect(counter.keys).toBe(3);
  });

  it('rejects with what the visitor throws', async () => {
    await using backup = await openBackup(DUMP);
    const failing = new Counter();
    failing.raw = () => {
      throw new RangeError('no');
    };
    await expect(backup.scan(failing)).rejects.toThrow(RangeError);
    expect(await backup.scan(new Counter())).toMatchObject({ complete: true });
  });
});

describe('a directory', () => {
  it('with one dump in it is that dump', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    cpSync(DUMP, join(data, 'dump.rdb'));
    await using backup = await openBackup(data);
    expect(backup).toMatchObject({ kind: 'rdb', path: join(data, 'dump.rdb'), repeatable: true });
    expect(await backup.verify()).toMatchObject({ outcome: 'sound', keys: TOTAL });
  });

  it('of an append-only set is its base, when nothing follows', async () => {
    const set = join(folder, 'appendonlydir');
    mkdirSync(set);
    cpSync(DUMP, join(set, 'appendonly.aof.1.base.rdb'));
    const manifest = 'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n';
    writeFileSync(join(set, 'appendonly.aof.manifest'), manifest);
    writeFileSync(join(set, 'appendonly.aof.1.incr.aof'), '');
    await using backup = await openBackup(set);
    expect(backup.kind).toBe('aof-set');
    let keys = 0;
    for await (const _ of backup.entries()) keys++;
    expect(keys).toBe(TOTAL);
    expect(await backup.verify()).toMatchObject({
      kind: 'aof-set',
      ok: true,
      parts: [{ keys: TOTAL }, { commands: 0 }],
    });
    writeFileSync(join(set, 'appendonly.aof.1.incr.aof'), '*1\r\n$8\r\nFLUSHALL\r\n');
    await expect(openBackup(set)).rejects.toMatchObject({ name: 'BackupError', fault: 'unknown' });
  });
});

describe('JSON lines', () => {
  /** Everything that is written, as objects. */
  async function lined(input: BackupInput, options: JsonLinesOptions = {}) {
    const stream = new PassThrough({ highWaterMark: 1000 });
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    await using backup = await openBackup(input);
    const result = await backup.exportJsonLines(stream, options);
    const text = Buffer.concat(pieces).toString();
    return {
      result,
      objects: text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    };
  }

  it('are an object for each key that is wanted, with the same names and values as the entries', async () => {
    const { result, objects } = await lined(DUMP, { bytes: 'base64', filters: { types: ['string'], minElements: 1 } });
    expect(result).toMatchObject({ complete: true, outcome: 'sound', keys: objects.length });
    const wanted: unknown[] = [];
    await using backup = await openBackup(DUMP);
    for await (const { db, key, value } of backup.entries({ filters: { types: ['string'] } })) {
      const base64 = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString('base64');
      wanted.push({ db, key: base64(key), value: base64(value) });
    }
    expect(objects.map(({ db, key, value }) => ({ db, key, value }))).toEqual(wanted);
    expect(wanted.length).toBeGreaterThan(0);
  });

  it('end with a word when the backup does not', async () => {
    const { result, objects } = await lined(readFileSync(DUMP).subarray(0, 20_000));
    expect(result).toMatchObject({ complete: false, outcome: 'damaged' });
    expect(objects.at(-1)).toEqual({ complete: false });
  });

  it('refuse to look twice at what comes once', async () => {
    await expect(lined(createReadStream(DUMP), { filters: { minSize: 1 } })).rejects.toThrow(RangeError);
  });
});
