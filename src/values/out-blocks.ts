import type { Kernels } from '../bytes/kernels/kernels.js';

/** Takes a piece of output, which is used again when this returns. */
export type TakeBytes = (bytes: Uint8Array) => void;

/** Where output is collected before it goes on: blocks of the kernels' memory. */
export interface OutBlocks {
  /** Bytes of a block. */
  readonly capacity: number;
  /** The address of an empty block. */
  open(): number;
  /** Passes the first `length` bytes of a block on; returns the address of an empty one, perhaps the same. */
  exchange(address: number, length: number): number;
  /** A block is no longer needed. */
  close(address: number): void;
}

/** Kernels write in wide steps, up to so far behind the last byte. */
export const MARGIN = 64;
const CAPACITY = 1024 * 1024;

/** One block, emptied by who takes the output. */
export class OneBlock implements OutBlocks {
  constructor(
    private readonly kernels: Kernels,
    private readonly take: TakeBytes,
    readonly capacity = CAPACITY,
  ) {}

  open(): number {
    return this.kernels.heap.allocate(this.capacity + MARGIN);
  }

  exchange(address: number, length: number): number {
    this.take(this.kernels.bytes.subarray(address, address + length));
    return address;
  }

  close(address: number): void {
    this.kernels.heap.deallocate(address);
  }
}
