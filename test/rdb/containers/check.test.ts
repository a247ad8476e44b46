import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../../src/bytes/kernels/kernels.js';
import { BytesRef } from '../../../src/rdb/bytes-ref.js';
import { type CollectionType, ContainerChecker } from '../../../src/rdb/containers/check.js';
import type { ContainerKind } from '../../../src/rdb/format.js';
import {
  intset,
  type ListpackEntry,
  listpack,
  textOf,
  type ZiplistEntry,
  ziplist,
  zipmap,
} from '../../helpers/rdb-builder.js';
import { runs } from '../../helpers/runs.js';

const kernels = new Kernels();
const checker = new ContainerChecker(kernels);
const block = kernels.heap.allocate(4 * 1024 * 1024);

/** The code of what is wrong with a container, `sound` for nothing. */
function check(kind: ContainerKind, blob: Uint8Array, tuple: number, type: CollectionType): string {
  const ref = new BytesRef(kernels);
  kernels.bytes.set(blob, block);
  ref.setRaw(block, block + blob.length);
  return checker.check(kind, ref, tuple, type)?.code ?? 'sound';
}

const TWICE = { set: 'SET_DUPLICATE_MEMBER', hash: 'HASH_DUPLICATE_FIELD', zset: 'ZSET_DUPLICATE_MEMBER' } as const;

/** Values that are easily taken for each other: numbers as integers and as text, and text that only looks like a number. */
const tricky = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-0',
    '00',
    '5',
    '05',
    '+5',
    ' 5',
    '5 ',
    '5.0',
    '-',
    '--1',
    '1e3',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '-9223372036854775809',
    '99999999999999999999',
  ),
  fc.integer({ min: -10, max: 30 }).map(String),
  fc.string({ maxLength: 3 }),
);

describe('ContainerChecker: the first of each element only once', () => {
  for (const [type, tuple] of [
    ['set', 1],
    ['hash', 2],
    ['zset', 2],
  ] as const) {
    it(`a ${type} repeats an element exactly when two have the same text`, () => {
      let repeated = 0;
      fc.assert(
        fc.property(fc.array(fc.tuple(tricky, fc.boolean()), { minLength: 1, maxLength: 25 }), (values) => {
          // As an integer where it is one, or as the text of it: to servers they are the same.
          const firsts = values.map(([value, asText]) => (asText ? { value, form: 'str6' as const } : value));
          const rest = Array<string>(tuple - 1).fill('same');
          const twice = new Set(values.map(([value]) => value)).size < values.length;
          if (twice) repeated++;
          const expected = twice ? TWICE[type] : 'sound';
          const packed: ListpackEntry[] = firsts.flatMap((first) => [first, ...rest]);
          const zipped: ZiplistEntry[] = firsts.flatMap((first) => [first, ...rest]);
          expect(check('listpack', listpack(packed), tuple, type)).toBe(expected);
          expect(check('ziplist', ziplist(zipped), tuple, type)).toBe(expected);
        }),
        { numRuns: runs(500) },
      );
      expect(repeated).toBeGreaterThan(50);
    });
  }

  // Small containers, those above the size from which a keyed hash is used, and those that need a larger table.
  it.each([2, 3, 1000, 1024, 1025, 5000, 8192, 8193, 30_000])('among %d elements, wherever the two are', (count) => {
    for (const kind of ['numbers', 'text'] as const) {
      const values = Array.from({ length: count }, (_, i) => (kind === 'numbers' ? i * 7 - 500 : `member ${i}`));
      expect(check('listpack', listpack(values), 1, 'set')).toBe('sound');
      for (const [from, to] of [
        [0, count - 1],
        [count >> 1, count - 1],
        [0, 1],
      ]) {
        if (from === to) continue;
        const changed = [...values];
        changed[to] = changed[from];
        expect(check('listpack', listpack(changed), 1, 'set')).toBe(TWICE.set);
        expect(check('ziplist', ziplist(changed), 1, 'set')).toBe(TWICE.set);
      }
    }
  });

  it('values, scores and list items may repeat', () => {
    expect(check('listpack', listpack(['a', 'v', 'b', 'v']), 2, 'hash')).toBe('sound');
    expect(check('listpack', listpack(['a', 'a', 'a']), 1, 'list')).toBe('sound');
    expect(check('ziplist', ziplist(['a', 1, 'b', 1]), 2, 'zset')).toBe('sound');
    expect(check('listpack', listpack(['a', 'v', 0, 'b', 'v', 0]), 3, 'hash')).toBe('sound');
    expect(check('listpack', listpack(['a', 'v', 0, 'a', 'w', 0]), 3, 'hash')).toBe(TWICE.hash);
  });

  it('in zipmaps and intsets', () => {
    expect(
      check(
        'zipmap',
        zipmap([
          { field: 'f', value: '1' },
          { field: 'g', value: '1' },
        ]),
        2,
        'hash',
      ),
    ).toBe('sound');
    expect(
      check(
        'zipmap',
        zipmap([
          { field: 'f', value: '1' },
          { field: 'f', value: '2' },
        ]),
        2,
        'hash',
      ),
    ).toBe(TWICE.hash);
    expect(check('intset', intset([1, 2, 3]), 1, 'set')).toBe('sound');
    expect(check('intset', intset([1, 1, 3]), 1, 'set')).toBe(TWICE.set);
  });

  it('a structural fault is told before a repeated element', () => {
    expect(check('listpack', listpack(['a', 'a'], { count: 7 }), 1, 'set')).toBe('LISTPACK_BAD_COUNT');
    expect(check('listpack', listpack(['a', 'a', 'b']), 2, 'hash')).toBe('LISTPACK_UNEVEN');
  });
});

describe('ContainerChecker: what it tells of a sound listpack', () => {
  it('entries', () => {
    check('listpack', listpack(['a', 1, 5, 'x', 'c', -70000]), 2, 'hash');
    expect(checker.entries).toBe(6);
  });

  it('the soonest expiry', () => {
    expect(check('listpack', listpack(['a', 'v', 500, 'b', 'v', 700, 'c', 'v', 0]), 3, 'hash')).toBe('sound');
    expect(checker.lowestExpire).toBe(500);
    expect(check('listpack', listpack(['a', 'v', 0]), 3, 'hash')).toBe('sound');
    expect(checker.lowestExpire).toBe(0);
    check('listpack', listpack(['a', 'v', 2 ** 48 - 1]), 3, 'hash');
    expect(checker.lowestExpire).toBe(2 ** 48 - 1);
  });
});

describe('ContainerChecker: scores', () => {
  function needLook(scores: readonly (string | number | bigint)[]): boolean[] {
    const entries = scores.flatMap((score, i) => [`m${i}`, score]);
    return (['listpack', 'ziplist'] as const).map((kind) => {
      const blob = kind === 'listpack' ? listpack(entries) : ziplist(entries);
      const ref = new BytesRef(kernels);
      kernels.bytes.set(blob, block);
      ref.setRaw(block, block + blob.length);
      return checker.scoresNeedLook(kind, ref);
    });
  }

  it.each([
    [[]],
    [[0]],
    [[-5, -5, 0, 7]],
    [['-1.5', 0, '0.1', '0.25', 1, '123456.789']],
    [['-99999999999.5', 2 ** 53]],
  ])('plain numbers in order need no closer look: %j', (scores) => {
    expect(needLook(scores)).toEqual([false, false]);
  });

  it.each([
    [['abc']],
    [['']],
    [['nan']],
    [[1, 'x', 2]],
    [[2, 1]],
    [['0.2', '0.1']],
    [[0, '-0.5']],
    [['.']],
    [['-']],
    [['1.2.3']],
    [['1 ']],
    [['0x10']],
  ])('anything else does: %j', (scores) => {
    expect(needLook(scores)).toEqual([true, true]);
  });

  it('the greatest integers are plain numbers, too', () => {
    expect(needLook([-(2n ** 63n), 0, 2n ** 63n - 1n])).toEqual([false, false]);
    expect(needLook([2n ** 63n - 1n, -(2n ** 63n)])).toEqual([true, true]);
  });

  it('never passes what is clearly out of order', () => {
    const score = fc.oneof(
      fc.integer({ min: -1000, max: 1000 }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((n) => n.toFixed(6)),
    );
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 8 }), (scores) => {
        const numbers = scores.map((s) => Number(textOf(s).toString()));
        const descends = numbers.some((n, i) => i > 0 && n < numbers[i - 1]);
        expect(needLook(scores)).toEqual([descends, descends]);
      }),
      { numRuns: runs(500) },
    );
  });
});
