import { describe, expect, it } from 'vitest';
import { NameSieve } from '../../src/rehearse/name-sieve.js';

const name = (text: string) => Buffer.from(text);

/** How many of `names` it says yes for. */
function yes(sieve: NameSieve, space: number, names: readonly string[]): number {
  return names.filter((each) => sieve.has(space, name(each), 0, each.length)).length;
}

describe('a sieve for names', () => {
  const names = Array.from({ length: 4096 }, (_, i) => `user:${i}`);
  const others = Array.from({ length: 4096 }, (_, i) => `item:${i}`);

  it('never says no for one that was added, and seldom yes for another one', () => {
    // Sixteen bits for each: one in four hundred, so ten of them.
    const sieve = new NameSieve(8192);
    for (const each of names) sieve.add(3, name(each), 0, each.length);
    expect(yes(sieve, 3, names)).toBe(4096);
    expect(yes(sieve, 3, others)).toBeLessThan(40);
    expect(yes(sieve, 4, names)).toBeLessThan(40);
  });

  it('keeps to its memory, and says yes for all when it is full', () => {
    const sieve = new NameSieve(5000);
    expect(sieve.bytes).toBe(4096);
    for (let i = 0; i < 200_000; i++) {
      const text = `n${i}`;
      sieve.add(0, name(text), 0, text.length);
    }
    expect(yes(sieve, 0, others)).toBe(4096);
  });

  it('looks only at the bytes of the name', () => {
    const sieve = new NameSieve(4096);
    sieve.add(0, name('<key>'), 1, 4);
    expect(sieve.has(0, name('..key'), 2, 5)).toBe(true);
    expect(sieve.has(0, name('<key>'), 0, 5)).toBe(false);
    expect(sieve.has(0, name(''), 0, 0)).toBe(false);
  });
});
