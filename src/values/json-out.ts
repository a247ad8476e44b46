// JSON as bytes: from byte strings of a file straight into a buffer, without strings in between.
import { wholeTextLength } from '../keyspace/text-pieces.js';
import { codePoint, sequenceLength } from '../keyspace/utf8.js';

/** How byte strings are written: the reversible text form, or base64. */
export type BytesForm = 'text' | 'base64';

/** Takes a piece of output, which is used again when this returns. */
export type TakeBytes = (bytes: Uint8Array) => void;

const CAPACITY = 64 * 1024;
/** One byte of a string gives at most six, `\u001b`; a character of four bytes gives twelve. */
const LONGEST = 12;
/** Objects and arrays in each other. */
const DEPTH = 16;
/** Base64 is made of so many bytes at a time, a multiple of three. */
const BASE64_STEP = 24 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const X = 0x78;
const HEX = Buffer.from('0123456789abcdef');
/** By control character: the letter of its short escape, or 0. */
const SHORT = new Uint8Array(32);
for (const [code, letter] of [
  [8, 'b'],
  [9, 't'],
  [10, 'n'],
  [12, 'f'],
  [13, 'r'],
] as const) {
  SHORT[code] = letter.charCodeAt(0);
}

/** Characters that a terminal obeys, or that hide or reorder text. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Writes JSON in order. Commas come by themselves. */
export class JsonOut {
  private readonly buffer = Buffer.allocUnsafe(CAPACITY);
  private at = 0;
  /** Of the objects and arrays that are open: what closes them, and whether something is in them. */
  private readonly closers = new Uint8Array(DEPTH);
  private readonly filled = new Uint8Array(DEPTH);
  private depth = 0;
  private inString = false;
  /** The end of a piece that belongs together with the start of the next one. */
  private carry: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly form: BytesForm,
    private readonly take: TakeBytes,
  ) {}

  /** Text as it is; ASCII. */
  ascii(text: string): void {
    if (this.at + text.length > CAPACITY) this.flush();
    this.at += this.buffer.write(text, this.at, 'latin1');
  }

  /** Bytes as they are. */
  bytes(bytes: Uint8Array): void {
    if (this.at + bytes.length > CAPACITY) this.flush();
    if (bytes.length > CAPACITY) this.take(bytes);
    else {
      this.buffer.set(bytes, this.at);
      this.at += bytes.length;
    }
  }

  /** Begins the next element of an array; `text` is the element, or its start. */
  item(text = ''): void {
    const { filled, depth } = this;
    if (filled[depth] === 1) this.ascii(`,${text}`);
    else {
      filled[depth] = 1;
      if (text !== '') this.ascii(text);
    }
  }

  /** Begins the next member of an object; `text` is its value, or its start. */
  member(name: string, text = ''): void {
    this.item(`"${name}":${text}`);
  }

  open(bracket: '{' | '['): void {
    this.ascii(bracket);
    this.depth++;
    this.closers[this.depth] = bracket === '{' ? 0x7d : 0x5d;
    this.filled[this.depth] = 0;
  }

  close(): void {
    if (this.at === CAPACITY) this.flush();
    this.buffer[this.at++] = this.closers[this.depth--];
  }

  /** Closes what is open, down to the outermost object. */
  closeAll(): void {
    while (this.depth > 1) this.close();
  }

  /** The bytes [start, end) as a string. */
  string(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.ascii('"');
    if (this.form === 'base64') this.base64(bytes, start, end);
    else this.text(bytes, start, end);
    this.ascii('"');
  }

  /** A string whose bytes come in pieces. */
  beginString(): void {
    this.ascii('"');
    this.inString = true;
    this.carry = new Uint8Array(0);
  }

  /** A piece of it; nothing where no string is open. What is cut by its end waits for the next. */
  piece(bytes: Uint8Array, start: number, end: number): void {
    if (!this.inString) return;
    const all = Buffer.concat([this.carry, bytes.subarray(start, end)]);
    const whole = this.form === 'base64' ? all.length - (all.length % 3) : wholeTextLength(all);
    this.carry = all.subarray(whole);
    if (this.form === 'base64') this.base64(all, 0, whole);
    else this.text(all, 0, whole);
  }

  /** Does nothing where no string is open. */
  endString(): void {
    if (!this.inString) return;
    this.inString = false;
    if (this.form === 'base64') this.base64(this.carry, 0, this.carry.length);
    else this.text(this.carry, 0, this.carry.length);
    this.ascii('"');
  }

  /** Hands over what is collected. */
  flush(): void {
    if (this.at > 0) this.take(this.buffer.subarray(0, this.at));
    this.at = 0;
  }

  private base64(bytes: Uint8Array, start: number, end: number): void {
    for (let from = start; from < end; from += BASE64_STEP) {
      const length = Math.min(BASE64_STEP, end - from);
      this.ascii(Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('base64'));
    }
  }

  private text(bytes: Uint8Array, start: number, end: number): void {
    const { buffer } = this;
    for (let i = start; i < end; ) {
      if (this.at + LONGEST > CAPACITY) this.flush();
      const last = Math.min(end, i + Math.floor((CAPACITY - this.at) / LONGEST));
      let { at } = this;
      while (i < last) {
        const byte = bytes[i];
        if (byte >= 0x80) break;
        i++;
        if (byte === QUOTE) {
          buffer[at++] = BACKSLASH;
          buffer[at++] = QUOTE;
        } else if (byte === BACKSLASH) {
          buffer[at++] = BACKSLASH;
          buffer[at++] = BACKSLASH;
          // The text form guards a backslash that would be taken for an escape of its own.
          if (i < end && bytes[i] === X) at += buffer.write('x5c', at, 'latin1');
        } else if (byte >= 0x20 && byte !== 0x7f) buffer[at++] = byte;
        else at = control(buffer, at, byte);
      }
      this.at = at;
      if (i < last) i = this.beyondAscii(bytes, i, end);
    }
  }

  /** One character, or one byte that is none. Returns where the next one is. */
  private beyondAscii(bytes: Uint8Array, from: number, end: number): number {
    const length = sequenceLength(bytes, from, end);
    const { buffer } = this;
    if (length === 0) {
      const { at } = this;
      buffer[at] = BACKSLASH;
      buffer[at + 1] = BACKSLASH;
      buffer[at + 2] = X;
      buffer[at + 3] = HEX[bytes[from] >> 4];
      buffer[at + 4] = HEX[bytes[from] & 15];
      this.at = at + 5;
      return from + 1;
    }
    const point = codePoint(bytes, from, length);
    if (isPlain(point) || !HIDDEN.test(String.fromCodePoint(point))) {
      for (let i = 0; i < length; i++) buffer[this.at++] = bytes[from + i];
    } else {
      const text = String.fromCodePoint(point);
      for (let i = 0; i < text.length; i++) {
        this.at += buffer.write(`\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`, this.at, 'latin1');
      }
    }
    return from + length;
  }
}

function control(buffer: Buffer, at: number, byte: number): number {
  buffer[at] = BACKSLASH;
  if (byte < 32 && SHORT[byte] !== 0) {
    buffer[at + 1] = SHORT[byte];
    return at + 2;
  }
  buffer[at + 1] = 0x75;
  buffer[at + 2] = 0x30;
  buffer[at + 3] = 0x30;
  buffer[at + 4] = HEX[byte >> 4];
  buffer[at + 5] = HEX[byte & 15];
  return at + 6;
}

/** Most letters and signs; there are none to hide among them. */
function isPlain(point: number): boolean {
  return (
    (point > 0xad && point < 0x600) || (point >= 0x2070 && point < 0xd800) || (point >= 0x1f000 && point < 0x20000)
  );
}
