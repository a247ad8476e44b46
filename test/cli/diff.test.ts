import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  hashValue,
  len,
  listValue,
  moduleValue,
  setValue,
  stringValue,
  type Value,
  zset2Value,
} from '../helpers/rdb-builder.js';
import { Directory, NEWER, redis72, SOUND, TRUNCATED } from './files.js';
import { BIN, bash, ENVIRONMENT, rdbkit } from './run.js';

const directory = new Directory();
const read = (name: string) => readFileSync(directory.join(name));

type Entry = readonly [name: string, value: Value, expireAtMs?: number];

function file(name: string, keys: readonly Entry[], db = 0): string {
  const builder = redis72().selectDb(db);
  for (const [key, value, expiry] of keys) {
    if (expiry !== undefined) builder.expireMs(expiry);
    builder.key(key, value);
  }
  return directory.write(name, builder.finish());
}

const left = file('left.rdb', [
  ['same', stringValue('x')],
  ['set', setValue(['a', 'b'])],
  ['gone', stringValue('y')],
  ['value', stringValue('12')],
  ['session:1', stringValue('s'), 2e12],
  ['hash', hashValue([['f', 'v']])],
]);
const right = file('right.rdb', [
  ['hash', hashValue([['f', 'another value']])],
  ['session:1', stringValue('s')],
  ['value', stringValue('13')],
  ['set', setValue(['b', 'a'])],
  ['new\n\x1b[2J', stringValue('z')],
  ['same', stringValue('x')],
]);
const sound = directory.write('sound.rdb', SOUND);

function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('what it prints', () => {
  it('says that other bytes of modules may mean the same', () => {
    const [a, b] = [1, 2].map((link) =>
      file(`module-${link}.rdb`, [
        ['vectors', moduleValue('vectorset', 0, [{ uint: link }])],
        ['same', stringValue('x')],
      ]),
    );
    const { code, stdout } = rdbkit(['diff', a, b]);
    expect(code).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'modules 1 value of modules compared by the bytes saved: other ones may mean the same',
    );
    expect(rdbkit(['diff', left, right]).stdout).not.toContain('modules');
  });

  it('lists changes as JSON, the largest first, and the summary on the last line', () => {
    const { code, stdout, stderr } = rdbkit(['diff', '--jsonl', left, right]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const lines = jsonLines(stdout);
    expect(lines.slice(0, -1).map(({ change, key, what }) => ({ change, key, what }))).toEqual([
      { change: 'changed', key: 'hash', what: ['value'] }, // 12 bytes more
      { change: 'added', key: 'new\n\x1b[2J', what: [] }, // 12 bytes
      { change: 'changed', key: 'session:1', what: ['expire'] }, // 9 bytes less
      { change: 'removed', key: 'gone', what: [] }, // 8 bytes
      { change: 'changed', key: 'value', what: ['value'] }, // of the same length
    ]);
    expect(lines[2]).toEqual({
      change: 'changed',
      db: 0,
      key: 'session:1',
      what: ['expire'],
      left: { type: 'string', expireAtMs: 2e12, bytes: 22, elements: 1 },
      right: { type: 'string', expireAtMs: null, bytes: 13, elements: 1 },
    });
    expect(lines[5].summary).toMatchObject({
      schema: 1,
      ...{ equal: false, complete: true, added: 1, removed: 1, changed: 3, unchanged: 2, unsure: 0 },
      left: { keys: 6 },
      right: { keys: 6 },
      kinds: { type: 0, value: 2, expire: 1, fieldExpire: 0, expireOnly: 1 },
      expiry: { lost: 1, gained: 0, later: 0, sooner: 0 },
    });
    // A terminal would obey what stands in names.
    expect(stdout).not.toContain('\x1b');
  });

  it('gives the same in one document, and base64 for machines', () => {
    const document = JSON.parse(rdbkit(['diff', '--json', '--bytes', 'base64', left, right]).stdout);
    expect(document).toMatchObject({ schema: 1, equal: false, complete: true, limited: false });
    const names = document.changes.map(({ key }: { key: string }) => Buffer.from(key, 'base64').toString());
    expect(names).toEqual(['hash', 'new\n\x1b[2J', 'session:1', 'gone', 'value']);
    const [, ...lines] = jsonLines(rdbkit(['diff', '--jsonl', '--bytes', 'base64', left, right]).stdout).reverse();
    expect(document.changes).toEqual(lines.reverse());
  });

  it('limits what it lists, and says so', () => {
    const [first, last, ...more] = jsonLines(rdbkit(['diff', '--jsonl', '--limit', '1', left, right]).stdout);
    expect([first.key, more]).toEqual(['hash', []]);
    expect(last.summary).toMatchObject({ limited: true, changed: 3, added: 1, removed: 1 });
  });

  it('tells people what happened', () => {
    const { stdout } = rdbkit(['diff', left, right]);
    for (const words of ['5 of 7 keys differ', '1 no longer expire', '+ new\\x0a\\x1b[2J', '- gone']) {
      expect(stdout).toContain(words);
    }
    expect(stdout).not.toContain('\x1b');
    expect(rdbkit(['diff', '--limit', '2', left, right]).stdout).toContain('2 of 5');
  });

  it('says nothing when only the status is wanted', () => {
    expect(rdbkit(['diff', '--quiet', left, right])).toEqual({ code: 1, stdout: '', stderr: '' });
    expect(rdbkit(['diff', '-q', left, left])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse(rdbkit(['diff', '--quiet', '--json', left, left]).stdout)).toMatchObject({ equal: true });
  });
});

describe('what counts', () => {
  it.each([
    [['--ignore-ttl'], ['hash', 'new\n\x1b[2J', 'gone', 'value']],
    [['--match', 's*'], ['session:1']],
    [['--type', 'hash,set'], ['hash']],
    [['--not-match', '*'], []],
  ])('%j', (flags, expected) => {
    const { code, stdout } = rdbkit(['diff', '--jsonl', ...flags, left, right]);
    const names = jsonLines(stdout).flatMap(({ key }) => key ?? []);
    expect({ code, names }).toEqual({ code: expected.length > 0 ? 1 : 0, names: expected });
  });

  it.each([
    ['1999ms', 1],
    ['2s', 0],
  ])('expiries two seconds apart, with a tolerance of %s: exit %i', (tolerance, code) => {
    const [a, b] = [2e12, 2e12 + 2000].map((expiry, i) => file(`ttl${i}.rdb`, [['k', stringValue('v'), expiry]]));
    expect(rdbkit(['diff', '--quiet', '--ttl-tolerance', tolerance, a, b]).code).toBe(code);
  });

  it('takes the databases apart', () => {
    const [a, b] = [0, 1].map((db) => file(`db${db}.rdb`, [['k', stringValue('v')]], db));
    const lines = jsonLines(rdbkit(['diff', '--jsonl', a, b]).stdout);
    expect(lines.slice(0, -1).map(({ change, db }) => [change, db])).toEqual([
      ['removed', 0],
      ['added', 1],
    ]);
  });
});

describe('inputs', () => {
  it('compares shards as one dataset', () => {
    const one = file('shard1.rdb', [['a', stringValue('1')]]);
    const two = file('shard2.rdb', [['b', stringValue('2')]]);
    const both = file('both.rdb', [
      ['b', stringValue('2')],
      ['a', stringValue('1')],
    ]);
    expect(rdbkit(['diff', '--left', one, '--left', two, '--right', both]).code).toBe(0);
    expect(rdbkit(['diff', one, '--right', both]).code).toBe(1);
  });

  it('tells when a key comes twice on a side, and compares the last one', () => {
    const twice = file('twice.rdb', [
      ['k', stringValue('1')],
      ['k', stringValue('2')],
    ]);
    const once = file('once.rdb', [['k', stringValue('2')]]);
    const { code, stdout, stderr } = rdbkit(['diff', '--json', twice, once]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      changes: [],
      summary: { left: { keys: 2, repeated: 1, repeatedKeys: [{ db: 0, key: 'k' }] }, right: { repeated: 0 } },
    });
    expect(stderr).toContain('more than once');
  });

  it('reads standard input, pipes and gzip, and leaves nothing behind', () => {
    const tmp = directory.join('tmp-stdin');
    mkdirSync(tmp);
    const packed = directory.write('right.rdb.gz', gzipSync(read('right.rdb')));
    const expected = rdbkit(['diff', '--jsonl', left, right]);
    const changes = (stdout: string) => jsonLines(stdout).slice(0, -1);
    const piped = rdbkit(['diff', '--jsonl', '--tmp-dir', tmp, '-', packed], { stdin: read('left.rdb') });
    expect(changes(piped.stdout)).toEqual(changes(expected.stdout));
    const named = bash(`$rdbkit diff --jsonl --tmp-dir "${tmp}" "${left}" <(cat "${right}")`);
    expect(changes(named.stdout)).toEqual(changes(expected.stdout));
    expect(readdirSync(tmp)).toEqual([]);
  });

  it('says which keys it cannot be sure of when a side ends early', () => {
    const cut = directory.write('cut.rdb', TRUNCATED);
    const { code, stdout, stderr } = rdbkit(['diff', '--jsonl', sound, cut]);
    expect(code).toBe(1);
    const [name, last] = jsonLines(stdout);
    expect(name).toMatchObject({ change: 'removed', key: 'name', unsure: true });
    // The key that the file ends in is none of those that were read.
    const right = { complete: false, keys: 2, inputs: [{ keys: 2 }] };
    expect(last.summary).toMatchObject({ equal: false, complete: false, unsure: 1, right });
    expect(stderr).toContain('not whole');
    expect(rdbkit(['diff', sound, cut]).stdout).toContain('NOT COMPLETE');
  });

  it.each([
    ['a newer version', NEWER, 3],
    ['a log of commands', '*1\r\n$4\r\nPING\r\n', 3],
    [
      'an RDB with commands behind',
      Buffer.concat([redis72().aux('aof-preamble', '1').finish(), Buffer.from('*1\r\n$4\r\nPING\r\n')]),
      3,
    ],
    ['no backup', 'hello', 1],
  ])('%s: exit %i', (name, content, expected) => {
    const path = directory.write(`${name.replaceAll(' ', '-')}.rdb`, content);
    // Without a server.
    expect(rdbkit(['diff', path, path], { env: { PATH: '' } }).code).toBe(expected);
  });

  it.each([
    ['one side', [left]],
    ['a live server', [left, 'redis://localhost:1']],
    ['standard input twice', ['-', '-']],
    ['a file that is not there', [left, directory.join('missing.rdb')]],
  ])('%s: exit 2, and nothing on stdout', (_, inputs) => {
    const { code, stdout, stderr } = rdbkit(['diff', ...inputs]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^rdbkit: /);
  });
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while it copies its input: exit %i, and no file stays', async (signal, expected) => {
  const tmp = directory.join(`tmp-${signal}`);
  mkdirSync(tmp);
  const child = spawn(process.execPath, [BIN, 'diff', '--tmp-dir', tmp, '-', left], { env: ENVIRONMENT });
  child.stdin.on('error', () => undefined);
  const head = redis72()
    .selectDb(0)
    .bytes(Buffer.of(0, 1, 0x6b), len(8 * 1024 * 1024))
    .unfinished();
  await new Promise((resolve) => child.stdin.write(Buffer.concat([head, Buffer.alloc(4 * 1024 * 1024)]), resolve));
  expect(readdirSync(tmp).length).toBe(1);
  child.kill(signal);
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(expected);
  expect(readdirSync(tmp)).toEqual([]);
});

describe('--elements', () => {
  const long = 'x'.repeat(300);
  const before = file('elements-left.rdb', [
    [
      'hash',
      hashValue([
        ['kept', 'v'],
        ['changed', '1'],
        ['gone', long],
      ]),
    ],
    ['list', listValue(['a', 'b', 'b', 'c'])],
    ['set', setValue(['one', 'two'])],
    [
      'zset',
      zset2Value([
        ['m', 1],
        ['n', 2],
      ]),
    ],
    ['text', stringValue('old')],
    ['huge', listValue([`${'y'.repeat(2 * 1024 * 1024)}1`])],
  ]);
  const after = file('elements-right.rdb', [
    [
      'hash',
      hashValue([
        ['changed', '2'],
        ['fresh', 'f'],
        ['kept', 'v'],
      ]),
    ],
    ['list', listValue(['c', 'a', 'd', 'b'])],
    ['set', setValue(['two', 'three'])],
    [
      'zset',
      zset2Value([
        ['n', 2.5],
        ['m', 1],
      ]),
    ],
    ['text', stringValue('new')],
    ['huge', listValue([`${'y'.repeat(2 * 1024 * 1024)}2`])],
  ]);
  const elementsOf = (flags: readonly string[]) => {
    const { stdout, stderr } = rdbkit(['diff', '--jsonl', '--elements', ...flags, before, after]);
    expect(stderr).toBe('');
    const lines = jsonLines(stdout).slice(0, -1);
    return Object.fromEntries(lines.map(({ key, elements }) => [key, elements]));
  };

  it('tells what came, went and changed in each value', () => {
    const found = elementsOf([]);
    const cut = long.slice(0, 120);
    expect(found).toMatchObject({
      hash: [
        { change: 'changed', kind: 'field', name: 'changed', left: '1', right: '2' },
        { change: 'added', kind: 'field', name: 'fresh', left: null, right: 'f' },
        { change: 'removed', kind: 'field', name: 'gone', left: cut, right: null, leftLength: 300 },
      ],
      list: [
        { change: 'removed', kind: 'item', left: 'b', right: null },
        { change: 'added', kind: 'item', left: null, right: 'd' },
      ],
      set: [
        { change: 'removed', kind: 'member', name: 'one' },
        { change: 'added', kind: 'member', name: 'three' },
      ],
      zset: [{ change: 'changed', kind: 'member', name: 'n', left: '2', right: '2.5' }],
      text: [{ change: 'changed', kind: 'value', left: 'old', right: 'new' }],
    });
    // They differ behind all that is shown.
    expect((found.huge as { change: string }[]).map(({ change }) => change).sort()).toEqual(['added', 'removed']);
  });

  it('shows long values whole when asked, and the same in text', () => {
    expect(elementsOf(['--full', '--match', 'hash'])).toMatchObject({ hash: [{}, {}, { left: long }] });
    const { stdout } = rdbkit(['diff', '--elements', before, after]);
    for (const words of [
      '~ field changed: 1 -> 2',
      '+ member three',
      '- item: b',
      '~ value: old -> new',
      '180 B more',
    ]) {
      expect(stdout).toContain(words);
    }
  });
});
