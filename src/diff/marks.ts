import type { Kernels } from '../bytes/kernels/kernels.js';

/** Two bits for each key of a side, by its number: what the comparison said of it. */
export const Mark = { SAME: 0, ALONE: 1, CHANGED: 2, SUPERSEDED: 3 } as const;

/** The marks of one side, in the kernels' memory: a quarter of a byte for each key. */
export class Marks {
  readonly at: number;

  constructor(
    private readonly kernels: Kernels,
    readonly keys: number,
  ) {
    // The walk over a run looks one key ahead.
    const bytes = Math.floor(keys / 4) + 8;
    this.at = kernels.heap.allocate(bytes);
    for (let done = 0; done < bytes; done += 2 ** 30) {
      kernels.call.clearMemory(this.at + done, Math.min(bytes - done, 2 ** 30));
    }
  }

  of(number: number): number {
    return this.kernels.call.meaningMark(this.at, number);
  }

  release(): void {
    this.kernels.heap.deallocate(this.at);
  }
}
