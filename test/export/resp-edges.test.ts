// What commands say of keys that no server of today would make, or that have to be given up on the way.
import { describe, expect, it } from 'vitest';
import { RespFormat } from '../../src/export/resp/resp-format.js';
import { releaseNamed } from '../../src/servers/releases.js';
import { Directory } from '../cli/files.js';
import {
  arrayValue,
  hashValue,
  len,
  listValue,
  RdbBuilder,
  setValue,
  str,
  stringValue,
  zset2Value,
} from '../helpers/rdb-builder.js';
import { commandsIn } from './commands-in.js';
import { exported } from './exported.js';

const directory = new Directory();

async function commandsOf(dump: Uint8Array, target = 'redis-7.0') {
  const path = directory.write('dump.rdb', dump);
  const format = new RespFormat(releaseNamed(target), Date.now());
  const { bytes, results } = await exported([path], format);
  return { commands: commandsIn(bytes), bytes, losses: format.losses.kept.map(({ what }) => what), results };
}

describe('a time that is no future', () => {
  it.each([
    [0n, ['SET', 'k', 'v'], ['PEXPIREAT', 'k', '0']],
    [-5n, ['SET', 'k', 'v'], ['PEXPIREAT', 'k', '-5']],
    [1n, ['SET', 'k', 'v', 'PXAT', '1']],
    // Servers take this for "does not expire".
    [-1n, ['SET', 'k', 'v']],
    [2n ** 63n - 1n, ['SET', 'k', 'v', 'PXAT', '9223372036854775807']],
  ])('of a string is given as it is: %s', async (ms, ...commands) => {
    const dump = new RdbBuilder(10).expireMs(ms).key('k', stringValue('v')).finish();
    expect((await commandsOf(dump)).commands).toEqual([['SELECT', '0'], ...commands]);
  });

  it.each([
    [0n, '1', 'ABSTTL'],
    [-5n, '1', 'ABSTTL'],
    [77n, '77', 'ABSTTL'],
    [-1n, '0'],
  ])('does not keep alive what RESTORE makes: %s', async (ms, time, ...tail) => {
    const array = arrayValue([{ index: 3n, string: 'x' }]);
    const dump = new RdbBuilder(14).expireMs(ms).key('k', array).finish();
    const { commands } = await commandsOf(dump, 'redis-8.8');
    expect(commands).toEqual([
      ['SELECT', '0'],
      ['RESTORE', 'k', time, expect.any(String), ...tail],
    ]);
  });
});

describe('what no command can say', () => {
  it('is told of, and the rest is there', async () => {
    const dump = new RdbBuilder(10)
      .key(
        'z',
        zset2Value([
          ['no number', Number.NaN],
          ['one', 1],
          ['minus zero', -0],
          ['tiny', 5e-324],
        ]),
      )
      .finish();
    const { commands, losses } = await commandsOf(dump);
    expect(commands).toEqual([
      ['SELECT', '0'],
      ['ZADD', 'z', '1', 'one', '-0', 'minus zero', '5e-324', 'tiny'],
    ]);
    expect(losses).toEqual(['a member whose score is no number']);
  });

  it('is a key without elements', async () => {
    const dump = new RdbBuilder(10).key('l', listValue([])).key('s', setValue([])).key('k', stringValue('v')).finish();
    const { commands } = await commandsOf(dump);
    expect(commands).toEqual([
      ['SELECT', '0'],
      ['SET', 'k', 'v'],
    ]);
  });

  it('is a type that the target does not know', async () => {
    const array = arrayValue([{ index: 3n, string: 'x' }]);
    const dump = new RdbBuilder(14).key('a', array).key('k', stringValue('v')).finish();
    const { commands, losses } = await commandsOf(dump, 'redis-8.0');
    expect(commands).toEqual([
      ['SELECT', '0'],
      ['SET', 'k', 'v'],
    ]);
    expect(losses).toEqual(['redis-8.0 does not know values of type array']);
  });
});

describe('elements that come twice', () => {
  it('are given to the server as often: its last word is that of the file', async () => {
    const dump = new RdbBuilder(10)
      .key(
        'h',
        hashValue([
          ['f', '1'],
          ['f', '2'],
        ]),
      )
      .key('s', setValue(['m', 'm']))
      .finish();
    const { commands } = await commandsOf(dump);
    expect(commands.slice(1)).toEqual([
      ['HSET', 'h', 'f', '1', 'f', '2'],
      ['SADD', 's', 'm', 'm'],
    ]);
  });
});

describe('an input that ends within a key', () => {
  it.each([
    ['a string', stringValue('x'.repeat(3_000_000))],
    ['a list', listValue(['a', 'x'.repeat(3_000_000)])],
    ['a hash', hashValue([['f', 'x'.repeat(3_000_000)]])],
    ['an array', arrayValue([{ index: 3n, tag: 0, bytes: str('x'.repeat(3_000_000)) }])],
  ])('leaves commands that can be read, and takes the key back: %s', async (_, value) => {
    const whole = new RdbBuilder(14).key('before', stringValue('v')).key('k', value).unfinished();
    const { commands, results, losses } = await commandsOf(whole.subarray(0, -1_000_000), 'redis-8.8');
    expect(results).toMatchObject([{ complete: false }]);
    expect(commands.slice(0, 2)).toEqual([
      ['SELECT', '0'],
      ['SET', 'before', 'v'],
    ]);
    if (commands.length > 2) expect(commands.at(-1)).toEqual(['DEL', 'k']);
    expect(losses.at(-1)).toMatch(/does not decode, or is not all there|did not find it/);
  });
});

describe('several inputs', () => {
  it('say which database they begin with', async () => {
    const one = directory.write('one.rdb', new RdbBuilder(10).selectDb(3).key('a', stringValue('1')).finish());
    const two = directory.write('two.rdb', new RdbBuilder(10).key('b', stringValue('2')).finish());
    const { bytes } = await exported([one, two], new RespFormat(undefined, Date.now()));
    expect(commandsIn(bytes)).toEqual([
      ['SELECT', '3'],
      ['SET', 'a', '1'],
      ['SELECT', '0'],
      ['SET', 'b', '2'],
    ]);
  });

  it('may have the same functions', async () => {
    const library = '#!lua name=l\nredis.register_function("f", function() return 1 end)';
    const path = directory.write('functions.rdb', new RdbBuilder(10).functionLibrary(library).finish());
    const { bytes } = await exported([path, path], new RespFormat(undefined, Date.now()));
    const load = ['FUNCTION', 'LOAD', 'REPLACE', library];
    expect(commandsIn(bytes)).toEqual([load, load]);
  });
});

it('lengths of arguments are those of their bytes', async () => {
  const name = Buffer.of(0xff, 0x0d, 0x0a, 0);
  const dump = new RdbBuilder(10).bytes(Buffer.of(0), len(name.length), name, len(2), 'é').finish();
  expect((await commandsOf(dump)).commands[1]).toEqual(['SET', name.toString('latin1'), 'Ã©']);
});
