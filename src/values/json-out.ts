// JSON as bytes: from byte strings of a file straight into a buffer, without strings in between. Both lie in the memory of the
// kernels, which escape (assembly/json-text.ts).
import type { Kernels } from '../bytes/kernels/kernels.js';
import { wholeTextLength } from '../keyspace/text-pieces.js';
import type { StreamId } from '../rdb/stream-id.js';
import { integerJson, scoreJson } from './json-number.js';
import { Literal } from './literal.js';
import { MARGIN, type OutBlocks } from './out-blocks.js';

/** How byte strings are written: the reversible text form, or base64. */
export type BytesForm = 'text' | 'base64';

/** What one byte of a string gives at most: `\u001b`, `\\\\x1b`. */
const LONGEST = 6;
/** Strings from elsewhere are copied in so many bytes at a time, a multiple of three for base64. */
const SCRATCH = 48 * 1024;
/** Of a piece that continues a string, so many bytes are joined to what the last one left. */
const JOINED = 48;
/** Base64 is made of so many bytes at a time, a multiple of three. */
const BASE64_STEP = 24 * 1024;
/** Objects and arrays in each other. */
const DEPTH = 16;
/** A run is no longer than the kernels count. */
const MOST_KEYS = 2 ** 31;
/** Texts up to this length are written without a call. */
const SHORT = 40;

const QUOTE = 0x22;
const COMMA = 0x2c;

/** What the elements of a container are: alone, field and value, member and score. */
export const SHAPES = { items: 0, fields: 1, scores: 2 } as const;
export type Shape = keyof typeof SHAPES;

const KINDS = { listpack: 0, ziplist: 1 } as const;
const LISTPACK_HEADER = 6;
const ZIPLIST_HEADER = 10;
const INTSET_HEADER = 8;

// Answers of the kernels.
const FULL = 1;
const SCORE = 2;

/** The text of a score that the kernels leave alone: the bytes [start, end) of the memory, or the integer. */
export type ScoreText = (start: number, end: number, integer: bigint) => string;

/** Writes JSON in order. Commas come by themselves. */
export class JsonOut {
  private memory: Uint8Array;
  private view: DataView;
  private start: number;
  private limit: number;
  private readonly names = new Map<string, Literal>();
  private at: number;
  private readonly formCode: number;
  private scratch = 0;
  /** Of the objects and arrays that are open: what closes them, and whether something is in them. */
  private readonly closers = new Uint8Array(DEPTH);
  private readonly filled = new Uint8Array(DEPTH);
  private depth = 0;
  private inString = false;
  /** The end of a piece that belongs together with the start of the next one. */
  private carry: Uint8Array = new Uint8Array(0);

  /** `release` it when it is no longer used. */
  constructor(
    private readonly kernels: Kernels,
    private readonly form: BytesForm,
    private readonly blocks: OutBlocks,
  ) {
    this.formCode = form === 'base64' ? 1 : 0;
    this.start = this.at = blocks.open();
    this.limit = this.start + blocks.capacity;
    this.memory = kernels.bytes;
    this.view = kernels.view;
  }

  /** Gives its memory back; nothing can be written after this. */
  release(): void {
    this.blocks.close(this.start);
    if (this.scratch !== 0) this.kernels.heap.deallocate(this.scratch);
  }

  /** Forgets what is open, and what was not handed over. */
  restart(): void {
    this.at = this.start;
    this.depth = 0;
    this.filled[0] = 0;
    this.inString = false;
  }

  /** Text as it is; ASCII, and not long. */
  ascii(text: string): void {
    const { length } = text;
    if (this.at + length > this.limit) this.flush();
    const { memory, at } = this;
    if (length <= SHORT) for (let i = 0; i < length; i++) memory[at + i] = text.charCodeAt(i);
    else memory.set(Buffer.from(text, 'latin1'), at);
    this.at = at + length;
  }

  /** Text as it is. */
  literal({ length, words }: Literal): void {
    if (this.at + length + MARGIN > this.limit) this.flush();
    const { view, at } = this;
    for (let i = 0; i < words.length; i++) view.setUint32(at + 4 * i, words[i], true);
    this.at = at + length;
  }

  /** A whole number; beyond 2^53 as a string. */
  integer(value: number | bigint): void {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) this.ascii(integerJson(value));
    else {
      if (this.at + MARGIN > this.limit) this.flush();
      this.at = this.kernels.call.jsonInteger(number, this.at);
    }
  }

  score(score: number): void {
    if (this.at + MARGIN > this.limit) this.flush();
    const end = this.kernels.call.jsonScore(score, this.at);
    if (end !== 0) this.at = end;
    else this.ascii(scoreJson(score));
  }

  /** `ms-seq`, without quotes. */
  id({ msHigh, msLow, seqHigh, seqLow }: StreamId): void {
    if (this.at + MARGIN > this.limit) this.flush();
    this.at = this.kernels.call.jsonId(msHigh, msLow, seqHigh, seqLow, this.at);
  }

  /** Bytes as they are. */
  bytes(bytes: Uint8Array): void {
    if (this.at + bytes.length > this.limit) this.flush();
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + this.limit - this.at);
      this.memory.set(part, this.at);
      this.at += part.length;
      from += part.length;
      if (from < bytes.length) this.flush();
    }
  }

  /** Begins the next element of an array; `text` is the element, or its start. */
  item(text = ''): void {
    const { filled, depth } = this;
    if (filled[depth] === 1) {
      if (this.at === this.limit) this.flush();
      this.memory[this.at++] = COMMA;
    } else filled[depth] = 1;
    if (text !== '') this.ascii(text);
  }

  /** Begins the next member of an object; `text` is its value, or its start. */
  member(name: string, text = ''): void {
    let literal = this.names.get(name);
    if (!literal) {
      literal = new Literal(`"${name}":`);
      this.names.set(name, literal);
    }
    this.item();
    this.literal(literal);
    if (text !== '') this.ascii(text);
  }

  open(bracket: '{' | '['): void {
    this.ascii(bracket);
    this.depth++;
    this.closers[this.depth] = bracket === '{' ? 0x7d : 0x5d;
    this.filled[this.depth] = 0;
  }

  close(): void {
    if (this.at === this.limit) this.flush();
    this.memory[this.at++] = this.closers[this.depth--];
  }

  /** Closes what is open, down to the outermost object. */
  closeAll(): void {
    while (this.depth > 1) this.close();
  }

  /** The bytes [start, end) as a string. */
  string(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.quote();
    this.inside(bytes, start, end);
    this.quote();
  }

  /** A string whose bytes come in pieces. */
  beginString(): void {
    this.quote();
    this.inString = true;
    this.carry = new Uint8Array(0);
  }

  /** A piece of it; nothing where no string is open. What is cut by its end waits for the next. */
  piece(bytes: Uint8Array, start: number, end: number): void {
    if (!this.inString) return;
    let from = start;
    if (this.carry.length > 0) {
      const joined = Buffer.concat([this.carry, bytes.subarray(start, Math.min(end, start + JOINED))]);
      const whole = this.wholeLength(joined);
      this.inside(joined, 0, whole);
      if (start + JOINED >= end) {
        this.carry = joined.subarray(whole);
        return;
      }
      from += whole - this.carry.length;
    }
    const whole = from + this.wholeLength(bytes.subarray(from, end));
    this.inside(bytes, from, whole);
    this.carry = bytes.slice(whole, end);
  }

  /** Does nothing where no string is open. */
  endString(): void {
    if (!this.inString) return;
    this.inString = false;
    this.inside(this.carry, 0, this.carry.length);
    this.quote();
  }

  /**
   * The elements of a sound listpack or ziplist, [start, end) of the kernels' memory, in the array or object that is open. False
   * for one that is too large to be written so.
   */
  entries(kind: 'listpack' | 'ziplist', start: number, end: number, shape: Shape, score: ScoreText): boolean {
    if (!this.fitsInside(end - start)) return false;
    const { kernels, formCode } = this;
    const last = end - 1;
    let from = start + (kind === 'ziplist' ? ZIPLIST_HEADER : LISTPACK_HEADER);
    for (;;) {
      const first = 1 - this.filled[this.depth];
      const answer = kernels.call.jsonEntries(
        KINDS[kind],
        from,
        last,
        SHAPES[shape],
        formCode,
        first,
        this.at,
        this.limit,
      );
      this.at = kernels.result(0);
      if (kernels.result(1) > from) this.filled[this.depth] = 1;
      from = kernels.result(1);
      if (answer === FULL) this.flush();
      else if (answer === SCORE) {
        const text = kernels.result(2);
        this.ascii(`${score(text, text + kernels.result(3), kernels.result64(2))}]`);
      } else return true;
    }
  }

  /** The same for the members of an intset. */
  integers(start: number, end: number): boolean {
    const { kernels, formCode } = this;
    const width = kernels.view.getUint32(start, true);
    let from = start + INTSET_HEADER;
    for (;;) {
      const first = 1 - this.filled[this.depth];
      const answer = kernels.call.jsonIntegers(from, end, width, formCode, first, this.at, this.limit);
      this.at = kernels.result(0);
      if (kernels.result(1) > from) this.filled[this.depth] = 1;
      from = kernels.result(1);
      if (answer !== FULL) return true;
      this.flush();
    }
  }

  /** The same for the entries of a stream's node, which `checkStreamNode` found sound, and whose first id is given. */
  streamNode(start: number, end: number, ms: bigint, seq: bigint): boolean {
    if (!this.fitsInside(end - start)) return false;
    const { kernels, formCode } = this;
    let from = 0;
    for (;;) {
      const first = 1 - this.filled[this.depth];
      const answer = kernels.call.jsonStreamNode(
        start,
        end - start,
        ms,
        seq,
        from,
        formCode,
        first,
        this.at,
        this.limit,
      );
      this.at = kernels.result(0);
      from = kernels.result(1);
      this.filled[this.depth] = kernels.result(2);
      if (answer !== FULL) return true;
      this.flush();
    }
  }

  /**
   * Runs of small strings as objects of their own, at most `most` of them, from `from` on; `texts` are those of
   * assembly/json-run.ts. Returns where it stopped. `keys` says how many there were.
   */
  run(from: number, end: number, texts: number, most: number): { reached: number; keys: number } {
    const { kernels } = this;
    const limit = Math.min(most, MOST_KEYS);
    if (this.at > this.start + (this.limit - this.start) / 2) this.flush();
    const reached = kernels.call.jsonRun(from, end, texts, this.formCode, limit, this.at, this.limit);
    this.at = kernels.result(0);
    return { reached, keys: kernels.result(1) };
  }

  /** Hands over what is collected. */
  flush(): void {
    if (this.at === this.start) return;
    this.start = this.at = this.blocks.exchange(this.start, this.at - this.start);
    this.limit = this.start + this.blocks.capacity;
    // The memory may have grown for it.
    this.memory = this.kernels.bytes;
    this.view = this.kernels.view;
  }

  private quote(): void {
    if (this.at === this.limit) this.flush();
    this.memory[this.at++] = QUOTE;
  }

  /** Whether the elements of a container of so many bytes fit, each alone. */
  private fitsInside(bytes: number): boolean {
    return (bytes + MARGIN) * (LONGEST + 1) <= this.limit - this.start;
  }

  private wholeLength(bytes: Uint8Array): number {
    return this.form === 'base64' ? bytes.length - (bytes.length % 3) : wholeTextLength(bytes);
  }

  /** The inside of a string. */
  private inside(bytes: Uint8Array, start: number, end: number): void {
    if (bytes === this.kernels.bytes) this.convert(start, end);
    else this.copied(bytes, start, end);
  }

  private copied(bytes: Uint8Array, start: number, end: number): void {
    const { heap } = this.kernels;
    if (this.scratch === 0) this.scratch = heap.allocate(SCRATCH + MARGIN);
    for (let from = start; from < end; ) {
      let part = bytes.subarray(from, Math.min(end, from + SCRATCH));
      if (from + part.length < end) part = part.subarray(0, this.wholeLength(part));
      this.kernels.bytes.set(part, this.scratch);
      this.convert(this.scratch, this.scratch + part.length);
      from += part.length;
    }
  }

  /** [start, end) of the kernels' memory. */
  private convert(start: number, end: number): void {
    const { kernels } = this;
    if (this.form === 'base64') {
      for (let from = start; from < end; from += BASE64_STEP) {
        const to = Math.min(end, from + BASE64_STEP);
        if (this.at + 2 * (to - from) + MARGIN > this.limit) this.flush();
        this.at = kernels.call.jsonBase64(from, to, this.at);
      }
      return;
    }
    for (let from = start; from < end; ) {
      if (this.at + MARGIN > this.limit) this.flush();
      from = kernels.call.jsonText(from, end, this.at, this.limit);
      this.at = kernels.result(0);
    }
  }
}
