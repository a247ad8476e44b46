import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Directory, NEWER, SOUND, TRUNCATED } from './files.js';
import { codesOf, documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();
/** Of Redis 7.2.5, three hours old, with three keys. */
const sound = directory.write('sound.rdb', SOUND);
const cut = directory.write('cut.rdb', TRUNCATED);
const newer = directory.write('newer.rdb', NEWER);
const missing = directory.join('missing.rdb');

describe('expectations', () => {
  it.each([
    [['--max-age', '2h'], 'EXPECT_MAX_AGE'],
    [['--min-keys', '4'], 'EXPECT_MIN_KEYS'],
    [['--max-keys', '2'], 'EXPECT_MAX_KEYS'],
    [['--min-size', '1kb'], 'EXPECT_MIN_SIZE'],
    [['--expect-producer', 'valkey'], 'EXPECT_PRODUCER'],
    [['--expect-version', '>=8'], 'EXPECT_VERSION'],
  ])('%j is not met: 1, and the file is sound all the same', (flags, code) => {
    const ran = rdbkit(['verify', '--json', ...flags, sound]);
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(codesOf(ran)).toEqual([code]);
    expect(documentOf(ran)).toMatchObject({
      ok: false,
      complete: true,
      files: [{ ok: false, verdict: 'sound', errors: 1 }],
    });
  });

  it('are met: 0', () => {
    const flags = ['--max-age', '4h', '--min-keys', '3', '--max-keys=3', '--min-size', String(SOUND.length)];
    const more = ['--expect-producer', 'redis', '--expect-version', '7.2.x', '--require-checksum'];
    expect(rdbkit(['verify', '--quiet', ...flags, ...more, sound])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('--require-checksum', () => {
    const zeros = Buffer.concat([SOUND.subarray(0, -8), Buffer.alloc(8)]);
    const ran = rdbkit(['verify', '--json', '--require-checksum', directory.write('zeros.rdb', zeros)]);
    expect(ran.code).toBe(1);
    expect(codesOf(ran)).toEqual(['RDB_CHECKSUM_DISABLED', 'EXPECT_CHECKSUM']);
  });

  it('are held against standard input and gzips, too', () => {
    expect(codesOf(rdbkit(['verify', '--json', '--min-keys', '4', '-'], { stdin: gzipSync(SOUND) }))).toEqual([
      'EXPECT_MIN_KEYS',
    ]);
  });

  it('are held against every file, on threads, too', () => {
    const ran = rdbkit(['verify', '--json', '--jobs', '2', '--min-keys', '4', sound, sound]);
    expect(ran.code).toBe(1);
    expect(documentOf(ran).files.map(({ findings }) => findings.map(({ code }) => code))).toEqual([
      ['EXPECT_MIN_KEYS'],
      ['EXPECT_MIN_KEYS'],
    ]);
  });

  it('the exit status: 2 beats 1 beats 3', () => {
    const status = (...args: string[]) => rdbkit(['verify', ...args]).code;
    expect(status('--max-age', '4h', newer)).toBe(3);
    // Who wrote it is known, whatever the rest is.
    expect(status('--max-age', '2h', newer)).toBe(1);
    expect(status('--max-age', '2h', missing)).toBe(2);
    expect(status('--max-age', '2h', sound, missing)).toBe(2);
    expect(status('--max-age', '2h', cut)).toBe(1);
  });
});

describe('the text about a file that is not as expected', () => {
  const { stdout } = rdbkit(['verify', '--max-age', '2h', '--min-keys', '1000', sound]);

  it('does not call it damaged, and names both numbers', () => {
    expect(stdout).toContain('sound.rdb: NOT AS EXPECTED');
    expect(stdout).toMatch(/3 h 1 min ago; at most 2 h is expected/);
    expect(stdout).toContain('3 keys; at least 1000 are expected');
    expect(stdout).toMatch(/verdict +sound: every value was checked; but it is not the file that was expected/);
    expect(stdout).not.toMatch(/damaged:/i);
  });

  it('--quiet prints it', () => {
    const quiet = rdbkit(['verify', '--quiet', '--max-age', '2h', sound]).stdout;
    expect(quiet).toContain('EXPECT_MAX_AGE');
    expect(quiet).not.toContain('7.2.5');
  });

  it('of a damaged file counts the damage alone, and tells it first', () => {
    const text = rdbkit(['verify', '--max-age', '2h', '--min-keys', '9', cut]).stdout;
    expect(text).toMatch(/verdict +damaged: 1 error;/);
    expect(text.indexOf('RDB_TRUNCATED')).toBeLessThan(text.indexOf('EXPECT_'));
    expect(text).not.toContain('may be its consequence');
  });

  it('counts it among the others', () => {
    expect(rdbkit(['verify', '--min-keys', '9', sound, cut]).stdout).toMatch(/2 files: 2 not ok/);
  });
});

describe('expectations that cannot be checked', () => {
  it.each([
    ['keys at a level that counts none', ['--level', 'header', '--min-keys', '1']],
    ['keys at a level that counts none', ['--level', 'checksum', '--max-keys', '1']],
    ['a checksum at a level that looks at none', ['--level', 'header', '--require-checksum']],
    ['a range that is none', ['--expect-version', 'newest']],
    ['more than at most', ['--min-keys', '2', '--max-keys', '1']],
  ])('%s: exit 2, nothing on standard output', (_, flags) => {
    const ran = rdbkit(['verify', ...flags, sound]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^rdbkit: .+\n$/);
  });
});
