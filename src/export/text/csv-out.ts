import { sequenceLength } from '../../keyspace/utf8.js';
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
const FORMULA = new Uint8Array(256).map((_, byte) => Number('=+-@'.includes(String.fromCharCode(byte))));
/** What a terminal obeys, or what reorders or hides text. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const HEX = '0123456789abcdef';
/** `\xHH`. */
const ESCAPE = 4;
/** Bytes of a sequence of UTF-8. */
const LONGEST_SEQUENCE = 4;
/** Text is escaped so many bytes at a time. */
const TEXT_STEP = 32 * 1024;
/** Of a piece that continues a field, so many bytes are joined to what the last one left. */
const JOINED = 16;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const LETTER_X = 0x78;

const NOTHING = new Uint8Array(0);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

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
  /** The end of a piece that belongs together with the start of the next one. */
  private carry: Uint8Array = NOTHING;
  /** Nothing of the field was written. */
  private first = true;
  /** There is a comma or a quote in the field. */
  private needsQuotes = false;

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
    else if (this.plain(bytes, start, end)) return;
    else if (end - start > TEXT_STEP) {
      this.beginField();
      this.piece(bytes, start, end);
      this.endField();
    } else {
      this.room(ESCAPE * (end - start) + 2);
      this.textField(bytes, start, end);
    }
  }

  /** A field whose bytes come in pieces. */
  beginField(): void {
    this.first = true;
    this.carry = NOTHING;
    if (this.form === 'text') this.quote();
  }

  piece(bytes: Uint8Array, start: number, end: number): void {
    let from = start;
    if (this.carry.length > 0) {
      const joined = Buffer.concat([this.carry, bytes.subarray(start, Math.min(end, start + JOINED))]);
      const done = this.inside(joined, 0, joined.length);
      if (start + JOINED >= end) {
        this.carry = joined.subarray(done);
        return;
      }
      from += done - this.carry.length;
    }
    this.carry = bytes.slice(this.inside(bytes, from, end), end);
  }

  endField(): void {
    const { carry, form } = this;
    if (form === 'base64') this.base64(carry, 0, carry.length);
    else {
      this.room(ESCAPE * carry.length);
      this.escape(carry, 0, carry.length, true);
      this.quote();
    }
    this.carry = NOTHING;
  }

  /** Hands over what is collected. */
  flush(): void {
    if (this.at > 0) this.take(this.buffer.subarray(0, this.at));
    this.at = 0;
  }

  /** What is whole of a piece; returns where it stopped. */
  private inside(bytes: Uint8Array, start: number, end: number): number {
    if (this.form === 'base64') {
      const whole = end - ((end - start) % 3);
      this.base64(bytes, start, whole);
      return whole;
    }
    let from = start;
    for (let to = Math.min(end, from + TEXT_STEP); from < to; ) {
      this.room(ESCAPE * (to - from));
      const done = this.escape(bytes, from, to, false);
      if (done === from) break;
      from = done;
      to = Math.min(end, from + TEXT_STEP);
    }
    return from;
  }

  private quote(): void {
    this.room(1);
    this.buffer[this.at++] = QUOTE;
  }

  private room(bytes: number): void {
    if (this.at + bytes > CAPACITY) this.flush();
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
    if (length > 0 && FORMULA[bytes[start]] !== 0) return false;
    this.at += length;
    return true;
  }

  /** Writes a field of text, in quotes where it needs them. There is room for the longest that it can become. */
  private textField(bytes: Uint8Array, start: number, end: number): void {
    const { buffer, at: before } = this;
    this.needsQuotes = false;
    this.first = true;
    this.at = before + 1;
    this.escape(bytes, start, end, true);
    if (this.needsQuotes) {
      buffer[before] = buffer[this.at++] = QUOTE;
    } else {
      buffer.copyWithin(before, before + 1, this.at);
      this.at--;
    }
  }

  /**
   * Writes [start, end) with its escapes; there is room for that. Returns where it stopped: unless this is `last`, what is cut
   * by the end waits for what follows.
   */
  private escape(bytes: Uint8Array, start: number, end: number, last: boolean): number {
    const { buffer } = this;
    let at = this.at;
    let i = start;
    if (this.first && start < end && FORMULA[bytes[start]] !== 0) at = putEscape(buffer, at, bytes[i++]);
    if (start < end) this.first = false;
    while (i < end) {
      const byte = bytes[i];
      if (byte >= 0x20 && byte < 0x7f) {
        if (byte === BACKSLASH) {
          if (i + 1 === end && !last) break;
          if (i + 1 < end && bytes[i + 1] === LETTER_X) {
            at = putEscape(buffer, at, bytes[i++]);
            continue;
          }
        } else if (byte === QUOTE) {
          buffer[at++] = QUOTE;
          this.needsQuotes = true;
        } else if (byte === COMMA) this.needsQuotes = true;
        buffer[at++] = byte;
        i++;
        continue;
      }
      let length = commonLength(bytes, i, end);
      if (length === 0) {
        length = byte < 0x80 ? 0 : sequenceLength(bytes, i, end);
        if (length === 0 && byte >= 0xc2 && end - i < LONGEST_SEQUENCE && !last) break;
        if (length === 0 || HIDDEN.test(utf8.decode(bytes.subarray(i, i + length)))) {
          for (let left = Math.max(1, length); left > 0; left--) at = putEscape(buffer, at, bytes[i++]);
          continue;
        }
      }
      for (; length > 0; length--) buffer[at++] = bytes[i++];
    }
    this.at = at;
    return i;
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

/** `\xHH`; returns the place behind it. */
function putEscape(buffer: Uint8Array, at: number, byte: number): number {
  buffer[at] = BACKSLASH;
  buffer[at + 1] = LETTER_X;
  buffer[at + 2] = HEX.charCodeAt(byte >> 4);
  buffer[at + 3] = HEX.charCodeAt(byte & 15);
  return at + ESCAPE;
}
