// One key as `RESTORE name ttl payload …`: the value's bytes as they stand in the file, with the version and checksum that DUMP puts
// behind them.
import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import { expires, momentText } from './expiry.js';
import type { UnitWriter } from './unit-writer.js';
import { WORDS } from './words.js';

/** Version (u16le) and CRC-64 (u64le). */
const FOOTER = 10;
const LINE_END = 2;
/** `$`, digits, CR LF. */
const AROUND_DIGITS = 3;
/** RESTORE takes no more of an idle time. */
const LONGEST_IDLE = Number.MAX_SAFE_INTEGER;

export interface RestoreOptions {
  readonly replaces: boolean;
  readonly keepsFreq: boolean;
  readonly keepsIdle: boolean;
}

/** Writes one unit after the other. */
export class RestoreUnit {
  private readonly block: number;
  private readonly typeSums = new Map<number, bigint>();
  private writer: UnitWriter | undefined;
  private key: KeyRecord | undefined;
  private version = 0;
  private sum = 0n;
  /** Digits that were left free for the length of the payload; 0 before its first byte. */
  private digits = 0;
  /** Where the length stands, from the start of the unit. */
  private lengthAt = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly options: RestoreOptions,
  ) {
    this.block = kernels.heap.allocate(FOOTER);
  }

  /** The key is [nameStart, nameEnd) of `name` at the target. */
  begin(writer: UnitWriter, key: KeyRecord, name: Uint8Array, nameStart: number, nameEnd: number): void {
    this.writer = writer;
    this.key = key;
    this.digits = 0;
    const { replaces } = this.options;
    const expiring = expires(key);
    writer.begin(4 + (replaces ? 1 : 0) + (expiring ? 1 : 0) + (this.keepsUse(key) ? 2 : 0));
    writer.encoded(WORDS.RESTORE);
    writer.argument(name, nameStart, nameEnd);
    // 0 stands for "does not expire", and nothing below is taken; any moment that has passed does the same.
    writer.text(expiring ? momentText(Math.max(1, key.expireAtMs ?? 0)) : '0');
  }

  /** `version`: the one to stamp on it. `valueBytes`: of the value, if known. */
  payload(version: number, valueBytes: number | undefined): void {
    this.version = version;
    if (valueBytes !== undefined) this.beginPayload(valueBytes);
  }

  /** A piece of the value, [start, end) of the kernels' memory. */
  piece(start: number, end: number): void {
    if (this.digits === 0) this.beginPayload(end - start);
    const { writer, kernels } = this;
    if (!writer) return;
    writer.encoded(kernels.bytes, start, end);
    this.sum = kernels.call.crc64(this.sum, start, end - start);
  }

  /** The value is over: the unit is complete. */
  end(): void {
    const { writer, key, kernels, block, options } = this;
    if (!writer || !key) return;
    if (this.digits === 0) this.beginPayload(0);
    kernels.view.setUint16(block, this.version, true);
    kernels.view.setBigInt64(block + 2, kernels.call.crc64(this.sum, block, 2), true);
    writer.encoded(kernels.bytes, block, block + FOOTER);
    this.setLength(writer);
    writer.lineEnd();
    if (options.replaces) writer.encoded(WORDS.REPLACE);
    if (expires(key)) writer.encoded(WORDS.ABSTTL);
    if (!this.keepsUse(key)) return;
    if (options.keepsFreq) {
      writer.encoded(WORDS.FREQ);
      writer.text(String(key.freq));
    } else {
      writer.encoded(WORDS.IDLETIME);
      writer.text(String(Math.min(LONGEST_IDLE, key.idle ?? 0)));
    }
  }

  release(): void {
    this.kernels.heap.deallocate(this.block);
  }

  /** Whether the key says how it was used, in the way in which the target counts. */
  keepsUse({ freq, idle }: KeyRecord): boolean {
    const { keepsFreq, keepsIdle } = this.options;
    return (keepsFreq && freq !== undefined) || (keepsIdle && idle !== undefined);
  }

  /** Most values come in one piece: then the length is the right one. */
  private beginPayload(valueBytes: number): void {
    const { writer, key } = this;
    if (!writer || !key) return;
    const length = String(1 + valueBytes + FOOTER);
    writer.room(AROUND_DIGITS + length.length + valueBytes + FOOTER + 64);
    this.lengthAt = writer.unitBytes;
    this.digits = length.length;
    writer.bulkHeader(1 + valueBytes + FOOTER);
    writer.bytes[writer.at++] = key.type.code;
    this.sum = this.sumOfType(key.type.code);
  }

  /** Writes the length, now that it is known. */
  private setLength(writer: UnitWriter): void {
    const before = this.lengthAt + AROUND_DIGITS + this.digits;
    const length = String(writer.unitBytes - before);
    const shift = length.length - this.digits;
    if (shift !== 0) {
      writer.room(Math.max(0, shift) + LINE_END);
      const from = writer.unitStart + before;
      writer.bytes.copyWithin(from + shift, from, writer.at);
      writer.at += shift;
    }
    writer.bytes.write(`$${length}\r\n`, writer.unitStart + this.lengthAt, 'latin1');
  }

  private sumOfType(code: number): bigint {
    const known = this.typeSums.get(code);
    if (known !== undefined) return known;
    const { kernels, block } = this;
    kernels.bytes[block] = code;
    const sum = kernels.call.crc64(0n, block, 1);
    this.typeSums.set(code, sum);
    return sum;
  }
}
