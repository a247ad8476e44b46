// Files damaged in the middle: what comes back, and that nothing comes back otherwise than it was.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { salvage } from '../../src/repair/salvage/write-salvage.js';
import { CORPUS, FIXTURES, goldens } from '../helpers/corpus.js';
import { randomNumbers } from '../helpers/random.js';
import { availableServers } from '../servers/available.js';
import { withServer } from '../servers/server.js';
import { verifyBytes } from '../verify/verify-bytes.js';
import { type Damage, damage, type PlacedKey, placedKeys, type Score, score } from './salvage-damage.js';

const FILES = 50;
const FIRST_SEED = 1000;
/** With fewer keys there is no middle. */
const LEAST_KEYS = 36;
/** Of the keys that no damage touched, so many come back at least: of all files together, and in the mean of small files. */
const LEAST_RECOVERED = 0.9;
const LEAST_IN_MEAN = 0.85;
const LOADED = 8;

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-salvage-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Original {
  readonly name: string;
  readonly source: Buffer;
  readonly keys: readonly PlacedKey[];
}

async function originals(of: string): Promise<Original[]> {
  const found: Original[] = [];
  for (const { name, rdb } of goldens(of)) {
    const source = readFileSync(rdb);
    const { keys } = await placedKeys(source);
    if (keys.length >= LEAST_KEYS) found.push({ name, source, keys });
  }
  return found;
}

/** One damaged file, and what a salvage makes of it. */
async function salvaged({ source, keys }: Original, seed: number): Promise<{ damaged: Damage; output: string }> {
  const damaged = damage(source, keys[1].start, keys[keys.length - 1].end, seed);
  const input = join(folder, 'in.rdb');
  const output = join(folder, `out-${seed}.rdb`);
  rmSync(output, { force: true });
  writeFileSync(input, damaged.bytes);
  const { unproven, outcome, keys: written } = await salvage(input, output);
  expect(readFileSync(input)).toEqual(damaged.bytes);
  expect(outcome).toBe('lost');
  // The checksum shows that something is wrong, and so vouches for nothing; a file may have been written without one.
  expect(unproven).toBe(written);
  return { damaged, output };
}

/** Files without a checksum say nothing of damage that leaves every record whole. */
const hasChecksum = ({ source }: Original) => source.readBigUInt64LE(source.length - 8) !== 0n;

describe.each([
  ['fixtures', FIXTURES],
  ['the corpus', join(CORPUS, 'rdb')],
])('files of %s', async (_, of) => {
  const files = existsSync(of) ? (await originals(of)).filter(hasChecksum) : [];

  it.skipIf(files.length === 0)('come back without a wrong or invented key', async () => {
    const all: Score = { possible: 0, recovered: 0, wrong: 0, invented: 0, touched: 0 };
    const ratios: number[] = [];
    for (let i = 0; i < FILES; i++) {
      const original = files[i % files.length];
      const { damaged, output } = await salvaged(original, FIRST_SEED + i);
      const bytes = readFileSync(output);
      const { errors, complete, findings } = await verifyBytes(bytes);
      expect(
        { errors, complete, findings: findings.filter(({ severity }) => severity === 'error') },
        original.name,
      ).toEqual({ errors: 0, complete: true, findings: [] });
      const { keys } = await placedKeys(bytes);
      const found = score(original.keys, damaged, keys, bytes);
      const what = `${original.name}, ${damaged.kind} at ${damaged.start} to ${damaged.end}`;
      expect({ what, wrong: found.wrong, invented: found.invented }).toEqual({ what, wrong: 0, invented: 0 });
      for (const name of Object.keys(all) as (keyof Score)[]) all[name] += found[name];
      ratios.push(found.possible === 0 ? 1 : found.recovered / found.possible);
    }
    expect(all.recovered / all.possible).toBeGreaterThan(LEAST_RECOVERED);
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeGreaterThan(LEAST_IN_MEAN);
    if (process.env.RDBKIT_SALVAGE_NUMBERS) console.log(all, ratios.reduce((sum, ratio) => sum + ratio, 0) / FILES);
  });
});

describe('a server', async () => {
  const [server] = availableServers().filter(({ lineage, release }) => lineage === 'redis' && release === '7.0');
  const files = (await originals(FIXTURES)).filter((file) => /^redis-[67]/.test(file.name) && hasChecksum(file));

  it.skipIf(!server)(`loads what was salvaged from ${LOADED} files`, async () => {
    for (let i = 0; i < LOADED; i++) {
      const { output } = await salvaged(files[i % files.length], FIRST_SEED + i);
      const { keys } = await placedKeys(readFileSync(output));
      expect(keys.length).toBeGreaterThan(0);
      const alive = keys.filter(({ content }) => !isExpired(content));
      const options = {
        ...server,
        args: ['--databases', '1000', '--sanitize-dump-payload', 'yes'],
        prepare: (dir: string) => copyFileSync(output, join(dir, 'dump.rdb')),
      };
      const info = await withServer(options, ({ client }) => client.call('INFO', 'keyspace'));
      const loaded = [...String(info).matchAll(/keys=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
      expect(loaded).toBe(alive.length);
    }
  });
});

function isExpired(content: string): boolean {
  const [, expireAtMs] = JSON.parse(content) as [number, number | null];
  return expireAtMs !== null && expireAtMs < Date.now();
}

/** No file may make it read the same bytes again and again. */
describe('damage everywhere', () => {
  const BYTES = 2 * 1024 * 1024;
  const pattern = (...bytes: number[]) => Buffer.alloc(BYTES, Buffer.from(bytes));
  const next = randomNumbers(7);

  it.each([
    ['zeros', Buffer.alloc(BYTES)],
    ['chance', Buffer.from(Array.from({ length: BYTES }, () => next() & 0xff))],
    ['every byte there is', pattern(...Array(256).keys())],
    ['strings that claim a large part of the file', pattern(0, 1, 0x61, 0x80, 0, 0x10, 0, 0)],
    ['lists that claim many items', pattern(1, 1, 0x61, 0x80, 0, 0x40, 0, 0)],
    ['compressed strings that claim the file', pattern(0, 1, 0x61, 0xc3, 0x80, 0, 8, 0, 0, 0x80, 0, 0x10, 0, 0)],
    ['keys with a byte between them that is none', pattern(0, 2, 0x61, 0x62, 1, 0x63, 0x77)],
    ['fields', pattern(0xfa, 1, 0x61, 1, 0x62)],
  ])('ends with an output that is sound: %s', async (_, bytes) => {
    const input = join(folder, 'everywhere.rdb');
    const output = join(folder, 'everywhere-out.rdb');
    rmSync(output, { force: true });
    writeFileSync(input, Buffer.concat([Buffer.from('REDIS0011\xfe\x00', 'latin1'), bytes]));
    const { keys, outcome } = await salvage(input, output);
    expect({ outcome, keys }).toEqual({ outcome: 'lost', keys: expect.any(Number) });
    expect(await verifyBytes(readFileSync(output))).toMatchObject({ ok: true, complete: true });
  });

  it('is a byte in every few hundred: what stands between comes back', async () => {
    const original = (await originals(FIXTURES)).find(({ name }) => name.startsWith('dump'));
    if (!original) throw new Error('the fixture is missing');
    const bytes = Buffer.from(original.source);
    for (let at = 400; at < bytes.length - 9; at += 400) bytes[at] ^= 0xff;
    const input = join(folder, 'often.rdb');
    const output = join(folder, 'often-out.rdb');
    writeFileSync(input, bytes);
    await salvage(input, output, { includeSuspect: true });
    const found = new Map((await placedKeys(readFileSync(output))).keys.map(({ id, content }) => [id, content]));
    const back = original.keys.filter(({ id, content }) => found.get(id) === content);
    expect(back.length).toBeGreaterThan(original.keys.length / 4);
    expect(back.length).toBeLessThan(original.keys.length);
  });
});
