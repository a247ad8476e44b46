import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StreamId } from '../../src/rdb/stream-id.js';
import { PendingEntries } from '../../src/values/pending-entries.js';

const half = fc.constantFrom(0, 1, 2, 2 ** 32 - 1);
const ids = fc.uniqueArray(fc.tuple(half, half, half, half), { maxLength: 150, selector: String });

function idOf([a, b, c, d]: readonly [number, number, number, number]): StreamId {
  return new StreamId().set(a, b, c, d);
}

it('finds what was added, in any order, and knows what nobody asked for', () => {
  const entries = new PendingEntries();
  fc.assert(
    fc.property(ids, fc.array(fc.nat(149)), fc.boolean(), (halves, asked, inOrder) => {
      const list = halves.map(idOf);
      if (inOrder) list.sort((a, b) => a.compare(b));
      entries.clear();
      for (const [i, id] of list.entries()) entries.add(id, i * 1000, BigInt(i));
      const left = new Set(list.keys());
      for (const index of asked.filter((i) => i < list.length)) {
        const entry = entries.find(list[index]);
        expect(entry).toBe(index);
        expect(entries.deliveredMs(entry)).toBe(index * 1000);
        expect(entries.deliveryCount(entry)).toBe(BigInt(index));
        left.delete(index);
      }
      expect(entries.find(new StreamId().set(7, 7, 7, 7))).toBe(-1);
      expect(entries.notFound()).toEqual([...left].sort((a, b) => a - b));
      for (const entry of entries.notFound()) {
        expect(String(entries.idOf(entry, new StreamId()))).toBe(String(list[entry]));
      }
    }),
  );
});
