import { chmodSync, mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { randomBytes } from '../helpers/random.js';
import { stringValue } from '../helpers/rdb-builder.js';
import { Directory, redis72, SOUND, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { codesOf, documentOf } from './json.js';
import { bash, rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const AOF = '*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n';
const MANIFEST = 'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n';

/** More than a pipe holds and more than a window takes at once, so that it comes in pieces. */
const LARGE = redis72()
  .selectDb(0)
  .resizeDb(1, 0)
  .key('large', stringValue(randomBytes(1, 3_000_000)))
  .finish();

describe('standard input', () => {
  it('cat dump | rdbkit verify -', () => {
    const ran = bash(`cat "${sound}" | $rdbkit verify --json -`);
    expect(documentOf(ran)).toMatchObject({
      ok: true,
      files: [{ path: '-', kind: 'rdb', keys: 3, bytes: SOUND.length }],
    });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  });

  it('a large one', () => {
    const ran = rdbkit(['verify', '--json', '-'], { stdin: LARGE });
    expect(documentOf(ran)).toMatchObject({ ok: true, files: [{ bytes: LARGE.length, checksum: { status: 'ok' } }] });
  });

  it('damaged', () => {
    expect(rdbkit(['verify', '-'], { stdin: WRONG_CHECKSUM }).code).toBe(1);
  });

  it('truncated', () => {
    const ran = rdbkit(['verify', '--json', '-'], { stdin: TRUNCATED });
    expect(codesOf(ran)).toEqual(['RDB_TRUNCATED']);
    expect(ran.code).toBe(1);
  });

  it('empty', () => {
    const ran = rdbkit(['verify', '--json', '-'], { stdin: new Uint8Array(0) });
    expect(codesOf(ran)).toEqual(['INPUT_EMPTY']);
    expect(ran.code).toBe(1);
  });

  it('beside files', () => {
    const ran = rdbkit(['verify', '--json', sound, '-'], { stdin: WRONG_CHECKSUM });
    expect(documentOf(ran).files.map(({ path, ok }) => [path, ok])).toEqual([
      [sound, true],
      ['-', false],
    ]);
  });

  it('a claim of 2^40 bytes does not wait for them', () => {
    const claim = redis72().selectDb(0).bytes(Buffer.from('000161810000010000000000', 'hex'), 'short').unfinished();
    const ran = rdbkit(['verify', '--json', '-'], { stdin: claim });
    expect(ran.code).toBe(1);
    expect(documentOf(ran)).toMatchObject({ ok: false, complete: false });
  });
});

describe('gzip around a dump', () => {
  it.each([
    ['a file', SOUND],
    ['a large file', LARGE],
  ])('%s', (name, bytes) => {
    const path = directory.write(`${name.replaceAll(' ', '-')}.gz`, gzipSync(bytes));
    const ran = rdbkit(['verify', '--json', path]);
    expect(documentOf(ran)).toMatchObject({ ok: true, files: [{ kind: 'rdb', bytes: bytes.length, ok: true }] });
    expect(ran.code).toBe(0);
  });

  it('gzip -c dump | rdbkit verify --json -', () => {
    const ran = bash(`gzip -c "${sound}" | $rdbkit verify --json -`);
    expect(documentOf(ran)).toMatchObject({ ok: true, files: [{ path: '-', keys: 3 }] });
    expect(ran.code).toBe(0);
  });

  it('several members one behind the other', () => {
    const path = directory.write(
      'members.gz',
      Buffer.concat([gzipSync(SOUND.subarray(0, 40)), gzipSync(SOUND.subarray(40))]),
    );
    expect(rdbkit(['verify', path]).code).toBe(0);
  });

  it.each([
    ['in the middle', gzipSync(LARGE).subarray(0, 1_000_000)],
    ['in its trailer', gzipSync(SOUND).subarray(0, -3)],
    ['in its header', gzipSync(SOUND).subarray(0, 5)],
  ])('truncated %s', (name, bytes) => {
    const path = directory.write(`cut-${name.replaceAll(' ', '-')}.gz`, bytes);
    const ran = rdbkit(['verify', '--json', path]);
    expect(codesOf(ran)).toContain('GZIP_TRUNCATED');
    expect(documentOf(ran)).toMatchObject({ ok: false, complete: false });
    expect(ran.code).toBe(1);
  });

  it('damaged in the middle', () => {
    const bytes = gzipSync(LARGE);
    bytes.fill(0xff, 500_000, 500_100);
    const ran = rdbkit(['verify', '--json', directory.write('damaged.gz', bytes)]);
    expect(documentOf(ran).ok).toBe(false);
    expect(ran.code).toBe(1);
  });

  it('whose own checksum does not match', () => {
    const bytes = gzipSync(SOUND);
    bytes[bytes.length - 8] ^= 1;
    const ran = rdbkit(['verify', '--json', directory.write('sum.gz', bytes)]);
    expect(codesOf(ran)).toContain('GZIP_DAMAGED');
    expect(ran.code).toBe(1);
  });

  it('damage in what it holds', () => {
    const ran = rdbkit(['verify', '--json', directory.write('wrong.gz', gzipSync(WRONG_CHECKSUM))]);
    expect(codesOf(ran)).toEqual(['RDB_CHECKSUM_MISMATCH']);
    expect(ran.code).toBe(1);
  });
});

describe('the kind is told by content, never by the name', () => {
  it.each(['dump.aof', 'dump.gz', 'dump.txt', 'appendonly.manifest', 'dump'])('a dump called %s', (name) => {
    const ran = rdbkit(['verify', '--json', directory.write(name, SOUND)]);
    expect(documentOf(ran)).toMatchObject({ ok: true, files: [{ kind: 'rdb' }] });
  });
});

describe('what is not verified', () => {
  it.each([
    ['an empty file', '', 'INPUT_EMPTY', 1],
    ['a text file', 'Dear reader,\nthis is no dump.\n', 'INPUT_NOT_A_BACKUP', 1],
    ['a binary file', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'INPUT_NOT_A_BACKUP', 1],
    ['zstd', Buffer.from('28b52ffd2409490000', 'hex'), 'ZSTD_NOT_READ', 3],
    ['the compressed envelope of Valkey', Buffer.from('5643530101000104224d18', 'hex'), 'VCS_NOT_READ', 3],
  ])('%s', (name, content, code, exit) => {
    const path = directory.write(name.replaceAll(' ', '-'), content);
    const ran = rdbkit(['verify', '--json', path]);
    expect(codesOf(ran)).toEqual([code]);
    expect(documentOf(ran).ok).toBe(false);
    expect(ran.code).toBe(exit);
  });

  it('says the remedy for zstd', () => {
    const path = directory.write('dump.rdb.zst', Buffer.from('28b52ffd2409490000', 'hex'));
    expect(rdbkit(['verify', path]).stdout).toContain('zstd -d');
  });

  it('an append-only file with an RDB in front of its commands', () => {
    const preamble = redis72().aux('aof-preamble', '1').selectDb(0).resizeDb(1, 0).key('k', stringValue('v')).finish();
    const ran = rdbkit([
      'verify',
      '--json',
      directory.write('preamble.aof', Buffer.concat([preamble, Buffer.from(AOF)])),
    ]);
    expect(documentOf(ran)).toMatchObject({ ok: true, files: [{ kind: 'aof', keys: 1, commands: 2 }] });
    expect(ran.code).toBe(0);
    const shallow = rdbkit(['verify', '--json', '--level', 'checksum', directory.join('preamble.aof')]);
    expect(codesOf(shallow)).toEqual(['AOF_NOT_CHECKED']);
    expect(shallow.code).toBe(3);
  });
});

describe('what cannot be read', () => {
  it('a file that is not there', () => {
    const path = directory.join('nowhere.rdb');
    const ran = rdbkit(['verify', path]);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain(path);
    expect(rdbkit(['verify', directory.join('no', 'where.rdb')]).code).toBe(2);
  });

  // Root may read everything, so there is nothing to see then.
  it.skipIf(process.getuid?.() === 0)('a file without permission (not as root)', () => {
    const path = directory.write('secret.rdb', SOUND);
    chmodSync(path, 0);
    const ran = rdbkit(['verify', '--json', path]);
    expect(codesOf(ran)).toEqual(['INPUT_UNREADABLE']);
    expect(ran.code).toBe(2);
  });
});

describe('directories', () => {
  it('holds several dumps, in the order of their names', () => {
    const path = folder('shards', { 'b.rdb': SOUND, 'a.rdb': WRONG_CHECKSUM, 'notes.txt': 'no dump' });
    const ran = rdbkit(['verify', '--json', path]);
    expect(documentOf(ran).files.map((file) => [file.path, file.ok])).toEqual([
      [directory.join('shards', 'a.rdb'), false],
      [directory.join('shards', 'b.rdb'), true],
    ]);
    expect(ran.code).toBe(1);
  });

  it('holds no dump', () => {
    const ran = rdbkit(['verify', '--json', folder('empty', { 'notes.txt': 'no dump' })]);
    expect(codesOf(ran)).toEqual(['INPUT_NO_BACKUP_IN_DIRECTORY']);
    expect(ran.code).toBe(2);
  });

  it('is searched by content: compressed dumps and odd names are found, other files are counted', () => {
    const path = folder('mixed', {
      'backup.gz': gzipSync(SOUND),
      'dump.rdb': SOUND,
      'dump.rdb.bak': WRONG_CHECKSUM,
      'notes.txt': 'no dump',
      'temp-4711.rdb': SOUND.subarray(0, 20),
    });
    const ran = rdbkit(['verify', '--json', path]);
    const { files, leftOut } = documentOf(ran);
    expect(files.map((file) => [basename(file.path), file.ok])).toEqual([
      ['backup.gz', true],
      ['dump.rdb', true],
      ['dump.rdb.bak', false],
    ]);
    expect(leftOut).toBe(2);
    expect(ran.stderr).toContain('2 files');
    expect(ran.code).toBe(1);
  });

  it('is an append-only set', () => {
    const path = folder('appendonlydir', { 'appendonly.aof.manifest': MANIFEST });
    const ran = rdbkit(['verify', '--json', path]);
    expect(documentOf(ran)).toMatchObject({ ok: false, files: [{ path, kind: 'aof-set' }] });
    expect(codesOf(ran)).toContain('AOF_PART_MISSING');
    expect(ran.code).toBe(1);
  });

  it('is a data directory with a dump and an append-only set: both are looked at', () => {
    const path = folder('data', { 'dump.rdb': SOUND });
    folder('data/appendonlydir', { 'appendonly.aof.manifest': MANIFEST });
    const ran = rdbkit(['verify', '--json', path]);
    expect(documentOf(ran).files.map(({ kind, ok }) => [kind, ok])).toEqual([
      ['rdb', true],
      ['aof-set', false],
    ]);
    expect(ran.code).toBe(1);
  });
});

describe('--jobs', () => {
  const paths = [
    directory.write('0.rdb', LARGE),
    directory.write('1.rdb', SOUND),
    directory.join('2.rdb'),
    directory.write('3.rdb', WRONG_CHECKSUM),
    directory.write('4.rdb', LARGE),
  ];

  it.each(['1', '2', '3', '16'])('%s: reports stand in the order of the inputs', (jobs) => {
    const ran = rdbkit(['verify', '--json', '--jobs', jobs, ...paths]);
    const { files } = documentOf(ran);
    expect(files.map(({ path }) => path)).toEqual(paths);
    expect(files.map(({ ok }) => ok)).toEqual([true, true, false, false, true]);
    expect(ran.code).toBe(2);
  });

  it('2: three sound files', () => {
    const ran = rdbkit(['verify', '--jobs', '2', paths[0], paths[1], paths[4]]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  });

  it('2: a directory', () => {
    const path = folder('jobs', { 'a.rdb': SOUND, 'b.rdb': LARGE, 'c.rdb': SOUND });
    const ran = rdbkit(['verify', '--json', '--jobs', '2', path]);
    expect(documentOf(ran).files.map((file) => file.keys)).toEqual([3, 1, 3]);
    expect(ran.code).toBe(0);
  });

  it('2: standard input among files', () => {
    const ran = rdbkit(['verify', '--json', '--jobs', '2', paths[1], '-', paths[3]], { stdin: LARGE });
    expect(documentOf(ran).files.map(({ path, ok }) => [path, ok])).toEqual([
      [paths[1], true],
      ['-', true],
      [paths[3], false],
    ]);
  });
});

function folder(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  mkdirSync(directory.join(name), { recursive: true });
  for (const [file, content] of Object.entries(files)) directory.write(`${name}/${file}`, content);
  return directory.join(name);
}
