// Strings by SET: as quick as it gets, and every release takes it.
import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import { expires, momentText } from './expiry.js';
import type { UnitWriter } from './unit-writer.js';
import { WORDS } from './words.js';

/** Writes one unit after the other. */
export class SetUnit {
  /** The value: [start, end) of the kernels' memory, or an integer, which stands for its decimal text. */
  private start = 0;
  private end = 0;
  private integer: number | undefined;

  constructor(
    private readonly kernels: Kernels,
    private readonly onlyNew: boolean,
  ) {}

  /** The value is the bytes [start, end). */
  take(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.integer = undefined;
  }

  /** The value is the string that is written at `start` and should end at `end`. False when it is compressed, or goes on. */
  reads(start: number, end: number): boolean {
    const { view } = this.kernels;
    const lead = view.getUint8(start);
    if (lead < 0x40) {
      this.take(start + 1, end);
      return start + 1 + lead === end;
    }
    if (lead < 0x80) {
      this.take(start + 2, end);
      return start + 2 <= end && start + 2 + (((lead & 0x3f) << 8) | view.getUint8(start + 1)) === end;
    }
    if (lead === 0x80) {
      this.take(start + 5, end);
      return start + 5 <= end && start + 5 + view.getUint32(start + 1) === end;
    }
    if (lead === 0xc0) this.integer = view.getInt8(start + 1);
    else if (lead === 0xc1) this.integer = view.getInt16(start + 1, true);
    else if (lead === 0xc2) this.integer = view.getInt32(start + 1, true);
    else return false;
    return true;
  }

  /** Writes `SET name value [NX] [PXAT ms]`. */
  write(writer: UnitWriter, key: KeyRecord, name: Uint8Array, nameStart: number, nameEnd: number): void {
    const expiring = expires(key);
    writer.begin(3 + (this.onlyNew ? 1 : 0) + (expiring ? 2 : 0));
    writer.encoded(WORDS.SET);
    writer.argument(name, nameStart, nameEnd);
    if (this.integer !== undefined) writer.text(String(this.integer));
    else writer.argument(this.kernels.bytes, this.start, this.end);
    if (this.onlyNew) writer.encoded(WORDS.NX);
    if (!expiring) return;
    writer.encoded(WORDS.PXAT);
    writer.text(momentText(key.expireAtMs ?? 0));
  }
}
