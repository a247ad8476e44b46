// Names from a backup as a page carries them: printable, and never longer than a page can bear.
import { bytesToText, printableText } from '../../keyspace/bytes-text.js';
import type { NameText } from './page-data.js';

/** Bytes of a name that a page carries at most. */
export const LONGEST_NAME = 1024;

/** Bytes of any other text. */
const LONGEST_TEXT = 4096;

/** The text form of a byte string, in which invalid UTF-8, control and invisible characters are escaped. */
export function nameText(bytes: Uint8Array, longest = LONGEST_NAME): NameText {
  const shown = printableText(bytesToText(bytes.subarray(0, cut(bytes, longest))));
  return bytes.length > longest ? [shown, bytes.length] : shown;
}

/** Other text that comes from a file or from outside. */
export function plainText(text: string): string {
  return printableText(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);
}

/** Where to cut, so that no UTF-8 sequence is torn apart. */
function cut(bytes: Uint8Array, longest: number): number {
  if (bytes.length <= longest) return bytes.length;
  let end = longest;
  while (end > longest - 3 && (bytes[end] & 0xc0) === 0x80) end--;
  return end;
}
