// Ziplists (section 5.2 of the format reference), with every entry in any encoding that can hold it.
import { asInteger, textOf } from './listpack.js';
import { be, le, type Text } from './primitives.js';

export type ZiplistForm = 'str6' | 'str14' | 'str32' | 'i8' | 'i16' | 'i24' | 'i32' | 'i64' | 'immediate';

/** `longPrevlen`: five bytes for the size of the entry before, even where one would do. */
export type ZiplistEntry =
  | Text
  | number
  | bigint
  | { value: Text | number | bigint; form?: ZiplistForm; longPrevlen?: boolean };

/** What a test may want wrong, or left unsaid. */
export interface ZiplistHeader {
  total?: number;
  tail?: number;
  count?: number;
  terminator?: number;
}

export function ziplist(entries: readonly ZiplistEntry[], header: ZiplistHeader = {}): Buffer {
  const parts: Buffer[] = [];
  let at = 10;
  let tail = 10;
  let previous = 0;
  for (const entry of entries) {
    const { value, form, longPrevlen } =
      typeof entry === 'object' && 'value' in entry ? entry : { value: entry, form: undefined, longPrevlen: false };
    const data = Buffer.concat([prevlen(previous, longPrevlen ?? false), encode(value, form ?? smallest(value))]);
    parts.push(data);
    tail = at;
    at += data.length;
    previous = data.length;
  }
  return Buffer.concat([
    le(header.total ?? at + 1, 4),
    le(header.tail ?? tail, 4),
    le(header.count ?? Math.min(entries.length, 0xffff), 2),
    ...parts,
    Buffer.of(header.terminator ?? 0xff),
  ]);
}

function prevlen(size: number, long: boolean): Buffer {
  return size < 254 && !long ? Buffer.of(size) : Buffer.concat([Buffer.of(0xfe), le(size, 4)]);
}

function smallest(value: Text | number | bigint): ZiplistForm {
  const integer = asInteger(value);
  if (integer !== undefined) {
    if (integer >= 0n && integer <= 12n) return 'immediate';
    for (const bits of [8, 16, 24, 32, 64] as const) if (BigInt.asIntN(bits, integer) === integer) return `i${bits}`;
  }
  const { length } = textOf(value);
  return length < 64 ? 'str6' : length < 16384 ? 'str14' : 'str32';
}

function encode(value: Text | number | bigint, form: ZiplistForm): Buffer {
  if (form.startsWith('str')) return encodeText(textOf(value), form);
  const integer = asInteger(value);
  if (integer === undefined) throw new RangeError(`${String(value)} is not an integer`);
  if (form === 'immediate') {
    if (integer < 0n || integer > 12n) throw new RangeError(`${integer} is not an immediate`);
    return Buffer.of(0xf1 + Number(integer));
  }
  const bits = Number(form.slice(1));
  if (BigInt.asIntN(bits, integer) !== integer) throw new RangeError(`${integer} is wider than ${form}`);
  const lead = { 8: 0xfe, 16: 0xc0, 24: 0xf0, 32: 0xd0, 64: 0xe0 }[bits as 8 | 16 | 24 | 32 | 64];
  return Buffer.concat([Buffer.of(lead), le(integer, bits / 8)]);
}

function encodeText(text: Buffer, form: ZiplistForm): Buffer {
  const { length } = text;
  if (form === 'str6' && length < 64) return Buffer.concat([Buffer.of(length), text]);
  if (form === 'str14' && length < 16384) return Buffer.concat([be(0x4000 | length, 2), text]);
  if (form === 'str32') return Buffer.concat([Buffer.of(0x80), be(length, 4), text]);
  throw new RangeError(`${length} bytes are too long for ${form}`);
}
