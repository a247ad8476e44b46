// The export command as text: what it writes, where, and what it says of inputs that are not as they should be.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { commandBytes } from '../../src/resp/command.js';
import { hashValue, len, stringValue, zset2Value } from '../helpers/rdb-builder.js';
import { Directory, NEWER, NO_CHECKSUM, redis72, SOUND, someKeys, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { BIN, bash, ENVIRONMENT, rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const other = directory.write(
  'other.rdb',
  redis72()
    .selectDb(0)
    .resizeDb(1, 0)
    .key(
      'user:1',
      hashValue([
        ['f', '1,"2"\n=3'],
        ['', '\xff'],
      ]),
    )
    .finish(),
);
const empty = directory.write('empty.rdb', redis72().finish());

const LINES = [
  '{"db":0,"key":"session","type":"string","encoding":"embstr","expireAtMs":2000000000000,"value":"v"}',
  '{"db":0,"key":"tags","type":"set","encoding":"hashtable","expireAtMs":null,"value":["a","b"]}',
  '{"db":3,"key":"name","type":"string","encoding":"embstr","expireAtMs":null,"value":"Ada"}',
];
const ROWS = [
  'db,key,type,encoding,expireAtMs,freq,idle,id,field,value,score,fieldExpireAtMs',
  '0,session,string,embstr,2000000000000,,,,,v,,',
  '0,tags,set,hashtable,,,,,,a,,',
  '0,tags,set,hashtable,,,,,,b,,',
  '3,name,string,embstr,,,,,,Ada,,',
];
const COMMANDS = [
  ['SELECT', '0'],
  ['SET', 'session', 'v', 'PXAT', '2000000000000'],
  ['SADD', 'tags', 'a', 'b'],
  ['SELECT', '3'],
  ['SET', 'name', 'Ada'],
];

const text = (lines: readonly string[], end = '\n') => lines.map((line) => line + end).join('');
const WHOLE = {
  jsonl: text(LINES),
  json: `{"schema":1,"keys":[\n${LINES.join(',\n')}\n],"complete":true}\n`,
  csv: text(ROWS, '\r\n'),
  resp: Buffer.concat(COMMANDS.map(commandBytes)).toString(),
};
const FORMATS = Object.entries(WHOLE);
let folders = 0;

function folder(): string {
  const path = directory.join(`out-${folders++}`);
  mkdirSync(path);
  return path;
}

describe.each(FORMATS)('--format %s', (format, whole) => {
  it('writes to standard output, and nothing but that', () => {
    expect(rdbkit(['export', '--format', format, sound])).toEqual({ code: 0, stdout: whole, stderr: '' });
  });

  it('writes the same to a file, and nothing beside it', () => {
    const into = folder();
    const ran = rdbkit(['export', '--format', format, sound, '-o', `${into}/out`]);
    expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readdirSync(into)).toEqual(['out']);
    expect(readFileSync(`${into}/out`, 'utf8')).toBe(whole);
  });

  it('reads standard input, and gzip', () => {
    for (const stdin of [SOUND, gzipSync(SOUND)]) {
      expect(rdbkit(['export', '--format', format, '-'], { stdin })).toEqual({ code: 0, stdout: whole, stderr: '' });
    }
  });

  it('reads a directory that holds a dump', () => {
    const data = folder();
    writeFileSync(`${data}/dump.rdb`, SOUND);
    expect(rdbkit(['export', '--format', format, data])).toMatchObject({ code: 0, stdout: whole });
  });

  it('keeps no file of a damaged input, and the one that was there', () => {
    const into = folder();
    const damaged = directory.write('damaged.rdb', TRUNCATED);
    writeFileSync(`${into}/out`, 'before');
    const { code, stdout, stderr } = rdbkit(['export', '--format', format, damaged, '-o', `${into}/out`]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('RDB_TRUNCATED');
    expect(stderr).toContain('--partial');
    expect(readdirSync(into)).toEqual(['out']);
    expect(readFileSync(`${into}/out`, 'utf8')).toBe('before');
  });

  it('has no part of a file when a signal ends it', async () => {
    const others = [
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const;
    for (const [signal, status] of [['SIGINT', 130] as const, ...(format === 'jsonl' ? others : [])]) {
      const into = folder();
      const child = spawn(process.execPath, [BIN, 'export', '--format', format, '-', '-o', `${into}/out`], {
        env: { ...ENVIRONMENT, TMPDIR: into },
      });
      child.stdin.on('error', () => undefined);
      // Half of a value that is larger than any buffer between the two.
      const half = 4 * 1024 * 1024;
      const head = someKeys()
        .selectDb(4)
        .bytes(Buffer.of(0, 1, 0x6b), len(2 * half))
        .unfinished();
      await new Promise((resolve) => child.stdin.write(Buffer.concat([head, Buffer.alloc(half)]), resolve));
      const before = readdirSync(into).filter((name) => name.includes('rdbkit'));
      child.kill(signal);
      const [code] = (await once(child, 'close')) as [number | null];
      expect(before.length).toBeGreaterThan(0);
      expect({ code, files: readdirSync(into) }).toEqual({ code: status, files: [] });
    }
  });
});

describe('a damaged input', () => {
  const damaged = directory.write('truncated.rdb', TRUNCATED);

  it.each([
    ['jsonl', `${text(LINES.slice(0, 2))}{"db":3,"key":"name"`, '{"complete":false}\n'],
    ['json', `{"schema":1,"keys":[\n${LINES.slice(0, 2).join(',\n')}`, '],"complete":false}\n'],
    ['csv', text(ROWS.slice(0, 4), '\r\n'), '\r\n'],
    ['resp', Buffer.concat(COMMANDS.slice(0, 3).map(commandBytes)).toString(), ''],
  ])('gives what can be read, says that it is not whole, and 1: %s', (format, start, end) => {
    const { code, stdout, stderr } = rdbkit(['export', '--format', format, damaged]);
    expect(code).toBe(1);
    expect(stdout.startsWith(start)).toBe(true);
    expect(stdout.endsWith(end)).toBe(true);
    expect(stderr).toContain('RDB_TRUNCATED');
    expect(stderr).toContain('not whole');
  });

  it.each(['jsonl', 'json'])('leaves JSON that can be read, with the key that is cut: %s', (format) => {
    const { stdout } = rdbkit(['export', '--format', format, damaged]);
    const keys =
      format === 'json'
        ? JSON.parse(stdout).keys
        : stdout
            .split('\n')
            .slice(0, -2)
            .map((l) => JSON.parse(l));
    for (const key of keys.slice(2)) expect(key).toMatchObject({ db: 3, key: 'name', complete: false });
    expect(keys.length).toBeLessThanOrEqual(3);
  });

  it('is kept as a file with --partial, and 1', () => {
    const into = folder();
    for (const [name, bytes] of [
      ['cut', TRUNCATED],
      ['sum', WRONG_CHECKSUM],
    ] as const) {
      const path = directory.write(`${name}.rdb`, bytes);
      const args = ['export', '--format', 'jsonl', '--partial', path, '-o', `${into}/${name}`];
      expect(rdbkit(args).code).toBe(1);
      expect(readFileSync(`${into}/${name}`, 'utf8').startsWith(text(LINES.slice(0, 2)))).toBe(true);
    }
    // All is there; only nobody can say that it is right.
    expect(readFileSync(`${into}/sum`, 'utf8')).toBe(WHOLE.jsonl);
  });

  it('among sound ones does not keep those back from standard output', () => {
    const { code, stdout, stderr } = rdbkit(['export', '--format', 'jsonl', sound, damaged, 'nowhere.rdb', other]);
    expect(code).toBe(2);
    expect(stdout.startsWith(WHOLE.jsonl)).toBe(true);
    expect(stdout).toContain('"user:1"');
    expect(stdout.endsWith('{"complete":false}\n')).toBe(true);
    expect(stderr).toContain('nowhere.rdb');
  });
});

describe('what cannot be told', () => {
  it('is exit status 3, and what was read is there: a newer version', () => {
    const { code, stdout, stderr } = rdbkit(['export', '--format', 'csv', directory.write('newer.rdb', NEWER)]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: WHOLE.csv });
    expect(stderr).toContain('version 42');
  });

  it('is the dataset when commands follow', () => {
    const aof = Buffer.concat([NO_CHECKSUM, commandBytes(['DEL', 'name'])]);
    const { code, stdout } = rdbkit(['export', '--format', 'jsonl', directory.write('mixed.aof', aof)]);
    expect(code).toBe(3);
    expect(stdout.endsWith('{"complete":false}\n')).toBe(true);
  });
});

describe('filters', () => {
  it.each<[string, string[], number[]]>([
    ['a database', ['--db', '3'], [2]],
    ['names', ['--match', 's*'], [0]],
    ['a type', ['--type', 'set'], [1]],
    ['elements', ['--min-elements', '2'], [1]],
    ['a time to live', ['--ttl', 'any'], [0]],
    ['so many', ['--limit', '2'], [0, 1]],
    ['none that fits', ['--match', 'nothing'], []],
  ])('choose keys: %s', (_, filters, kept) => {
    const stdout = text(kept.map((i) => LINES[i]));
    expect(rdbkit(['export', '--format', 'jsonl', ...filters, sound])).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('choose keys of streams', () => {
    const args = ['export', '--format', 'jsonl', '--limit', '2', '--min-elements', '2', '-'];
    expect(rdbkit(args, { stdin: SOUND })).toEqual({ code: 0, stdout: text([LINES[1]]), stderr: '' });
  });

  it('a limit counts for all inputs together, and is told of', () => {
    const { code, stdout } = rdbkit(['export', '--format', 'json', '--limit', '4', sound, other, sound]);
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(document).toMatchObject({ schema: 1, complete: true, limited: true });
    expect(document.keys.map((key: { key: string }) => key.key)).toEqual(['session', 'tags', 'name', 'user:1']);
  });
});

describe('several inputs', () => {
  it('are written one after the other', () => {
    const second = rdbkit(['export', '--format', 'jsonl', other]).stdout;
    const { code, stdout } = rdbkit(['export', '--format', 'jsonl', empty, sound, other]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: WHOLE.jsonl + second });
  });

  it('are one document, one table', () => {
    const json = JSON.parse(rdbkit(['export', '--format', 'json', empty, sound, empty, other]).stdout);
    expect(json.keys).toHaveLength(4);
    expect(JSON.parse(rdbkit(['export', '--format', 'json', empty, empty]).stdout)).toEqual({
      ...{ schema: 1, keys: [], complete: true },
    });
    const csv = rdbkit(['export', '--format', 'csv', sound, sound]).stdout;
    expect(csv).toBe(text([...ROWS, ...ROWS.slice(1)], '\r\n'));
  });
});

describe('--split', () => {
  it.each(FORMATS.map(([format]) => format))('writes several files, and says so: %s', (format) => {
    const into = folder();
    const { code, stdout, stderr } = rdbkit([
      'export',
      '--format',
      format,
      sound,
      '--split',
      'db',
      '-o',
      `${into}/o.x`,
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe(`rdbkit: 2 files, ${into}/o-db-0.x to ${into}/o-db-3.x\n`);
    expect(readdirSync(into).sort()).toEqual(['o-db-0.x', 'o-db-3.x']);
    for (const db of ['0', '3']) {
      const alone = rdbkit(['export', '--format', format, sound, '--db', db]).stdout;
      expect(readFileSync(`${into}/o-db-${db}.x`, 'utf8')).toBe(alone);
    }
  });

  it('leaves nothing of a damaged input, but with --partial', () => {
    const into = folder();
    const damaged = directory.write('to-split.rdb', TRUNCATED);
    const args = ['export', '--format', 'jsonl', damaged, '--split', 'db', '-o', `${into}/o.x`];
    expect(rdbkit(args).code).toBe(1);
    expect(readdirSync(into)).toEqual([]);
    expect(rdbkit([...args, '--partial']).code).toBe(1);
    expect(readFileSync(`${into}/o-db-0.x`, 'utf8')).toBe(`${text(LINES.slice(0, 2))}{"complete":false}\n`);
  });

  it('does not write onto the input', () => {
    const into = folder();
    writeFileSync(`${into}/o-db-0.x`, SOUND);
    const onto = rdbkit(['export', '--format', 'jsonl', `${into}/o-db-0.x`, '--split', 'db', '-o', `${into}/o.x`]);
    expect(onto).toMatchObject({ code: 2, stdout: '' });
    expect(onto.stderr).toContain('is an input');
    expect(readdirSync(into)).toEqual(['o-db-0.x']);
    expect(readFileSync(`${into}/o-db-0.x`)).toEqual(SOUND);
  });
});

describe('bytes', () => {
  it('are text that can be read back, or base64', () => {
    const value = (args: string[]) => JSON.parse(rdbkit(['export', '--format', 'jsonl', other, ...args]).stdout).value;
    // The builder takes text as UTF-8.
    expect(value([])).toEqual({ f: '1,"2"\n=3', '': 'ÿ' });
    expect(value(['--bytes', 'base64'])).toEqual({ Zg: undefined, 'Zg==': 'MSwiMiIKPTM=', '': 'w78=' });
  });

  it('are quoted in CSV where they have to be, and no formulas', () => {
    const { stdout } = rdbkit(['export', '--format', 'csv', other]);
    expect(stdout.split('\r\n')[1]).toBe('0,user:1,hash,hashtable,,,,,f,"1,""2""\\x0a=3",,');
    const formula = directory.write('formula.rdb', redis72().key('=cmd', stringValue('@SUM')).finish());
    expect(rdbkit(['export', '--format', 'csv', formula]).stdout).toContain(
      '0,\\x3dcmd,string,embstr,,,,,,\\x40SUM,,\r\n',
    );
  });
});

describe('what is not carried over', () => {
  it('is named with its key, and 1', () => {
    const nan = redis72()
      .key(
        '\x1b[31mz',
        zset2Value([
          ['m', Number.NaN],
          ['n', 1],
        ]),
      )
      .finish();
    const { code, stdout, stderr } = rdbkit(['export', '--format', 'resp', directory.write('nan.rdb', nan)]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      Buffer.concat(
        [
          ['SELECT', '0'],
          ['ZADD', '\x1b[31mz', '1', 'n'],
        ].map(commandBytes),
      ).toString(),
    );
    expect(stderr).toBe('rdbkit: lost in the key "\\x1b[31mz" of database 0: a member whose score is no number\n');
  });

  it('depends on the target', () => {
    const library = '#!lua name=l\nredis.register_function("f", function() return 1 end)';
    const path = directory.write(
      'functions.rdb',
      redis72().functionLibrary(library).key('k', stringValue('v')).finish(),
    );
    expect(rdbkit(['export', '--format', 'resp', '--target', 'valkey-9.1', path])).toMatchObject({
      code: 0,
      stderr: '',
    });
    const old = rdbkit(['export', '--format', 'resp', '--target', 'redis-6.0', path]);
    expect(old.code).toBe(1);
    expect(old.stderr).toContain('redis-6.0 has none');
    expect(old.stdout).toBe(
      Buffer.concat(
        [
          ['SELECT', '0'],
          ['SET', 'k', 'v'],
        ].map(commandBytes),
      ).toString(),
    );
  });

  it('is a note, and 0, when nobody would miss it', () => {
    const path = directory.write('lfu.rdb', redis72().freq(7).key('k', stringValue('v')).finish());
    const { code, stderr } = rdbkit(['export', '--format', 'resp', path]);
    expect(code).toBe(0);
    expect(stderr).toContain('LFU');
  });
});

describe('what cannot be done', () => {
  const link = directory.join('hard-link.rdb');
  linkSync(sound, link);
  const symbolic = directory.join('symbolic-link.rdb');
  symlinkSync(sound, symbolic);

  it.each<[string, string[], RegExp]>([
    ['no format', [sound], /--format/],
    ['parquet', [sound, '--format', 'parquet'], /later release; csv and jsonl/],
    ['an unknown format', [sound, '--format', 'jsom'], /jsonl, json/],
    ['no such input', ['nowhere.rdb', '--format', 'jsonl'], /nowhere\.rdb/],
    ['onto the input', [sound, '--format', 'jsonl', '-o', sound], /is an input/],
    ['onto a link to it', [sound, '--format', 'jsonl', '-o', link], /is an input/],
    ['onto a symbolic link to it', [sound, '--format', 'jsonl', '-o', symbolic], /is an input/],
    ['into no directory', [sound, '--format', 'jsonl', '-o', '/nowhere/out'], /\/nowhere/],
    ['onto a directory', [sound, '--format', 'jsonl', '-o', directory.path], /directory/],
    ['several files to standard output', [sound, '--format', 'jsonl', '--split', 'db'], /-o/],
    ['no way to split', [sound, '--format', 'csv', '--split', 'size', '-o', 'x'], /slot, db or prefix/],
    ['into no file', [sound, '--format', 'csv', '--split', '0', '-o', 'x'], /1 to 16384/],
    ['several files into no directory', [sound, '--format', 'csv', '--split', 'db', '-o', '/nowhere/x'], /nowhere/],
    ['a target of no commands', [sound, '--format', 'csv', '--target', 'redis-7.0'], /--target/],
    ['to a device that is full', [sound, '--format', 'jsonl', '-o', '/dev/full'], /no space left/],
  ])('is exit status 2: %s', (_, args, said) => {
    const { code, stderr } = rdbkit(['export', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
    expect(stderr).not.toContain('unexpected');
    expect(readFileSync(sound)).toEqual(SOUND);
  });

  it('is a standard output that is full', () => {
    const { code, stderr } = bash(`$rdbkit export --format jsonl "${sound}" > /dev/full`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^rdbkit: standard output: .*no space left on device/);
  });
});

it('ends quietly when its reader goes away', () => {
  const many = redis72().selectDb(0).resizeDb(1, 0);
  for (let i = 0; i < 2000; i++) many.key(`key ${i}`, stringValue('x'.repeat(1000)));
  const path = directory.write('many.rdb', many.finish());
  for (const format of ['json', 'resp']) {
    const script = `set -o pipefail; $rdbkit export --format ${format} "${path}" | head -c 1 >/dev/null`;
    expect(bash(script)).toEqual({ code: 141, stdout: '', stderr: '' });
  }
});

it('writes through a link to where it points, and to pipes as they are', () => {
  const into = folder();
  writeFileSync(`${into}/real`, 'before');
  symlinkSync('real', `${into}/link`);
  expect(rdbkit(['export', '--format', 'jsonl', sound, '-o', `${into}/link`]).code).toBe(0);
  expect(readFileSync(`${into}/real`, 'utf8')).toBe(WHOLE.jsonl);
  const script = `mkfifo "${into}/pipe" && { cat "${into}/pipe" & } &&
    $rdbkit export --format jsonl "${sound}" -o "${into}/pipe" && wait`;
  expect(bash(script)).toEqual({ code: 0, stdout: WHOLE.jsonl, stderr: '' });
  expect(readdirSync(into).sort()).toEqual(['link', 'pipe', 'real']);
});
