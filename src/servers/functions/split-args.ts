// How servers split a line into words (`sdssplitargs`), which they also do with the first line of a library.

/** What a backslash and a letter stand for between double quotes; other letters stand for themselves. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

export interface SplitLine {
  words: string[];
  /** A word went on right after its closing quote, which Valkey 9.1 takes and the others refuse. */
  joined: boolean;
}

/**
 * The words of a line, or undefined when a quote is not closed. Quotes may begin inside a word: `name="a b"` is one.
 * `line` holds a byte per character, none of them zero.
 */
export function splitArgs(line: string): SplitLine | undefined {
  const words: string[] = [];
  let joined = false;
  let at = 0;
  for (;;) {
    while (isSpace(line[at])) at++;
    if (at >= line.length) return { words, joined };
    let word = '';
    while (at < line.length && !/[ \n\r\t]/.test(line[at])) {
      const quote = line[at];
      if (quote !== '"' && quote !== "'") {
        word += quote;
        at++;
        continue;
      }
      const piece = readQuoted(line, at + 1, quote);
      if (!piece) return undefined;
      word += piece.text;
      at = piece.end;
      if (at < line.length && !isSpace(line[at])) joined = true;
      else break;
    }
    words.push(word);
  }
}

/** What `isspace` of C takes. */
function isSpace(char: string | undefined): boolean {
  return char !== undefined && /[ \t\n\v\f\r]/.test(char);
}

/** The text up to the closing quote, and where the line goes on after it. */
function readQuoted(line: string, from: number, quote: string): { text: string; end: number } | undefined {
  let text = '';
  for (let at = from; at < line.length; ) {
    if (line[at] === quote) return { text, end: at + 1 };
    const escaped = line[at] === '\\' ? readEscape(line, at, quote) : undefined;
    text += escaped?.text ?? line[at];
    at += escaped?.length ?? 1;
  }
  return undefined;
}

function readEscape(line: string, at: number, quote: string): { text: string; length: number } | undefined {
  if (quote === "'") return line[at + 1] === "'" ? { text: "'", length: 2 } : undefined;
  const hex = /^\\x([0-9a-fA-F]{2})/.exec(line.slice(at, at + 4));
  if (hex) return { text: String.fromCharCode(Number.parseInt(hex[1], 16)), length: 4 };
  const next = line[at + 1];
  return next === undefined ? undefined : { text: ESCAPES[next] ?? next, length: 2 };
}
