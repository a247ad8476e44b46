// What a server will do with a function library when it loads it, told from the library's text.

import type { LibraryFacts } from './facts.js';
import { isLua, type LibraryHeader, readHeader } from './header.js';
import { readLua } from './lua.js';
import { walkTopLevel } from './top-level.js';

/**
 * Looks at a library as an RDB file has it: the whole text from `#!` on. Takes time and memory in proportion to its length,
 * whatever is in it, and gives up beyond LONGEST_LUA. Loads luaparse, so import it when there is a library to look at.
 */
export function inspectLibrary(code: Uint8Array): LibraryFacts {
  const header = readHeader(code);
  const facts = factsOf(header);
  if (header.fault) return { ...facts, fault: header.fault };
  if (header.engine === undefined || !isLua(header.engine))
    return { ...facts, doubt: header.doubt ?? 'it is not in Lua' };
  const lua = readLua(Buffer.from(code.buffer, code.byteOffset, code.byteLength).toString('latin1', header.codeStart));
  if (lua.kind === 'unknown') return { ...facts, doubt: lua.doubt };
  if (lua.kind === 'error') {
    const { message, line } = lua;
    return { ...facts, fault: { kind: 'syntax', message, ...(line !== undefined && { line }) } };
  }
  const { registered, needsServerApi, fault, doubt } = walkTopLevel(lua.chunk);
  const first = header.doubt ?? lua.doubt ?? doubt;
  return {
    ...facts,
    functions: fault || doubt ? undefined : registered.map(({ name }) => name),
    flags: [...new Set(registered.flatMap(({ flags }) => flags))].sort(),
    needsServerApi,
    certain: !fault && first === undefined,
    ...(fault ? { fault } : first !== undefined && { doubt: first }),
  };
}

function factsOf({ engine, name }: LibraryHeader): LibraryFacts {
  return { engine, name, functions: undefined, flags: [], needsServerApi: false, certain: false };
}
