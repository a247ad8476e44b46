// What stands where in a sound file, so that a mutation can hit a length, a compressed string or a record on purpose.
import type { BytesRef } from '../../../src/rdb/bytes-ref.js';
import type { ParseOptions, RdbParser } from '../../../src/rdb/parser.js';
import type { KeyRecord, RdbVisitor } from '../../../src/rdb/visitor.js';
import { chunkedSource } from '../../helpers/chunks.js';
import type { Library } from './library.js';

/** Some bytes of a file. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** A compressed string: the lengths, and the block behind them. */
export interface Compressed extends Place {
  readonly stored: number;
  readonly length: number;
}

export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  readonly lengths: readonly Place[];
  readonly strings: readonly Place[];
  readonly compressed: readonly Compressed[];
  /** From the first attribute of a key to the end of its value. */
  readonly records: readonly Place[];
  /** Where the type byte of each value stands. */
  readonly types: readonly number[];
}

const LZF = 2;
const LZF_MARK = 0xc3;

/** Reads `bytes` and writes down where everything is; what cannot be read just has fewer places. */
export async function makeSeed(library: Library, name: string, bytes: Buffer): Promise<Seed> {
  const lengths = new Map<number, Place>();
  const strings = new Map<number, Place>();
  const compressed = new Map<number, Compressed>();
  const records: Place[] = [];
  const types: number[] = [];

  class Recorder extends library.RdbParser {
    override length(): number {
      const at = this.offset;
      const value = super.length();
      lengths.set(at, { at, bytes: this.offset - at });
      return value;
    }

    override string(ref: BytesRef, inPieces: boolean): void {
      const at = this.offset;
      super.string(ref, inPieces);
      if (ref.large) return;
      strings.set(at, { at, bytes: this.offset - at });
      if (ref.form === LZF) compressed.set(at, { at, bytes: this.offset - at, stored: ref.stored, length: ref.length });
    }
  }

  class Keys extends library.RdbVisitor {
    override key(key: KeyRecord): number {
      types.push(key.offset);
      return 0;
    }

    override keyEnd(key: KeyRecord): void {
      records.push({ at: key.offset, bytes: key.valueOffset + key.valueBytes - key.offset });
    }
  }

  await parseWith(library, Recorder, bytes, new Keys());
  return {
    name,
    bytes,
    lengths: [...lengths.values()],
    strings: [...strings.values()],
    compressed: [...compressed.values()],
    records,
    types: types.filter((at) => bytes[at] < 100),
  };
}

/** The block of a compressed string. */
export function blockOf(seed: Seed, place: Compressed): Buffer {
  return seed.bytes.subarray(place.at + place.bytes - place.stored, place.at + place.bytes);
}

export { LZF_MARK };

type Parser = new (window: RdbParser['window'], visitor: RdbVisitor, options?: ParseOptions) => RdbParser;

async function parseWith(library: Library, Parser: Parser, bytes: Buffer, visitor: RdbVisitor): Promise<void> {
  const kernels = new library.Kernels();
  const source = chunkedSource(bytes, [Math.max(1, bytes.length)]);
  const window = new library.Window(kernels, source, new library.InlineChecksum(kernels));
  await new Parser(window, visitor, { largeString: 2 ** 40 }).run();
  await window.settle();
}
