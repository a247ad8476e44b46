import type { Kernels } from '../bytes/kernels/kernels.js';
import { MARGIN, type OutBlocks } from '../values/out-blocks.js';
import type { KeySink } from './byte-sink.js';

const CAPACITY = 1024 * 1024;

/** Blocks that are written from where they are: another one is filled meanwhile. */
export class SinkBlocks implements OutBlocks {
  readonly capacity = CAPACITY;
  private readonly free: number[] = [];

  constructor(
    private readonly kernels: Kernels,
    private readonly sink: KeySink,
  ) {}

  open(): number {
    return this.free.pop() ?? this.kernels.heap.allocate(CAPACITY + MARGIN);
  }

  exchange(address: number, length: number): number {
    this.sink.push(this.kernels.bytes.subarray(address, address + length), () => this.close(address));
    return this.open();
  }

  close(address: number): void {
    this.free.push(address);
  }
}
