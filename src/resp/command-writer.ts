// Commands in the form in which clients send them and logs hold them, written piece by piece.

const CAPACITY = 256 * 1024;
/** A header line: a sign, digits, CR LF. */
const LONGEST_HEADER = 24;
/** Up to so many bytes a loop is faster than a call. */
const SHORT = 32;

const CR = 0x0d;
const LF = 0x0a;
const ARRAY = 0x2a;
const BULK = 0x24;

/** An argument: text in UTF-8, or bytes. */
export type Argument = string | number | Uint8Array;

/** Takes a piece of output, which is used again when this returns. */
export type TakePiece = (bytes: Uint8Array) => void;

/** Writes commands one after the other. Who begins one writes as many arguments as announced. */
export class CommandWriter {
  private readonly buffer = Buffer.allocUnsafeSlow(CAPACITY);
  private at = 0;
  /** Bytes of an argument in pieces that are still to come. */
  private left = 0;

  constructor(private readonly take: TakePiece) {}

  /** A whole command. */
  command(...args: readonly Argument[]): void {
    this.begin(args.length);
    for (const arg of args) this.argument(arg);
  }

  /** A command of `argc` arguments, its name among them, which follow. */
  begin(argc: number): void {
    this.header(ARRAY, argc);
  }

  argument(arg: Argument): void {
    if (typeof arg === 'object') this.bytes(arg, 0, arg.length);
    else this.text(String(arg));
  }

  /** [start, end) of `buffer` as an argument. */
  bytes(buffer: Uint8Array, start: number, end: number): void {
    this.header(BULK, end - start);
    this.put(buffer, start, end);
    this.lineEnd();
  }

  /** An argument of so many bytes, which follow in pieces. */
  beginBytes(length: number): void {
    this.header(BULK, length);
    this.left = length;
    if (length === 0) this.lineEnd();
  }

  /** A piece; what goes beyond the length that was announced is dropped. Returns how many bytes are missing. */
  piece(buffer: Uint8Array, start: number, end: number): number {
    if (this.left === 0) return 0;
    const length = Math.min(end - start, this.left);
    this.put(buffer, start, start + length);
    this.left -= length;
    if (this.left === 0) this.lineEnd();
    return this.left;
  }

  /** Fills up what is missing of the argument at hand, so that the commands behind it can be read. */
  fill(): void {
    const zeros = new Uint8Array(Math.min(this.left, CAPACITY));
    while (this.left > 0) this.piece(zeros, 0, zeros.length);
  }

  /** Bytes that were encoded before. */
  encoded(bytes: Uint8Array): void {
    this.put(bytes, 0, bytes.length);
  }

  /** Hands over what is collected. */
  flush(): void {
    if (this.at > 0) this.take(this.buffer.subarray(0, this.at));
    this.at = 0;
  }

  private text(text: string): void {
    if (text.length <= SHORT && this.shortAscii(text)) return;
    const length = Buffer.byteLength(text);
    this.header(BULK, length);
    if (length > CAPACITY - LONGEST_HEADER) this.put(Buffer.from(text), 0, length);
    else {
      this.room(length);
      this.at += this.buffer.write(text, this.at);
    }
    this.lineEnd();
  }

  /** A loop is faster than a call for little; false, with nothing written, for what is not ASCII. */
  private shortAscii(text: string): boolean {
    const { length } = text;
    for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 0x7e) return false;
    this.header(BULK, length);
    this.room(SHORT);
    for (let i = 0; i < length; i++) this.buffer[this.at++] = text.charCodeAt(i);
    this.lineEnd();
    return true;
  }

  private header(sign: number, count: number): void {
    this.room(LONGEST_HEADER);
    const { buffer } = this;
    buffer[this.at++] = sign;
    if (count < 10) buffer[this.at++] = 0x30 + count;
    else if (count < 100) {
      buffer[this.at++] = 0x30 + Math.floor(count / 10);
      buffer[this.at++] = 0x30 + (count % 10);
    } else this.at += buffer.write(String(count), this.at, 'latin1');
    buffer[this.at++] = CR;
    buffer[this.at++] = LF;
  }

  private lineEnd(): void {
    this.room(2);
    this.buffer[this.at++] = CR;
    this.buffer[this.at++] = LF;
  }

  private put(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (this.at + length > CAPACITY) this.flush();
    if (length > CAPACITY) this.take(bytes.subarray(start, end));
    else if (length <= SHORT) for (let i = start; i < end; i++) this.buffer[this.at++] = bytes[i];
    else {
      this.buffer.set(bytes.subarray(start, end), this.at);
      this.at += length;
    }
  }

  private room(bytes: number): void {
    if (this.at + bytes > CAPACITY) this.flush();
  }
}
