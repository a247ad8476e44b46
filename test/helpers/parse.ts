import { type Checksum, InlineChecksum } from '../../src/bytes/checksum/checksum.js';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { Window } from '../../src/bytes/window.js';
import { type ParseOptions, type ParseResult, parseRdb } from '../../src/rdb/parser.js';
import type { RdbVisitor } from '../../src/rdb/visitor.js';
import { chunkedSource } from './chunks.js';

/** How the bytes reach the parser. */
export interface Delivery extends ParseOptions {
  /** Lengths of the pieces that arrive, over and over; all at once when left out. */
  readonly chunks?: readonly number[];
  /** The source tells its size, as a file does. */
  readonly sized?: boolean;
  /** How much the window asks for at a time. */
  readonly window?: number;
}

/** `checksum` covers everything before the trailer; a file that was not read to its end has none. */
export type Parsed = ParseResult & { readonly checksum: bigint | undefined };

/** Each set of kernels reserves gigabytes of address space, and a window never gives its block back: a few share one. */
const PARSES_PER_KERNELS = 50;
let kernels = new Kernels();
let parses = 0;

/** Parses `bytes` with a window and a checksum of its own. */
export async function parse(bytes: Uint8Array, visitor: RdbVisitor, delivery: Delivery = {}): Promise<Parsed> {
  if (++parses % PARSES_PER_KERNELS === 0) kernels = new Kernels();
  const checksum: Checksum = new InlineChecksum(kernels);
  const inner = chunkedSource(bytes, delivery.chunks ?? [bytes.length]);
  const source = {
    size: delivery.sized ? bytes.length : undefined,
    get consumed() {
      return inner.consumed;
    },
    read: (target: Uint8Array) => inner.read(target),
    close: () => inner.close(),
  };
  const window = new Window(kernels, source, checksum, delivery.window);
  const result = await parseRdb(window, visitor, delivery);
  await window.settle();
  return { ...result, checksum: result.complete ? checksum.value() : undefined };
}
