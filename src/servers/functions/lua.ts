// Whether the Lua 5.1 of the servers compiles a text, as far as luaparse and a few rules of our own can tell.

import luaparse, { type Chunk } from 'luaparse';
import { checkLimits } from './limits.js';
import { quoted } from './names.js';
import { LUAPARSE_OPTIONS, readTokens } from './tokens.js';

export type LuaText =
  /** Small enough to walk through. With a doubt, it may yet be refused. */
  | { kind: 'chunk'; chunk: Chunk; doubt?: string }
  | { kind: 'error'; message: string; line?: number }
  | { kind: 'unknown'; doubt: string };

/** Libraries are some kilobytes. luaparse takes some 200 bytes of memory for each byte of text. */
export const LONGEST_LUA = 1024 * 1024;
/** luaparse looks at the whole level of a long bracket again at each `]` inside. */
const HIGH_LONG_BRACKET = /\[={100}/;

/** `text` is the whole of what servers compile, a byte per character. */
export function readLua(text: string): LuaText {
  if (text.length > LONGEST_LUA) return { kind: 'unknown', doubt: 'it is too long to look at' };
  if (text.includes('\0'))
    return { kind: 'unknown', doubt: 'it has a zero byte, where Valkey ends and Redis reads on' };
  if (HIGH_LONG_BRACKET.test(text)) return { kind: 'unknown', doubt: 'it has a long bracket of a very high level' };
  try {
    return parse(text);
  } catch (error) {
    // Before SyntaxError, since luaparse's errors are made with Object.create.
    if (error instanceof RangeError) return { kind: 'unknown', doubt: 'it is too deeply nested to look at' };
    if (!isSyntaxError(error)) throw error;
    return { kind: 'error', message: messageOf(error), line: lineAt(text, error.index) };
  }
}

function parse(text: string): LuaText {
  const tokens = readTokens(text);
  if (tokens.error) return { kind: 'error', message: tokens.error.message, line: lineAt(text, tokens.error.at) };
  if (tokens.unread !== undefined) return { kind: 'unknown', doubt: tokens.unread };
  const chunk = luaparse.parse(tokens.text, { ...LUAPARSE_OPTIONS, comments: false });
  const limits = checkLimits(chunk, tokens);
  if (limits.error) return { kind: 'error', ...limits.error };
  if (limits.doubt !== undefined) return { kind: 'unknown', doubt: limits.doubt };
  return { kind: 'chunk', chunk, ...(tokens.doubt !== undefined && { doubt: tokens.doubt }) };
}

interface LuaparseError extends SyntaxError {
  index: number;
}

function isSyntaxError(error: unknown): error is LuaparseError {
  return error instanceof SyntaxError && 'index' in error && typeof error.index === 'number';
}

/** `[3:14] 'end' expected near '<eof>'` without the place, and with what it cites cut short. */
function messageOf(error: LuaparseError): string {
  const message = error.message.replace(/^\[\d+:-?\d+\] /, '').replace('unexpected undefined', 'unexpected symbol');
  return quoted(message, 120).slice(1, -1);
}

/** Lua counts `\r\n` and `\n\r` as one line break. */
function lineAt(text: string, at: number): number {
  return (text.slice(0, at).match(/\r\n|\n\r|\r|\n/g)?.length ?? 0) + 1;
}
