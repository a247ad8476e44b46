import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OffsetSet } from '../../src/load/offset-set.js';

const offsets = fc.array(fc.nat({ max: 500 }), { maxLength: 300 });

it('holds what a Set holds, asked in any order', () => {
  fc.assert(
    fc.property(offsets, offsets, (added, asked) => {
      const set = OffsetSet.of(added);
      const model = new Set(added);
      expect(asked.map((offset) => set.has(offset))).toEqual(asked.map((offset) => model.has(offset)));
      expect([...set]).toEqual([...model].sort((a, b) => a - b));
      expect(set.size).toBe(model.size);
      expect(set.last).toBe(model.size === 0 ? undefined : Math.max(...model));
    }),
  );
});

it('takes more between two questions', () => {
  const set = OffsetSet.of([40, 10]);
  expect(set.has(10)).toBe(true);
  expect(set.has(20)).toBe(false);
  set.add(20);
  set.addAll(OffsetSet.of([5, 20]));
  expect([...set]).toEqual([5, 10, 20, 40]);
  expect(set.has(20)).toBe(true);
  set.clear();
  expect(set.has(20)).toBe(false);
  expect(set.size).toBe(0);
});
