// The bytes of one value, as they are written behind the name of its key.

const FIRST_CAPACITY = 256;
const LARGEST = 2n ** 64n - 1n;

/** Collects the parts of a value: lengths, strings and numbers, as the RDB format writes them. */
export class ValueBytes {
  private buffer = Buffer.allocUnsafe(FIRST_CAPACITY);
  private at = 0;

  /** Bytes collected. */
  get size(): number {
    return this.at;
  }

  /** A length (`len`) in its shortest form, 0 to 2^64 - 1. */
  length(value: number | bigint): this {
    if (typeof value === 'bigint' && (value < 0n || value > LARGEST)) throw new RangeError(`${value} is no length`);
    if (typeof value === 'number' && !(Number.isSafeInteger(value) && value >= 0)) {
      throw new RangeError(`${value} is no length`);
    }
    this.reserve(9);
    const { buffer } = this;
    if (value < 0x40) buffer[this.at++] = Number(value);
    else if (value < 0x4000) this.at = buffer.writeUInt16BE(0x4000 | Number(value), this.at);
    else if (value < 2 ** 32) {
      buffer[this.at++] = 0x80;
      this.at = buffer.writeUInt32BE(Number(value), this.at);
    } else {
      buffer[this.at++] = 0x81;
      this.at = buffer.writeBigUInt64BE(BigInt(value), this.at);
    }
    return this;
  }

  /** A string in plain form. */
  string(bytes: Uint8Array): this {
    return this.length(bytes.length).bytes(bytes);
  }

  /** A signed 64-bit integer, little-endian. */
  int64(value: number | bigint): this {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer`);
    this.reserve(8);
    this.at = this.buffer.writeBigInt64LE(BigInt(value), this.at);
    return this;
  }

  /** A double, little-endian. */
  double(value: number): this {
    this.reserve(8);
    this.at = this.buffer.writeDoubleLE(value, this.at);
    return this;
  }

  /** An unsigned 32-bit integer, little-endian. */
  uint32(value: number): this {
    this.reserve(4);
    this.at = this.buffer.writeUInt32LE(value, this.at);
    return this;
  }

  byte(value: number): this {
    this.reserve(1);
    this.buffer[this.at++] = value;
    return this;
  }

  /** Bytes as they are. */
  bytes(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  /** What was collected, without a copy: nothing more may be added. */
  done(): Uint8Array {
    return new Uint8Array(this.buffer.buffer, this.buffer.byteOffset, this.at);
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.at + bytes));
    grown.set(this.buffer.subarray(0, this.at));
    this.buffer = grown;
  }
}
