import type { Kernels } from '../kernels/kernels.js';
import { SideThread } from '../side-thread.js';
import type { Checksum } from './checksum.js';

/**
 * Sums on a second thread while the first one parses. Until the thread is up the ranges wait; whoever needs their memory
 * before that sums them on the spot.
 */
export class ThreadChecksum implements Checksum {
  private waiting: { address: number; length: number }[] = [];

  constructor(
    private readonly kernels: Kernels,
    readonly thread = new SideThread(kernels),
  ) {}

  add(address: number, length: number): void {
    if (length === 0) return;
    if (this.threadIsUp()) this.thread.addRange(address, length);
    else this.waiting.push({ address, length });
  }

  drain(): void {
    if (this.threadIsUp()) {
      this.thread.drain();
      return;
    }
    for (const { address, length } of this.waiting) {
      this.thread.sum = this.kernels.call.crc64(this.thread.sum, address, length);
    }
    this.waiting = [];
  }

  value(): bigint {
    this.drain();
    return BigInt.asUintN(64, this.thread.sum);
  }

  close(): void {
    this.thread.close();
  }

  private threadIsUp(): boolean {
    if (!this.thread.ready) return false;
    const { waiting } = this;
    if (waiting.length > 0) {
      this.waiting = [];
      for (const { address, length } of waiting) this.thread.addRange(address, length);
    }
    return true;
  }
}
