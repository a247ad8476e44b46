// The value of a Lua 5.1 string literal. luaparse gives the text only, or its value in a mode that misreads other tokens.

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07', f: '\f', v: '\v' };
const NEWLINE = /\r\n|\n\r|\r/g;

/** `raw` is a valid literal with its quotes or brackets, a byte per character. Every kind of line break reads as one. */
export function stringValue(raw: string): string {
  const long = /^\[=*\[/.exec(raw);
  if (long) {
    const size = long[0].length;
    return raw.slice(size, -size).replace(NEWLINE, '\n').replace(/^\n/, '');
  }
  return raw
    .slice(1, -1)
    .replace(/\\(\d{1,3}|\r\n|\n\r|[\s\S])/g, (_, escaped: string) =>
      /^\d/.test(escaped)
        ? String.fromCharCode(Number(escaped))
        : (ESCAPES[escaped] ?? (/^[\r\n]/.test(escaped) ? '\n' : escaped)),
    );
}
