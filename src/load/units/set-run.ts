// Runs of small strings, which are most of what most files hold: a loop of its own, from the window to the parcel, with no call for each
// part of a command.
import type { Kernels } from '../../bytes/kernels/kernels.js';
import { OP } from '../../rdb/format.js';
import { Way } from './key-batch.js';
import type { UnitWriter } from './unit-writer.js';

const STRING = 0;
/** Expiry, type, name and value of a string whose name and value have at most 63 bytes. */
const LONGEST = 9 + 1 + 64 + 64;
/** The longest unit that is made of one. */
export const LONGEST_UNIT = 256;
/** Moments of 13 digits: from 2001 to 2286. */
const FIRST_MOMENT = 1e12;
const LAST_MOMENT = 1e13 - 1;
const HALF = 1e7;

const ONLY_SET = Buffer.from('*3\r\n$3\r\nSET\r\n', 'latin1');
const NX = Buffer.from('$2\r\nNX\r\n', 'latin1');
const PXAT = Buffer.from('$4\r\nPXAT\r\n$13\r\n', 'latin1');
const ARGUMENTS_AT = 1;

const CR = 0x0d;
const LF = 0x0a;
const BULK = 0x24;
const ZERO = 0x30;

/** Takes runs of plain small strings. */
export class SetRun {
  /** Of the last run. */
  keys = 0;

  /**
   * `expiringAfterMs`: strings that expire behind this moment are taken, too; Infinity: none that expires.
   */
  constructor(
    private readonly kernels: Kernels,
    private readonly onlyNew: boolean,
    private readonly expiringAfterMs: number,
  ) {}

  /**
   * Writes a unit for each string from `at` on, until something else comes, or the writer has no room. Returns where it
   * stopped.
   */
  take(writer: UnitWriter, start: number, end: number, base: number): number {
    const { bytes, view } = this.kernels;
    const { onlyNew, expiringAfterMs } = this;
    const out = writer.bytes;
    const lastStart = end - LONGEST;
    const lastUnit = out.length - LONGEST_UNIT;
    let at = start;
    let o = writer.at;
    let keys = 0;
    while (at <= lastStart && o <= lastUnit) {
      let name = at;
      let moment = 0;
      if (bytes[at] === OP.EXPIRETIME_MS) {
        moment = view.getUint32(at + 1, true) + view.getInt32(at + 5, true) * 0x1_0000_0000;
        if (moment <= expiringAfterMs || moment < FIRST_MOMENT || moment > LAST_MOMENT) break;
        name += 9;
      }
      const nameLength = bytes[name + 1];
      if (bytes[name] !== STRING || nameLength >= 0x40) break;
      name += 2;
      let value = name + nameLength;
      const lead = bytes[value++];
      let next = value;
      if (lead < 0x40) next += lead;
      else if (lead === 0xc0) next += 1;
      else if (lead === 0xc1) next += 2;
      else if (lead === 0xc2) next += 4;
      else break;

      const argc = o + ARGUMENTS_AT;
      for (let i = 0; i < ONLY_SET.length; i++) out[o++] = ONLY_SET[i];
      o = header(out, o, nameLength);
      for (; name < value - 1; name++) out[o++] = bytes[name];
      out[o++] = CR;
      out[o++] = LF;
      if (lead < 0x40) {
        o = header(out, o, lead);
        for (; value < next; value++) out[o++] = bytes[value];
      } else {
        const size = next - value;
        o = decimal(
          out,
          o,
          size === 1 ? view.getInt8(value) : size === 2 ? view.getInt16(value, true) : view.getInt32(value, true),
        );
      }
      out[o++] = CR;
      out[o++] = LF;
      if (onlyNew) {
        for (let i = 0; i < NX.length; i++) out[o++] = NX[i];
        out[argc]++;
      }
      if (moment !== 0) {
        for (let i = 0; i < PXAT.length; i++) out[o++] = PXAT[i];
        o = digits(out, o, Math.floor(moment / HALF), 6);
        o = digits(out, o, moment % HALF, 7);
        out[o++] = CR;
        out[o++] = LF;
        out[argc] += 2;
      }
      writer.at = o;
      writer.endUnit(base + at, STRING, Way.SET, 1);
      keys++;
      at = next;
    }
    this.keys = keys;
    return at;
  }
}

/** Up to 99. */
function header(out: Uint8Array, at: number, length: number): number {
  let o = at;
  out[o++] = BULK;
  if (length >= 10) out[o++] = ZERO + ((length * 205) >> 11);
  out[o++] = ZERO + (length % 10);
  out[o++] = CR;
  out[o++] = LF;
  return o;
}

/** An integer as an argument, but for the end of its line. */
function decimal(out: Uint8Array, at: number, value: number): number {
  let rest = value < 0 ? -value : value;
  let count = value < 0 ? 2 : 1;
  for (let limit = 10; rest >= limit; limit *= 10) count++;
  let o = header(out, at, count);
  if (value < 0) out[o] = 0x2d;
  const end = o + count;
  for (o = end; o > end - count + (value < 0 ? 1 : 0); ) {
    const next = Math.floor(rest / 10);
    out[--o] = ZERO + rest - 10 * next;
    rest = next;
  }
  return end;
}

/** So many digits of a number. */
function digits(out: Uint8Array, at: number, value: number, count: number): number {
  let rest = value;
  for (let o = at + count; o > at; ) {
    const next = Math.floor(rest / 10);
    out[--o] = ZERO + rest - 10 * next;
    rest = next;
  }
  return at + count;
}
