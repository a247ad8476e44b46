/** Libraries that were changed at random, most of them for the worse: what their authors never thought of. */
import { randomNumbers } from '../helpers/random.js';
import { LIBRARIES } from './libraries.js';

const F = 'function() return 1 end';
const REGISTER = `redis.register_function('f', ${F})`;

/** Some that have a bit of everything. */
const WHOLE = [
  `local function f(keys, args) local x = args[1] or 'z'; while x do break; end
for i = 1, #keys do if i > 3 then return i end end return redis.call('GET', keys[1]) end redis.register_function('f', f)`,
  `local t = {a = 1, ['b'] = 2; 3, 4,} local function g(...) local n = select('#', ...) repeat local y = n - 1 until y == 0
return ... end redis.register_function{function_name = 'g', callback = g, flags = {'no-writes', 'allow-oom'}, description = [[x]]}`,
  `local M = {} function M.a(x) return x end function M:b(y) return self.a(y) end
redis.register_function('a', M.a) redis.register_function('b', M.b)`,
  `-- comment\n--[[ long\ncomment ]] local s = "a\\\nb\\065\\x" .. 'c' .. [==[ d ]] ]==] local n = 0x1F + 1e5 - .5 * 3. / 2 ^ 2 % 7
local b = not (n == nil) and true or false redis.register_function('x_1', function(k, a) for k, v in pairs(a) do k = v end; (k):m() end)`,
  `local f = ${F} local t = function() return { f\n(1), f(2); x = f, [f] = 1 } end redis.register_function('f', f)`,
  `do local a, b, c = 1, 2 a, b = b, a if a == 2 then ${REGISTER} elseif b then ${REGISTER} else end end return`,
  `local r, n = redis, 'nm' r.register_function(n .. 1, ${F}) r['register_function']({['function_name'] = 'q', CallBack = ${F}})`,
  `local x = function(f) return f"a", f'b', f[[c]], f{1}, f.a.b:c"x" end local function goto() end redis.register_function('f', goto)`,
];

const EXTRA = [
  ...'( ) { } [ ] = == ~= < > .. ... . , ; : + - * / ^ % # ~ ! & | // << :: @ $ ? \\ ` ( ) ,'.split(' '),
  ...'and or not nil true false if then else elseif end do while for in repeat until local function return break goto'.split(
    ' ',
  ),
  ...'x f redis server arg 0x 0xA.8 0x1p4 0x1p-1 1e 3. .5 1..2 "s" [[u]] [=[v]=] [= [[[ \' " --[[ --[[d]] ]] f() {}'.split(
    ' ',
  ),
  ...[
    '\n',
    ' ',
    '\v',
    '--c\n',
    '"a\\\nb"',
    '"("',
    "'end'",
    '"\\300"',
    '\xe9',
    '"\xe9"',
    '\x1a',
    'f\n(1)',
    '(,',
    'return ,',
    'break;',
    'x = 1',
  ],
  ...['1e5..x', '0xA..1', '1 ..2', 'local x =', REGISTER, F, 'redis.register_function'],
];

const WORD =
  /--\[\[[\s\S]*?\]\]|--.*|\[(=*)\[[\s\S]*?\]\1\]|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\w+|\s+|[\s\S]/g;

export const MUTATIONS: readonly string[] = mutations(20_261_120, 3000);

function mutations(seed: number, count: number): string[] {
  const next = randomNumbers(seed);
  const below = (n: number) => next() % n;
  const pick = <T>(from: readonly T[]) => from[below(from.length)];
  // Errors cite the text, and a carriage return in an error breaks the protocol.
  const bases = [...WHOLE, ...WHOLE, ...LIBRARIES.map(({ code }) => code.slice(code.indexOf('\n') + 1))].filter(
    (code) => code.length < 1000 && !code.includes('\r'),
  );
  return Array.from({ length: count }, () => {
    const words: string[] = pick(bases).match(WORD) ?? [];
    for (let times = 1 + below(3); times > 0; times--) {
      const at = below(words.length + 1);
      const change = below(5);
      if (change === 0) words.splice(at, 1);
      else if (change === 1) words.splice(at, 0, pick(EXTRA));
      else if (change === 2) words.splice(at, 1, pick(EXTRA));
      else if (change === 3) words.splice(at, 0, pick(words) ?? ' ');
      else words.splice(at, 0, ...words.splice(below(words.length + 1), 2));
    }
    return `#!lua name=a\n${words.join(below(5) === 0 ? ' ' : '')}`;
  });
}
