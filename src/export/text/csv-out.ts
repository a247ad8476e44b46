import { bytesToLine } from '../../keyspace/bytes-text.js';
import { TextPieces } from '../../keyspace/text-pieces.js';
import type { BytesForm } from '../../values/json-out.js';

const CAPACITY = 256 * 1024;
/** Up to so many bytes a loop is faster than a call. */
const SHORT = 64;
/** Base64 is made of so many bytes at a time, a multiple of three. */
const BASE64_STEP = 96 * 1024;

/** Bytes that stand as they are: printable ASCII without what separates and quotes, and without the backslash. */
const PLAIN = new Uint8Array(256).map((_, byte) =>
  Number(byte >= 0x20 && byte < 0x7f && !'",\\'.includes(String.fromCharCode(byte))),
);
/** With these a spreadsheet takes a cell for a formula. */
const FORMULA = /^[=+\-@]/;
const FORMULA_BYTES = new Uint8Array(256).map((_, byte) => Number(FORMULA.test(String.fromCharCode(byte))));
const QUOTE = '"';
const QUOTE_BYTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LETTER_X = 0x78;

/** Takes a piece of output, which is used again when this returns. */
export type TakeBytes = (bytes: Uint8Array) => void;

/**
 * Writes fields of comma-separated values by RFC 4180. Text from a dump is hostile: control characters, what hides or reorders
 * text, and a first character that a spreadsheet would take for the start of a formula are written as `\xHH`, as bytes that are no
 * text; that form can be read back (`textToBytes`). Base64 stands as it is.
 */
export class CsvOut {
  private readonly buffer = Buffer.allocUnsafeSlow(CAPACITY);
  private at = 0;
  private pieces: TextPieces | undefined;
  private carry: Uint8Array = new Uint8Array(0);
  private first = true;

  constructor(
    private readonly form: BytesForm,
    private readonly take: TakeBytes,
  ) {}

  /** Text as it is. */
  text(text: string): void {
    if (text.length <= SHORT && this.shortAscii(text)) return;
    if (text.length * 3 > CAPACITY) this.raw(Buffer.from(text));
    else {
      if (this.at + text.length * 3 > CAPACITY) this.flush();
      this.at += this.buffer.write(text, this.at);
    }
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    if (this.at + bytes.length > CAPACITY) this.flush();
    const { length } = bytes;
    if (length > CAPACITY) this.take(bytes);
    else {
      if (length <= SHORT) for (let i = 0; i < length; i++) this.buffer[this.at + i] = bytes[i];
      else this.buffer.set(bytes, this.at);
      this.at += length;
    }
  }

  /** The bytes [start, end) as a field. */
  field(bytes: Uint8Array, start: number, end: number): void {
    if (this.form === 'base64') this.base64(bytes, start, end);
    else if (!this.plain(bytes, start, end) && !this.unescaped(bytes, start, end)) {
      this.text(csvField(bytes.subarray(start, end)));
    }
  }

  /** A field whose bytes come in pieces. */
  beginField(): void {
    this.first = true;
    this.carry = new Uint8Array(0);
    this.pieces = this.form === 'text' ? new TextPieces() : undefined;
    if (this.pieces) this.text(QUOTE);
  }

  piece(bytes: Uint8Array, start: number, end: number): void {
    if (this.pieces) {
      this.quoted(this.pieces.push(bytes, start, end));
      return;
    }
    const all = Buffer.concat([this.carry, bytes.subarray(start, end)]);
    const whole = all.length - (all.length % 3);
    this.base64(all, 0, whole);
    this.carry = all.subarray(whole);
  }

  endField(): void {
    if (this.pieces) {
      this.quoted(this.pieces.end());
      this.text(QUOTE);
    } else this.base64(this.carry, 0, this.carry.length);
    this.pieces = undefined;
  }

  /** Hands over what is collected. */
  flush(): void {
    if (this.at > 0) this.take(this.buffer.subarray(0, this.at));
    this.at = 0;
  }

  /** A loop is faster than a call for little; false, with nothing written, for what is not ASCII. */
  private shortAscii(text: string): boolean {
    if (this.at + SHORT > CAPACITY) this.flush();
    const { buffer, at } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7e) return false;
      buffer[at + i] = code;
    }
    this.at += text.length;
    return true;
  }

  /** Copies what needs no look; false, with nothing written, for anything else. */
  private plain(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length > CAPACITY) return false;
    if (this.at + length > CAPACITY) this.flush();
    const { buffer, at } = this;
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i];
      if (PLAIN[byte] === 0) return false;
      buffer[at + i] = byte;
    }
    if (length > 0 && FORMULA_BYTES[bytes[start]] !== 0) return false;
    this.at += length;
    return true;
  }

  /** Copies text that needs quotes, but no escapes; false, with nothing written, for anything else. */
  private unescaped(bytes: Uint8Array, start: number, end: number): boolean {
    const most = 2 * (end - start) + 2;
    if (start === end || most > CAPACITY || FORMULA_BYTES[bytes[start]] !== 0) return false;
    if (this.at + most > CAPACITY) this.flush();
    const { buffer } = this;
    const first = this.at + 1;
    let at = first;
    let quoted = false;
    for (let i = start; i < end; ) {
      const byte = bytes[i];
      if (byte >= 0x20 && byte < 0x7f) {
        if (byte === QUOTE_BYTE) buffer[at++] = QUOTE_BYTE;
        else if (byte === BACKSLASH && i + 1 < end && bytes[i + 1] === LETTER_X) return false;
        if (byte === QUOTE_BYTE || byte === COMMA) quoted = true;
        buffer[at++] = byte;
        i++;
      } else {
        let length = commonLength(bytes, i, end);
        if (length === 0) return false;
        for (; length > 0; length--) buffer[at++] = bytes[i++];
      }
    }
    if (quoted) {
      buffer[first - 1] = buffer[at++] = QUOTE_BYTE;
      this.at = at;
    } else {
      buffer.copyWithin(first - 1, first, at);
      this.at = at - 1;
    }
    return true;
  }

  private quoted(text: string): void {
    const safe = this.first && text !== '' ? withoutFormula(text) : text;
    if (text !== '') this.first = false;
    this.text(safe.replaceAll(QUOTE, '""'));
  }

  private base64(bytes: Uint8Array, start: number, end: number): void {
    for (let from = start; from < end; from += BASE64_STEP) {
      const length = Math.min(BASE64_STEP, end - from);
      this.text(Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('base64'));
    }
  }
}

/**
 * Bytes of a UTF-8 sequence of the blocks where nothing is hidden and no byte needs a closer look: U+00C0 to U+05FF, U+3000
 * to U+CFFF. 0 for all others.
 */
function commonLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at];
  const length = lead >= 0xc3 && lead <= 0xd7 ? 2 : lead >= 0xe3 && lead <= 0xec ? 3 : 0;
  if (length === 0 || at + length > end || (bytes[at + 1] & 0xc0) !== 0x80) return 0;
  return length === 2 || (bytes[at + 2] & 0xc0) === 0x80 ? length : 0;
}

function csvField(bytes: Uint8Array): string {
  const text = withoutFormula(bytesToLine(bytes));
  return /[",]/.test(text) ? `"${text.replaceAll(QUOTE, '""')}"` : text;
}

function withoutFormula(text: string): string {
  return text.replace(FORMULA, (c) => `\\x${c.charCodeAt(0).toString(16)}`);
}
