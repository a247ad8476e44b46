import { describe, expect, it } from 'vitest';
import { Directory, emptyList, NEWER, NO_CHECKSUM, SOUND, someKeys, TRAILING, WRONG_CHECKSUM } from './files.js';
import { codesOf, documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const wrong = directory.write('wrong.rdb', WRONG_CHECKSUM);
const zero = directory.write('zero.rdb', NO_CHECKSUM);
const trailing = directory.write('trailing.rdb', TRAILING);
/** Its structure is damaged, its checksum is good. */
const empty = directory.write('empty-list.rdb', emptyList('k'));

describe('--level', () => {
  it('header looks at nothing behind it', () => {
    for (const path of [sound, wrong, empty]) {
      const ran = rdbkit(['verify', '--json', '--level', 'header', path]);
      expect(documentOf(ran)).toMatchObject({
        ok: true,
        files: [{ rdbVersion: 11, producer: { name: 'redis', version: '7.2.5' }, keys: null }],
      });
      expect(ran.code).toBe(0);
    }
  });

  it('checksum compares the checksum, and looks at no value', () => {
    expect(rdbkit(['verify', '--level', 'checksum', sound]).code).toBe(0);
    expect(rdbkit(['verify', '--level', 'checksum', empty]).code).toBe(0);
    const ran = rdbkit(['verify', '--json', '--level', 'checksum', wrong]);
    expect(codesOf(ran)).toEqual(['RDB_CHECKSUM_MISMATCH']);
    expect(ran.code).toBe(1);
  });

  it('checksum notices that bytes are missing', () => {
    const cut = directory.write('cut.rdb', SOUND.subarray(0, -1));
    expect(rdbkit(['verify', '--level', 'checksum', cut]).code).toBe(1);
  });

  it('checksum tells a newer version from a damaged one', () => {
    const newer = (name: string, bytes: Uint8Array) =>
      rdbkit(['verify', '--level', 'checksum', directory.write(name, bytes)]).code;
    expect(newer('newer.rdb', NEWER)).toBe(3);
    expect(newer('newer-wrong.rdb', someKeys(42).finish('wrong'))).toBe(1);
  });

  it('header gives the size of the whole file, and does not call it sound', () => {
    const path = directory.write('large.rdb', Buffer.concat([SOUND.subarray(0, -9), Buffer.alloc(100_000)]));
    expect(documentOf(rdbkit(['verify', '--json', '--level', 'header', path])).files[0].bytes).toBe(
      SOUND.length - 9 + 100_000,
    );
    const text = rdbkit(['verify', '--level', 'header', path]).stdout;
    expect(text).toContain('HEADER READ');
    expect(text).not.toContain('sound');
  });

  it('header says of a newer version that it cannot tell', () => {
    expect(rdbkit(['verify', '--level', 'header', directory.write('newer.rdb', NEWER)]).code).toBe(3);
  });

  it('structure is the default', () => {
    expect(rdbkit(['verify', '--level', 'structure', empty]).code).toBe(1);
    expect(rdbkit(['verify', empty]).code).toBe(1);
  });
});

describe('--fail-on warning', () => {
  it.each([
    ['bytes behind the end', trailing],
    ['no checksum', zero],
  ])('%s: 1 instead of 0', (_, path) => {
    expect(rdbkit(['verify', path]).code).toBe(0);
    const ran = rdbkit(['verify', '--json', '--fail-on', 'warning', path]);
    expect(documentOf(ran)).toMatchObject({ ok: false, files: [{ ok: false, complete: true }] });
    expect(ran.code).toBe(1);
  });

  it('leaves a sound file alone', () => {
    expect(rdbkit(['verify', '--fail-on', 'warning', sound]).code).toBe(0);
  });
});

describe('--quiet', () => {
  it.each(['--quiet', '-q'])('%s prints nothing of sound files', (flag) => {
    expect(rdbkit(['verify', flag, sound])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(rdbkit(['verify', flag, sound, sound])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('prints what is wrong, and nothing of the files that are sound', () => {
    const { code, stdout } = rdbkit(['verify', '--quiet', sound, wrong]);
    expect(code).toBe(1);
    expect(stdout).toContain('wrong.rdb');
    expect(stdout).toContain('RDB_CHECKSUM_MISMATCH');
    expect(stdout).not.toContain('sound.rdb');
  });

  it('leaves out the facts about a damaged file', () => {
    const { stdout } = rdbkit(['verify', '--quiet', wrong]);
    expect(stdout).not.toContain('7.2.5');
  });
});

describe('--no-progress', () => {
  it('is taken, and changes nothing where standard error is no terminal', () => {
    const ran = rdbkit(['verify', '--no-progress', sound]);
    expect(ran).toEqual(rdbkit(['verify', sound]));
    expect(ran.stderr).toBe('');
  });
});

describe('--max-memory and --tmp-dir', () => {
  it.each(['64mb', '64MiB', '64000k', '100000000'])('%s is a size', (size) => {
    expect(rdbkit(['verify', '--max-memory', size, '--tmp-dir', directory.path, sound]).code).toBe(0);
  });
});
