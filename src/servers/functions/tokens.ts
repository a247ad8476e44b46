// The words of a Lua text, and where luaparse reads them differently than the Lua 5.1 of the servers does.

import luaparse from 'luaparse';

/** The kinds of tokens that luaparse tells apart and we look at. */
const [EOF, StringLiteral, Keyword, Identifier, NumericLiteral, Punctuator] = [1, 2, 4, 8, 16, 32];

/** `none` reads no values of strings, which also keeps luaparse from taking a string of a bracket for the bracket. */
export const LUAPARSE_OPTIONS = { luaVersion: '5.1', encodingMode: 'none', scope: false } as const;

export interface Tokens {
  /** The text with a few bytes blanked, so that luaparse takes what servers take. Places in it stay the same. */
  text: string;
  count: number;
  /** Something that servers refuse and luaparse does not. */
  error?: { message: string; at: number };
  /** Something that some releases refuse and others do not. */
  doubt?: string;
  /** Something that servers take and luaparse cannot read. */
  unread?: string;
  /** How deep parentheses are nested, which the tree does not show. */
  parentheses: number;
}

interface Token {
  type: number;
  value: string | boolean | null;
  range: [number, number];
}

/** Throws what luaparse throws: its SyntaxError where a token is malformed, which servers refuse too. */
export function readTokens(text: string): Tokens {
  const doubts: string[] = [];
  forgetLookahead();
  const lexer = luaparse.parse('', {
    ...LUAPARSE_OPTIONS,
    wait: true,
    comments: true,
    onCreateNode: (node) => {
      // Only comments come here, since nothing is parsed.
      if (node.type === 'Comment' && nestsBrackets(node.raw.slice(2))) doubts.push(NESTED);
    },
  });
  lexer.write(text);
  const reader = new TokenReader(text);
  for (;;) {
    const token = next(lexer);
    if (token.type === StringLiteral && nestsBrackets(text.slice(...token.range))) doubts.push(NESTED);
    if (!reader.take(token)) break;
  }
  const { error, unread } = reader;
  return {
    text: reader.blanked(),
    count: reader.count,
    parentheses: reader.deepest,
    ...(error && { error }),
    ...(unread !== undefined && { unread }),
    ...(doubts.length > 0 && { doubt: doubts[0] }),
  };
}

/**
 * At a character that begins no token, luaparse's lexer cites the token that a parser would have looked ahead to. There is no
 * parser: it would be one of the text before, and for the first text of a process an error of another kind.
 */
function forgetLookahead(): void {
  luaparse.parse('', LUAPARSE_OPTIONS);
}

function next(lexer: ReturnType<typeof luaparse.parse>): Token {
  try {
    return lexer.lex() as Token;
  } catch (error) {
    if (error instanceof SyntaxError) error.message = error.message.replace(/ near '<eof>'$/, '');
    throw error;
  }
}

/** What Lua 5.1 takes for a number before it looks closer. */
const NUMERAL = /[0-9.]+(?:[eE][+-]?)?[0-9a-zA-Z_]*/y;

const NESTED = 'it has [[ inside [[ ]], which Lua refused until a security fix of 2025';

/**
 * Lua 5.1 advises against `[[` inside `[[ ]]` by refusing it. The fix for CVE-2025-46819 took that away by the way, so the
 * last patch of a release takes what the ones before it refuse.
 */
function nestsBrackets(literal: string): boolean {
  return literal.startsWith('[[') && literal.includes('[[', 2);
}

/** What encloses a place: the innermost of brackets and blocks. */
type Opener = '(' | '[' | '{' | 'block';

class TokenReader {
  count = 0;
  deepest = 0;
  error: Tokens['error'];
  unread: string | undefined;
  readonly #text: string;
  readonly #blanks: [from: number, to: number, pattern: RegExp][] = [];
  readonly #open: Opener[] = [];
  #parentheses = 0;
  #before: Token | undefined;
  #last: Token | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** False at the end, and where servers read on or stop differently than luaparse. */
  take(token: Token): boolean {
    if (token.type === EOF) return false;
    this.count++;
    const last = this.#last;
    if (token.type === NumericLiteral && !this.#checkNumber(token)) return false;
    if (last && is(token, ',') && (is(last, '(') || isWord(last, 'return'))) return this.#fail("unexpected ','", token);
    if (last) this.#blank(last, token);
    this.#nest(token);
    this.#before = last;
    this.#last = token;
    return true;
  }

  /** The text without what would mislead luaparse. */
  blanked(): string {
    let text = '';
    let at = 0;
    for (const [from, to, pattern] of this.#blanks) {
      text += this.#text.slice(at, from) + this.#text.slice(from, to).replace(pattern, ' ');
      at = to;
    }
    return text + this.#text.slice(at);
  }

  #fail(message: string, token: Token): false {
    this.error = { message, at: token.range[0] };
    return false;
  }

  /**
   * Lua 5.1 first takes what could belong to a number and then looks whether it is one; luaparse takes the longest number. It
   * also knows fractions and signed exponents of hexadecimal numbers, which Lua 5.1 does not.
   */
  #checkNumber(token: Token): boolean {
    const [start, end] = token.range;
    NUMERAL.lastIndex = start;
    NUMERAL.test(this.#text);
    const taken = NUMERAL.lastIndex;
    if (taken === end) return true;
    if (taken < end && /^\.\.(?!\.)/.test(this.#text.slice(taken, taken + 3))) {
      this.unread = 'it has .. right behind a hexadecimal number';
      return false;
    }
    return this.#fail('malformed number', token);
  }

  #blank(last: Token, token: Token): void {
    const [from, to] = [last.range[0], token.range[0]];
    // `break;` ends a block like `return;` does; luaparse knows the latter only.
    if (isWord(last, 'break') && is(token, ';')) this.#blanks.push([to, token.range[1], /;/g]);
    if (!is(token, '(')) return;
    // A call on a new line is refused as ambiguous. It is not new behind a string that ends on that line...
    if (last.type === StringLiteral) this.#blanks.push([from, last.range[1], /[\r\n]/g]);
    // ...nor behind a name that begins a field of a table, because Lua has looked ahead to the bracket by then.
    if (last.type === Identifier && this.#beginsField()) this.#blanks.push([last.range[1], to, /[\s\S]/g]);
  }

  /** Whether the last token stands where a field of a table begins. */
  #beginsField(): boolean {
    const before = this.#before;
    return this.#open.at(-1) === '{' && before !== undefined && (is(before, '{') || is(before, ',') || is(before, ';'));
  }

  #nest(token: Token): void {
    const { type, value } = token;
    if (type === Punctuator) {
      if (value === '(' || value === '[' || value === '{') this.#open.push(value);
      if (value === ')' || value === ']' || value === '}') this.#open.pop();
      if (value === '(') this.deepest = Math.max(this.deepest, ++this.#parentheses);
      if (value === ')') this.#parentheses--;
    } else if (type === Keyword) {
      if (value === 'function' || value === 'do' || value === 'if' || value === 'repeat') this.#open.push('block');
      if (value === 'end' || value === 'until') this.#open.pop();
    }
  }
}

function is(token: Token, punctuator: string): boolean {
  return token.type === Punctuator && token.value === punctuator;
}

function isWord(token: Token, keyword: string): boolean {
  return token.type === Keyword && token.value === keyword;
}
