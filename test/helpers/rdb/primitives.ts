// How lengths and strings stand in an RDB file (sections 2.1 to 2.3 of the format reference), written without any of src/.
import lzfjs from 'lzfjs';

/** What a test gives where the format has a byte string; text stands for its UTF-8 bytes. */
export type Text = string | Uint8Array;

export function bytesOf(text: Text): Buffer {
  return typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text);
}

/** Bytes from hexadecimal digits; white space between them is free. */
export function hex(digits: string): Buffer {
  const packed = digits.replaceAll(/\s/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(packed)) throw new Error(`not hexadecimal: ${digits}`);
  return Buffer.from(packed, 'hex');
}

/** A fixed-width little-endian integer; signed and unsigned look the same. */
export function le(value: number | bigint, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  let rest = BigInt.asUintN(8 * bytes, BigInt(value));
  for (let i = 0; i < bytes; i++, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
}

/** A fixed-width big-endian integer. */
export function be(value: number | bigint, bytes: number): Buffer {
  return le(value, bytes).reverse();
}

export function f64le(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeDoubleLE(value);
  return out;
}

export function f32le(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeFloatLE(value);
  return out;
}

/** How many bits a length is written with. */
export type LengthForm = 'shortest' | 6 | 14 | 32 | 64;

/** A `len`. Negative numbers are written as unsigned 64-bit ones, as servers do. */
export function len(value: number | bigint, form: LengthForm = 'shortest'): Buffer {
  const n = BigInt.asUintN(64, BigInt(value));
  const bits = form === 'shortest' ? shortest(n) : form;
  if (n >> BigInt(bits) !== 0n) throw new RangeError(`${n} does not fit into ${bits} bits`);
  if (bits === 6) return Buffer.of(Number(n));
  if (bits === 14) return be(n | 0x4000n, 2);
  return Buffer.concat([Buffer.of(bits === 32 ? 0x80 : 0x81), be(n, bits / 8)]);
}

function shortest(n: bigint): 6 | 14 | 32 | 64 {
  if (n < 64n) return 6;
  if (n < 16384n) return 14;
  return n < 2n ** 32n ? 32 : 64;
}

/** `server`: the form that a server with `rdbcompression yes` picks. `int` is the shortest integer form. */
export type StringForm = 'raw' | 'server' | 'int' | 'int8' | 'int16' | 'int32' | 'lzf';

/** A `str`. */
export function str(text: Text, form: StringForm = 'raw', length: LengthForm = 'shortest'): Buffer {
  const bytes = bytesOf(text);
  switch (form) {
    case 'raw':
      return Buffer.concat([len(bytes.length, length), bytes]);
    case 'server':
      return serverString(bytes);
    case 'lzf':
      return lzf(lzfjs.compress(bytes), bytes.length, length);
    default:
      return integerString(Number(bytes.toString('latin1')), form);
  }
}

/** An LZF string of any block and any claimed length. */
export function lzf(block: Uint8Array, claimed: number | bigint, length: LengthForm = 'shortest'): Buffer {
  return Buffer.concat([Buffer.of(0xc3), len(block.length, length), len(claimed, length), block]);
}

function integerString(value: number, form: 'int' | 'int8' | 'int16' | 'int32'): Buffer {
  const width =
    form === 'int'
      ? value === (value << 24) >> 24
        ? 1
        : value === (value << 16) >> 16
          ? 2
          : 4
      : Number(form.slice(3)) / 8;
  if (value !== (value << (32 - 8 * width)) >> (32 - 8 * width)) throw new RangeError(`${value} is wider than ${form}`);
  return Buffer.concat([Buffer.of(width === 1 ? 0xc0 : width === 2 ? 0xc1 : 0xc2), le(value, width)]);
}

function serverString(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (/^(0|-?[1-9][0-9]{0,9})$/.test(text) && Number(text) === (Number(text) | 0))
    return integerString(Number(text), 'int');
  if (bytes.length > 20) {
    const block = lzfjs.compress(bytes);
    if (block.length <= bytes.length - 4) return lzf(block, bytes.length);
  }
  return str(bytes);
}

/** The score of type 3: a length byte and text, or one byte for what is not finite. */
export function oldDouble(value: number | string): Buffer {
  if (typeof value === 'string') return Buffer.concat([Buffer.of(value.length), Buffer.from(value, 'latin1')]);
  if (Number.isNaN(value)) return Buffer.of(0xfd);
  if (!Number.isFinite(value)) return Buffer.of(value > 0 ? 0xfe : 0xff);
  return oldDouble(Object.is(value, -0) ? '-0' : String(value));
}
