import { describe, expect, it } from 'vitest';
import { Level } from '../../../src/rdb/visitor.js';
import { eventsOf, shown } from '../../helpers/events.js';
import { listpack, quicklist2Value, RdbBuilder } from '../../helpers/rdb-builder.js';
import { toldOf, VALUE_AT } from '../../helpers/values.js';
import { QUICKLIST_2 } from '../../helpers/worked-dumps.js';

describe('quicklists of listpacks', () => {
  it('the worked example', async () => {
    const { events } = await eventsOf(new RdbBuilder(12).bytes(QUICKLIST_2).finish());
    expect(events.slice(2, 9)).toEqual(['count 2', ...['e0', 'e1', 'e2', 'e3', 'e4', 'e5'].map((e) => `item "${e}"`)]);
  });

  it('plain nodes hold one item', async () => {
    const big = 'big '.repeat(3000);
    for (const form of ['raw', 'lzf'] as const) {
      const value = quicklist2Value(
        [{ packed: listpack(['a', 1]) }, { plain: big }, { packed: listpack(['z']) }],
        form,
      );
      expect(await toldOf(value)).toEqual([
        'count 3',
        'item "a"',
        'item "1"',
        `item ${shown(Buffer.from(big))}`,
        'item "z"',
      ]);
    }
  });

  it('plain nodes pass in pieces when they are large', async () => {
    const big = 'big '.repeat(3000);
    const value = quicklist2Value([{ plain: big }, { packed: listpack(['z']) }], 'lzf');
    expect(await toldOf(value, { largeString: 100, chunks: [11] })).toEqual([
      'count 2',
      'item large 12000',
      `content ${shown(Buffer.from(big))}`,
      'item "z"',
    ]);
  });

  it('nodes are blobs for a visitor that wants structure', async () => {
    const node = listpack(['a', 1]);
    expect(await toldOf(quicklist2Value([{ packed: node }, { plain: 'p' }]), { level: Level.STRUCTURE })).toEqual([
      'count 2',
      `listpack by 1 ${shown(node)}`,
      'item "p"',
    ]);
  });

  it('no nodes, and an empty one', async () => {
    expect(await toldOf(quicklist2Value([]))).toEqual(['count 0']);
    expect(await toldOf(quicklist2Value([{ packed: listpack([]) }, { packed: listpack(['a']) }]))).toEqual([
      'count 2',
      'item "a"',
    ]);
  });

  it('a container that is neither plain nor packed', async () => {
    const told = await toldOf(quicklist2Value([{ container: 3, bytes: Buffer.from('x') }, { plain: 'y' }]));
    expect(told).toContain(`! QUICKLIST_BAD_CONTAINER @${VALUE_AT + 1}`);
    expect(told.at(-1)).toBe('item "y"');
  });
});
