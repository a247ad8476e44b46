import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { len, stringValue } from '../helpers/rdb-builder.js';
import { truthOf } from '../helpers/truth.js';
import { Directory, NEWER, NO_CHECKSUM, redis72, SOUND, someKeys, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { BIN, bash, ENVIRONMENT, rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const other = directory.write(
  'other.rdb',
  redis72().selectDb(0).resizeDb(2, 0).key('session', stringValue('w')).key('user:1', stringValue('x')).finish(),
);
let outputs = 0;

/** A folder for what one run writes. */
function folder(): string {
  const path = directory.join(`out-${outputs++}`);
  mkdirSync(path);
  return path;
}

/** Exports with -o, and gives what is in the folder then. */
function exported(args: readonly string[], stdin?: Uint8Array) {
  const into = folder();
  const ran = rdbkit(['export', ...args, '--format', 'rdb', '-o', `${into}/out.rdb`], stdin ? { stdin } : {});
  return { ...ran, into, files: readdirSync(into).sort() };
}

/** `db key` of every key of a file, which must be whole. */
async function keysOf(path: string): Promise<string[]> {
  const { result, records } = await truthOf(readFileSync(path), { sized: true });
  expect(result.complete).toBe(true);
  return records.map(({ db, key }) => `${db} ${Buffer.from(key, 'base64').toString()}`);
}

const ALL = ['0 session', '0 tags', '3 name'];

describe('export --format rdb', () => {
  it('writes a dump that is sound, and nothing else', async () => {
    const { code, stdout, stderr, into, files } = exported([sound]);
    expect({ code, stdout, stderr, files }).toEqual({ code: 0, stdout: '', stderr: '', files: ['out.rdb'] });
    expect(await keysOf(`${into}/out.rdb`)).toEqual(ALL);
    expect(rdbkit(['verify', '--quiet', `${into}/out.rdb`])).toMatchObject({ code: 0, stdout: '' });
  });

  it('writes the same to standard output, and to a pipe that has a name', async () => {
    const into = folder();
    const script = `$rdbkit export --format rdb "${sound}" > "${into}/a" && mkfifo "${into}/pipe" &&
      { cat "${into}/pipe" > "${into}/b" & } && $rdbkit export --format rdb "${sound}" -o "${into}/pipe" && wait`;
    expect(bash(script)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await keysOf(`${into}/a`)).toEqual(ALL);
    expect(readFileSync(`${into}/b`)).toEqual(readFileSync(`${into}/a`));
  });

  it.each<[string, string[], string[]]>([
    ['a database', ['--db', '3'], ['3 name']],
    ['names', ['--match', 's*'], ['0 session']],
    ['a type', ['--type', 'set'], ['0 tags']],
    ['elements', ['--min-elements', '2'], ['0 tags']],
    ['a time to live', ['--ttl', 'any'], ['0 session']],
    ['so many', ['--limit', '2'], ['0 session', '0 tags']],
    ['none that fits', ['--match', 'nothing'], []],
  ])('takes only the keys that filters let pass: %s', async (_, filters, keys) => {
    const { code, into } = exported([sound, ...filters]);
    expect(code).toBe(0);
    expect(await keysOf(`${into}/out.rdb`)).toEqual(keys);
  });

  it('reads a gzip, and standard input', async () => {
    const packed = directory.write('sound.rdb.gz', gzipSync(SOUND));
    for (const [input, stdin] of [[packed], ['-', SOUND], ['-', gzipSync(SOUND)]] as [string, Uint8Array?][]) {
      const { code, into } = exported([input], stdin);
      expect(code).toBe(0);
      expect(await keysOf(`${into}/out.rdb`)).toEqual(ALL);
    }
  });

  it('merges, and standard input can be one of them', async () => {
    const { code, into } = exported(['-', other, '--on-conflict', 'first'], SOUND);
    expect(code).toBe(0);
    expect(await keysOf(`${into}/out.rdb`)).toEqual(['0 session', '0 tags', '0 user:1', '3 name']);
  });
});

describe('a key that comes twice', () => {
  it('is an error that names it, and nothing is written', () => {
    const { code, stderr, files } = exported([sound, other]);
    expect({ code, files }).toEqual({ code: 1, files: [] });
    expect(stderr).toContain('"session" in database 0');
    expect(stderr).toContain('--on-conflict first or last');
  });

  it('is named so that no terminal minds', () => {
    const bad = directory.write('bad.rdb', redis72().selectDb(0).key('\x1b[2Jx', stringValue('1')).finish());
    const again = directory.write('again.rdb', redis72().selectDb(0).key('\x1b[2Jx', stringValue('2')).finish());
    const { code, stderr } = exported([bad, again]);
    expect(code).toBe(1);
    expect(stderr).toContain('\\x1b[2Jx');
    expect(stderr).not.toContain('\x1b');
  });

  it.each([
    ['first', 'v'],
    ['last', 'w'],
  ])('is taken from the %s input', async (which, value) => {
    const { code, stderr, into } = exported([sound, other, '--on-conflict', which]);
    expect(code).toBe(0);
    expect(stderr).toContain('a key was left out');
    const { records } = await truthOf(readFileSync(`${into}/out.rdb`), { sized: true });
    const session = records.find(({ key }) => Buffer.from(key, 'base64').toString() === 'session');
    expect(Buffer.from(String(session?.value), 'base64').toString()).toBe(value);
  });
});

describe('--split', () => {
  it.each<[string, string[]]>([
    ['db', ['out-db-0.rdb', 'out-db-3.rdb']],
    ['prefix', ['out-no-prefix.rdb', 'out-prefix-user.rdb']],
    ['2', ['out-slots-0-8191.rdb', 'out-slots-8192-16383.rdb']],
  ])('writes several files: %s', async (by, names) => {
    const { code, files, into } = exported([sound, other, '--on-conflict', 'last', '--split', by]);
    expect({ code, files }).toEqual({ code: 0, files: names });
    const keys = await Promise.all(names.map((name) => keysOf(`${into}/${name}`)));
    expect(keys.flat().sort()).toEqual([...ALL, '0 user:1'].sort());
    expect(rdbkit(['verify', '--quiet', ...names.map((name) => `${into}/${name}`)])).toMatchObject({ code: 0 });
  });
});

describe('a damaged input', () => {
  it.each([
    ['a wrong checksum', WRONG_CHECKSUM, 'RDB_CHECKSUM_MISMATCH'],
    ['cut off', TRUNCATED, 'RDB_TRUNCATED'],
    ['cut off, in a gzip', gzipSync(TRUNCATED), 'RDB_TRUNCATED'],
    ['no dump at all', Buffer.from('hello, world'), 'NOT_A_BACKUP'],
  ])('gives no file, and 1: %s', (name, bytes, finding) => {
    const path = directory.write('damaged', bytes);
    const { code, stderr, files } = exported([path]);
    expect({ code, files }).toEqual({ code: 1, files: [] });
    if (finding !== 'NOT_A_BACKUP') expect(stderr, name).toContain(finding);
  });

  it('leaves the file alone that was there', () => {
    const into = folder();
    const path = directory.write('damaged', TRUNCATED);
    const script = `echo before > "${into}/out.rdb"; $rdbkit export --format rdb "${path}" -o "${into}/out.rdb"`;
    expect(bash(script).code).toBe(1);
    expect(readFileSync(`${into}/out.rdb`, 'utf8')).toBe('before\n');
    expect(readdirSync(into)).toEqual(['out.rdb']);
  });

  it.each<[string, string[], string[]]>([
    ['one input', ['-'], ['0 session', '0 tags']],
    ['several', ['-', other, '--on-conflict', 'last'], ['0 session', '0 tags', '0 user:1']],
    ['with a filter on values', ['-', '--min-elements', '1'], ['0 session', '0 tags']],
    ['split', ['-', '--split', 'db'], []],
  ])('gives what stands in front of the damage with --partial, as a whole dump: %s', async (_, args, keys) => {
    const { code, stderr, into, files } = exported([...args, '--partial'], TRUNCATED);
    expect(code).toBe(1);
    expect(stderr).toContain('RDB_TRUNCATED');
    expect(files).toEqual(args.includes('--split') ? ['out-db-0.rdb'] : ['out.rdb']);
    const found = await keysOf(`${into}/${files[0]}`);
    expect(found.sort()).toEqual(keys.length > 0 ? keys : ['0 session', '0 tags']);
  });

  it('gives all of it with --partial when only the checksum is wrong', async () => {
    const { code, into } = exported([directory.write('damaged', WRONG_CHECKSUM), '--partial']);
    expect(code).toBe(1);
    expect(await keysOf(`${into}/out.rdb`)).toEqual(ALL);
  });

  it('may have no key at all in front of the damage', async () => {
    const cut = redis72()
      .selectDb(0)
      .resizeDb(1, 0)
      .bytes(Buffer.of(0, 1, 0x6b), len(100))
      .unfinished();
    const { code, into } = exported([directory.write('damaged', cut), '--partial']);
    expect(code).toBe(1);
    expect(await keysOf(`${into}/out.rdb`)).toEqual([]);
  });
});

describe('what cannot be told', () => {
  it('is copied from a version that is newer, and said', async () => {
    const { code, stderr, files } = exported([directory.write('newer.rdb', NEWER)]);
    expect({ code, files }).toEqual({ code: 3, files: ['out.rdb'] });
    expect(stderr).toContain('version 42');
  });

  it('is the dataset when commands follow', () => {
    const aof = Buffer.concat([NO_CHECKSUM, Buffer.from('*2\r\n$3\r\nDEL\r\n$4\r\nname\r\n')]);
    const { code, files } = exported([directory.write('mixed.aof', aof)]);
    expect({ code, files }).toEqual({ code: 3, files: [] });
  });
});

describe('what cannot be done', () => {
  it.each<[string, string[], string]>([
    ['no such input', ['nowhere.rdb', '-o', 'out.rdb'], 'nowhere.rdb'],
    ['several files to standard output', [sound, '--split', 'db'], '-o'],
    ['no way to split', [sound, '--split', 'size', '-o', 'out.rdb'], 'slot, db or prefix'],
    ['into no file', [sound, '--split', '0', '-o', 'out.rdb'], '1 to 16384'],
    ['a target for values', [sound, '--target', 'redis-7.0', '-o', 'out.rdb'], '--target'],
    ['onto the input', [sound, '-o', sound], 'is an input'],
    ['into no directory', [sound, '-o', '/nowhere/out.rdb'], '/nowhere'],
    ['onto a directory', [sound, '-o', directory.path], 'directory'],
  ])('is exit status 2: %s', (_, args, said) => {
    const { code, stdout, stderr } = rdbkit(['export', '--format', 'rdb', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('unexpected');
    expect(readFileSync(sound)).toEqual(SOUND);
  });

  it('--on-conflict for another format is exit status 2', () => {
    const args = ['export', '--format', 'jsonl', sound, '--on-conflict', 'first'];
    expect(rdbkit(args)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s leaves no part of a file', async (signal, status) => {
    const into = folder();
    const args = [BIN, 'export', '--format', 'rdb', '-', '-o', `${into}/out.rdb`];
    const child = spawn(process.execPath, args, { env: ENVIRONMENT });
    child.stdin.on('error', () => undefined);
    // Half of a value that is larger than any buffer between the two.
    const half = 4 * 1024 * 1024;
    const head = someKeys()
      .selectDb(4)
      .bytes(Buffer.of(0, 1, 0x6b), len(2 * half))
      .unfinished();
    await new Promise((resolve) => child.stdin.write(Buffer.concat([head, Buffer.alloc(half)]), resolve));
    const before = readdirSync(into);
    child.kill(signal);
    const [code] = (await once(child, 'close')) as [number | null];
    expect(before).toHaveLength(1);
    expect({ code, files: readdirSync(into) }).toEqual({ code: status, files: [] });
  });
});
