// The texts around the names and values of small strings, for the kernel that writes runs of them (assembly/json-run.ts).
import type { Kernels } from '../../bytes/kernels/kernels.js';

/** Room for the table, and behind it for the texts. */
const TABLE = 128;
const CAPACITY = 4096;
const ENCODINGS = ['int', 'embstr', 'raw'] as const;

/** A table of texts in the kernels' memory: pairs of 32-bit words, address and length. */
export class RunTexts {
  readonly address: number;

  constructor(private readonly kernels: Kernels) {
    this.address = kernels.heap.allocate(CAPACITY);
  }

  /** `before` and `after` stand around each object. */
  set(before: string, db: number, after: string): void {
    const heads = ENCODINGS.map((encoding) => `,"type":"string","encoding":"${encoding}","expireAtMs":`);
    const value = ',"value":';
    this.write([
      `${before}{"db":${db},"key":`,
      ...heads.map((head) => `${head}null${value}`),
      ...heads,
      value,
      ',"freq":',
      ',"idle":',
      `}${after}`,
    ]);
  }

  /** Gives the memory back. */
  release(): void {
    this.kernels.heap.deallocate(this.address);
  }

  private write(texts: readonly string[]): void {
    const { kernels, address } = this;
    let at = address + TABLE;
    for (const [i, text] of texts.entries()) {
      kernels.view.setUint32(address + 8 * i, at, true);
      kernels.view.setUint32(address + 8 * i + 4, text.length, true);
      kernels.bytes.set(Buffer.from(text, 'latin1'), at);
      at += text.length;
    }
  }
}
