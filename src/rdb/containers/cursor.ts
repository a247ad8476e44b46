import type { BytesRef } from '../bytes-ref.js';

/** Steps through the entries of a container whose structure was checked before. */
export interface EntryCursor {
  /** The entry at hand is an integer: `value`; else it is text: [start, end) of the memory. */
  readonly integer: boolean;
  /** A number where it fits exactly, a bigint beyond. */
  readonly value: number | bigint;
  readonly start: number;
  readonly end: number;
  /** Moves to the first or next entry; false behind the last. */
  next(): boolean;
  /** Describes the entry's bytes. Integers stand for their decimal text. */
  load(ref: BytesRef): void;
}

/** Describes an entry's bytes in `ref`. */
export function loadEntry(ref: BytesRef, integer: boolean, value: number | bigint, start: number, end: number): void {
  if (!integer) ref.setRaw(start, end);
  else if (typeof value === 'number') ref.setInteger(value, 0);
  else ref.setText(String(value), 0);
}

/** A 64-bit integer as a number when that loses nothing. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
