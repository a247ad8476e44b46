import type { FindingCode } from '../errors.js';
import { type BytesRef, LZF, lzfClaim, lzfFault } from './bytes-ref.js';
import type { RdbParser } from './parser.js';

/** The farthest that an LZF reference reaches back. */
const REACH = 8192;
const PIECE = 256 * 1024;
const SLACK = 64;

// Answers of the kernels.
const OUTPUT_FULL = 1;
const BAD_REFERENCE = 2;

/**
 * Passes a large string through in pieces: its bytes for a visitor that wants data, or only the proof that it would decode.
 * One object per string.
 */
export class LargeString {
  private left: number;
  private produced = 0;
  private block = 0;
  private fault: FindingCode | undefined;

  /** `told`: the visitor gets the content; `checked`: a compressed string is walked even if nobody gets it. */
  constructor(
    private readonly parser: RdbParser,
    private readonly form: number,
    readonly stored: number,
    private readonly length: number,
    private readonly told: boolean,
    private readonly checked: boolean,
    /** File offset of the stored bytes. */
    readonly offset: number,
  ) {
    this.left = stored;
    if (form === LZF && lzfClaim(stored, length) === 'LZF_IMPOSSIBLE_LENGTH') this.fault = 'LZF_IMPOSSIBLE_LENGTH';
  }

  static of(parser: RdbParser, ref: BytesRef, told: boolean, checked: boolean): LargeString {
    return new LargeString(parser, ref.form, ref.stored, ref.length, told, checked, parser.offset);
  }

  /** Consumes what the window holds. Returns true when the string is complete; else more bytes are needed. */
  pump(): boolean {
    const p = this.parser;
    const available = Math.min(this.left, p.end - p.position);
    if (this.form === LZF && this.fault === undefined && (this.told || this.checked)) this.decode(available);
    else {
      if (this.form !== LZF && this.told && available > 0) {
        p.visitor.chunk(p.bytes, p.position, p.position + available, available === this.left);
      }
      this.consume(available);
    }
    if (this.left > 0) return false;
    this.finish();
    return true;
  }

  private consume(bytes: number): void {
    this.parser.position += bytes;
    this.left -= bytes;
    this.parser.commit();
  }

  private decode(available: number): void {
    const p = this.parser;
    let at = p.position;
    const end = at + available;
    while (at < end) {
      const consumed = this.told ? this.decodePiece(at, end) : this.measurePiece(at, end);
      if (this.fault !== undefined) {
        this.consume(end - p.position);
        return;
      }
      if (consumed === 0) break;
      at += consumed;
      if (p.visitor.isFull?.()) break;
    }
    const waits = at < end && p.visitor.isFull?.() === true;
    this.consume(at - p.position);
    if (waits) return;
    // A token that is cut by the end of the window waits for the next bytes; one cut by the end of the string never ends.
    if (end - at === this.left && this.left > 0 && at < end) {
      this.fault = 'LZF_TRUNCATED';
      this.consume(this.left);
    }
  }

  private measurePiece(at: number, end: number): number {
    const { kernels } = this.parser.window;
    const code = kernels.call.lzfMeasure(at, end, Math.min(this.produced, REACH));
    this.note(code, kernels.result(1));
    return kernels.result(0);
  }

  private decodePiece(at: number, end: number): number {
    const p = this.parser;
    const { kernels } = p.window;
    if (this.block === 0) this.block = kernels.heap.allocate(REACH + PIECE + SLACK);
    const out = this.block + REACH;
    const limit = Math.min(PIECE, this.length - this.produced);
    const code = kernels.call.lzfDecode(at, end, out, out + limit, Math.min(this.produced, REACH));
    const consumed = kernels.result(0);
    const got = kernels.result(1);
    // What came before the damage is told, so that the pieces do not decide how much that is.
    if (got > 0) {
      p.visitor.chunk(kernels.bytes, out, out + got, this.produced + got === this.length);
      kernels.bytes.copyWithin(this.block, out + got - REACH, out + got);
    }
    this.note(code, got);
    if (code === OUTPUT_FULL && limit < PIECE) this.fault = 'LZF_WRONG_LENGTH';
    return consumed;
  }

  private note(code: number, produced: number): void {
    this.produced += produced;
    if (this.produced > this.length) this.fault = 'LZF_WRONG_LENGTH';
    else if (code === BAD_REFERENCE) this.fault = 'LZF_BAD_REFERENCE';
  }

  private finish(): void {
    if (this.block !== 0) this.parser.window.kernels.heap.deallocate(this.block);
    this.block = 0;
    if (this.form === LZF && (this.told || this.checked)) {
      this.fault ??= lzfFault(0, this.stored, this.stored, this.produced, this.length);
    }
    if (this.fault !== undefined) this.parser.problem(this.fault, this.offset, 'the compressed string does not decode');
  }
}
