import { ENOUGH } from '../../backup/scan.js';
import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { Window } from '../../bytes/window.js';
import { type CopyOptions, CopyVisitor } from '../../copy/copy-visitor.js';
import type { OrdinalSet } from '../../copy/ordinal-set.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { type KeyRecord, Level } from '../../rdb/visitor.js';
import { encodedLength } from '../../rdb/writer/length.js';

const HASH = 4;
/** Value types that refer to a template. */
const BY_REFERENCE = new Set([30, 32]);

/** Which keys of an input are copied this time. */
export interface MergePart {
  /** Only this database; undefined for all. */
  readonly db: number | undefined;
  /** Behind the key of this number there is nothing more of it. */
  readonly lastOrdinal: number;
  /** The number of its first key, among those of all inputs. */
  readonly first: number;
  readonly leftOut: OrdinalSet;
  /** The templates of the input are not those of the output: hashes get their field names again. */
  readonly inlineTemplates: boolean;
}

/** Copies the keys of an input that a merge wants from it now. */
export class MergeVisitor extends CopyVisitor {
  private ordinal = -1;
  /** The hash at hand is written with its field names instead of the number of a template. */
  private inlining = false;

  constructor(
    kernels: Kernels,
    window: Window,
    options: CopyOptions,
    private readonly part: MergePart,
  ) {
    super(kernels, window, options);
  }

  override key(key: KeyRecord): number {
    const level = super.key(key);
    this.inlining = level !== Level.SKIP && this.isInlined(key);
    return this.inlining ? Level.DATA : level;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.inlining = false;
    const waiting = super.keyEnd(key);
    if (this.ordinal < this.part.lastOrdinal) return waiting;
    if (!waiting) throw ENOUGH;
    return waiting.then(() => {
      throw ENOUGH;
    });
  }

  override collection(count: number): void {
    super.collection(count);
    if (this.inlining) this.putLength(count);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    super.hashField(field, value, expireAtMs);
    if (!this.inlining) return;
    this.putString(field);
    if (value.large) this.putLength(value.length);
    else this.putString(value);
  }

  override chunk(buffer: Uint8Array, start: number, end: number): void {
    if (this.inlining) this.put(buffer, start, end);
  }

  protected override head(key: KeyRecord, bytes: Uint8Array, start: number, end: number): void {
    if (!this.isInlined(key)) {
      super.head(key, bytes, start, end);
      return;
    }
    this.put(Uint8Array.of(HASH), 0, 1);
    this.put(bytes, start + 1, end);
  }

  protected override wants(key: KeyRecord): boolean {
    const { db, first, leftOut } = this.part;
    if (!super.wants(key)) return false;
    this.ordinal++;
    return (db === undefined || key.db === db) && !leftOut.has(first + this.ordinal);
  }

  private isInlined({ type }: KeyRecord): boolean {
    return this.part.inlineTemplates && BY_REFERENCE.has(type.code);
  }

  private putLength(value: number): void {
    const bytes = encodedLength(value);
    this.put(bytes, 0, bytes.length);
  }

  private putString(ref: BytesRef): void {
    const fault = ref.resolve();
    if (fault) this.problem(fault, 0, 'a compressed string of a hash does not decode');
    this.putLength(ref.length);
    this.put(ref.buffer, ref.start, ref.end);
  }
}
