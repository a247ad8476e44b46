/** Texts that are made to be slow, deep or large get an answer, if only that there is none. */
import { expect, test } from 'vitest';
import { inspectLibrary } from '../../src/servers/functions/library.js';
import { LONGEST_LUA } from '../../src/servers/functions/lua.js';

const REGISTER = "\nredis.register_function('f', function() return 1 end)\n";
/** A part of what is looked at, so that the tests are quick. */
const ROOM = LONGEST_LUA / 4;

const inspect = (code: string) => inspectLibrary(Buffer.from(code, 'latin1'));
const lua = (code: string) => inspect(`#!lua name=a\n${code}${REGISTER}`);
const fill = (text: string, room = ROOM) => text.repeat(room / text.length);
const nested = (open: string, middle: string, close: string) =>
  fill(open, ROOM / 3) + middle + fill(close, (ROOM / 3) * (close.length / open.length));

const TOO_DEEP = 'it is too deeply nested to look at';
const TOO_LONG = 'it is too long to know that Lua compiles it';

test.each([
  ['parentheses', `local x = ${nested('(', '1', ')')}`],
  ['open parentheses', `local x = ${fill('(')}`],
  ['tables', `local x = ${nested('{', '', '}')}`],
  ['indices', `local x = ${nested('x[', '1', ']')}`],
  ['calls', `local x = ${nested('f(', '1', ')')}`],
  ['blocks', nested('do ', '', ' end')],
  ['functions', `local x = ${nested('function() return ', '1', ' end ')}`],
  ['conditions', nested('if x then ', '', ' end ')],
  ['signs', `local x = ${fill('- ')}1`],
  ['negations', `local x = ${fill('not ')}1`],
  ['powers', `local x = 1${fill('^1')}`],
  ['concatenations', `local x = 1${fill(' ..1')}`],
])('deep %s', (_, code) => {
  expect(lua(code)).toMatchObject({ certain: false, doubt: TOO_DEEP });
});

test.each([
  ['sums', `local x = 1${fill('+1')}`],
  ['chains of calls', `local x = f${fill('()')}`],
  ['chains of fields', `local x = f${fill('.a')}`],
  ['chains of strings', `local x = f${fill('""')}`],
  ['assignments', fill('a=1 ')],
  ['targets', `${fill('a,')}a = 1`],
  ['arguments', `f(${fill('a,')}a)`],
  ['tables', `local t = {${fill('1,')}}`],
  ['calls as fields', `local t = {${fill('f\n(1),')}}`],
  ['calls behind strings', fill('f"\\\n"(1)')],
  ['breaks', fill('while 1 do break;end ')],
  ['alternatives', `if a then ${fill('elseif a then ')}end`],
  ['functions that use outer variables', `local a ${fill('local function b() return a end ')}`],
])('many %s', (_, code) => {
  expect(lua(code)).toMatchObject({ certain: false, doubt: TOO_LONG });
});

test.each([
  ['comments', fill('--\n')],
  ['long comments', fill('--[[]]')],
  ['half a long comment', fill('--[=')],
  ['line breaks', fill('\r\n')],
  ['spaces', fill('\v')],
  ['a comment that nearly ends', `--[${'='.repeat(99)}[${fill(']')}]${'='.repeat(99)}]`],
  ['a long name', `local ${fill('a')}`],
  ['a long number', `local x = 0x${fill('f')}`],
  ['a long string', `local x = "${fill('\\1')}"`],
])('endless %s', (_, code) => {
  expect(lua(code)).toMatchObject({ certain: true, functions: ['f'] });
});

test.each([
  ['brackets', fill('[[')],
  ['levels', fill('[=')],
  ['a string', `local x = "${fill('a\\\n')}`],
  ['strange characters', fill('$')],
])('%s that never end', (_, code) => {
  const { fault } = lua(code);
  expect(fault?.kind).toBe('syntax');
  expect(fault?.message.length).toBeLessThan(1000);
});

test('what is too long is not looked at', () => {
  expect(lua(fill(' ', LONGEST_LUA))).toMatchObject({ name: 'a', certain: false, doubt: 'it is too long to look at' });
  expect(lua(`--[${'='.repeat(100)}[`)).toMatchObject({ doubt: 'it has a long bracket of a very high level' });
  expect(inspect(`#!lua name=a${' '.repeat(100_000)}\n`)).toMatchObject({
    doubt: 'its first line is too long to look at',
  });
});

test('strings do not grow without end', () => {
  const { doubt } = lua(`local a = 'aaaaaaaa' ${'a = a .. a '.repeat(100)}`);
  expect(doubt).toBe('it makes a very long string');
});
