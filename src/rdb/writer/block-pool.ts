import type { Kernels } from '../../bytes/kernels/kernels.js';

/** The heap gives no less. */
const SLAB = 64 * 1024;
/** Blocks that nobody needs at the moment, of those kept for later. */
const KEPT_BYTES = 8 * 1024 * 1024;

/** Blocks of one size in the kernels' memory, for any number of outputs. */
export class BlockPool {
  private readonly free: number[] = [];

  /** `bytes`: of a block; a power of two. */
  constructor(
    readonly kernels: Kernels,
    readonly bytes: number,
  ) {}

  /** Address of a block. */
  take(): number {
    const known = this.free.pop();
    if (known !== undefined) return known;
    const slab = this.kernels.heap.allocate(this.bytes);
    for (let at = slab + this.bytes; at + this.bytes <= slab + SLAB; at += this.bytes) this.free.push(at);
    return slab;
  }

  give(block: number): void {
    if (this.bytes >= SLAB && (this.free.length + 1) * this.bytes > KEPT_BYTES) this.kernels.heap.deallocate(block);
    else this.free.push(block);
  }
}
