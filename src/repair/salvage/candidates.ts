// A first look at single bytes: may a record begin here? It only has to be fast, and never to miss a real one.
import { OP, type ValueType } from '../../rdb/format.js';

/** What stands in front of a key is this many records at most. */
const MOST_OPCODES = 8;
/** Names that are longer are not looked for. */
const LONGEST_NAME = 32 * 1024;
/** Between 1973 and 5138, in ms. */
const EARLIEST_MS = 1e11;
const LATEST_MS = 1e14;
const MOST_DATABASES = 65_536;
/** What one byte of LZF gives at most. */
const LZF_BEST_RATIO = 88;
/** The number of a module takes 64 bits: the letters of its name are in the upper ones. */
const LONG_LENGTH = 0x81;
const TWO_32 = 2 ** 32;

/** How far behind a place bytes are looked at. */
export const LOOKAHEAD = 2 * LONGEST_NAME;

/** Answers for the bytes of one file. */
export class CandidateFilter {
  private bytes: Uint8Array = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private end = 0;
  private at = 0;
  /** Bytes that begin a record. */
  private readonly starts = new Uint8Array(256);

  constructor(private readonly types: readonly (ValueType | undefined)[]) {
    const opcodes = [OP.EXPIRETIME, OP.EXPIRETIME_MS, OP.IDLE, OP.FREQ, OP.SELECTDB, OP.RESIZEDB, OP.SLOT_INFO];
    for (const code of [...opcodes, OP.AUX, OP.KEY_META, OP.EOF, OP.MODULE_AUX]) this.starts[code] = 1;
    for (const [code, type] of types.entries()) if (type) this.starts[code] = 1;
  }

  /** The bytes that the next questions are about. */
  set(bytes: Uint8Array, end: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = end;
  }

  /** Whether a key, with what may stand in front of it, may begin at an index. */
  mayBegin(index: number): boolean {
    if (this.starts[this.bytes[index]] === 0) return false;
    this.at = index;
    for (let records = 0; records < MOST_OPCODES; records++) {
      const code = this.bytes[this.at];
      const type = this.types[code];
      if (type) return this.key(type);
      if (code === OP.KEY_META) return true;
      this.at++;
      if (!this.opcode(code)) return false;
    }
    return false;
  }

  private opcode(code: number): boolean {
    switch (code) {
      case OP.EXPIRETIME_MS: {
        if (this.at + 8 > this.end) return false;
        const ms = this.view.getUint32(this.at, true) + this.view.getInt32(this.at + 4, true) * TWO_32;
        this.at += 8;
        return ms > EARLIEST_MS && ms < LATEST_MS;
      }
      case OP.EXPIRETIME:
        this.at += 4;
        return this.at < this.end;
      case OP.FREQ:
        this.at += 1;
        return this.at < this.end;
      case OP.IDLE:
        return this.length() >= 0;
      case OP.SELECTDB: {
        const db = this.length();
        return db >= 0 && db < MOST_DATABASES;
      }
      case OP.RESIZEDB: {
        const keys = this.length();
        const expires = this.length();
        return keys >= expires && expires >= 0;
      }
      case OP.SLOT_INFO:
        return this.length() >= 0 && this.length() >= 0 && this.length() >= 0;
      case OP.AUX:
        return this.skipString(LONGEST_NAME) && this.skipString(LONGEST_NAME);
      default:
        return false;
    }
  }

  private key(type: ValueType): boolean {
    this.at++;
    // Nothing but zeros would be an endless row of keys without a name.
    if (this.bytes[this.at] === 0) return false;
    if (!this.skipString(LONGEST_NAME)) return false;
    if (this.at >= this.end) return false;
    switch (type.layout) {
      case 'string':
        if (!this.skipString(Number.POSITIVE_INFINITY)) return false;
        return this.at >= this.end || this.starts[this.bytes[this.at]] === 1;
      case 'blob':
        return this.blob(type);
      case 'module':
        return this.bytes[this.at] === LONG_LENGTH;
      case 'listpackEx':
      case 'hashMetadata':
      case 'template':
      case 'cron':
        return true;
      default:
        return this.length() > 0 || type.layout === 'stream';
    }
  }

  private blob(type: ValueType): boolean {
    if (this.bytes[this.at] === 0xc3) return this.skipString(Number.POSITIVE_INFINITY);
    const length = this.length();
    if (length < 0) return false;
    if (this.at + 8 > this.end) return true;
    switch (type.container) {
      case 'listpack':
      case 'ziplist':
        return this.view.getUint32(this.at, true) === length;
      case 'intset': {
        const width = this.view.getUint32(this.at, true);
        return (
          (width === 2 || width === 4 || width === 8) && 8 + width * this.view.getUint32(this.at + 4, true) === length
        );
      }
      default:
        return true;
    }
  }

  /** Passes a string; false when there cannot be one, or a longer one than `most`. */
  private skipString(most: number): boolean {
    const lead = this.bytes[this.at];
    if (lead >= 0xc0 && lead <= 0xc2) {
      this.at += 1 + (1 << (lead - 0xc0));
      return true;
    }
    if (lead === 0xc3) {
      this.at++;
      const stored = this.length();
      const length = this.length();
      if (stored <= 0 || length <= 0 || length > stored * LZF_BEST_RATIO || length > most) return false;
      this.at += stored;
      return true;
    }
    const length = this.length();
    if (length < 0 || length > most) return false;
    this.at += length;
    return true;
  }

  /** -1 for what does not begin a length. */
  private length(): number {
    const lead = this.bytes[this.at++];
    if (lead === undefined || this.at > this.end) return -1;
    if (lead < 0x40) return lead;
    if (lead < 0x80) return ((lead & 0x3f) << 8) | (this.bytes[this.at++] ?? 0);
    if (lead === 0x80 && this.at + 4 <= this.end) {
      this.at += 4;
      return this.view.getUint32(this.at - 4);
    }
    if (lead === 0x81 && this.at + 8 <= this.end) {
      this.at += 8;
      return this.view.getUint32(this.at - 8) * TWO_32 + this.view.getUint32(this.at - 4);
    }
    return -1;
  }
}
