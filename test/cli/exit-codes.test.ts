import { describe, expect, it } from 'vitest';
import { stringValue } from '../helpers/rdb-builder.js';
import {
  Directory,
  NEWER,
  NO_CHECKSUM,
  redis72,
  SOUND,
  someKeys,
  TRAILING,
  TRUNCATED,
  WRONG_CHECKSUM,
} from './files.js';
import { codesOf, documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const damaged = directory.write('damaged.rdb', WRONG_CHECKSUM);
const missing = directory.join('missing.rdb');
const newer = directory.write('newer.rdb', NEWER);

const UNKNOWN_TYPE = 63;
const UNKNOWN_OPCODE = 0xf0;

describe('the exit code of one file', () => {
  it.each([
    ['sound', SOUND, 0, []],
    ['checksum wrong', WRONG_CHECKSUM, 1, ['RDB_CHECKSUM_MISMATCH']],
    ['checksum zero', NO_CHECKSUM, 0, ['RDB_CHECKSUM_DISABLED']],
    ['bytes behind the end', TRAILING, 0, ['RDB_TRAILING_BYTES']],
    ['truncated', TRUNCATED, 1, ['RDB_TRUNCATED']],
    ['newer version, checksum good', NEWER, 3, ['RDB_VERSION_NEWER']],
    ['unknown opcode, checksum good', withByte(UNKNOWN_OPCODE, 'right'), 3, ['RDB_UNKNOWN_OPCODE']],
    ['unknown type, checksum good', withByte(UNKNOWN_TYPE, 'right'), 3, ['RDB_UNKNOWN_TYPE']],
    ['unknown type, checksum wrong', withByte(UNKNOWN_TYPE, 'wrong'), 1, ['RDB_CHECKSUM_MISMATCH', 'RDB_UNKNOWN_TYPE']],
    ['newer version, checksum wrong', someKeys(42).finish('wrong'), 1, ['RDB_CHECKSUM_MISMATCH', 'RDB_VERSION_NEWER']],
  ] as const)('%s', (name, bytes, code, codes) => {
    const path = directory.write(`${name.replaceAll(/\W/g, '-')}.rdb`, bytes);
    const ran = rdbkit(['verify', '--json', path]);
    expect(codesOf(ran).sort()).toEqual(codes);
    expect(ran.code).toBe(code);
    // The form of the output changes nothing.
    expect(rdbkit(['verify', path]).code).toBe(code);
    expect(rdbkit(['verify', '--quiet', path]).code).toBe(code);
  });

  it('of a file that is not there', () => {
    const ran = rdbkit(['verify', '--json', missing]);
    expect(codesOf(ran)).toEqual(['INPUT_UNREADABLE']);
    expect(ran.code).toBe(2);
  });
});

describe('over several files 2 beats 1 beats 3 beats 0', () => {
  it.each([
    ['sound, sound', 0, [sound, sound]],
    ['sound, newer', 3, [sound, newer]],
    ['newer, sound', 3, [newer, sound]],
    ['newer, damaged, sound', 1, [newer, damaged, sound]],
    ['sound, damaged, newer', 1, [sound, damaged, newer]],
    ['missing, damaged, newer, sound', 2, [missing, damaged, newer, sound]],
    ['sound, newer, damaged, missing', 2, [sound, newer, damaged, missing]],
    ['missing, newer', 2, [missing, newer]],
  ])('%s: %i', (_, code, paths) => {
    const ran = rdbkit(['verify', '--json', ...paths]);
    expect(ran.code).toBe(code);
    expect(documentOf(ran)).toMatchObject({ ok: code === 0, files: paths.map((path) => ({ path })) });
  });
});

describe('a result that is not whole', () => {
  const truncated = directory.write('cut.rdb', TRUNCATED);

  it.each([[[]], [['--json']], [['--quiet']]])('is said on standard error and never exit 0: verify %j', (flags) => {
    const ran = rdbkit(['verify', ...flags, truncated]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('cut.rdb');
  });

  it('is said in the document', () => {
    const document = documentOf(rdbkit(['verify', '--json', sound, truncated]));
    expect(document).toMatchObject({ ok: false, complete: false, files: [{ complete: true }, { complete: false }] });
  });

  it('is said in the text', () => {
    expect(rdbkit(['verify', truncated]).stdout).toMatch(/could not be read to its end/);
  });

  it('and of whole files nothing is said on standard error', () => {
    expect(rdbkit(['verify', sound]).stderr).toBe('');
    expect(rdbkit(['verify', damaged]).stderr).toBe('');
  });
});

/** Two keys, and between them a byte that means nothing. */
function withByte(byte: number, trailer: 'right' | 'wrong'): Buffer {
  return redis72()
    .selectDb(0)
    .resizeDb(2, 0)
    .key('a', stringValue('v'))
    .bytes(Buffer.of(byte, 1, 0x61, 1, 0x61))
    .key('b', stringValue('v'))
    .finish(trailer);
}
