// Zipmaps (section 5.4 of the format reference).
import { bytesOf, le, type Text } from './primitives.js';

/** `free`: unused bytes behind the value; `long`: five bytes for both lengths, even where one would do. */
export interface ZipmapField {
  field: Text;
  value: Text;
  free?: number;
  long?: boolean;
}

/** What a test may want wrong, or left unsaid (254 and above: unknown). */
export interface ZipmapHeader {
  count?: number;
  terminator?: number;
}

export function zipmap(fields: readonly ZipmapField[], header: ZipmapHeader = {}): Buffer {
  const parts = fields.flatMap(({ field, value, free = 0, long = false }) => {
    const f = bytesOf(field);
    const v = bytesOf(value);
    return [length(f.length, long), f, length(v.length, long), Buffer.of(free), v, Buffer.alloc(free, 0x2e)];
  });
  return Buffer.concat([
    Buffer.of(header.count ?? Math.min(fields.length, 254)),
    ...parts,
    Buffer.of(header.terminator ?? 0xff),
  ]);
}

function length(bytes: number, long: boolean): Buffer {
  return bytes < 254 && !long ? Buffer.of(bytes) : Buffer.concat([Buffer.of(0xfe), le(bytes, 4)]);
}
