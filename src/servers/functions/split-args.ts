// How servers split a line into words (`sdssplitargs`), which they also do with the first line of a library.

/** What a backslash and a letter stand for between double quotes; other letters stand for themselves. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

export type SplitLine =
  | { kind: 'words'; words: string[] }
  | { kind: 'unclosed-quote' }
  /** Releases read it differently. */
  | { kind: 'doubt'; doubt: string };

/** The words of a line. Quotes may begin inside a word. `line` holds a byte per character, none of them zero. */
export function splitArgs(line: string): SplitLine {
  // Valkey drops this byte from the ends of a word, Redis does not.
  if (line.includes('\xff')) return { kind: 'doubt', doubt: 'its first line has the byte 0xff' };
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (isSpace(line[at])) at++;
    if (at >= line.length) return { kind: 'words', words };
    let word = '';
    let ended = false;
    while (!ended && !endsWord(line[at])) {
      const quote = line[at];
      if (quote !== '"' && quote !== "'") {
        word += quote;
        at++;
        continue;
      }
      const piece = readQuoted(line, at + 1, quote);
      if (!piece) return { kind: 'unclosed-quote' };
      word += piece.text;
      at = piece.end;
      // The quote ends the word. In Valkey 9.1 it need not, and the others take every space for an end.
      if (!endsWord(line[at])) return { kind: 'doubt', doubt: 'its first line goes on right after a quote' };
      ended = true;
    }
    words.push(word);
  }
}

function endsWord(char: string | undefined): boolean {
  return char === undefined || /[ \n\r\t]/.test(char);
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
