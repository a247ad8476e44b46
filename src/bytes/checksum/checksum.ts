import type { Kernels } from '../kernels/kernels.js';

/** A running CRC-64 over ranges of the kernels' memory, given in the order of the file. */
export interface Checksum {
  /** Adds a range. It must not change before `drain()`. */
  add(address: number, length: number): void;
  /** Returns once every range added so far is summed, so that its memory may be used again. */
  drain(): void;
  /** The sum of all ranges, unsigned. */
  value(): bigint;
  /** Ends a second thread, when there is one. */
  close(): void;
}

/** Sums on the calling thread. */
export class InlineChecksum implements Checksum {
  private crc = 0n;

  constructor(private readonly kernels: Kernels) {}

  add(address: number, length: number): void {
    if (length > 0) this.crc = this.kernels.call.crc64(this.crc, address, length);
  }

  drain(): void {}

  value(): bigint {
    return BigInt.asUintN(64, this.crc);
  }

  close(): void {}
}

/** For a reader that does not need the sum. */
export class NoChecksum implements Checksum {
  add(): void {}
  drain(): void {}
  close(): void {}

  value(): bigint {
    return 0n;
  }
}
