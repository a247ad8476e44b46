import type { BytesRef } from '../rdb/bytes-ref.js';
import { type KeyRecord, Level, RdbVisitor } from '../rdb/visitor.js';

/** Hands over the bytes of a string, in pieces when it is large. */
export class RawValue extends RdbVisitor {
  /** The type of the key when it is no string: it has no bytes of its own. */
  otherType: string | undefined;
  private offset = 0;

  /** `take` gets a piece, which is used again when it returns. */
  constructor(private readonly take: (bytes: Uint8Array) => void) {
    super();
  }

  override key(key: KeyRecord): number {
    this.offset = key.valueOffset;
    if (key.type.type === 'string') return Level.DATA;
    this.otherType = key.type.type;
    return Level.SKIP;
  }

  override keyEnd(key: KeyRecord): void {
    if (this.otherType !== undefined) this.otherType = key.moduleType ?? key.type.type;
  }

  override string(value: BytesRef): void {
    if (value.large) return;
    const fault = value.resolve();
    if (fault === undefined) this.take(value.buffer.subarray(value.start, value.end));
    else this.problem(fault, this.offset, 'the compressed string does not decode');
  }

  override chunk(buffer: Uint8Array, start: number, end: number): void {
    this.take(buffer.subarray(start, end));
  }
}
