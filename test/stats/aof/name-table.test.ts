import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameTable } from '../../../src/stats/aof/name-table.js';

describe('a table of names', () => {
  it('finds what was added and not dropped, by bytes and tag', () => {
    const name = fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.integer({ min: 250, max: 260 }).map((length) => new Uint8Array(length).fill(7)),
    );
    const tag = fc.constantFrom(0, 1, 300, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 40);
    const step = fc.record({ name, tag, drop: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const most = 20;
        const table = new NameTable(most);
        let model: string[] = [];
        for (const { name, tag, drop } of steps) {
          const id = `${tag} ${Buffer.from(name).toString('hex')}`;
          const buffer = Uint8Array.from([1, ...name, 2]);
          const found = table.find(buffer, 1, buffer.length - 1, tag);
          expect(found).toBe(model.indexOf(id));
          if (found < 0 && model.length < most) {
            expect(table.add(buffer, 1, buffer.length - 1, tag)).toBe(model.length);
            model.push(id);
          }
          if (drop === 0) {
            const kept = Uint8Array.from(model, (_, i) => (i % 3 === 0 ? 0 : 1));
            const moved = [...table.keep(kept)];
            const left = model.filter((_, i) => kept[i] === 1);
            expect(moved).toEqual(model.map((each, i) => (kept[i] === 1 ? left.indexOf(each) : -1)));
            model = left;
          }
          expect(table.size).toBe(model.length);
        }
        model.forEach((id, entry) => {
          const [tag, hex] = id.split(' ');
          expect(table.tags[entry]).toBe(Number(tag));
          expect(Buffer.from(table.name(entry)).toString('hex')).toBe(hex.slice(0, 512));
        });
      }),
    );
  });

  it('has room for as many names as it was made for, of any length', () => {
    const most = 3000;
    const table = new NameTable(most);
    const name = (i: number) => Buffer.from(`${i}:`.padEnd(200, 'x'));
    for (let i = 0; i < most; i++) {
      expect(table.find(name(i), 0, 200, 0)).toBe(-1);
      table.add(name(i), 0, 200, 0);
    }
    for (let i = 0; i < most; i++) expect(table.find(name(i), 0, 200, 0)).toBe(i);
  });
});
