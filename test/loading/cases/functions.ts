// Function libraries, which a server compiles and runs while it loads.
import { RdbBuilder } from '../../helpers/rdb-builder.js';
import { head } from '../../verify/hand-made.js';
import { CLUSTER, group, ONE, REDIS_7, VALKEY_9 } from '../case.js';

const BODY = "redis.register_function('f', function(keys, args) return 1 end)";
const GOOD = library(BODY);
const WITH_FLAGS = library(
  "redis.register_function{function_name='f', callback=function() return 1 end, flags={'no-writes','allow-stale'}}",
);

export const functions = group('function', [
  ['sound', 'none: a simple library', () => of(GOOD), { configurations: [CLUSTER] }],
  ['two', 'none: two libraries', () => of(GOOD, library("redis.register_function('g', function() end)", 'other'))],
  ['table-form', 'none: registered by a table with flags', () => of(WITH_FLAGS)],
  ['no-keys', 'none: a library but no key', () => head(REDIS_7).functionLibrary(GOOD).finish()],
  [
    'behind-keys',
    'a library behind the keys',
    () => head(REDIS_7).selectDb(0).key('k', ONE).functionLibrary(GOOD).finish(),
  ],
  ['syntax-error', 'Lua that does not compile', () => of(library('redis.register_function('))],
  ['runtime-error', 'an error while the library is loaded', () => of(library(`error('no')`))],
  ['runtime-error-late', 'an error behind the registration', () => of(library(`${BODY} local x = nil; x.y = 1`))],
  ['undefined-global', 'reads a global that does not exist', () => of(library(`${BODY} return missing`))],
  ['sets-global', 'sets a global', () => of(library(`${BODY} mine = 1`))],
  ['calls-command', 'calls a command while it is loaded', () => of(library(`redis.call('PING') ${BODY}`))],
  [
    'error-inside',
    'none: an error that only a call would meet',
    () => of(library(`redis.register_function('f', function() error('no') end)`)),
  ],
  ['unknown-engine', 'the engine js', () => of('#!js name=lib\nredis.register()')],
  ['upper-case-engine', 'the engine LUA', () => of(`#!LUA name=lib\n${BODY}`)],
  ['no-engine', 'no engine', () => of(`#! name=lib\n${BODY}`)],
  ['no-shebang', 'no #! line', () => of(BODY)],
  ['empty', 'no text at all', () => of('')],
  ['one-line', 'the #! line without its end', () => of('#!lua name=lib')],
  ['no-name', 'no name', () => of(`#!lua\n${BODY}`)],
  ['empty-name', 'an empty name', () => of(`#!lua name=\n${BODY}`)],
  ['bad-name', 'a name with a hyphen and a dot', () => of(`#!lua name=my-lib.x\n${BODY}`)],
  ['blank-in-name', 'a quoted name with a blank', () => of(`#!lua name="my lib"\n${BODY}`)],
  ['digit-name', 'none: a name that starts with a digit', () => of(`#!lua name=1lib\n${BODY}`)],
  ['name-twice', 'two names in the #! line', () => of(`#!lua name=lib name=lib\n${BODY}`)],
  ['unknown-option', 'an option of the #! line that nobody knows', () => of(`#!lua name=lib foo=1\n${BODY}`)],
  ['upper-case-option', 'NAME in place of name', () => of(`#!lua NAME=lib\n${BODY}`)],
  ['carriage-return', 'lines that end as on Windows', () => of(`#!lua name=lib\r\n${BODY}\r\n`)],
  ['blank-before', 'a line break in front of the #! line', () => of(`\n${GOOD}`)],
  ['no-function', 'registers nothing', () => of(library('local x = 1'))],
  ['no-body', 'the #! line alone', () => of('#!lua name=lib\n')],
  [
    'library-twice',
    'two libraries of one name',
    () => of(GOOD, library("redis.register_function('g', function() end)")),
  ],
  [
    'library-names-differ-in-case',
    'none: two libraries, lib and LIB',
    () => of(GOOD, library("redis.register_function('g', function() end)", 'LIB')),
  ],
  ['function-twice', 'two libraries register one function', () => of(GOOD, library(BODY, 'other'))],
  ['function-twice-inside', 'one library registers one function twice', () => of(library(`${BODY} ${BODY}`))],
  [
    'function-names-differ-in-case',
    'none: functions f and F',
    () => of(library(`${BODY} redis.register_function('F', function() end)`)),
  ],
  [
    'bad-function-name',
    'a function name with a hyphen',
    () => of(library("redis.register_function('f-g', function() end)")),
  ],
  [
    'unknown-flag',
    'a flag that nobody knows',
    () => of(library("redis.register_function{function_name='f', callback=function() end, flags={'fast'}}")),
  ],
  [
    'flag-cross-slot',
    'the flag allow-cross-slot-keys',
    () =>
      of(
        library("redis.register_function{function_name='f', callback=function() end, flags={'allow-cross-slot-keys'}}"),
      ),
  ],
  [
    'unknown-argument',
    'an argument of the registration that nobody knows',
    () => of(library("redis.register_function{function_name='f', callback=function() end, speed=1}")),
  ],
  ['no-callback', 'registered without a function', () => of(library("redis.register_function('f')"))],
  [
    'server-api',
    "server.register_function, Valkey's word for it",
    () => of(library("server.register_function('f', function() return 1 end)")),
  ],
  [
    'server-api-valkey',
    'server.register_function in a file of Valkey 9',
    () =>
      head(VALKEY_9)
        .functionLibrary(library("server.register_function('f', function() return 1 end)"))
        .selectDb(0)
        .key('k', ONE)
        .finish(),
  ],
  [
    'redis-api-valkey',
    'redis.register_function in a file of Valkey 9',
    () => head(VALKEY_9).functionLibrary(GOOD).selectDb(0).key('k', ONE).finish(),
  ],
  ['lua-5-4', 'an operator of later Lua', () => of(library('local x = 1 // 2'))],
  [
    'pre-ga',
    'a library as release candidates of 7.0 wrote it',
    () => head(REDIS_7).functionPreGa('lib', 'LUA', BODY, 'described').selectDb(0).key('k', ONE).finish(),
  ],
  [
    'pre-ga-undescribed',
    'the same without a description',
    () => head(REDIS_7).functionPreGa('lib', 'LUA', BODY).selectDb(0).key('k', ONE).finish(),
  ],
  [
    'in-version-9',
    'a library in a file of version 9',
    () => new RdbBuilder(9).functionLibrary(GOOD).selectDb(0).key('k', ONE).finish(),
  ],
]);

function library(body: string, name = 'lib'): string {
  return `#!lua name=${name}\n${body}`;
}

/** A file of these libraries and one key. */
function of(...libraries: readonly string[]): Buffer {
  const builder = head(REDIS_7);
  for (const text of libraries) builder.functionLibrary(text);
  return builder.selectDb(0).resizeDb(1, 0).key('k', ONE).finish();
}
