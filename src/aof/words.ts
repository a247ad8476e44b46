// The words of a manifest line, split as servers split a line (sdssplitargs): by blanks; "…" with the escapes
// \n \r \t \b \a \\ \" \xHH; '…' with \'; behind a closing quote a blank or the end must follow.

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const BACKSLASH = 0x5c;

const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x61, 0x07],
]);

/** The words of a line; undefined when its quotes do not match. */
export function splitWords(line: Uint8Array): Uint8Array[] | undefined {
  const words: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isBlank(line[at])) at++;
    if (at >= line.length) return words;
    const word: number[] = [];
    at = readWord(line, at, word);
    if (at < 0) return undefined;
    words.push(Uint8Array.from(word));
  }
}

/** Reads the word at `at`; returns the place behind it, -1 for quotes that do not match. */
function readWord(line: Uint8Array, start: number, word: number[]): number {
  let at = start;
  for (; at < line.length; at++) {
    const byte = line[at];
    if (byte === QUOTE || byte === APOSTROPHE) return readQuoted(line, at, word);
    // Unlike in front of a word, a vertical tab or form feed is a part of it.
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) break;
    word.push(byte);
  }
  return at;
}

function readQuoted(line: Uint8Array, start: number, word: number[]): number {
  const quote = line[start];
  for (let at = start + 1; at < line.length; at++) {
    const byte = line[at];
    if (byte === quote) return at + 1 === line.length || isBlank(line[at + 1]) ? at + 1 : -1;
    const next = line[at + 1];
    if (byte !== BACKSLASH || next === undefined || (quote === APOSTROPHE && next !== APOSTROPHE)) {
      word.push(byte);
      continue;
    }
    const hex = quote === QUOTE && next === 0x78 ? hexByte(line, at + 2) : undefined;
    if (hex !== undefined) {
      word.push(hex);
      at += 3;
    } else {
      word.push(quote === QUOTE ? (ESCAPES.get(next) ?? next) : next);
      at++;
    }
  }
  return -1;
}

/** A name as servers write it: in quotes when it holds a blank, a quote, a backslash or something unprintable. */
export function quoteWord(word: Uint8Array): Uint8Array {
  const plain = word.every((b) => b > 0x20 && b < 0x7f && b !== QUOTE && b !== APOSTROPHE && b !== BACKSLASH);
  if (plain && word.length > 0) return word;
  let text = '"';
  for (const byte of word) text += quoted(byte);
  return Buffer.from(`${text}"`, 'latin1');
}

function quoted(byte: number): string {
  if (byte === QUOTE || byte === BACKSLASH) return `\\${String.fromCharCode(byte)}`;
  for (const [letter, code] of ESCAPES) if (code === byte) return `\\${String.fromCharCode(letter)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

function hexByte(line: Uint8Array, at: number): number | undefined {
  if (at + 1 >= line.length) return undefined;
  const text = String.fromCharCode(line[at], line[at + 1]);
  return /^[0-9a-fA-F]{2}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** As isspace() says. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
