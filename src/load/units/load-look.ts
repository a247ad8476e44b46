import type { KeyRecord } from '../../rdb/visitor.js';
import { FirstLook } from '../../values/commands/first-look.js';

/** Values from this size on are remembered, in bytes. */
const LARGE = 256 * 1024;

/**
 * A first look at a file that is loaded afterwards: which of its values are large, and, as of every first look, what the commands for
 * streams have to know before they begin. The passes behind it ask in the order of the file, each from its start.
 */
export class LoadLook extends FirstLook {
  /** Types of modules that values have. */
  readonly moduleTypes = new Set<string>();
  private readonly sizes = new Map<number, number>();

  /** Bytes of the value at this file offset, of a large one; undefined for others. */
  largeAt(offset: number): number | undefined {
    return this.sizes.get(offset);
  }

  override keyEnd(key: KeyRecord): void {
    super.keyEnd(key);
    if (key.valueBytes >= LARGE) this.sizes.set(key.offset, key.valueBytes);
    if (key.moduleType !== undefined) this.moduleTypes.add(key.moduleType);
  }
}
