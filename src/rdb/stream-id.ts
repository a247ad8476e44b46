/**
 * A stream id: milliseconds and sequence, 64 bits each, kept as four 32-bit halves so that no bit is lost and no bigint is
 * made for the millions of ids that a pending list may hold.
 */
export class StreamId {
  msHigh = 0;
  msLow = 0;
  seqHigh = 0;
  seqLow = 0;

  /** Takes the upper and the lower 32 bits of both halves. */
  set(msHigh: number, msLow: number, seqHigh: number, seqLow: number): this {
    this.msHigh = msHigh >>> 0;
    this.msLow = msLow >>> 0;
    this.seqHigh = seqHigh >>> 0;
    this.seqLow = seqLow >>> 0;
    return this;
  }

  /** Takes the value of another one. */
  copy(other: StreamId): this {
    return this.set(other.msHigh, other.msLow, other.seqHigh, other.seqLow);
  }

  /** One of its own, for keeping. */
  clone(): StreamId {
    return new StreamId().copy(this);
  }

  /** Reads the 16 bytes of the sortable form, big-endian. */
  read(bytes: Uint8Array, at: number): this {
    return this.set(word(bytes, at), word(bytes, at + 4), word(bytes, at + 8), word(bytes, at + 12));
  }

  /** Negative, zero or positive as this id stands before, at or after `other`. */
  compare(other: StreamId): number {
    return (
      this.msHigh - other.msHigh ||
      this.msLow - other.msLow ||
      this.seqHigh - other.seqHigh ||
      this.seqLow - other.seqLow
    );
  }

  /** Whether it is `0-0`, which is no id of an entry. */
  isZero(): boolean {
    return (this.msHigh | this.msLow | this.seqHigh | this.seqLow) === 0;
  }

  /** The upper half: milliseconds since the epoch, for ids that servers make. */
  get ms(): bigint {
    return (BigInt(this.msHigh) << 32n) | BigInt(this.msLow);
  }

  /** The lower half. */
  get seq(): bigint {
    return (BigInt(this.seqHigh) << 32n) | BigInt(this.seqLow);
  }

  /** `ms-seq`, as the servers write it. */
  toString(): string {
    return `${this.ms}-${this.seq}`;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}
