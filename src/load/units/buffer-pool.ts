/** Bytes of all spare buffers. */
const MOST_SPARE = 32 * 1024 * 1024;
/** Buffers of 2^i bytes. */
const CLASSES = 31;

/**
 * Buffers that are used again and again: what is taken anew for each parcel stays until the collector comes, which is much later
 * than it is needed.
 */
export class BufferPool {
  private readonly spare: Buffer[][] = Array.from({ length: CLASSES }, () => []);
  private spareBytes = 0;

  /** A buffer of at least so many bytes, with anything in it. */
  take(bytes: number): Buffer {
    const size = classOf(bytes);
    const found = this.spare[size]?.pop();
    if (!found) return Buffer.allocUnsafeSlow(size < CLASSES ? 2 ** size : bytes);
    this.spareBytes -= found.length;
    return found;
  }

  /** Gives a buffer back, which nobody uses any more. */
  give(buffer: Buffer): void {
    const { length } = buffer;
    const size = classOf(length);
    if (size >= CLASSES || length !== 2 ** size || this.spareBytes + length > MOST_SPARE) return;
    this.spare[size].push(buffer);
    this.spareBytes += length;
  }
}

function classOf(bytes: number): number {
  return 32 - Math.clz32(bytes - 1);
}
