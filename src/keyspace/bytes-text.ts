// How byte strings are shown. Keys and values are bytes; most are UTF-8 text, none can be trusted.

import { sequenceLength } from './utf8.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The reversible text form: valid UTF-8 as it is, any other byte as `\xHH`, and a backslash before an `x` as `\x5c`.
 */
export function bytesToText(bytes: Uint8Array): string {
  try {
    return guardBackslashes(decoder.decode(bytes));
  } catch {
    return mixedText(bytes);
  }
}

/** Reads the form that `bytesToText` writes. */
export function textToBytes(text: string): Uint8Array {
  const parts: Buffer[] = [];
  let from = 0;
  for (const match of text.matchAll(/\\x([0-9a-f]{2})/g)) {
    parts.push(Buffer.from(text.slice(from, match.index)), Buffer.from(match[1], 'hex'));
    from = match.index + match[0].length;
  }
  parts.push(Buffer.from(text.slice(from)));
  return Buffer.concat(parts);
}

/** A backslash that would be taken for an escape of this form. */
function guardBackslashes(text: string): string {
  return text.includes('\\') ? text.replace(/\\(?=x)/g, '\\x5c') : text;
}

/** Valid sequences as text, other bytes as escapes. */
function mixedText(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i, bytes.length);
    if (length === 0) {
      text += `\\x${bytes[i].toString(16).padStart(2, '0')}`;
      i++;
      continue;
    }
    let end = i + length;
    for (let more = length; more > 0 && end < bytes.length; end += more)
      more = sequenceLength(bytes, end, bytes.length);
    text += guardBackslashes(decoder.decode(bytes.subarray(i, end)));
    i = end;
  }
  return text;
}

/**
 * The reversible text form for a line of text: bytes of control characters, and of what could reorder or hide text, are escaped
 * as well. Reads back the same.
 */
export function bytesToLine(bytes: Uint8Array): string {
  return bytesToText(bytes).replace(HIDDEN, (c) => {
    return [...Buffer.from(c)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
}

/** What a terminal obeys, or what reorders or hides text. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** For a terminal or a line of text: control characters, and what could reorder or hide text, are escaped as well. */
export function printableText(text: string): string {
  return text.replace(HIDDEN, (c) => {
    const code = c.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
