import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Directory, emptyList, SOUND } from './files.js';
import { documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();
const NAME = 'customer:4711';
const damaged = directory.write('damaged.rdb', emptyList(NAME));
const HASH = `sha256:${createHash('sha256').update(NAME).digest('hex').slice(0, 16)}`;

function keyOf(...flags: string[]): unknown {
  const [file] = documentOf(rdbkit(['verify', '--json', ...flags, damaged])).files;
  return file.findings[0].key;
}

describe('--key-names', () => {
  it('full is the default', () => {
    expect(keyOf()).toBe(NAME);
    expect(rdbkit(['verify', damaged])).toEqual(rdbkit(['verify', '--key-names', 'full', damaged]));
  });

  it('hash', () => {
    expect(keyOf('--key-names', 'hash')).toBe(HASH);
    expect(keyOf('--key-names', 'hash', '--bytes', 'base64')).toBe(HASH);
    const { code, stdout } = rdbkit(['verify', '--key-names', 'hash', damaged]);
    expect(code).toBe(1);
    expect(stdout).toContain(`db 0, list "${HASH}": `);
    expect(stdout).not.toContain('4711');
  });

  it('none', () => {
    expect(keyOf('--key-names', 'none')).toBeNull();
    const { code, stdout } = rdbkit(['verify', '--key-names=none', damaged]);
    expect(code).toBe(1);
    expect(stdout).toContain('db 0, list: the list holds nothing');
    expect(stdout).not.toContain('4711');
  });

  it('nor is there one in the metrics', () => {
    const target = directory.join('rdbkit.prom');
    rdbkit(['verify', '--key-names', 'none', '--metrics', target, damaged]);
    expect(readFileSync(target, 'utf8')).toContain('EMPTY_COLLECTION');
    expect(readFileSync(target, 'utf8')).not.toContain('4711');
  });

  it('says nothing more or less of a sound file', () => {
    const sound = directory.write('sound.rdb', SOUND);
    expect(rdbkit(['verify', '--key-names', 'none', sound])).toEqual(rdbkit(['verify', sound]));
    expect(rdbkit(['verify', '--key-names', 'some', sound]).code).toBe(2);
  });
});
