import type { Sink } from '../../bytes/sinks/sink.js';
import type { BlockPool } from './block-pool.js';

/** Blocks that may wait for the sink before whoever fills them should. */
const MOST_WAITING = 3;
/** Up to so many bytes a loop is faster than a call. */
const SHORT = 32;

interface Block {
  readonly address: number;
  readonly length: number;
}

/**
 * Collects bytes in blocks, sums them up, and writes a block while the next one fills. Nothing here waits by itself: whoever
 * writes much asks `ready` now and then, and waits for its promise.
 */
export class Output {
  /** Bytes taken. */
  taken = 0;
  private crc = 0n;
  private block = 0;
  private at = 0;
  private limit = 0;
  private readonly queue: Block[] = [];
  private writing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly pool: BlockPool,
    private readonly sink: Sink,
  ) {}

  byte(value: number): void {
    if (this.at === this.limit) this.nextBlock();
    this.pool.kernels.bytes[this.at++] = value;
    this.taken++;
  }

  /** Takes a copy of [start, end) of `buffer`. */
  bytes(buffer: Uint8Array, start: number, end: number): void {
    this.taken += end - start;
    for (let from = start; from < end; ) {
      if (this.at === this.limit) this.nextBlock();
      const length = Math.min(end - from, this.limit - this.at);
      const memory = this.pool.kernels.bytes;
      if (length <= SHORT) for (let i = 0; i < length; i++) memory[this.at + i] = buffer[from + i];
      else if (buffer.buffer === memory.buffer && buffer.byteOffset === 0) {
        memory.copyWithin(this.at, from, from + length);
      } else memory.set(buffer.subarray(from, from + length), this.at);
      from += length;
      this.at += length;
    }
  }

  /** A promise when enough waits to be written. Throws, or rejects, with the error of the sink. */
  ready(): Promise<void> | undefined {
    if (this.failure) throw this.failure.error;
    return this.queue.length >= MOST_WAITING ? this.settled(MOST_WAITING - 1) : undefined;
  }

  /** The CRC-64 of everything taken so far, unsigned. */
  sum(): bigint {
    this.endBlock();
    return BigInt.asUintN(64, this.crc);
  }

  /** Writes everything that was taken, and gives the memory back. */
  async finish(): Promise<void> {
    this.endBlock();
    await this.settled(0);
  }

  /** Waits until no more than so many blocks are waiting, or being written. */
  private async settled(blocks: number): Promise<void> {
    while (this.writing && !this.failure && this.queue.length > blocks) await this.writing;
    if (this.failure) throw this.failure.error;
  }

  private nextBlock(): void {
    this.endBlock();
    this.block = this.pool.take();
    this.at = this.block;
    this.limit = this.block + this.pool.bytes;
  }

  private endBlock(): void {
    const length = this.at - this.block;
    if (length > 0) {
      this.crc = this.pool.kernels.call.crc64(this.crc, this.block, length);
      this.queue.push({ address: this.block, length });
      if (!this.writing) this.pump();
    }
    this.at = 0;
    this.block = 0;
    this.limit = 0;
  }

  /** Writes what waits; a sink that is done at once is written to at once. */
  private pump(): void {
    for (let next = this.queue[0]; next && !this.failure; next = this.queue[0]) {
      const promise = this.attempt(next);
      if (promise) {
        this.writing = promise.then(
          () => this.written(),
          (error: unknown) => this.failed(error),
        );
        return;
      }
      this.release();
    }
  }

  private attempt({ address, length }: Block): Promise<void> | undefined {
    try {
      return this.sink.write(this.pool.kernels.bytes.subarray(address, address + length));
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  private written(): void {
    this.writing = undefined;
    this.release();
    this.pump();
  }

  private failed(error: unknown): void {
    this.writing = undefined;
    this.failure = { error };
  }

  private release(): void {
    const block = this.queue.shift();
    if (block) this.pool.give(block.address);
  }
}
