/**
 * Function libraries and what servers do with them. test/functions/ checks that rdbkit says so; test/matrix/functions.test.ts
 * that it is true, on every server there is.
 */
import type { LibraryFaultKind } from '../../src/servers/functions/facts.js';

/** `loads` for sure, `valkey` for sure where `server` is known, a kind of fault, or `unknown` without running it. */
export type Verdict = 'loads' | 'valkey' | 'unknown' | LibraryFaultKind;

export interface Library {
  name: string;
  /** A byte per character. */
  code: string;
  verdict: Verdict;
}

const F = 'function() return 1 end';
const REGISTER = `redis.register_function('f', ${F})`;

/** The same code behind different first lines. */
function headers(verdict: Verdict, ...lines: string[]): Library[] {
  return lines.map((line) => ({ name: `first line ${JSON.stringify(line)}`, code: line + REGISTER, verdict }));
}

/** Code that stands before a registration. */
function before(verdict: Verdict, ...codes: string[]): Library[] {
  return whole(verdict, ...codes.map((code) => `${code}\n${REGISTER}\n`));
}

/** Code that has all but the header. */
function whole(verdict: Verdict, ...codes: string[]): Library[] {
  return codes.map((code) => ({
    name: code.length > 100 ? `${code.slice(0, 60)} … (${code.length})` : code,
    code: `#!lua name=lib\n${code}`,
    verdict,
  }));
}

/** Registrations with the table form; the callback is always there. */
function withTable(verdict: Verdict, ...fields: string[]): Library[] {
  return whole(verdict, ...fields.map((field) => `redis.register_function{callback=${F}, ${field}}`));
}

/** Registrations with flags. */
function withFlags(verdict: Verdict, ...flags: string[]): Library[] {
  return withTable(verdict, ...flags.map((flag) => `function_name='f', flags=${flag}`));
}

function repeat(text: string, count: number): string {
  return text.repeat(count);
}

/** `a0 a1 a2 …` in a pattern, each number in place of `#`. */
function numbered(pattern: string, count: number, separator = ' '): string {
  return Array.from({ length: count }, (_, i) => pattern.replaceAll('#', String(i))).join(separator);
}

const HEADERS: Library[] = [
  ...headers(
    'loads',
    '#!lua name=a\n',
    '#!LUA name=a\n',
    '#!Lua   name=a  \n',
    '#!lua\tname=a\t\n',
    '#!lua name=a\r\n',
  ),
  ...headers('loads', '#!lua NAME=a\n', '#!lua Name=A_9\n', '#!lua name=9\n', '#!lua name=_\n', '#!lua \v\fname=a\n'),
  ...headers(
    'loads',
    '#!lua name="a"\n',
    '#!lua "name=a"\n',
    "#!lua 'name=a'\n",
    '#!"lua" name=a\n',
    "#!'lua' name=a\n",
  ),
  ...headers('loads', '#!l"ua" name=a\n', '#!lua "na\\me=\\x61"\n', '#!lua name=a"b"\n', '#!"\\x6cua" name=a\n'),
  ...headers('loads', `#!lua name=${repeat('a', 10_000)}\n`),
  ...headers(
    'no-header',
    '',
    '#',
    '# !lua name=a\n',
    ' #!lua name=a\n',
    '\n#!lua name=a\n',
    '\xef\xbb\xbf#!lua name=a\n',
  ),
  ...headers('bad-header', '#!', '#!lua name=a', '#!lua name=a\r', '#!lua name=a\0\n', '#!lua\0 name=a\n'),
  ...headers('bad-header', '#!lua name="a\n', "#!'lua name=a\n", '#!lua name=a name=b\n', '#!lua name= name=a\n'),
  ...headers('no-name', '#!\n', '#!lua\n', '#!name=a\n', '#!js\n', '#!lua\vname=a\n'),
  ...headers(
    'bad-name',
    '#!lua name=\n',
    '#!lua name=""\n',
    '#!lua name=a-b\n',
    '#!lua name=a.b\n',
    '#!lua name=\xe9\n',
  ),
  ...headers('bad-name', '#!lua name=a\v\n', '#!lua "name=a b"\n', '#!lua "name=a\\n"\n', "#!lua 'name=\\x61'\n"),
  ...headers('bad-name', '#!lua "name=a\\x00"\n', '#!lua name=\\x61\n', '#!js name=a-b\n', "#!lua 'name=a\\''\n"),
  ...headers('unknown-option', '#!lua name=a foo=bar\n', '#!lua name=a flags=no-writes\n', '#! lua name=a\n'),
  ...headers('unknown-option', '#!lua name = a\n', '#!lua name=a # x\n', '#!lua "" name=a\n', '#!lua name=a ""\n'),
  ...headers('unknown-option', '#!lua \xa0name=a\n', '#!js foo name=a-b\n'),
  ...headers('unknown-engine', '#!js name=a\n', '#! name=a\n', '#!lua5.1 name=a\n', '#!lua\xa0 name=a\n'),
  // Valkey 9.1 lets a word go on behind a quote, the others do not.
  ...headers('unknown', '#!lua "name=a"b\n', "#!lua ''name=a\n", '#!"lua"\v name=a\n'),
  // Valkey drops the byte 0xff here and there.
  ...headers('unknown', '#!lua name=a\xff\n', '#!lua\xff name=a\n', '#!lua \xffname=a\n'),
  ...headers('unknown', '#!"lua\\x00" name=a\n', '#!"lua\\x00x" name=a\n'),
];

const GOOD_SYNTAX: Library[] = [
  ...before(
    'loads',
    '',
    '-- a comment',
    '--[[ a\nlong one ]]',
    '--[==[ ]] ]==]',
    '--[= a short one',
    '\v\f\t',
    '\r\n\r',
  ),
  ...before('loads', 'local goto = 1', 'local x = 1;', 'local x local x', 'local a, b, c = 1', 'local a = 1, 2, 3'),
  ...before(
    'loads',
    "local s = '\\x41\\z\\u{1}\\q'",
    "local s = '\\2555\\0'",
    "local s = 'a\\\nb'",
    "local s = 'a\\\r\nb'",
  ),
  ...before(
    'loads',
    'local s = "\xe9\xff\x01\x1a"',
    '-- \xe9\xff',
    'local s = "\'" .. \'"\'',
    'local s = ""',
    "local s = 'end'",
  ),
  ...before(
    'loads',
    'local s = [=[a [[ b]=]',
    'local s = [[[a]]',
    'local s = [[a[]]',
    'local s = [===[\r\n]]]==]===]',
    'local s = [[\n]]',
  ),
  ...before(
    'loads',
    'local x = 0x1F + 0X1f',
    'local x = 0x1p4',
    'local x = 3e+5 - 3E-5',
    'local x = .5 + 5. + 08',
    'local x = 1e400',
  ),
  ...before(
    'loads',
    'local x = 1 ..2',
    'local x = 1e5..2 ..3',
    `local x = 0x${repeat('f', 50)}`,
    'local x = 1 - - 1',
    'local x = 2^-3^2',
    'local x = 2^52 - 1',
  ),
  ...before(
    'loads',
    'local x = not not nil == false',
    'local x = #"a" .. 1',
    'local x = "a" < "b"',
    "local x = - '1' and 2".replace("'1'", '1'),
  ),
  ...before(
    'loads',
    'local t = {1; 2, x = 3, ["y"] = 4, [5 < 6] = 7,}',
    'local t = {{}, {{}}}',
    'local t = {...}',
    'local x = ...',
  ),
  ...before(
    'loads',
    'local f = function(a, ...) return arg, ..., a end',
    'local function f(...) return (...) end',
    'local f = function() end;',
  ),
  ...before(
    'loads',
    'local f = function() while true do break; end end',
    'local f = function() for i = 1, 2 do if i then break end end end',
  ),
  ...before('loads', 'local f = function(g) return g{1}, g"a", g\'b\', g[[c]], g.h.i:j"k", g{}{}{}, g:h():i() end'),
  ...before(
    'loads',
    'local f = function(g) return g\n{1} end',
    'local f = function(g) return g\n"a" end',
    'local f = function(g)\n(g or 1):h() end',
  ),
  // A call on a new line is ambiguous, but not behind the name that begins a field.
  ...before(
    'loads',
    'local f = function(g) return {g\n(1)} end',
    'local f = function(g) return {1, g -- x\n(1); g\n(2)} end',
  ),
  ...before(
    'loads',
    'local f = function(g) return g[[a\nb]](1) end',
    'local f = function(g) return g"a\\\nb"(1) end',
    'local f = function(g) return g{\n}(1) end',
  ),
  ...before(
    'loads',
    'local x\nlocal f = function(g) local a\n(g).b = 1 end',
    'local f = function(g) return g.a\n.b\n:c(1) end',
  ),
  ...before(
    'loads',
    'do local x end',
    'do do do end end end',
    'do if nil then x() end end',
    'if false then x() elseif nil then y() else end',
    'while nil do end',
  ),
  ...before(
    'loads',
    'local f = function() return end',
    'local f = function() return; end',
    'local f = function() return 1, 2; end',
  ),
  ...before(
    'loads',
    'local f = function() a, b.c, d[1] = 1, 2 end',
    'local f = function() (a).b = 1; (a)() end',
    'local f = function() a.b.c:d() end',
  ),
  ...before('loads', 'local f = function() for k, v in pairs{} do local k = v end repeat local y until y end'),
  ...before('loads', 'local f = function() x = undefined; redis.call("GET", KEYS[1]); error("no") end'),
  ...before(
    'loads',
    `local f = function() return 1${repeat(' + 1', 900)} end`,
    `local f = function() return f${repeat('()', 900)} end`,
  ),
  ...before(
    'loads',
    `local x = ${repeat('(', 150)}1${repeat(')', 150)}`,
    `local t = ${repeat('{', 150)}${repeat('}', 150)}`,
    `local t = {${repeat('1,', 5000)}}`,
  ),
  ...before('loads', `${repeat('do ', 150)}${repeat('end ', 150)}`, `local s = 'a'${repeat(" .. 'a'", 150)}`),
  ...before(
    'loads',
    numbered('local a#', 200),
    `local ${numbered('a#', 200, ', ')}`,
    `${numbered('local a#', 196)} local f = function() end`,
  ),
  ...before(
    'loads',
    `local f = function(${numbered('a#', 199, ', ')}, ...) end`,
    `${numbered('local a#', 150)} do ${numbered('local b#', 50)} end`,
  ),
  ...before('loads', `${numbered('local a#', 60)} local f = function() return ${numbered('a#', 60, ' == ')} end`),
  ...whole(
    'loads',
    `${REGISTER} --`,
    `${REGISTER}\nreturn`,
    `${REGISTER} return 1`,
    `return ${REGISTER}`,
    `do return ${REGISTER} end`,
  ),
  ...whole('loads', REGISTER.replaceAll(' ', '\n'), REGISTER.replaceAll(' ', '\r')),
];

const BAD_SYNTAX: Library[] = [
  ...before(
    'syntax',
    "local s = '\\300'",
    'local s = "a',
    'local s = "a\nb"',
    'local s = [==[ x ]=]',
    '--[==[ x ]=]',
    'local s = [= [x]=]',
  ),
  ...before(
    'syntax',
    'local t = {} local x = t[[[a]]]',
    'local x = 0x1p-4',
    'local x = 0xA.8',
    'local x = 0x.8',
    'local x = 0x',
    'local x = 0xA...',
  ),
  ...before(
    'syntax',
    'local x = 3x',
    'local x = 3x = 4',
    'local x = 1..2',
    'local x = 3e',
    'local x = 1_000',
    'local x = 0b1',
    'local x = 1ULL',
    'local x = 1.5.5',
  ),
  ...before(
    'syntax',
    'local f\nf\n(1)',
    'local f = function() end f--x\n(1)',
    'local f = function(g) return {(g)\n(1)} end',
  ),
  ...before(
    'syntax',
    'local f = function(g) return {[1] = g\n(1)} end',
    'local f = function(g) return {a = g\n(1)} end',
  ),
  ...before('syntax', 'local f = function(g) return {g\n(1)\n(1)} end', 'local f = function(g) return {g(1)\n(1)} end'),
  ...before(
    'syntax',
    ';',
    'local a;;',
    'do ; end',
    'do return;; end',
    'do return , 1 end',
    'local f = function(g) g(, 1) end',
    'local f = function(g) g(1,) end',
  ),
  ...before(
    'syntax',
    'local t = {,}',
    'local t = {;}',
    'local t = {1,, 2}',
    'while false do break local x end',
    'while false do break; local x end',
  ),
  ...before(
    'syntax',
    'break',
    'do break end',
    'while false do local f = function() break end end',
    'local f = function(..., a) end',
    'local f = function(a,) end',
  ),
  ...before(
    'syntax',
    'local f = function() return ... end',
    'local a = 1//2',
    'local a = 1 & 2',
    'local a = 1 | 2',
    'local a = ~1',
    'local a = 1 << 2',
  ),
  ...before(
    'syntax',
    'local a = 1 != 2',
    'local a <const> = 1',
    '::x::',
    'goto x',
    'local x = a ? 1 : 2',
    'local a = b = c',
    'local (a) = 1',
  ),
  ...before(
    'syntax',
    'local t = {}; (t.b) = 1',
    'local f; (f())',
    'local t t.b',
    '"x":rep(1)',
    'local x = "x":rep(1)',
    'local x = {}.a',
    'local f = function() end()',
  ),
  ...before(
    'syntax',
    'local \xe9 = 1',
    '\xef\xbb\xbflocal x',
    '\xa0',
    '\x1bLua',
    '#!/usr/bin/lua',
    'local end = 1',
    'local x = y.end',
    'function() end',
    'return 1',
  ),
  ...before(
    'syntax',
    'local f = function(',
    'do',
    'end',
    'if x then',
    'for i = 1 do end',
    'for a.b = 1, 2 do end',
    'for i = 1, 2, 3, 4 do end',
    'repeat end',
    'local function a.b() end',
  ),
  ...before(
    'syntax',
    numbered('local a#', 201),
    `local ${numbered('a#', 201, ', ')}`,
    `${numbered('local a#', 197)} for i = 1, 2 do end`,
    `${numbered('local a#', 196)} for i, j in x do end`,
  ),
  ...before(
    'syntax',
    `local f = function(${numbered('a#', 200, ', ')}, ...) end`,
    `local t = {} function t:f(${numbered('a#', 200, ', ')}) end`,
  ),
  ...before('syntax', `${numbered('local a#', 61)} local f = function() return ${numbered('a#', 61, ' == ')} end`),
  ...before(
    'syntax',
    `${numbered('local a#', 61)} local f = function() return function() return ${numbered('a#', 61, ' == ')} end end`,
  ),
  ...whole(
    'syntax',
    `${REGISTER}\n--[[`,
    `${REGISTER} return 1; local x`,
    `${REGISTER}\n\x1a`,
    `${REGISTER} "`,
    `${REGISTER})`,
  ),
];

const TOP_LEVEL: Library[] = [
  ...whole(
    'no-function',
    '',
    '\n',
    '-- nothing',
    'local x = 1',
    `do return end ${REGISTER}`,
    `local f = function() ${REGISTER} end`,
    `if false then ${REGISTER} end`,
  ),
  ...before(
    'global-assignment',
    'function foo() end',
    'x = 1',
    'x = nil',
    'local a a, x = 1',
    'redis.x = 1',
    'redis = nil',
    'local r = redis r.x = 1',
  ),
  ...before(
    'global-access',
    'local x = y',
    'local x = _G',
    'x()',
    'local f = function() end local x = arg',
    'do local y end local x = y',
    'local x = x',
  ),
  ...before(
    'global-access',
    'local call = redis.call',
    'local x = redis.sha1hex',
    'local x = redis[1]',
    'local x = redis.SERVER_VERSION',
    'redis.call("PING")',
  ),
  ...before(
    'global-access',
    ...[
      'string.format',
      'table.insert',
      'math.floor',
      'cjson.encode',
      'cmsgpack.pack',
      'bit.band',
      'struct.pack',
      'os.time',
    ].map((x) => `local x = ${x}`),
    ...['tonumber', 'tostring', 'pairs', 'ipairs', 'next', 'type', 'unpack', 'select', 'error', 'pcall', 'assert'].map(
      (x) => `local x = ${x}`,
    ),
    ...['setmetatable', 'rawset', 'loadstring', 'require', 'print', 'KEYS', 'ARGV'].map((x) => `local x = ${x}`),
  ),
  ...before(
    'runtime',
    'local x local y = x.z',
    'local x = 1 local y = x.z',
    'local t = {} t.x.y = 1',
    'local t = {} function t.x.y() end',
    'local x = 1 + nil',
    'local x = 1 < "a"',
  ),
  ...before(
    'runtime',
    'local x = "a" .. {}',
    'local t = {[nil] = 1}',
    'local t = {[0/0] = 1}',
    'local x = #1',
    'local x = -{}',
    'local x x()',
    'local t = {} t()',
    'local t = {} t.f()',
  ),
  ...before(
    'runtime',
    'local x = {} < {}',
    'local f = function() end local x = f.y',
    'local s = "a" s.x = 1',
    `local x = 1 + ${REGISTER}`,
  ),
  ...before(
    'loads',
    'local x = redis',
    'local x = redis.log',
    'local x = redis.LOG_DEBUG + redis.LOG_WARNING',
    'local x = redis.REDIS_VERSION',
    'local x = "a" local y = x.len',
  ),
  ...before(
    'loads',
    'local t = {} t.a = {} t.a.b = 1 function t.f() end function t:g() end function t.a.h() end',
    'local x = 1/0 local y = 1 % 0',
    'local a, b = 1, 2 a, b = b, a',
  ),
  ...before(
    'loads',
    'local x = nil == false',
    'local x = 1 local function f() x = x + 1 end',
    'local x = redis or 1',
    'local x = nil and y',
    'local x = 1 or y',
  ),
  ...before(
    'valkey',
    'local x = server',
    'local x = server.register_function',
    'local x = server.log',
    'local x = server or redis',
  ),
  ...whole(
    'valkey',
    `server.register_function('f', ${F})`,
    `local s = server s.register_function{function_name = 'f', callback = ${F}}`,
  ),
  ...before(
    'unknown',
    'local x = redis.SERVER_NAME',
    'local x = redis.VALKEY_VERSION',
    'local x = server.VALKEY_VERSION_NUM',
  ),
  ...before(
    'unknown',
    'for i = 1, 2 do end',
    'repeat until true',
    'while true do break end',
    'local function f() end f()',
    'local x = ("x"):rep(2)',
    "local x = '1' + 1",
  ),
  ...before(
    'unknown',
    '(function() end)()',
    'local t = {f = function() end} t.f()',
    'local x if redis.REDIS_VERSION_NUM > 1 then x = 1 end',
    'local t = {[1] = 1, 2}',
  ),
  // What Redis reads on from, Valkey ends at.
  ...before('unknown', 'local x = "\0"', '-- \0', '\0', 'local x\0 = 1'),
  // Before a security fix of 2025, Lua refused it.
  ...before('unknown', 'local s = [[a [[ b]]', '--[[ [[ ]]'),
  ...before(
    'unknown',
    `local x = ${repeat('(', 250)}1${repeat(')', 250)}`,
    `local x = ${repeat('- ', 199)}1`,
    `local x = 1${repeat(' .. 1', 250)}`,
    `${repeat('do ', 250)}${repeat('end ', 250)}`,
  ),
  ...before(
    'unknown',
    `local f = function() f(${repeat('1, ', 248)}1) end`,
    `local x = 1${repeat(' + 1', 5000)}`,
    `local f = function() ${repeat('a, ', 200)}a = 1 end`,
  ),
  ...before('unknown', 'local x = 0xA..1', `local x = [${repeat('=', 200)}[ ]${repeat('=', 200)}]`),
];

const REGISTRATIONS: Library[] = [
  ...whole(
    'loads',
    `redis.register_function(1, ${F})`,
    `redis.register_function('9', ${F})`,
    `redis.register_function('\\97', ${F})`,
    `redis.register_function([[f]], ${F})`,
  ),
  ...whole(
    'loads',
    `redis.register_function('f', ${F}) redis.register_function('F', ${F})`,
    `redis.register_function('lib', ${F})`,
    `(redis.register_function)('f', (${F}))`,
  ),
  ...whole(
    'loads',
    `local r = redis.register_function r('f', ${F})`,
    `redis['register_function']('f', ${F})`,
    `local x = redis.register_function('f', ${F})`,
  ),
  ...whole(
    'loads',
    "redis.register_function('f', redis.register_function)",
    "redis.register_function('f', redis.log)",
    `local n = 'f' redis.register_function(n .. 1, ${F})`,
  ),
  ...whole(
    'loads',
    `local t = {f = ${F}} redis.register_function('f', t.f)`,
    `local t = {} function t.f() end redis.register_function('f', t.f)`,
  ),
  ...whole(
    'bad-registration',
    `redis.register_function('f', ${F}, 1)`,
    "redis.register_function('f')",
    'redis.register_function()',
    'redis.register_function"f"',
    'redis.register_function{}',
  ),
  ...whole(
    'bad-registration',
    "redis.register_function('f', nil)",
    "redis.register_function('f', 1)",
    `redis.register_function(nil, ${F})`,
    `redis.register_function(true, ${F})`,
  ),
  ...whole(
    'bad-registration',
    `redis:register_function('f', ${F})`,
    `redis.register_function{'f', ${F}}`,
    "local t = {} redis.register_function('f', t.f)",
  ),
  ...whole(
    'bad-registration',
    "redis.register_function{function_name='f'}",
    "redis.register_function{function_name='f', callback=1}",
  ),
  ...whole(
    'bad-function-name',
    `redis.register_function('', ${F})`,
    `redis.register_function('a-b', ${F})`,
    `redis.register_function('a\\0', ${F})`,
    `redis.register_function('\xe9', ${F})`,
    `redis.register_function(-1, ${F})`,
  ),
  ...whole(
    'function-twice',
    `redis.register_function('f', ${F}) redis.register_function{function_name='f', callback=${F}}`,
    `redis.register_function('1', ${F}) redis.register_function(1, ${F})`,
  ),
  ...whole(
    'unknown',
    `redis.register_function(1.5, ${F})`,
    `redis.register_function(1e15, ${F})`,
    `for i = 1, 3 do redis.register_function('f' .. i, ${F}) end`,
    `redis.register_function('f', ${F}, ...)`,
  ),
  ...whole(
    'unknown',
    `local function r() redis.register_function('f', ${F}) end r()`,
    `redis.register_function('f', (function() return ${F} end)())`,
  ),
  ...withTable(
    'loads',
    "function_name='f'",
    "FUNCTION_NAME='f', Flags={}",
    'function_name=1',
    "function_name='a', function_name='b'",
    "['function_name']='f'",
    "['function_name\\0x']='f'",
  ),
  ...withTable(
    'loads',
    "function_name='f', description='x'",
    "function_name='f', description=1.5",
    "function_name='f', flags=nil, foo=nil, description=nil",
  ),
  ...withTable(
    'bad-registration',
    "function_name='f', foo=1",
    "function_name='f', 1",
    "function_name='f', [1]=1",
    "function_name='f', [{}]=1",
    "function_name='f', description=true",
    "function_name='f', description={}",
  ),
  ...withTable(
    'bad-registration',
    '',
    "function_name='f', flags='no-writes'",
    "function_name='f', flags=1",
    'function_name=true',
  ),
  ...withTable('bad-function-name', "function_name='a-'", "function_name=''"),
  // Fields of a string may be nil, and then there is no such argument.
  ...whole(
    'unknown',
    ...['foo=s.foo', 'flags=s.foo', 'flags={s.foo}', 'callback=s.len', '[s.len]=1'].map(
      (field) => `local s = 'x' redis.register_function{function_name='f', callback=${F}, ${field}}`,
    ),
  ),
  ...withTable('unknown', "function_name='a-', Function_Name='b'", `function_name='f', Callback=${F}`),
  ...withFlags(
    'loads',
    '{}',
    "{'no-writes'}",
    "{'No-Writes', 'NO-WRITES'}",
    "{'no-writes', 'allow-oom', 'allow-stale', 'no-cluster', 'allow-cross-slot-keys'}",
  ),
  ...withFlags(
    'loads',
    "{x='bad'}",
    "{nil, 'bad'}",
    "{[1]='no-writes'}",
    "{[2]='bad'}",
    "{'no-writes\\0x'}",
    "{'no-writes', nil, 'bad'}",
  ),
  ...withFlags(
    'bad-flag',
    "{'bad'}",
    "{''}",
    "{'no-writes '}",
    '{1}',
    '{true}',
    '{{}}',
    "{'no-writes', 'allow-busy'}",
    "{'raw'}",
    "{'no-script'}",
    "{'no\\0-writes'}",
  ),
];

export const LIBRARIES: readonly Library[] = [
  ...HEADERS,
  ...GOOD_SYNTAX,
  ...BAD_SYNTAX,
  ...TOP_LEVEL,
  ...REGISTRATIONS,
];
