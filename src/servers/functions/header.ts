// The first line of a function library: `#!lua name=mylib`.

import type { LibraryFault, LibraryFaultKind } from './facts.js';
import { isValidName, quoted } from './names.js';
import { splitArgs } from './split-args.js';

export interface LibraryHeader {
  engine: string | undefined;
  name: string | undefined;
  fault?: LibraryFault;
  /** Servers do not agree about this line. */
  doubt?: string;
  /** Where the code begins: at the line break that ends the header, so that lines count from the header. */
  codeStart: number;
}

const NEWLINE = 10;
/** A header is a few words. Servers have no limit. */
const LONGEST = 64 * 1024;

/** What every release makes of it, or a doubt where they differ. */
export function readHeader(code: Uint8Array): LibraryHeader {
  if (code[0] !== 0x23 || code[1] !== 0x21) return refused('no-header', 'it does not begin with #!');
  // Servers look for the line break as C does, so a zero byte ends the search.
  const zero = code.indexOf(0);
  const end = code.indexOf(NEWLINE);
  if (end < 0 || (zero >= 0 && zero < end)) return refused('bad-header', 'its first line does not end');
  if (end > LONGEST) return { ...EMPTY, codeStart: end, doubt: 'its first line is too long to look at' };
  const line = splitArgs(Buffer.from(code.buffer, code.byteOffset, end).toString('latin1'));
  if (line.kind === 'doubt') return { ...EMPTY, codeStart: end, doubt: line.doubt };
  if (line.kind === 'unclosed-quote') return refused('bad-header', 'a quote in its first line is not closed');
  const header: LibraryHeader = { ...readWords(line.words), codeStart: end };
  if (!header.fault && header.engine?.includes('\0'))
    header.doubt = 'its engine has a zero byte, which releases read differently';
  return header;
}

export function isLua(engine: string): boolean {
  return engine.toLowerCase() === 'lua';
}

const EMPTY = { engine: undefined, name: undefined, codeStart: 0 } as const;

function refused(kind: LibraryFaultKind, message: string): LibraryHeader {
  return { ...EMPTY, fault: { kind, message, line: 1 } };
}

/** In the order in which servers look. */
function readWords(words: readonly string[]): Omit<LibraryHeader, 'codeStart'> {
  const engine = words[0].slice(2);
  let name: string | undefined;
  const fault = (kind: LibraryFaultKind, message: string) => ({ engine, name, fault: { kind, message, line: 1 } });
  for (const word of words.slice(1)) {
    if (!/^name=/i.test(word)) return fault('unknown-option', `its first line has ${quoted(word)}`);
    if (name !== undefined) return fault('bad-header', 'its first line names it twice');
    name = word.slice(5);
  }
  if (name === undefined) return fault('no-name', 'its first line does not name it');
  if (!isValidName(name)) return fault('bad-name', `its name ${quoted(name)} has more than letters, digits and _`);
  if (!engine.includes('\0') && !isLua(engine)) return fault('unknown-engine', `its engine is ${quoted(engine)}`);
  return { engine, name };
}
