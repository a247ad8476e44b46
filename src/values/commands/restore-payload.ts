import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { CommandWriter } from '../../resp/command-writer.js';

/** Version and checksum. */
const FOOTER = 10;

/** Writes what DUMP answers and RESTORE takes, as one argument: type, value, RDB version (u16le), CRC-64 of all before (u64le). */
export class RestorePayload {
  private readonly block: number;
  private crc = 0n;
  private version = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly out: CommandWriter,
  ) {
    this.block = kernels.heap.allocate(FOOTER);
  }

  /** The bytes of the value follow, so many. */
  begin(type: number, valueBytes: number, version: number): void {
    this.crc = 0n;
    this.version = version;
    this.out.beginBytes(1 + valueBytes + FOOTER);
    this.kernels.bytes[this.block] = type;
    this.add(this.block, this.block + 1);
  }

  /** [start, end) of the kernels' memory. */
  add(start: number, end: number): void {
    const { kernels } = this;
    this.crc = kernels.call.crc64(this.crc, start, end - start);
    this.out.piece(kernels.bytes, start, end);
  }

  end(): void {
    const { kernels, block } = this;
    kernels.view.setUint16(block, this.version, true);
    this.add(block, block + 2);
    kernels.view.setBigInt64(block, this.crc, true);
    this.out.piece(kernels.bytes, block, block + 8);
  }

  /** Gives its memory back. */
  release(): void {
    this.kernels.heap.deallocate(this.block);
  }
}
