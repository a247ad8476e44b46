// Intset:  u32le width (2, 4 or 8)   u32le count   signed integers, ascending
import type { BytesRef } from '../bytes-ref.js';
import { type EntryCursor, loadEntry, narrow } from './cursor.js';

const HEADER = 8;

/** Steps through the integers of a sound intset. */
export class IntsetCursor implements EntryCursor {
  readonly integer = true;
  value: number | bigint = 0;
  readonly start = 0;
  readonly end = 0;
  private readonly view: DataView;
  private readonly width: number;
  private at = HEADER;

  constructor(blob: Uint8Array) {
    this.view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
    this.width = this.view.getUint32(0, true);
  }

  next(): boolean {
    const { view, at, width } = this;
    if (at + width > view.byteLength) return false;
    if (width === 2) this.value = view.getInt16(at, true);
    else if (width === 4) this.value = view.getInt32(at, true);
    else this.value = narrow(view.getBigInt64(at, true));
    this.at += width;
    return true;
  }

  load(ref: BytesRef): void {
    loadEntry(ref, true, this.value, 0, 0);
  }
}
