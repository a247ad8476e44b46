// What happens around the bytes: a file that changes, tables that do not fit into memory, several inputs.
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verify } from '../../src/index.js';
import { hashValue, setValue, stringValue, zset2Value } from '../helpers/rdb-builder.js';
import { fileOf, NOW_MS } from './hand-made.js';

const directory = mkdtempSync(join(tmpdir(), 'rdbkit-input-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('a file that changes while it is read', () => {
  it('is a finding of its own', async () => {
    const path = write('growing.rdb', fileOf(stringValue(Buffer.alloc(8 * 1024 * 1024, 'a'))));
    let grown = false;
    const { ok, files } = await verify([path], {
      nowMs: NOW_MS,
      onProgress: () => {
        if (!grown) appendFileSync(path, 'more');
        grown = true;
      },
    });
    expect(grown).toBe(true);
    expect(ok).toBe(false);
    expect(files[0].findings).toContainEqual(
      expect.objectContaining({ code: 'INPUT_CHANGED', severity: 'error', offset: null }),
    );
  });
});

describe('more members than the tables may take', () => {
  const MANY = 300_000;
  const names = Array.from({ length: MANY }, (_, i) => `member:${i}`);
  const limits = { maxMemory: 1024 * 1024, tmpDir: directory };

  it.each([
    ['set', 'SET_DUPLICATE_MEMBER', setValue([...names, names[5]]), setValue(names)],
    ['hash', 'HASH_DUPLICATE_FIELD', hashOf([...names, names[5]]), hashOf(names)],
    ['zset', 'ZSET_DUPLICATE_MEMBER', zsetOf([...names, names[5]]), zsetOf(names)],
  ])('are still looked through: %s', async (type, code, repeated, sound) => {
    const twice = write(`${type}-twice.rdb`, fileOf(repeated));
    const once = write(`${type}-once.rdb`, fileOf(sound));
    const before = readdirSync(directory);
    const { files } = await verify([twice, once], { nowMs: NOW_MS, ...limits });
    expect(files[0].findings).toMatchObject([{ code, severity: 'error', db: 0, type }]);
    expect(files[1]).toMatchObject({ ok: true, findings: [] });
    expect(readdirSync(directory), 'nothing is left behind').toEqual(before);
  });
});

describe('several inputs', () => {
  it('are reported in their order, those that cannot be read included', async () => {
    const sound = write('sound.rdb', fileOf(stringValue('v')));
    const wrong = write('wrong.rdb', fileOf(stringValue('v'), { trailer: 'wrong' }));
    const missing = join(directory, 'missing.rdb');
    const report = await verify([wrong, missing, sound], { nowMs: NOW_MS });
    expect(report).toMatchObject({ ok: false, complete: false });
    expect(report.files.map(({ path, outcome, ok }) => [path, outcome, ok])).toEqual([
      [wrong, 'damaged', false],
      [missing, 'failed', false],
      [sound, 'sound', true],
    ]);
  });
});

function write(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

function hashOf(names: readonly string[]) {
  return hashValue(names.map((name) => [name, 'v'] as const));
}

function zsetOf(names: readonly string[]) {
  return zset2Value(names.map((name) => [name, 1] as const));
}
