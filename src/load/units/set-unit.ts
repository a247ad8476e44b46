// Strings by SET: as quick as it gets, and every release takes it.

import type { UnitWriter } from './unit-writer.js';
import { WORDS } from './words.js';

/** Where the content of a plain string stands, of which a piece holds all. */
export interface PlainString {
  start: number;
  end: number;
  /** It is an integer: its decimal text; else undefined. */
  integer: number | undefined;
}

/**
 * Reads the string that begins at `start`, and should end at `end`. False for one that is compressed, or goes on. `out` is
 * filled.
 */
export function readPlainString(view: DataView, start: number, end: number, out: PlainString): boolean {
  const lead = view.getUint8(start);
  out.integer = undefined;
  out.end = end;
  if (lead < 0x40) {
    out.start = start + 1;
    return out.start + lead === end;
  }
  if (lead < 0x80) {
    out.start = start + 2;
    return out.start <= end && out.start + (((lead & 0x3f) << 8) | view.getUint8(start + 1)) === end;
  }
  if (lead === 0x80) {
    out.start = start + 5;
    return out.start <= end && out.start + view.getUint32(start + 1) === end;
  }
  if (lead === 0xc0) out.integer = view.getInt8(start + 1);
  else if (lead === 0xc1) out.integer = view.getInt16(start + 1, true);
  else if (lead === 0xc2) out.integer = view.getInt32(start + 1, true);
  return out.integer !== undefined;
}

/** `SET name value [NX] [PXAT ms]`, but for the value, which comes behind `value`. */
export function beginSet(writer: UnitWriter, more: number): void {
  writer.begin(3 + more);
  writer.encoded(WORDS.SET);
}

/** What stands behind the value. */
export function endSet(writer: UnitWriter, onlyNew: boolean, moment: string | undefined): void {
  if (onlyNew) writer.encoded(WORDS.NX);
  if (moment === undefined) return;
  writer.encoded(WORDS.PXAT);
  writer.text(moment);
}
