/** What is told of a library beside the verdict. */
import { describe, expect, test } from 'vitest';
import { readHeader } from '../../src/servers/functions/header.js';
import { inspectLibrary } from '../../src/servers/functions/library.js';
import { splitArgs } from '../../src/servers/functions/split-args.js';
import { stringValue } from '../../src/servers/functions/string-literal.js';
import { inspect } from './loading.js';

const F = 'function() return 1 end';

test('a library that loads', () => {
  const code = `#!LUA name="my_lib"
local helper = ${F}
redis.register_function('second', helper)
redis.register_function{function_name = 'first', callback = helper, flags = {'No-Writes', 'allow-stale'}}
redis.register_function{function_name = 'third', callback = helper, flags = {'allow-oom', 'no-writes'}}`;
  expect(inspect(code)).toEqual({
    engine: 'LUA',
    name: 'my_lib',
    functions: ['second', 'first', 'third'],
    flags: ['allow-oom', 'allow-stale', 'no-writes'],
    needsServerApi: false,
    certain: true,
  });
});

test('one that does not', () => {
  const code = `#!lua name=a\nredis.register_function{function_name = 'f', callback = ${F}, flags = {'no-writes'}}\ntotal = 0\n`;
  expect(inspect(code)).toEqual({
    engine: 'lua',
    name: 'a',
    functions: undefined,
    flags: ['no-writes'],
    needsServerApi: false,
    certain: false,
    fault: { kind: 'global-assignment', message: "it sets the global variable 'total'" },
  });
});

test('one that only Valkey loads, or does not', () => {
  expect(inspect(`#!lua name=a\nserver.register_function('f', ${F})`)).toMatchObject({
    needsServerApi: true,
    certain: true,
  });
  expect(inspect(`#!lua name=a\nserver.register_function('f', 1)`)).toMatchObject({
    needsServerApi: true,
    fault: { kind: 'bad-registration' },
  });
});

test('one that has to be run', () => {
  expect(inspect(`#!lua name=a\nlocal function add(n) redis.register_function(n, ${F}) end\nadd('f')`)).toEqual({
    engine: 'lua',
    name: 'a',
    functions: undefined,
    flags: [],
    needsServerApi: false,
    certain: false,
    doubt: 'it calls a function at the top level',
  });
});

test('one whose functions are known although it may not load', () => {
  const facts = inspect(`#!lua name=a\n--[[ see [[ this ]]\nredis.register_function('f', ${F})`);
  expect(facts).toMatchObject({ functions: ['f'], certain: false, doubt: expect.stringContaining('[[') });
});

test.each([
  ['#!lua name=a', 1],
  ['#!lua name=a\n$', 2],
  ['#!lua name=a\r\n\r\nlocal x =', 3],
  ['#!lua name=a\n\rlocal x = 3x', 2],
  ['#!lua name=a\n--[[\n\n]] end', 4],
])('the line of what is wrong with %j is %i', (code, line) => {
  expect(inspect(code).fault?.line).toBe(line);
});

test('what messages cite is short and printable', () => {
  const name = `\x1b[31m\u00e9${'x'.repeat(1000)}`;
  expect(inspect(`#!lua "name=${name}"\n`).fault?.message).toBe(
    `its name '\\x1b[31m\\xe9${'x'.repeat(54)}...' has more than letters, digits and _`,
  );
  expect(inspect(`#!lua name=a\nlocal '${name}'`).fault?.message).toMatch(/^[\x20-\x7e]{20,200}$/);
});

test('only the bytes of the view are read', () => {
  const whole = Buffer.from(`xx#!lua name=a\nredis.register_function('f', ${F})yy`);
  expect(inspectLibrary(whole.subarray(2, -2))).toMatchObject({ name: 'a', functions: ['f'], certain: true });
});

describe('the first line', () => {
  test('ends where the code begins', () => {
    expect(readHeader(Buffer.from('#!lua name=a\r\nx'))).toEqual({ engine: 'lua', name: 'a', codeStart: 13 });
    expect(readHeader(Buffer.from('#!js name=a\n'))).toMatchObject({
      engine: 'js',
      name: 'a',
      fault: { kind: 'unknown-engine' },
    });
  });

  test.each([
    ['a b', ['a', 'b']],
    ['  a\t\tb \r', ['a', 'b']],
    ['a"b c"', ['ab c']],
    ["'a\\'b' c", ["a'b", 'c']],
    ['"\\x41\\n\\"\\q\\x4"', ['A\n"qx4']],
    ["'\\n'", ['\\n']],
    ['""', ['']],
    ['', []],
  ])('%j splits as servers split it', (line, words) => {
    expect(splitArgs(line)).toEqual({ kind: 'words', words });
  });

  test.each(['"a', "'a", '"a\\"', 'a "', "'a\\'"])('%j has no end', (line) => {
    expect(splitArgs(line)).toEqual({ kind: 'unclosed-quote' });
  });

  test.each(['"a"b', "''a", '"a"\v', '\xff'])('%j is read in more than one way', (line) => {
    expect(splitArgs(line).kind).toBe('doubt');
  });
});

test.each([
  ['"a\\"b"', 'a"b'],
  ["'\\65\\066\\0067'", 'AB\x067'],
  ["'\\a\\b\\f\\n\\r\\t\\v\\\\'", '\x07\b\f\n\r\t\v\\'],
  ["'\\x41\\q'", 'x41q'],
  ["'a\\\r\nb\\\nc'", 'a\nb\nc'],
  ['[[a]b]]', 'a]b'],
  ['[==[\r\na\r\n\n\rb\r]==]', 'a\n\nb\n'],
  ['[[\n\na]]', '\na'],
])('the value of %j', (raw, value) => {
  expect(stringValue(raw)).toBe(value);
});
