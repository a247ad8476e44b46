import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { Window } from '../../bytes/window.js';
import { type CopyOptions, CopyVisitor } from '../../copy/copy-visitor.js';
import { FINDINGS, type FindingCode } from '../../errors.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { Opcode } from '../../rdb/format.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import { BrokenLibraries } from './broken-libraries.js';

/** Which keys of a segment are left out. */
export interface LeftOut {
  /** Ascending. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** Where single ones begin. */
  readonly begins: readonly ReadonlySet<number>[];
}

/** Copies what is in one range of a damaged file. */
export class SalvageCopy extends CopyVisitor {
  private next = 0;
  private broken = false;
  private readonly libraries = new BrokenLibraries();

  constructor(
    kernels: Kernels,
    window: Window,
    options: CopyOptions,
    private readonly leftOut: LeftOut,
  ) {
    super(kernels, window, options);
  }

  /** The output began before. */
  override header(): void {}

  override recordBytes(opcode: Opcode, buffer: Uint8Array, start: number, end: number): void | Promise<void> {
    const { broken } = this;
    this.broken = false;
    if (!broken) return super.recordBytes(opcode, buffer, start, end);
  }

  override problem(code: FindingCode): void {
    this.broken = FINDINGS[code] === 'error';
  }

  override aux(name: BytesRef, value: BytesRef): void {
    super.aux(name, value);
    this.libraries.aux(name, value);
  }

  override functionLibrary(code: BytesRef, preGa: { name: string } | undefined): void {
    if (!preGa && this.libraries.faultOf(code)) this.broken = true;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.broken = false;
    return super.keyEnd(key);
  }

  protected override wants(key: KeyRecord): boolean {
    this.broken = false;
    const { ranges, begins } = this.leftOut;
    while (this.next < ranges.length && ranges[this.next].end <= key.offset) this.next++;
    const inRange = this.next < ranges.length && ranges[this.next].start <= key.offset;
    return super.wants(key) && !inRange && !begins.some((set) => set.has(key.offset));
  }
}
