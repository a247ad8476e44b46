import { LiveError } from '../live-error.js';
import type { Reply } from './parcel.js';

/** Takes answers in their order; `count` times the same one. */
export type TakeReply = (reply: Reply, count: number) => void;

export const OK: Reply = { kind: 'status', text: 'OK' };
export const ZERO: Reply = { kind: 'integer', value: 0 };
export const ONE: Reply = { kind: 'integer', value: 1 };
const NIL: Reply = { kind: 'nil' };

/** What is kept of an answer. Loaders ask for no values, so longer ones are cut, whatever their lengths say. */
const MOST_KEPT = 64 * 1024;
const MOST_ERRORS = 100;
const DEEPEST = 32;

const PLUS = 0x2b;
const MINUS = 0x2d;
const COLON = 0x3a;
const DOLLAR = 0x24;
const STAR = 0x2a;
const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads answers in RESP2 that arrive in pieces of any size. Runs of `+OK` and `:1`, nearly all that a load is answered, are
 * counted without an allocation. Lengths allocate nothing.
 */
export class ReplyReader {
  /** The beginning of a line whose end has not arrived. */
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Bytes of a bulk string and its line end that are still to come; 0 between lines. */
  private bulkLeft = 0;
  private bulk: Buffer[] = [];
  private bulkKept = 0;
  /** What is kept of the bulk string at hand: its length, or less. */
  private bulkWanted = 0;
  /** Elements that are still to come, of each array that is open. */
  private readonly open: number[] = [];
  private arrayLength = 0;
  private errors: string[] = [];
  private errorsAt: number[] = [];

  constructor(private readonly take: TakeReply) {}

  /** Throws LiveError for bytes that no server sends. */
  feed(chunk: Buffer): void {
    const end = chunk.length;
    let at = 0;
    while (at < end) {
      if (this.bulkLeft > 0) {
        at = this.takeBulk(chunk, at);
        continue;
      }
      if (this.heldBytes === 0 && this.open.length === 0) {
        at = this.takeRuns(chunk, at);
        if (at === end) return;
      }
      const lineEnd = chunk.indexOf(LF, at);
      this.hold(chunk, at, lineEnd < 0 ? end : lineEnd);
      if (lineEnd < 0) return;
      at = lineEnd + 1;
      const line = this.held.length === 1 ? this.held[0] : Buffer.concat(this.held);
      this.held = [];
      this.heldBytes = 0;
      this.takeLine(line);
    }
  }

  private takeRuns(chunk: Buffer, start: number): number {
    let at = start;
    for (;;) {
      const from = at;
      while (
        chunk[at] === PLUS &&
        chunk[at + 1] === 0x4f &&
        chunk[at + 2] === 0x4b &&
        chunk[at + 3] === CR &&
        chunk[at + 4] === LF
      )
        at += 5;
      if (at > from) this.take(OK, (at - from) / 5);
      const ones = at;
      while (chunk[at] === COLON && chunk[at + 1] === 0x31 && chunk[at + 2] === CR && chunk[at + 3] === LF) at += 4;
      if (at > ones) this.take(ONE, (at - ones) / 4);
      if (at === from) return at;
    }
  }

  private hold(chunk: Buffer, start: number, end: number): void {
    this.held.push(chunk.subarray(start, end));
    this.heldBytes += end - start;
    if (this.heldBytes > MOST_KEPT) throw nonsense();
  }

  private takeLine(line: Buffer): void {
    if (line.length < 2 || line[line.length - 1] !== CR) throw nonsense();
    const text = line.toString('utf8', 1, line.length - 1);
    switch (line[0]) {
      case PLUS:
        this.value(text === 'OK' ? OK : { kind: 'status', text });
        break;
      case MINUS:
        this.value({ kind: 'error', text });
        break;
      case COLON:
        this.value(integer(numberOf(text)));
        break;
      case DOLLAR:
        this.beginBulk(numberOf(text));
        break;
      case STAR:
        this.beginArray(numberOf(text));
        break;
      default:
        throw nonsense();
    }
  }

  private beginBulk(length: number): void {
    if (length < 0) {
      this.value(NIL);
      return;
    }
    this.bulkLeft = length + 2;
    this.bulkWanted = Math.min(length, MOST_KEPT);
    this.bulkKept = 0;
  }

  private takeBulk(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.bulkLeft);
    const kept = Math.min(end - at, this.bulkWanted - this.bulkKept);
    if (kept > 0) this.bulk.push(Buffer.from(chunk.subarray(at, at + kept)));
    this.bulkKept += kept;
    this.bulkLeft -= end - at;
    if (this.bulkLeft === 0) {
      const bytes = this.bulk.length === 1 ? this.bulk[0] : Buffer.concat(this.bulk);
      this.bulk = [];
      this.value({ kind: 'bulk', bytes });
    }
    return end;
  }

  private beginArray(length: number): void {
    if (length < 0) {
      this.value(NIL);
      return;
    }
    if (this.open.length === DEEPEST) throw nonsense();
    if (this.open.length === 0) this.arrayLength = length;
    this.open.push(length);
    this.closeArrays();
  }

  private value(reply: Reply): void {
    if (this.open.length === 0) {
      this.take(reply, 1);
      return;
    }
    if (reply.kind === 'error' && this.errors.length < MOST_ERRORS) {
      this.errors.push(reply.text);
      this.errorsAt.push(this.arrayLength - this.open[0]);
    }
    this.open[this.open.length - 1]--;
    this.closeArrays();
  }

  private closeArrays(): void {
    const { open } = this;
    while (open.at(-1) === 0) {
      open.pop();
      if (open.length > 0) open[open.length - 1]--;
      else {
        const { arrayLength: length, errors, errorsAt } = this;
        this.errors = [];
        this.errorsAt = [];
        this.take(errors.length > 0 ? { kind: 'array', length, errors, errorsAt } : { kind: 'array', length }, 1);
      }
    }
  }
}

function integer(value: number): Reply {
  if (value === 1) return ONE;
  return value === 0 ? ZERO : { kind: 'integer', value };
}

function numberOf(text: string): number {
  if (!/^-?\d{1,19}$/.test(text)) throw nonsense();
  return Number(text);
}

function nonsense(): LiveError {
  return new LiveError('it answers what no server answers');
}
