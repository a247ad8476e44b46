import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { STATS_TABLES } from '../../src/report/stats/tables.js';
import { FIXTURES } from '../helpers/corpus.js';
import { hashValue, len, stringValue } from '../helpers/rdb-builder.js';
import { Directory, NEWER, redis72, SOUND, someKeys, TRAILING, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { BIN, bash, ENVIRONMENT, type Ran, rdbkit } from './run.js';

interface Totals {
  readonly keys: number;
  readonly expires: number;
  readonly bytes: number;
  readonly memory: number;
  readonly elements: number;
}

interface FileEntry {
  readonly path: string;
  readonly kind: string;
  readonly complete: boolean;
  readonly outcome?: string;
  readonly keys?: number;
  readonly findings?: readonly { readonly code: string }[];
  readonly commands?: readonly { readonly name: string; readonly calls: number }[];
  readonly dump?: { readonly totals: Totals } | null;
}

interface StatsDocument {
  readonly complete: boolean;
  readonly limited: boolean;
  readonly files: readonly FileEntry[];
  readonly totals?: Totals;
  readonly perFile?: readonly { readonly complete: boolean; readonly totals: Totals }[];
}

function documentOf({ stdout }: Ran): StatsDocument {
  const document = JSON.parse(stdout);
  expect(document.schema).toBe(1);
  return document;
}

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const cut = directory.write('cut.rdb', TRUNCATED);
const wrong = directory.write('wrong.rdb', WRONG_CHECKSUM);
const newer = directory.write('newer.rdb', NEWER);
const text = directory.write('notes.txt', 'hello world\n');
const missing = directory.join('missing.rdb');

const COMMANDS = '*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$6\r\nuser:1\r\n$1\r\nv\r\n';
const BASE = redis72()
  .aux('aof-preamble', '1')
  .selectDb(0)
  .key('base:1', stringValue('v'))
  .key('base:2', stringValue('v'))
  .key('other', stringValue('v'))
  .finish();
const log = directory.write('log.aof', COMMANDS);
const hybrid = directory.write('hybrid.aof', Buffer.concat([BASE, Buffer.from(COMMANDS)]));

/** A data directory with a set of these two parts. */
function set(name: string, base: Uint8Array, incr: string): string {
  mkdirSync(directory.join(name, 'appendonlydir'), { recursive: true });
  directory.write(`${name}/appendonlydir/appendonly.aof.1.base.rdb`, base);
  directory.write(`${name}/appendonlydir/appendonly.aof.1.incr.aof`, incr);
  directory.write(
    `${name}/appendonlydir/appendonly.aof.manifest`,
    'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n',
  );
  return directory.join(name);
}

const unknownType = redis72()
  .selectDb(0)
  .key('a', stringValue('v'))
  .bytes(Buffer.of(63, 1, 0x61, 1, 0x61))
  .key('b', stringValue('v'))
  .finish();

describe('how stats ends', () => {
  it.each([
    ['sound', SOUND, 0, true, 'sound', 3, []],
    ['in gzip', gzipSync(SOUND), 0, true, 'sound', 3, []],
    ['bytes behind the end', TRAILING, 0, true, 'sound', 3, ['RDB_TRAILING_BYTES']],
    ['checksum wrong', WRONG_CHECKSUM, 1, true, 'damaged', 3, ['RDB_CHECKSUM_MISMATCH']],
    ['truncated', TRUNCATED, 1, false, 'damaged', 2, ['RDB_TRUNCATED']],
    ['newer version', NEWER, 3, true, 'unknown', 3, ['RDB_VERSION_NEWER']],
    ['newer version, checksum wrong', someKeys(42).finish('wrong'), 1, true, 'damaged', 3, undefined],
    ['unknown type', unknownType, 3, false, 'unknown', 1, ['RDB_UNKNOWN_TYPE']],
  ] as const)('%s: exit %#', (name, bytes, code, complete, outcome, keys, codes) => {
    const path = directory.write(`${name.replaceAll(/\W/g, '-')}.rdb`, bytes);
    const ran = rdbkit(['stats', '--json', path]);
    const { files, ...document } = documentOf(ran);
    expect(document).toMatchObject({ complete, limited: false, totals: { keys } });
    expect(files).toMatchObject([{ path, kind: 'rdb', complete, outcome, keys }]);
    if (codes) expect(files[0].findings?.map((finding) => finding.code)).toEqual(codes);
    expect(ran.code).toBe(code);
    // What is wrong is said on standard error, in every form of output.
    if (code === 0) expect(ran.stderr).toBe('');
    else expect(ran.stderr).toContain(path);
    const plain = rdbkit(['stats', path]);
    expect(plain.code).toBe(code);
    expect(plain.stderr).toBe(ran.stderr);
    expect(/NOT COMPLETE/.test(plain.stdout)).toBe(!complete);
  });

  it.each([
    ['is not there', missing, 2, 'there is no such file'],
    ['has zero bytes', directory.write('zero', ''), 1, 'zero bytes'],
    ['is no backup', text, 1, 'no RDB or append-only file'],
    ['is in zstd', directory.write('zstd', Buffer.from('28b52ffd0000', 'hex')), 3, 'zstd'],
  ])('of something that %s', (_, path, code, words) => {
    const ran = rdbkit(['stats', '--json', path]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' });
    expect(ran.stderr).toContain(`${path}: `);
    expect(ran.stderr).toContain(words);
  });

  it.each([
    [['--depth', '17'], 'the depth is a number from 1 to 16'],
    [['--separator', '123456789'], 'a separator has 1 to 8 bytes'],
    [['--separator', ''], 'a separator has 1 to 8 bytes'],
    [['--regex', '('], 'regular expression'],
    [['--table', 'nothing'], '--table'],
    [['--top', '0'], '--top'],
    [['--for', 'redis-1'], '--for'],
  ])('of options that make no sense: %j', (flags, words) => {
    const ran = rdbkit(['stats', ...flags, sound]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toContain(sound);
  });
});

describe('several inputs', () => {
  const others = ['all-types', 'databases', 'lfu'].map((name) => `${FIXTURES}/redis-7.0/${name}.rdb`);

  it('add up', () => {
    const singles = others.map((path) => documentOf(rdbkit(['stats', '--json', path])).totals);
    const all = documentOf(rdbkit(['stats', '--json', ...others]));
    for (const sum of ['keys', 'expires', 'bytes', 'memory', 'elements'] as const) {
      expect(all.totals?.[sum]).toBe(singles.reduce((total, one) => total + (one?.[sum] ?? Number.NaN), 0));
    }
    expect(all.files.map(({ path, keys }) => [path, keys])).toEqual(others.map((path, i) => [path, singles[i]?.keys]));
    const apart = documentOf(rdbkit(['stats', '--json', '--per-file', ...others]));
    expect(apart).not.toHaveProperty('totals');
    expect(apart.perFile?.map(({ totals }) => totals)).toEqual(singles);
    expect(apart.files).toEqual(all.files);
  });

  it('of which some cannot be read: the others are counted, and the result is not whole', () => {
    const ran = rdbkit(['stats', '--json', sound, text, cut, missing, newer]);
    expect(ran.code).toBe(2);
    expect(documentOf(ran)).toMatchObject({
      complete: false,
      totals: { keys: 8 },
      files: [{ path: sound }, { path: cut, complete: false }, { path: newer }],
    });
    for (const path of [text, cut, missing, newer]) expect(ran.stderr).toContain(`${path}: `);
    expect(ran.stderr).not.toContain(`${sound}: `);
  });

  it.each([
    [[sound, missing], false],
    [[sound, cut], false],
    [[sound, wrong], true],
  ])('kept apart: %j is whole: %s', (paths, complete) => {
    expect(documentOf(rdbkit(['stats', '--json', '--per-file', ...paths])).complete).toBe(complete);
  });

  it.each([
    [[sound, newer], 3],
    [[newer, wrong, sound], 1],
    [[sound, newer, wrong, missing], 2],
  ])('%j: the worst exit status counts', (paths, code) => {
    expect(rdbkit(['stats', ...paths]).code).toBe(code);
  });
});

describe('filters', () => {
  const all = `${FIXTURES}/redis-7.0/all-types.rdb`;
  const databases = `${FIXTURES}/redis-7.0/databases.rdb`;
  const expiry = `${FIXTURES}/redis-8.0/field-expiry.rdb`;

  it.each([
    [databases, ['--db', '1,2']],
    [all, ['--type', 'hash,zset', '--type', 'stream']],
    [all, ['--match', '*a*', '--not-match', '*b*']],
    [all, ['--regex', '^s.*:']],
    [all, ['--ttl', 'any']],
    [all, ['--ttl', 'expired', '--now', '2200-01-01']],
    [all, ['--min-size', '10', '--max-size', '30']],
    [all, ['--min-elements', '10', '--max-elements', '100', '--slot', '0-8191']],
    [expiry, ['--type', 'hash']],
    [all, ['--match', 'list:*', '--limit', '3']],
  ])('%s %j: stats counts what keys lists', (path, flags) => {
    const listed = rdbkit(['keys', '--format', 'jsonl', ...flags, path]);
    const rows: { bytes: number; elements: number; memory: number; expireAtMs: number | null; type: string }[] =
      listed.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    const sum = (of: readonly number[]) => of.reduce((total, n) => total + n, 0);
    const ran = rdbkit(['stats', '--json', ...flags, path]);
    expect(ran.code).toBe(0);
    const { totals, limited } = documentOf(ran);
    expect(totals).toEqual({
      keys: rows.length,
      expires: rows.filter(({ expireAtMs }) => expireAtMs !== null).length,
      bytes: sum(rows.map(({ bytes }) => bytes)),
      memory: sum(rows.map(({ memory }) => memory)),
      elements: sum(rows.map(({ elements }) => elements)),
    });
    expect(limited).toBe(flags.includes('--limit'));
  });

  it('that end the count are no damage, and what stands behind the limit is not looked at', () => {
    const ran = rdbkit(['stats', '--json', '--limit', '2', cut]);
    expect(documentOf(ran)).toMatchObject({ complete: true, limited: true, totals: { keys: 2 } });
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    expect(rdbkit(['stats', '--limit', '2', cut]).stdout).toContain('a limit ended the count');
    expect(rdbkit(['stats', '--limit', '3', cut]).code).toBe(1);
  });

  it('count over all inputs', () => {
    const found = documentOf(rdbkit(['stats', '--json', '--limit', '4', sound, sound, sound]));
    expect(found).toMatchObject({ limited: true, totals: { keys: 4 }, files: [{ keys: 3 }, { keys: 1 }] });
  });
});

describe('append-only files', () => {
  it('a log', () => {
    const ran = rdbkit(['stats', '--json', log]);
    const { files, ...document } = documentOf(ran);
    expect(ran.code).toBe(0);
    expect(document).not.toHaveProperty('totals');
    expect(files).toMatchObject([{ path: log, kind: 'aof', complete: true, dump: null }]);
    expect(files[0].commands?.map(({ name, calls }) => [name, calls])).toContainEqual(['set', 1]);
    expect(rdbkit(['stats', log]).stdout).toContain('set');
  });

  it.each([
    ['one file', hybrid, 'aof'],
    ['in gzip', directory.write('hybrid.gz', gzipSync(Buffer.concat([BASE, Buffer.from(COMMANDS)]))), 'aof'],
    ['a data directory', set('data', BASE, COMMANDS), 'aof-set'],
    ['the directory of the set', directory.join('data', 'appendonlydir'), 'aof-set'],
    ['a manifest', directory.join('data', 'appendonlydir', 'appendonly.aof.manifest'), 'aof-set'],
  ])('with a base: %s', (_, path, kind) => {
    const ran = rdbkit(['stats', '--json', path]);
    expect(ran.code).toBe(0);
    const { files, ...document } = documentOf(ran);
    expect(document).toMatchObject({ complete: true });
    expect(document).not.toHaveProperty('totals');
    expect(files).toMatchObject([{ kind, complete: true, dump: { totals: { keys: 3 } } }]);
    expect(files[0].commands?.map(({ name, calls }) => [name, calls])).toContainEqual(['set', 1]);
  });

  it('a set without commands is counted as its base is', () => {
    const ran = rdbkit(['stats', '--json', '--match', 'base:*', set('fresh', BASE, '')]);
    expect(ran.code).toBe(0);
    expect(documentOf(ran)).toMatchObject({ totals: { keys: 2 }, files: [{ kind: 'aof-set', outcome: 'sound' }] });
  });

  it('without the final dataset, filters mean the keys of its base, and commands that follow are told', () => {
    const base = directory.write('base.rdb', BASE);
    const alone = rdbkit(['stats', '--json', '--match', 'base:*', base]);
    expect(alone.code).toBe(0);
    expect(documentOf(alone)).toMatchObject({ complete: true, totals: { keys: 2 } });
    for (const flags of [
      ['--match', 'base:*'],
      ['--limit', '2'],
    ]) {
      const ran = rdbkit(['stats', '--no-dataset', '--json', ...flags, hybrid]);
      expect(ran.code).toBe(3);
      expect(documentOf(ran)).toMatchObject({ complete: false, totals: { keys: 2 }, files: [{ outcome: 'unknown' }] });
      expect(ran.stderr).toContain('AOF_COMMANDS_BEHIND');
    }
    const ran = rdbkit(['stats', '--no-dataset', '--match', 'base:*', log]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(`${log}: filters choose keys of dumps`);
  });

  it('beside a dump in one run', () => {
    const ran = rdbkit(['stats', '--json', log, sound]);
    expect(ran.code).toBe(0);
    expect(documentOf(ran)).toMatchObject({ totals: { keys: 3 }, files: [{ path: sound }, { path: log }] });
  });

  it('that is cut', () => {
    const path = directory.write('cut.aof', COMMANDS.slice(0, -3));
    const ran = rdbkit(['stats', '--json', path]);
    expect(ran.code).toBe(1);
    expect(documentOf(ran)).toMatchObject({ complete: false, files: [{ complete: false }] });
    expect(ran.stderr).toContain('the result is not whole');
  });
});

describe('directories', () => {
  it('with one dump', () => {
    mkdirSync(directory.join('one'));
    const path = directory.write('one/dump.rdb', SOUND);
    expect(documentOf(rdbkit(['stats', '--json', directory.join('one')]))).toMatchObject({
      files: [{ path, keys: 3 }],
    });
  });

  it('with a dump and a set: which one is asked', () => {
    const path = set('both', BASE, COMMANDS);
    const dump = directory.write('both/dump.rdb', SOUND);
    const ran = rdbkit(['stats', path]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(`${path}: this directory holds 2 backups; say which one: "${dump}"`);
  });

  it('with nothing', () => {
    mkdirSync(directory.join('nothing'));
    const ran = rdbkit(['stats', directory.join('nothing')]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('there is no backup in this directory');
  });
});

describe('streams', () => {
  it.each([
    ['a dump', SOUND, 0, { totals: { keys: 3 }, files: [{ path: '-', kind: 'rdb' }] }],
    ['a dump in gzip', gzipSync(SOUND), 0, { totals: { keys: 3 }, files: [{ kind: 'rdb' }] }],
    ['a log', Buffer.from(COMMANDS), 0, { complete: true, files: [{ path: '-', kind: 'aof', complete: true }] }],
    ['a log in gzip', gzipSync(COMMANDS), 0, { complete: true, files: [{ kind: 'aof', complete: true }] }],
    ['a cut dump', TRUNCATED, 1, { complete: false, files: [{ complete: false, keys: 2 }] }],
    [
      'a log with a base',
      Buffer.concat([BASE, Buffer.from(COMMANDS)]),
      0,
      { complete: true, files: [{ path: '-', kind: 'aof', complete: true, dump: { totals: { keys: 3 } } }] },
    ],
  ] as const)('standard input: %s', (_, stdin, code, expected) => {
    const ran = rdbkit(['stats', '--json', '-'], { stdin });
    expect(documentOf(ran)).toMatchObject(expected);
    expect(ran.code).toBe(code);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello\n'],
  ])('standard input: %s is no backup', (_, stdin) => {
    const ran = rdbkit(['stats', '-'], { stdin: Buffer.from(stdin) });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 1, stdout: '' });
    expect(ran.stderr).toContain('standard input: ');
  });

  it('cannot be read a second time, and are not read at all then', () => {
    const ran = rdbkit(['stats', '--exact', '-'], { stdin: SOUND });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('--exact');
    expect(rdbkit(['stats', '-', '-'], { stdin: SOUND })).toMatchObject({ code: 2, stdout: '' });
  });

  it('pipes with a name, beside a file and standard input', () => {
    const ran = bash(`$rdbkit stats --quiet --json <(cat ${sound}) ${sound} - <(cat ${log}) < ${sound}`);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    const { totals, files } = documentOf(ran);
    expect(totals?.keys).toBe(9);
    expect(files.map(({ kind }) => kind)).toEqual(['rdb', 'rdb', 'rdb', 'aof']);
  });
});

describe('files that are written', () => {
  const fixture = `${FIXTURES}/redis-7.0/all-types.rdb`;

  it.each([...STATS_TABLES])('--table %s', (table) => {
    const path = directory.join(`${table}.csv`);
    const inputs = [fixture, hybrid];
    const ran = rdbkit(['stats', '--csv', path, '--table', table, ...inputs]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 0, stdout: '' });
    const [head, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\r\n');
    const page = readFileSync(new URL('../../docs/stats-json.md', import.meta.url), 'utf8');
    for (const column of head.split(',')) {
      expect(page.includes(`\`${column}\``) || /^(keys|expires|bytes|memory|elements)(Missing)?$/.test(column)).toBe(
        true,
      );
    }
    if (!['functions', 'modules', 'tags', 'rate'].includes(table)) expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row.split(',').length).toBeGreaterThanOrEqual(head.split(',').length);
  });

  it('- is standard output', () => {
    const path = directory.join('same.csv');
    rdbkit(['stats', '--csv', path, sound]);
    const csv = rdbkit(['stats', '--csv', '-', sound]);
    expect(csv).toEqual({ code: 0, stdout: readFileSync(path, 'utf8'), stderr: '' });
    expect(rdbkit(['stats', '--html', '-', sound]).stdout).toMatch(/^<!doctype html>/i);
    expect(rdbkit(['stats', '--csv', '-', '--json', sound])).toMatchObject({ code: 2, stdout: '' });
  });

  it('--quiet prints nothing where all is well, and what is wrong else', () => {
    const quiet = { code: 0, stdout: '', stderr: '' };
    expect(rdbkit(['stats', '-q', sound])).toEqual(quiet);
    expect(rdbkit(['stats', '--quiet', '--csv', directory.join('quiet.csv'), sound])).toEqual(quiet);
    const damaged = rdbkit(['stats', '--quiet', cut]);
    expect({ code: damaged.code, stdout: damaged.stdout }).toEqual({ code: 1, stdout: '' });
    expect(damaged.stderr).toContain('RDB_TRUNCATED');
  });

  it.each(['--csv', '--html'])('%s where nothing can be written', (option) => {
    for (const path of [directory.join('none', 'file'), directory.path]) {
      const ran = rdbkit(['stats', option, path, sound]);
      expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('cannot be written');
    }
    expect(readdirSync(directory.path).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.each(['--csv', '--html'])('%s holds one report', (option) => {
    const path = directory.join('several');
    const ran = rdbkit(['stats', option, path, '--per-file', sound, sound]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('leave out --per-file');
    expect(existsSync(path)).toBe(false);
  });

  it('a page, also of the base of a log', () => {
    for (const [i, input] of [fixture, hybrid].entries()) {
      const path = directory.join(`${i}.html`);
      expect(rdbkit(['stats', '--html', path, input])).toMatchObject({ code: 0, stdout: '' });
      expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/i);
    }
  });

  it('beside a document, and with the exit status of the input', () => {
    const [page, table] = ['x.html', 'x.csv'].map((name) => directory.join(name));
    const ran = rdbkit(['stats', '--html', page, '--csv', table, '--json', cut]);
    expect(ran.code).toBe(1);
    expect(documentOf(ran).complete).toBe(false);
    expect(existsSync(page)).toBe(true);
    expect(readFileSync(table, 'utf8')).toMatch(/^prefix,/);
  });
});

describe('the document', () => {
  it('has no field that is not described', () => {
    const page = readFileSync(new URL('../../docs/stats-json.md', import.meta.url), 'utf8');
    const fields = new Set<string>();
    const collect = (value: unknown, name = ''): void => {
      if (Array.isArray(value)) for (const item of value) collect(item);
      else if (typeof value === 'object' && value !== null && name !== 'aux') {
        for (const [field, item] of Object.entries(value)) {
          fields.add(field);
          collect(item, field);
        }
      }
    };
    const inputs = ['all-types', 'lfu', 'lru', 'functions', 'cluster'].map(
      (name) => `${FIXTURES}/redis-7.0/${name}.rdb`,
    );
    collect(JSON.parse(rdbkit(['stats', '--json', ...inputs, hybrid, cut]).stdout));
    collect(JSON.parse(rdbkit(['stats', '--json', '--max-memory', '1', manyPrefixes()]).stdout));
    for (const field of [
      'end',
      'outcome',
      'unlisted',
      'distinctExact',
      'missing',
      'idleSeconds',
      'frequency',
      'engine',
    ]) {
      expect(fields).toContain(field);
    }
    // Findings are described with those of verify.
    const elsewhere = readFileSync(new URL('../../docs/verify-json.md', import.meta.url), 'utf8');
    const described = (field: string) =>
      [`\`${field}\``, `"${field}"`].some((form) => (page + elsewhere).includes(form));
    expect([...fields].filter((field) => !described(field))).toEqual([]);
  });

  /** More than tables hold that are as small as can be. */
  function manyPrefixes(): string {
    const builder = redis72().selectDb(0);
    for (let i = 0; i < 30_000; i++) builder.key(`p${i}:x`, i % 3 === 0 ? hashValue([['f', 'v']]) : stringValue('v'));
    return directory.write('many-prefixes.rdb', builder.finish('zero'));
  }
});

describe('a reader that goes away', () => {
  it('ends stats quietly', () => {
    const builder = redis72().selectDb(0);
    for (let i = 0; i < 2000; i++) builder.key(`${'name'.repeat(30)}${i}:`, stringValue('v'));
    const path = directory.write('long.rdb', builder.finish());
    const { code, stderr } = bash(
      `set -o pipefail; $rdbkit stats --json --top 2000 ${path} ${path} | head -c 1 >/dev/null`,
    );
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
  });
});

describe('an interrupt', () => {
  it.each([
    ['while a dump arrives', ['-']],
    ['behind a file that was counted', [sound, '-']],
  ])('ends stats with 130: %s', async (_, inputs) => {
    const child = spawn(process.execPath, [BIN, 'stats', '--html', directory.join('never.html'), ...inputs], {
      env: ENVIRONMENT,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
    child.stdin.on('error', () => undefined);
    // Half of a value that is larger than any buffer between the two: once it is taken, the program is at work.
    const half = 4 * 1024 * 1024;
    const head = redis72()
      .selectDb(0)
      .bytes(Buffer.of(0, 1, 0x6b), len(2 * half))
      .unfinished();
    await new Promise((resolve) => child.stdin.write(Buffer.concat([head, Buffer.alloc(half)]), resolve));
    child.kill('SIGINT');
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect({ code, signal, output }).toEqual({ code: 130, signal: null, output: '' });
    expect(existsSync(directory.join('never.html'))).toBe(false);
  });
});
