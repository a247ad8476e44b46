import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES } from '../helpers/corpus.js';
import { listValue, setValue, stringValue } from '../helpers/rdb-builder.js';
import { Directory, MADE_AT, NEWER, redis72, SOUND, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { bash, rdbkit } from './run.js';

const dir = new Directory();
const sound = dir.write('sound.rdb', SOUND);

describe('rdbkit keys', () => {
  it('lists one key a line', () => {
    const { code, stdout, stderr } = rdbkit(['keys', sound]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).at(-1)),
    ).toEqual(['session', 'tags', 'name']);
  });

  it('writes JSON lines', () => {
    const { stdout } = rdbkit(['keys', '--format', 'jsonl', sound]);
    const [session, tags, name] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(session).toMatchObject({
      db: 0,
      key: 'session',
      type: 'string',
      elements: 1,
      expireAtMs: 2_000_000_000_000,
    });
    expect(tags).toMatchObject({
      db: 0,
      key: 'tags',
      type: 'set',
      encoding: 'hashtable',
      elements: 2,
      expireAtMs: null,
    });
    expect(name).toMatchObject({ db: 3, key: 'name', encoding: 'embstr', memory: expect.any(Number) });
  });

  it('takes a pipe, and filters', () => {
    const { stdout } = rdbkit(['keys', '--format=csv', '--db=0', '--ttl', 'none', '-'], { stdin: SOUND });
    expect(stdout.split('\r\n').map((line) => line.split(',')[1])).toEqual(['key', 'tags', undefined]);
  });

  it('counts remaining time from when the file was made', () => {
    const soon = redis72()
      .selectDb(0)
      .expireMs((MADE_AT + 60) * 1000)
      .key('soon', stringValue('v'));
    const path = dir.write('soon.rdb', soon.finish());
    const found = (...args: string[]) => rdbkit(['keys', '--ttl', ...args, path]).stdout !== '';
    expect([
      found('..1h'),
      found('expired'),
      found('..1h', '--now', 'real'),
      found('expired', '--now', 'real'),
    ]).toEqual([...[true, false, false, true]]);
  });

  it('estimates memory for another server', () => {
    const memory = (...args: string[]) =>
      JSON.parse(rdbkit(['keys', '--format', 'jsonl', '--limit', '1', ...args, sound]).stdout).memory;
    // An object of 16 bytes beside an entry of 24 in Redis 7.0; one block in Valkey 9.1.
    expect(memory('--for', 'valkey-9.1')).toBeLessThan(memory('--for', 'redis-7.0'));
  });

  it('ends quietly when its reader goes away', () => {
    const many = redis72().selectDb(0);
    for (let i = 0; i < 50_000; i++) many.key(`key:${i}`, stringValue('v'));
    const path = dir.write('many.rdb', many.finish());
    const { stdout, stderr } = bash(`$rdbkit keys ${path} | head -n 2; echo "\${PIPESTATUS[0]}"`);
    expect({ lines: stdout.trim().split('\n').length, last: stdout.trim().split('\n').at(-1), stderr }).toEqual({
      ...{ lines: 3, last: '141', stderr: '' },
    });
  });
});

describe('rdbkit keys says when the list may not be all', () => {
  it.each([
    ['a cut file', TRUNCATED, [], 1, /RDB_TRUNCATED at .*\n.*the list is not whole: it ends at/],
    ['a wrong checksum', WRONG_CHECKSUM, [], 1, /RDB_CHECKSUM_MISMATCH .*\n.*damaged, and the list may be wrong/],
    ['a newer file', NEWER, [], 3, /version 42, newer than this release knows/],
    ['a cut file, with a limit in front of it', TRUNCATED, ['--limit', '1'], 0, /^$/],
    ['no backup', Buffer.from('hello'), [], 1, /no RDB or append-only file/],
    ['nothing', Buffer.alloc(0), [], 1, /zero bytes/],
  ])('%s', (name, bytes, args, code, stderr) => {
    const result = rdbkit(['keys', ...args, dir.write(`${name}.rdb`, bytes)]);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(stderr);
  });

  it('of an append-only file with commands', () => {
    const preamble = redis72().aux('aof-preamble', '1').selectDb(0).key('a', stringValue('v')).finish();
    const hybrid = Buffer.concat([preamble, Buffer.from('*1\r\n$4\r\nPING\r\n')]);
    for (const args of [[dir.write('hybrid.aof', hybrid)], ['-'], ['--limit', '1', '-']]) {
      const { code, stdout, stderr } = rdbkit(['keys', ...args], { stdin: hybrid, env: { PATH: '' } });
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(/only a server can tell .*install it/);
    }
  });

  it.each([
    [['keys', 'nowhere.rdb'], /no such file/],
    [['keys', '--key-file', 'nowhere.txt', sound], /--key-file nowhere.txt/],
    [['keys', '--min-size', '2', '--max-size', '1', sound], /no key is like that/],
    [['keys', '--for', 'redis-1', sound], /known servers are/],
    [['keys'], /missing required argument/],
  ])('%j cannot be done', (args, stderr) => {
    const result = rdbkit(args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(stderr);
  });
});

describe('what a listing shows', () => {
  it('is a file of keys for the next one', () => {
    const path = join(FIXTURES, 'redis-7.0', 'all-types.rdb');
    const list = (...args: string[]) =>
      rdbkit(['keys', '--format', 'jsonl', ...args, path])
        .stdout.trim()
        .split('\n');
    // The name is the last column; an empty line of the file would stand for no name.
    const header = rdbkit(['keys', '--limit', '1', path]).stdout;
    const column = header.indexOf(JSON.parse(list()[0]).key) + 1;
    expect(bash(`$rdbkit keys ${path} | cut -c ${column}- > ${dir.join('names')}`).code).toBe(0);
    const named = list().filter((line) => JSON.parse(line).key !== '');
    expect(list('--key-file', dir.join('names'))).toEqual(named);
  });

  it('is never obeyed by a terminal', () => {
    const bytes = redis72().selectDb(0).key('\u001b[2J\u202e\n', stringValue('v')).finish();
    const path = dir.write('hostile.rdb', bytes);
    for (const format of ['text', 'csv', 'jsonl']) {
      expect(rdbkit(['keys', '--format', format, path]).stdout).not.toMatch(/[\u001b\u202e]|\n\n/);
    }
  });
});

it('help shows examples and the filters', () => {
  const { stdout } = rdbkit(['keys', '--help']);
  for (const text of ['Examples:', '--match <glob>', '--ttl <what>', '--allocator <name>', '--now <time>']) {
    expect(stdout).toContain(text);
  }
});

describe('forms of a list', () => {
  it('--json is one document', () => {
    const document = (...args: string[]) => JSON.parse(rdbkit(['keys', '--json', ...args]).stdout);
    expect(document(sound)).toMatchObject({
      ...{ schema: 1, complete: true, limited: false },
      keys: [{ key: 'session' }, { key: 'tags' }, { key: 'name' }],
    });
    expect(document('--limit', '1', sound)).toMatchObject({
      complete: true,
      limited: true,
      keys: [{ key: 'session' }],
    });
    expect(document('--db', '9', sound)).toEqual({ schema: 1, keys: [], complete: true, limited: false });
    expect(rdbkit(['keys', '--json', '--format', 'csv', sound])).toMatchObject({ code: 2, stdout: '' });
  });

  it('JSON says when the list is not whole', () => {
    const cut = dir.write('cut-list.rdb', TRUNCATED);
    const lines = rdbkit(['keys', '--format', 'jsonl', cut]);
    expect({ code: lines.code, last: lines.stdout.trimEnd().split('\n').at(-1) }).toEqual({
      code: 1,
      last: '{"complete":false}',
    });
    expect(JSON.parse(rdbkit(['keys', '--json', cut]).stdout)).toMatchObject({ complete: false, limited: false });
  });

  it('--profile redis-rdb-tools: its columns, words and moments', () => {
    const path = dir.write(
      'profile.rdb',
      redis72()
        .selectDb(2)
        .expireMs(1_700_000_000_250)
        .key('l,1', listValue(['a', 'four', 'bb']))
        .expireMs(1_700_000_000_000)
        .key('s', stringValue('value'))
        .key('set', setValue(['x', 'yyy']))
        .finish(),
    );
    const { code, stdout } = rdbkit(['keys', '--format', 'csv', '--profile', 'redis-rdb-tools', path]);
    expect(code).toBe(0);
    const [head, ...rows] = stdout.trimEnd().split('\r\n');
    expect(head).toBe('database,type,key,size_in_bytes,encoding,num_elements,len_largest_element,expiry');
    // The estimate of the memory has its own tests.
    expect(rows.map((row) => row.replace(/,\d+,(?=[a-z])/, ',*,'))).toEqual([
      '2,list,"l,1",*,linkedlist,3,4,2023-11-14T22:13:20.250000',
      '2,string,s,*,embstr,1,5,2023-11-14T22:13:20',
      '2,set,set,*,hashtable,2,3,',
    ]);
    expect(rdbkit(['keys', '--profile', 'redis-rdb-tools', path])).toMatchObject({ code: 2, stdout: '' });
  });

  it('--key-file that is not there', () => {
    expect(rdbkit(['keys', '--key-file', dir.join('none'), sound])).toEqual({
      ...{
        code: 2,
        stdout: '',
        stderr: `rdbkit: --key-file ${dir.join('none')}: there is no such file or directory\n`,
      },
    });
  });
});
