import { NoChecksum } from '../bytes/checksum/checksum.js';
import { Kernels } from '../bytes/kernels/kernels.js';
import { StreamSource } from '../bytes/sources/stream.js';
import { Window } from '../bytes/window.js';
import { type ParseOptions, type ParseResult, RdbParser } from './parser.js';
import type { RdbVisitor } from './visitor.js';

/**
 * Reads an RDB file from any stream of bytes and tells `visitor` what is in it. The checksum is not compared: `verify` does.
 * Resolves with where the file ended, or where and why it could not be read on; rejects for errors of the stream and of the
 * visitor.
 */
export async function readRdb(
  chunks: AsyncIterable<Uint8Array>,
  visitor: RdbVisitor,
  options?: ParseOptions,
): Promise<ParseResult> {
  const source = new StreamSource(chunks);
  const window = new Window(new Kernels(), source, new NoChecksum());
  try {
    return await new RdbParser(window, visitor, options).run();
  } finally {
    await window.settle();
    await source.close();
  }
}
