import type { Kernels } from '../../src/bytes/kernels/kernels.js';

export const OK = 0;
export const OUTPUT_FULL = 1;

export interface LzfResult {
  code: number;
  consumed: number;
  output: Buffer;
}

export interface LzfMeasured {
  code: number;
  consumed: number;
  produced: number;
}

/** How far behind `outEnd` a decoder may write, and how far back a reference may reach. */
const MAY_TOUCH = 32;
const REACH = 8192;
const GUARD = 0xa5;
const GUARD_BYTES = 300;
const INPUT = 64 * 1024;
const OUTPUT = 2 * 1024 * 1024;

/** Runs the LZF kernels over blocks of bytes, with guard bytes around the room that they may write to. */
export class LzfBench {
  private readonly input: number;
  private readonly output: number;

  constructor(private readonly kernels: Kernels) {
    this.input = kernels.heap.allocate(INPUT + 64);
    this.output = kernels.heap.allocate(OUTPUT);
  }

  /** Decodes a whole block into room for `room` bytes. */
  decode(block: Uint8Array, room: number, odd = 0): LzfResult {
    const out = this.output + GUARD_BYTES + odd;
    const outEnd = out + room;
    const bytes = this.kernels.bytes;
    bytes.fill(GUARD, out - GUARD_BYTES, outEnd + MAY_TOUCH + GUARD_BYTES);
    const source = this.place(block, odd);
    const code = this.kernels.call.lzfDecode(source, source + block.length, out, outEnd, 0);
    this.guardIsWhole(out - GUARD_BYTES, out);
    this.guardIsWhole(outEnd + MAY_TOUCH, outEnd + MAY_TOUCH + GUARD_BYTES);
    const produced = this.kernels.result(1);
    return { code, consumed: this.kernels.result(0), output: Buffer.from(bytes.slice(out, out + produced)) };
  }

  measure(block: Uint8Array): LzfMeasured {
    const source = this.place(block, 1);
    const code = this.kernels.call.lzfMeasure(source, source + block.length, 0);
    return { code, consumed: this.kernels.result(0), produced: this.kernels.result(1) };
  }

  /**
   * Decodes as a reader does that never holds all of it: input comes in pieces, output is taken away whenever the room is
   * full, and only as much of it as a reference can reach stays in front of the room.
   */
  decodeInPieces(block: Uint8Array, inputSizes: readonly number[], rooms: readonly number[]): LzfResult {
    const out = this.output + GUARD_BYTES + REACH;
    const taken: Buffer[] = [];
    let reach = 0;
    let filled = 0;
    let room = rooms[0];
    let arrived = 0;
    let consumed = 0;
    for (let i = 0, turn = 0; ; ) {
      const source = this.place(block.subarray(consumed, arrived), 0);
      const from = out + filled;
      const code = this.kernels.call.lzfDecode(source, source + arrived - consumed, from, out + room, reach + filled);
      const step = this.kernels.result(0);
      consumed += step;
      filled += this.kernels.result(1);
      const stuck = code === OUTPUT_FULL && filled === 0;
      if (code === OUTPUT_FULL && !stuck) {
        this.take(taken, out, filled);
        reach = Math.min(REACH, reach + filled);
        filled = 0;
        room = rooms[++turn % rooms.length];
        continue;
      }
      if (code !== OK || arrived === block.length) {
        this.take(taken, out, filled);
        return { code, consumed, output: Buffer.concat(taken) };
      }
      arrived = Math.min(block.length, arrived + inputSizes[i++ % inputSizes.length]);
    }
  }

  measureInPieces(block: Uint8Array, inputSizes: readonly number[]): LzfMeasured {
    let consumed = 0;
    let produced = 0;
    let arrived = 0;
    for (let i = 0; ; i++) {
      const source = this.place(block.subarray(consumed, arrived), 0);
      const code = this.kernels.call.lzfMeasure(source, source + arrived - consumed, produced);
      consumed += this.kernels.result(0);
      produced += this.kernels.result(1);
      if (code !== OK || arrived === block.length) return { code, consumed, produced };
      arrived = Math.min(block.length, arrived + inputSizes[i % inputSizes.length]);
    }
  }

  /** Behind the block stand bytes that would decode, so that a kernel which reads on betrays itself. */
  private place(block: Uint8Array, odd: number): number {
    const at = this.input + odd;
    this.kernels.bytes.set(block, at);
    this.kernels.bytes.fill(0, at + block.length, at + block.length + 40);
    return at;
  }

  private take(taken: Buffer[], out: number, filled: number): void {
    const bytes = this.kernels.bytes;
    taken.push(Buffer.from(bytes.slice(out, out + filled)));
    bytes.copyWithin(out - REACH, out - REACH + filled, out + filled);
  }

  private guardIsWhole(from: number, to: number): void {
    const at = this.kernels.bytes.subarray(from, to).findIndex((byte) => byte !== GUARD);
    if (at >= 0) throw new Error(`wrote outside of its room, at ${at} of the guard bytes`);
  }
}
