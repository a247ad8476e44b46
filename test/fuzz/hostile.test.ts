// Each of these once made a reader crash, hang or lie somewhere, ours or another one.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, ENVIRONMENT } from '../cli/run.js';
import { le, len, listpack, RdbBuilder, str } from '../helpers/rdb-builder.js';
import { bomb, listpackHead, numbered, oneValue, records } from './hostile.js';
import { directory, MIB, verdictOn } from './verdict.js';

const NUL = Buffer.of(0);
const NONE = Buffer.alloc(0);

describe('counts that no file can hold', () => {
  it.each([
    ['a set', 11, 2, len(2n ** 63n)],
    ['a hash', 11, 4, len(2n ** 64n - 1n)],
    ['a list of nodes', 11, 18, len(2n ** 40n)],
    ['a stream', 11, 21, len(2n ** 62n)],
    ['an array', 14, 28, Buffer.concat([len(2n ** 60n), len(1), len(2n ** 64n - 1n)])],
    ['a module string', 11, 7, Buffer.concat([len(2n ** 63n), len(5), len(2n ** 64n - 1n)])],
    ['fields of a template', 15, 31, Buffer.concat([len(1), len(2n ** 64n - 1n)])],
  ] as const)('%s', (_, version, type, count) => {
    const { code, codes } = verdictOn(oneValue(version, type, count, str('a')).subarray(0, -9));
    expect(code).toBe(1);
    // A length that the whole file could not hold is damage; anything else may be a cut.
    expect(codes.some((found) => found === 'RDB_TRUNCATED' || found === 'RDB_BAD_LENGTH')).toBe(true);
  });

  it('slot ranges', () => {
    const file = new RdbBuilder(80, 'VALKEY')
      .bytes(Buffer.of(243), str('x'.repeat(40)), len(2n ** 64n - 1n))
      .finish('zero');
    expect(verdictOn(file)).toMatchObject({ code: 1 });
  });
});

describe('little that becomes much', () => {
  it('a string of 400 MiB in 5 MB', () => {
    expect(verdictOn(oneValue(11, 0, bomb(NONE, Buffer.from('a'), 400 * MIB))).code).toBe(0);
  });

  it('two strings of nearly 2 GiB in one record', () => {
    const huge = bomb(NONE, Buffer.from('a'), 1900 * MIB);
    expect(verdictOn(records(11, Buffer.of(0xfa), huge, huge)).code).toBe(1);
  });

  it('a slot hint of 600 MiB', () => {
    const { code } = verdictOn(records(11, Buffer.of(0xfa), str('slot-info'), bomb(NONE, Buffer.from('1'), 600 * MIB)));
    expect(code).toBe(1);
  });

  it('a stream node of 100 million entries', () => {
    const master = Buffer.of(0, 1, 0, 1, 0, 1, 0, 1);
    const entry = Buffer.of(2, 1, 0, 1, 0, 1, 3, 1);
    const node = bomb(Buffer.concat([listpackHead(800e6 + 8), master]), entry, 800e6, Buffer.of(0xff));
    expect(verdictOn(oneValue(11, 21, len(1), str(Buffer.alloc(16, 1)), node, Buffer.alloc(8))).code).toBe(1);
  });

  it('a set listpack of 300 million entries', () => {
    const blob = bomb(listpackHead(600e6), Buffer.of(1, 1), 600e6, Buffer.of(0xff));
    expect(verdictOn(oneValue(11, 20, blob)).code).toBe(1);
  });
});

describe('much of the same', () => {
  it('a million damaged keys are counted, and a hundred are listed', () => {
    const bad = Buffer.concat([Buffer.of(20), str('key'), str(listpack([], { count: 1 }))]);
    const { code, codes, size } = verdictOn(records(11, Buffer.alloc(bad.length * 1e6, bad)));
    expect(code).toBe(1);
    expect(codes.filter((c) => c === 'LISTPACK_BAD_COUNT')).toHaveLength(100);
    expect(size).toBeLessThan(200_000);
  });

  it('100,000 auxiliary fields', () => {
    const aux = Buffer.concat([Buffer.of(0xfa), str('....'), str('v'.repeat(300))]);
    const { code, size } = verdictOn(records(11, numbered(aux, 2, 100_000, 0x61616161)));
    expect(code).toBe(0);
    expect(size).toBeLessThan(100_000);
  });

  it('two million expiries for no key', () => {
    const { code, codes } = verdictOn(records(11, Buffer.alloc(10e6, Buffer.concat([Buffer.of(0xfd), le(1, 4)]))));
    expect(code).toBe(0);
    expect(codes).toContain('RDB_ATTRIBUTE_REPEATED');
  });

  it('three million values of a module', () => {
    const value = Buffer.concat([len(2), len(2n ** 64n - 1n)]);
    expect(verdictOn(oneValue(11, 7, len(2n ** 63n), Buffer.alloc(value.length * 3e6, value), NUL)).code).toBe(0);
  });
});

describe('names that would do something to a terminal or to JSON', () => {
  const names = ['\x1b[31mred\x1b]0;t\x07\nnew\r\x00', 'bidi\u202e\u2066\u2028\u{e0041}\ufeff', '\\x41 \\ "quoted"'];
  const bytes = [...names.map((n) => Buffer.from(n)), Buffer.from([0xff, 0x85, 0xed, 0xa0, 0x80, 0xc0, 0x80])];
  const bad = (name: Buffer) => Buffer.concat([Buffer.of(20), str(name), str(listpack([], { count: 1 }))]);
  const path = join(directory, 'names.rdb');

  it('are exact in base64', () => {
    writeFileSync(path, records(11, ...bytes.map(bad)));
    const { stdout } = spawnSync(process.execPath, [BIN, 'verify', '--json', '--bytes', 'base64', path], {
      encoding: 'utf8',
    });
    const keys = JSON.parse(stdout).files[0].findings.flatMap((f: { key: string | null }) => f.key ?? []);
    for (const name of bytes) expect(keys).toContain(name.toString('base64'));
  });

  it('are harmless in the text for people', () => {
    writeFileSync(path, records(11, ...bytes.map(bad)));
    const { stdout } = spawnSync(process.execPath, [BIN, 'verify', path], { encoding: 'utf8', env: ENVIRONMENT });
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\ufeff]/u);
  });
});
