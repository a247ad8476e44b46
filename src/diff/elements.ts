// What changed inside of keys.
import { tmpdir } from 'node:os';
import type { Dataset } from '../backup/dataset.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import type { Change } from './change.js';
import { type ElementKind, type ElementRow, readElement, type Shown } from './element-rows.js';
import { ElementVisitor } from './element-visitor.js';
import { MeaningBlock } from './meaning-block.js';
import { RowSorter } from './row-sorter.js';

/** One element that differs. */
export interface ElementChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly kind: ElementKind;
  readonly name: Shown;
  readonly left: Shown | null;
  readonly right: Shown | null;
  /** Of fields of a hash. */
  readonly leftExpireAtMs: number | null;
  readonly rightExpireAtMs: number | null;
  /** Of items of a list, which may be there several times: how many came or went. */
  readonly count: number;
}

export interface ElementsOptions {
  readonly maxMemory: number;
  readonly tmpDir?: string;
  /** Bytes of names and values that are kept. */
  readonly most: number;
}

/**
 * The elements that differ of some changes, each with the place of its change in the list. Reads both sides once; every
 * element of these keys becomes a row, in memory or on disk. The order is that of the changes, then by kind and name.
 */
export async function* elementChanges(
  changes: readonly Change[],
  sides: readonly (readonly Dataset[])[],
  { maxMemory, tmpDir = tmpdir(), most }: ElementsOptions,
): AsyncGenerator<readonly [rank: number, change: ElementChange]> {
  const kernels = new Kernels();
  const block = new MeaningBlock(kernels);
  const sorter = new RowSorter(kernels, maxMemory / 2, tmpDir);
  try {
    for (const [side, datasets] of sides.entries()) {
      const isRight = side === 1;
      const ranks = new Map(
        changes.flatMap(({ change, leftNumber, rightNumber }, rank) => {
          return change === 'changed' ? [[isRight ? rightNumber : leftNumber, rank] as const] : [];
        }),
      );
      let number = 0;
      for (const dataset of datasets) {
        const visitor = new ElementVisitor({ kernels, block, sorter, most }, isRight, ranks, number);
        await dataset.scan({ unchecked: true, kernels, visitor: () => visitor });
        number = visitor.number;
      }
    }
    let pair: Pair | undefined;
    for (const row of sorter.read()) {
      const element = readElement(row);
      if (pair?.identity !== element.identity) {
        if (pair) yield* differing(pair);
        pair = { identity: element.identity, left: undefined, right: undefined, leftCount: 0, rightCount: 0 };
      }
      const side = element.isRight ? 'right' : 'left';
      pair[side] = element;
      pair[`${side}Count`]++;
    }
    if (pair) yield* differing(pair);
  } finally {
    sorter.close();
    block.release();
  }
}

/** The same element of both sides; of items of a list how often it is there. */
interface Pair {
  readonly identity: string;
  left: ElementRow | undefined;
  right: ElementRow | undefined;
  leftCount: number;
  rightCount: number;
}

function* differing(pair: Pair): Generator<readonly [rank: number, change: ElementChange]> {
  const { left: before, right: after, leftCount, rightCount } = pair;
  const any = before ?? after;
  if (!any) return;
  const facts = {
    kind: any.kind,
    name: any.name,
    leftExpireAtMs: before?.expireAtMs ?? null,
    rightExpireAtMs: after?.expireAtMs ?? null,
  };
  if (any.kind === 'item') {
    const more = rightCount - leftCount;
    if (more === 0) return;
    const change = more > 0 ? 'added' : 'removed';
    const [a, b] = more > 0 ? [null, any.value] : [any.value, null];
    yield [any.rank, { ...facts, change, left: a, right: b, count: Math.abs(more) }];
    return;
  }
  if (before && after && before.content === after.content) return;
  const change = !before ? 'added' : !after ? 'removed' : 'changed';
  yield [any.rank, { ...facts, change, left: before?.value ?? null, right: after?.value ?? null, count: 1 }];
}
