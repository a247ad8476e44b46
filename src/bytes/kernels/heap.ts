/** One block: where it starts and how long it is, in bytes. */
interface Block {
  start: number;
  size: number;
}

const PAGE = 65536;

/**
 * Blocks of 64 KiB pages in the kernels' memory. There are only a handful at any time (the window, buffers of decompressed
 * strings, tables), so a sorted list of free ranges serves.
 */
export class Heap {
  private free: Block[] = [];
  private readonly used = new Map<number, number>();
  private end: number;

  /** `grow` lengthens the memory by at least the bytes asked for and returns by how many. */
  constructor(
    start: number,
    end: number,
    private readonly grow: (bytes: number) => number,
  ) {
    this.end = end;
    if (end > start) this.free.push({ start, size: end - start });
  }

  /** Returns the address of a block of at least `size` bytes; its content is arbitrary. */
  allocate(size: number): number {
    const wanted = Math.max(PAGE, Math.ceil(size / PAGE) * PAGE);
    let best = -1;
    for (let i = 0; i < this.free.length; i++) {
      if (this.free[i].size >= wanted && (best < 0 || this.free[i].size < this.free[best].size)) best = i;
    }
    if (best < 0) {
      const last = this.free.at(-1);
      const have = last && last.start + last.size === this.end ? last.size : 0;
      const grown = this.grow(wanted - have);
      this.release(this.end, grown);
      this.end += grown;
      return this.allocate(size);
    }
    const block = this.free[best];
    const start = block.start;
    if (block.size === wanted) this.free.splice(best, 1);
    else {
      block.start += wanted;
      block.size -= wanted;
    }
    this.used.set(start, wanted);
    return start;
  }

  /** How many bytes the block at `address` really has. */
  capacity(address: number): number {
    return this.used.get(address) ?? 0;
  }

  /** Gives a block back. */
  deallocate(address: number): void {
    const size = this.used.get(address);
    if (size === undefined) throw new RangeError(`no block at ${address}`);
    this.used.delete(address);
    this.release(address, size);
  }

  /** Returns a function that gives back every block that is allocated from now on and was not given back by then. */
  scope(): () => void {
    const before = new Set(this.used.keys());
    return () => {
      for (const address of [...this.used.keys()]) if (!before.has(address)) this.deallocate(address);
    };
  }

  private release(start: number, size: number): void {
    let i = 0;
    while (i < this.free.length && this.free[i].start < start) i++;
    this.free.splice(i, 0, { start, size });
    for (let k = Math.max(1, i); k <= i + 1 && k < this.free.length; ) {
      const before = this.free[k - 1];
      if (before.start + before.size === this.free[k].start) {
        before.size += this.free[k].size;
        this.free.splice(k, 1);
        i--;
      } else k++;
    }
  }
}
