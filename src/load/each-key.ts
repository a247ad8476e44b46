import type { Dataset } from '../backup/dataset.js';
import { ENOUGH } from '../backup/scan.js';
import { type KeyRecord, Level, RdbVisitor } from '../rdb/visitor.js';

/** Told of a key by its record, which is used again for the next one. A promise makes the walk wait. */
export type OnKey = (key: KeyRecord) => void | Promise<void>;

/**
 * Walks over the keys of an input that was read before, without their values. `tell` is called for those that `wanted` lets pass, at their ends, where
 * types of modules are known. `last`: the offset of the last one that is wanted, when that is known.
 */
export async function eachKey(
  dataset: Dataset,
  wanted: (key: KeyRecord) => boolean,
  tell: OnKey,
  { last = Number.POSITIVE_INFINITY, onProgress }: { last?: number; onProgress?: (done: number) => void } = {},
): Promise<void> {
  const walker = new Walker(wanted, tell, last);
  await dataset.scan({ visitor: () => walker, unchecked: true, ...(onProgress ? { onProgress } : {}) });
}

class Walker extends RdbVisitor {
  constructor(
    private readonly wanted: (key: KeyRecord) => boolean,
    private readonly tell: OnKey,
    private readonly last: number,
  ) {
    super();
  }

  override key(key: KeyRecord): number {
    if (key.offset > this.last) throw ENOUGH;
    return Level.SKIP;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    if (this.wanted(key)) return this.tell(key);
  }
}
