// Listpacks (section 5.1 of the format reference), with every entry in any encoding that can hold it.
import { bytesOf, le, type Text } from './primitives.js';

export type ListpackForm = 'u7' | 'str6' | 'i13' | 'str12' | 'str32' | 'i16' | 'i24' | 'i32' | 'i64';

/** Without a form: as servers write it, integer-looking text as the smallest integer. */
export type ListpackEntry = Text | number | bigint | { value: Text | number | bigint; form: ListpackForm };

/** What a test may want wrong, or left unsaid. */
export interface ListpackHeader {
  total?: number;
  count?: number;
  terminator?: number;
}

export function listpack(entries: readonly ListpackEntry[], header: ListpackHeader = {}): Buffer {
  const body = Buffer.concat(entries.map(listpackEntry));
  const total = header.total ?? 6 + body.length + 1;
  const count = header.count ?? Math.min(entries.length, 0xffff);
  return Buffer.concat([le(total, 4), le(count, 2), body, Buffer.of(header.terminator ?? 0xff)]);
}

/** Encoding and data with their backlen. */
export function listpackEntry(entry: ListpackEntry): Buffer {
  const { value, form } = typeof entry === 'object' && 'form' in entry ? entry : { value: entry, form: undefined };
  const data = encode(value, form ?? smallest(value));
  return Buffer.concat([data, backlen(data.length)]);
}

/** Seven bits a byte, most significant first, all but the first with the top bit set. */
export function backlen(size: number): Buffer {
  const bytes = size <= 127 ? 1 : size < 16383 ? 2 : size < 2097151 ? 3 : size < 268435455 ? 4 : 5;
  return Buffer.from(
    Array.from(
      { length: bytes },
      (_, i) => (Math.floor(size / 2 ** (7 * (bytes - 1 - i))) & 0x7f) | (i === 0 ? 0 : 0x80),
    ),
  );
}

/** The number that a compact container keeps in place of `value`; undefined for text that is not a canonical integer. */
export function asInteger(value: Text | number | bigint): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  const text = bytesOf(value).toString('latin1');
  if (!/^(0|-?[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const integer = BigInt(text);
  return integer === BigInt.asIntN(64, integer) ? integer : undefined;
}

/** Text of a value in any form. */
export function textOf(value: Text | number | bigint): Buffer {
  return typeof value === 'number' || typeof value === 'bigint' ? Buffer.from(String(value)) : bytesOf(value);
}

function smallest(value: Text | number | bigint): ListpackForm {
  const integer = asInteger(value);
  if (integer !== undefined) {
    if (integer >= 0n && integer <= 127n) return 'u7';
    for (const [form, bits] of [
      ['i13', 13],
      ['i16', 16],
      ['i24', 24],
      ['i32', 32],
    ] as const) {
      if (BigInt.asIntN(bits, integer) === integer) return form;
    }
    return 'i64';
  }
  const { length } = textOf(value);
  return length < 64 ? 'str6' : length < 4096 ? 'str12' : 'str32';
}

function encode(value: Text | number | bigint, form: ListpackForm): Buffer {
  if (form.startsWith('str')) return encodeText(textOf(value), form);
  const integer = asInteger(value);
  if (integer === undefined) throw new RangeError(`${String(value)} is not an integer`);
  if (form === 'u7') return Buffer.of(Number(BigInt.asUintN(7, fits(integer, 0n, 127n))));
  const bits = Number(form.slice(1));
  fits(integer, -(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n);
  if (form === 'i13') {
    const low = Number(BigInt.asUintN(13, integer));
    return Buffer.of(0xc0 | (low >> 8), low & 0xff);
  }
  const lead = { i16: 0xf1, i24: 0xf2, i32: 0xf3, i64: 0xf4 }[form as 'i16' | 'i24' | 'i32' | 'i64'];
  return Buffer.concat([Buffer.of(lead), le(integer, bits / 8)]);
}

function encodeText(text: Buffer, form: ListpackForm): Buffer {
  const { length } = text;
  if (form === 'str6') return Buffer.concat([Buffer.of(0x80 | Number(fits(BigInt(length), 0n, 63n))), text]);
  if (form === 'str12') {
    fits(BigInt(length), 0n, 4095n);
    return Buffer.concat([Buffer.of(0xe0 | (length >> 8), length & 0xff), text]);
  }
  return Buffer.concat([Buffer.of(0xf0), le(length, 4), text]);
}

function fits(value: bigint, from: bigint, to: bigint): bigint {
  if (value < from || value > to) throw new RangeError(`${value} is not within ${from} and ${to}`);
  return value;
}
