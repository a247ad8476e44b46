import { describe, expect, it } from 'vitest';
import { Glob } from '../../src/keyspace/glob.js';
import { randomNumbers } from '../helpers/random.js';
import { availableServers } from '../servers/available.js';
import { withServer } from '../servers/server.js';

describe('globs', () => {
  it.each([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['h?llo', 'hello', true],
    ['h*llo', 'heeeello', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[a-b]llo', 'hbllo', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['user:*:name', 'user:1:2:name', true],
    ['user:*:name', 'user:1:names', false],
  ])('%j of %j: %s', (pattern, text, expected) => {
    expect(new Glob(pattern).matches(Buffer.from(text))).toBe(expected);
  });

  it('take \\xHH in text for a byte that stands for itself', () => {
    expect(new Glob('a\\xff*').matches(Buffer.from([0x61, 0xff, 1]))).toBe(true);
    expect(new Glob('\\x2a').matches(Buffer.from('a'))).toBe(false);
    expect(new Glob('[\\x00-\\x1f]').matches(Buffer.from([7]))).toBe(true);
    expect(new Glob('[\\x00-\\x1f]').matches(Buffer.from(' '))).toBe(false);
  });

  it('take it in bytes as a server does: for an x', () => {
    expect(new Glob(Buffer.from('\\xff')).matches(Buffer.from('xff'))).toBe(true);
  });

  it('look at a part of the bytes', () => {
    expect(new Glob('b?').matches(Buffer.from('abcd'), 1, 3)).toBe(true);
  });

  it('come to an end on patterns that were made to take for ever', () => {
    const glob = new Glob(`${'a*'.repeat(5000)}b`);
    expect(glob.matches(Buffer.alloc(50_000, 'a'))).toBe(false);
  });
});

const [server] = availableServers();

describe.runIf(server !== undefined)('a server finds the same keys', () => {
  const alphabet = ['a', 'b', '*', '?', '[', ']', '^', '-', '\\', 'x'];

  it('by 3000 patterns', async () => {
    const next = randomNumbers(7);
    const word = (longest: number) =>
      Array.from({ length: 1 + (next() % longest) }, () => alphabet[next() % alphabet.length]).join('');
    const keys = [...new Set(Array.from({ length: 400 }, () => word(6)))];
    const patterns = Array.from({ length: 3000 }, () => word(8)).filter((pattern) => pattern !== '*');
    await withServer(server ?? { binary: '' }, async ({ client }) => {
      await client.mset(Object.fromEntries(keys.map((key) => [key, ''])));
      const answers = await Promise.all(patterns.map((pattern) => client.keys(pattern)));
      for (const [i, pattern] of patterns.entries()) {
        const glob = new Glob(Buffer.from(pattern));
        const found = keys.filter((key) => glob.matches(Buffer.from(key)));
        expect({ pattern, found: found.sort() }).toEqual({ pattern, found: answers[i].sort() });
      }
    });
  });
});
