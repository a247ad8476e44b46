import type { Checksum } from './checksum/checksum.js';
import type { Kernels } from './kernels/kernels.js';
import { type Source, SourceError } from './sources/source.js';

const CHUNK = 1024 * 1024;
const CAPACITY = 16 * CHUNK;
/** Kernels read and write a little past an end in wide steps. */
const SLACK = 64;

/** The system does not give the memory that one element takes. */
export class WindowFull extends Error {
  constructor(readonly bytes: number) {
    super(`there is no memory for ${bytes} bytes`);
    this.name = 'WindowFull';
  }
}

/**
 * The bytes that were read and are not consumed yet, as one contiguous range [position, end) of the kernels' memory.
 *
 * Reading runs ahead: while the parser works on what is there, the next chunk arrives behind `end`. When the room behind
 * `end` is used up, what is left moves to the front. The room doubles only when it is full of bytes that really arrived, so
 * a length field that claims gigabytes costs nothing.
 */
export class Window {
  /** The memory; fetch it again after every `fill`. */
  bytes: Uint8Array;
  /** Address of the first byte that is not consumed. */
  position: number;
  /** Address behind the last byte that is there. */
  end: number;
  /** No more bytes will come. */
  ended = false;
  /** How often what is left was moved: an address is good for one round. */
  round = 0;
  /** Why the bytes ended, when it was damage of a wrapping. */
  sourceError: SourceError | undefined;

  private start: number;
  private capacity: number;
  /** File offset of address 0. */
  private base: number;
  private summed: number;
  private reading: Promise<number> | undefined;
  private readonly chunk: number;

  constructor(
    readonly kernels: Kernels,
    readonly source: Source,
    private readonly checksum: Checksum,
    chunk = CHUNK,
  ) {
    this.chunk = chunk;
    const size = source.size;
    const wanted = size !== undefined && size < CAPACITY ? size + chunk : CAPACITY;
    this.start = kernels.heap.allocate(wanted + SLACK);
    this.capacity = kernels.heap.capacity(this.start) - SLACK;
    this.bytes = kernels.bytes;
    this.position = this.start;
    this.end = this.start;
    this.base = -this.start;
    this.summed = this.start;
  }

  /** The file offset of an address. */
  offsetOf(address: number): number {
    return this.base + address;
  }

  /** Bytes read so far, including those not consumed. */
  get bytesRead(): number {
    return this.base + this.end;
  }

  /** Waits until `needed` bytes are there. Returns false when the input ends before. */
  async fill(needed: number): Promise<boolean> {
    this.sum(this.position);
    while (this.end - this.position < needed) {
      if (this.ended) return false;
      await this.readMore(needed);
    }
    this.readAhead();
    return true;
  }

  /** Adds everything up to `address` to the checksum. What is not added by then is added when it is consumed. */
  sum(address: number): void {
    if (address <= this.summed) return;
    this.checksum.add(this.summed, address - this.summed);
    this.summed = address;
  }

  /** Nothing from here on is added to the checksum. */
  endSum(): void {
    this.summed = Number.POSITIVE_INFINITY;
  }

  /** Consumes without summing: what follows the part that the checksum covers. */
  discard(address: number): void {
    this.position = address;
    if (this.summed !== Number.POSITIVE_INFINITY) this.summed = address;
  }

  /**
   * Goes to a place of the content to read it again; nothing is summed from here on. False where the source gives its bytes
   * only once.
   */
  async seek(offset: number): Promise<boolean> {
    if (!this.source.seek) return false;
    await this.settle();
    this.reading = undefined;
    this.source.seek(offset);
    this.checksum.drain();
    this.round++;
    this.position = this.start;
    this.end = this.start;
    this.base = offset - this.start;
    this.summed = Number.POSITIVE_INFINITY;
    this.ended = false;
    return true;
  }

  /** Gives its memory back; nothing can be read after this. Only when no read is under way. */
  release(): void {
    this.kernels.heap.deallocate(this.start);
  }

  /** Waits for a read that is under way, so that the source can be closed. */
  async settle(): Promise<void> {
    await this.reading?.catch(() => undefined);
  }

  private async readMore(needed: number): Promise<void> {
    if (!this.reading) {
      this.makeRoom(needed);
      this.reading = this.startRead();
    }
    let n: number;
    try {
      n = await this.reading;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.sourceError = error;
      n = 0;
    } finally {
      this.reading = undefined;
    }
    if (n === 0) this.ended = true;
    this.end += n;
    this.bytes = this.kernels.bytes;
  }

  private allocate(bytes: number): number {
    try {
      return this.kernels.heap.allocate(bytes);
    } catch (error) {
      if (error instanceof RangeError) throw new WindowFull(bytes);
      throw error;
    }
  }

  private readAhead(): void {
    if (this.reading || this.ended || this.room() < this.chunk) return;
    this.reading = this.startRead();
    this.reading.catch(() => undefined); // reported by whoever awaits it
  }

  private startRead(): Promise<number> {
    const length = Math.min(this.chunk, this.room());
    return this.source.read(this.kernels.bytes.subarray(this.end, this.end + length));
  }

  private room(): number {
    return this.start + this.capacity - this.end;
  }

  /**
   * Moves what is left to the front, or to a larger block when it fills more than half of this one: of the size needed when
   * the input is known to have so many bytes, else of twice the size.
   */
  private makeRoom(needed: number): void {
    if (this.room() >= this.chunk) return;
    this.sum(this.position);
    this.checksum.drain();
    this.round++;
    const left = this.end - this.position;
    let target = this.start;
    if (left > this.capacity / 2) {
      const heap = this.kernels.heap;
      const all = needed > this.capacity && this.source.size !== undefined;
      target = this.allocate((all ? needed : 2 * this.capacity) + this.chunk + SLACK);
      this.bytes = this.kernels.bytes;
      this.bytes.copyWithin(target, this.position, this.end);
      heap.deallocate(this.start);
      this.start = target;
      this.capacity = heap.capacity(target) - SLACK;
    } else this.bytes.copyWithin(target, this.position, this.end);
    this.base += this.position - target;
    this.position = target;
    this.end = target + left;
    if (this.summed !== Number.POSITIVE_INFINITY) this.summed = target;
  }
}
