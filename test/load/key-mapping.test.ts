import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyMapping } from '../../src/load/key-mapping.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (name: Uint8Array) => new TextDecoder().decode(name);

it('takes a prefix off where it stands, and puts another one in front of all names', () => {
  const mapping = new KeyMapping({ prefixStrip: bytes('old:'), prefixAdd: bytes('new:') });
  expect(['old:a', 'a', 'old', 'old:', 'bold:a'].map((name) => text(mapping.nameOf(bytes(name))))).toEqual([
    'new:a',
    'new:a',
    'new:old',
    'new:',
    'new:bold:a',
  ]);
  expect([mapping.strips, mapping.changesNames]).toEqual([true, true]);
});

it('gives names back that it was told to give another prefix', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array({ minLength: 1 }), (name, prefix) => {
      const there = new KeyMapping({ prefixAdd: prefix }).nameOf(name);
      expect(there.length).toBe(name.length + prefix.length);
      expect([...new KeyMapping({ prefixStrip: prefix }).nameOf(there)]).toEqual([...name]);
    }),
  );
});

it('maps databases, and leaves those alone that nobody named', () => {
  const mapping = new KeyMapping({ dbMap: new Map([[0, 3]]) });
  expect([0, 1, 3].map((db) => mapping.dbOf(db))).toEqual([3, 1, 3]);
  expect(mapping.changesDbs).toBe(true);
  expect(new KeyMapping({ dbMap: new Map([[2, 2]]) }).changesDbs).toBe(false);
});
