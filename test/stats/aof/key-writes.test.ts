import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BusyKey, KeyWrites, type KeyWritesOptions } from '../../../src/stats/aof/key-writes.js';
import type { WrittenPrefix } from '../../../src/stats/aof/prefix-writes.js';

interface Write {
  readonly db: number;
  readonly name: string;
  readonly bytes: number;
}

function count(written: readonly Write[], options?: KeyWritesOptions): KeyWrites {
  const keys = new KeyWrites(options);
  for (const { db, name, bytes } of written) {
    const buffer = Buffer.from(`<${name}>`);
    keys.touch(db, buffer, 1, buffer.length - 1);
    keys.written(bytes);
  }
  return keys;
}

/** What was written to names that begin so, in `db` if that matters. */
function truth(written: readonly Write[], start: string, whole: boolean, db?: number) {
  const of = written.filter(
    (write) => (whole ? write.name === start : write.name.startsWith(start)) && (db === undefined || write.db === db),
  );
  return { writes: of.length, bytes: of.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function flat(tree: readonly WrittenPrefix[]): WrittenPrefix[] {
  return tree.flatMap((node) => [node, ...flat(node.children)]);
}

function expectWithin(shown: BusyKey | WrittenPrefix, real: { writes: number; bytes: number }): void {
  const { writes, bytes, missing } = shown;
  expect(writes).toBeLessThanOrEqual(real.writes);
  expect(bytes).toBeLessThanOrEqual(real.bytes);
  expect(real.writes - writes).toBeLessThanOrEqual(missing?.writes ?? 0);
  expect(real.bytes - bytes).toBeLessThanOrEqual(missing?.bytes ?? 0);
}

const write = (names: number): fc.Arbitrary<Write> =>
  fc.record({
    db: fc.constantFrom(0, 0, 0, 7),
    name: fc.tuple(fc.nat(names), fc.nat(names), fc.nat(3)).map(([a, b, c]) => `a${a}:b${b}:${c}`),
    bytes: fc.integer({ min: 1, max: 5000 }),
  });

describe('writes by key', () => {
  it('are exact while all keys fit', () => {
    fc.assert(
      fc.property(fc.array(write(3), { maxLength: 100 }), (written) => {
        const keys = count(written);
        expect(keys.missed).toMatchObject({ writes: 0, bytes: 0 });
        const names = new Set(written.map(({ db, name }) => `${db} ${name}`));
        const top = keys.top(1000, 'writes');
        expect(top).toHaveLength(names.size);
        for (const { db, key, missing, ...found } of top) {
          expect(missing).toBeUndefined();
          expect(found).toEqual(truth(written, Buffer.from(key).toString(), true, db));
        }
      }),
    );
  });

  it('are within their bounds when they do not, by writes and by bytes', () => {
    fc.assert(
      fc.property(fc.array(write(12), { minLength: 50, maxLength: 400 }), (written) => {
        const keys = count(written, { mostKeys: 16 });
        const top = keys.top(1000, 'bytes');
        expect(top.length).toBeLessThanOrEqual(16);
        for (const key of top) expectWithin(key, truth(written, Buffer.from(key.key).toString(), true, key.db));
        const listed = new Set(top.map(({ db, key }) => `${db} ${Buffer.from(key)}`));
        for (const { db, name } of written.filter((each) => !listed.has(`${each.db} ${each.name}`))) {
          const real = truth(written, name, true, db);
          expect(real.writes).toBeLessThanOrEqual(keys.missed.writes);
          expect(real.bytes).toBeLessThanOrEqual(keys.missed.bytes);
        }
      }),
    );
  });

  it('keep those with many writes, and those with many bytes, among many others', () => {
    const written: Write[] = [];
    for (let i = 0; i < 5000; i++) {
      written.push({ db: 0, name: `other:${i}`, bytes: 10 });
      if (i % 10 === 0) written.push({ db: 0, name: 'often', bytes: 10 });
      if (i === 100) written.push({ db: 0, name: 'once', bytes: 1_000_000 });
    }
    const keys = count(written, { mostKeys: 50 });
    expect(keys.top(1, 'writes')).toMatchObject([
      { key: new Uint8Array(Buffer.from('often')), writes: 500, missing: undefined },
    ]);
    const [largest] = keys.top(1, 'bytes');
    expect(Buffer.from(largest.key).toString()).toBe('once');
    expectWithin(largest, { writes: 1, bytes: 1_000_000 });
  });

  it('are told apart by what is not kept of a long name', () => {
    const long = (length: number) => ({ db: 0, name: 'x'.repeat(length), bytes: 1 });
    const keys = count([long(256), long(300), long(301), long(300)]).top(5, 'writes');
    expect(keys.map(({ writes, key }) => [writes, key.length])).toEqual([
      [2, 256],
      [1, 256],
      [1, 256],
    ]);
  });

  it('are counted for all keys of one command, though the table is full', () => {
    const keys = new KeyWrites({ mostKeys: 10 });
    const command = (names: readonly string[]) => {
      for (const name of names) keys.touch(0, Buffer.from(name), 0, name.length);
      keys.written(70);
    };
    for (let i = 0; i < 9; i++) command([`a${i}`]);
    command(['x', 'y', 'x', 'z', 'u', 'v', 'w']);
    const found = keys.top(10, 'writes').map(({ key, writes, bytes }) => [Buffer.from(key).toString(), writes, bytes]);
    expect(found[0]).toEqual(['x', 2, 20]);
    for (const name of ['y', 'z', 'u', 'v', 'w']) expect(found).toContainEqual([name, 1, 10]);
    command(Array.from({ length: 30 }, (_, i) => `b${i}`));
    expect(keys.total.bytes).toBeCloseTo(11 * 70);
    expect(keys.top(100, 'writes').length).toBeLessThanOrEqual(10);
  });

  it('are not counted for a command without an end', () => {
    const keys = new KeyWrites();
    keys.touch(0, Buffer.from('a'), 0, 1);
    keys.cancel();
    keys.written(10);
    expect(keys.top(10, 'writes')).toEqual([]);
  });

  it('take no more room for the many databases that a log can select', () => {
    const written = Array.from({ length: 3000 }, (_, db) => ({ db, name: 'k', bytes: 1 }));
    const keys = count([...written, ...written.slice(-5)], { mostKeys: 20 });
    expect(keys.top(5, 'writes').map(({ db, writes }) => [db, writes])).toEqual(
      [2995, 2996, 2997, 2998, 2999].map((db) => [db, 2]),
    );
  });
});

describe('writes by prefix', () => {
  it('are exact while all prefixes fit, though the keys do not', () => {
    fc.assert(
      fc.property(fc.array(write(5), { minLength: 1, maxLength: 300 }), fc.boolean(), (written, given) => {
        const keys = count(written, { mostKeys: 8, ...(given ? { separators: [':'] } : {}) });
        const { tree, exact, guessed, separators, distinct, without } = keys.byPrefix(1000);
        expect({ exact, guessed, separators, without }).toEqual({
          exact: true,
          guessed: !given,
          separators: [':'],
          without: { writes: 0, bytes: 0 },
        });
        const nodes = flat(tree);
        const starts = written.flatMap(({ name }) => [name.split(':')[0], name.split(':').slice(0, 2).join(':')]);
        expect(distinct).toBe(new Set(starts).size);
        expect(new Set(nodes.map(({ prefix }) => Buffer.from(prefix).toString()))).toEqual(
          new Set(starts.map((start) => `${start}:`)),
        );
        for (const { prefix, writes, bytes, missing } of nodes) {
          expect(missing).toBeUndefined();
          expect({ writes, bytes }).toEqual(truth(written, Buffer.from(prefix).toString(), false));
        }
      }),
    );
  });

  it('are within their bounds when they do not, and never more than those of their parents', () => {
    fc.assert(
      fc.property(fc.array(write(30), { minLength: 50, maxLength: 400 }), (written) => {
        const keys = count(written, { mostKeys: 10, mostPrefixes: 12, separators: [':'] });
        const { tree, distinct } = keys.byPrefix(1000);
        expect(distinct).toBeLessThanOrEqual(12);
        for (const node of flat(tree)) {
          expectWithin(node, truth(written, Buffer.from(node.prefix).toString(), false));
          const sum = (of: 'writes' | 'bytes') => node.children.reduce((all, child) => all + child[of], 0);
          expect(sum('writes')).toBeLessThanOrEqual(node.writes);
          expect(sum('bytes')).toBeLessThanOrEqual(node.bytes);
        }
        const shown = tree.reduce((sum, { writes }) => sum + writes, 0);
        expect(shown).toBeLessThanOrEqual(written.length);
      }),
    );
  });

  it('end with a separator of one character or of more', () => {
    const written = ['a::b', 'a:b', 'a::', '::', 'plain'].map((name) => ({ db: 0, name, bytes: 1 }));
    const names = (separators: string[]) =>
      flat(count(written, { separators }).byPrefix(10).tree).map(
        ({ prefix, writes }) => `${Buffer.from(prefix)} ${writes}`,
      );
    expect(names(['::']).sort()).toEqual([':: 1', 'a:: 2']);
    expect(names([':']).sort()).toEqual([': 1', ':: 1', 'a: 3', 'a:: 2']);
  });
});
