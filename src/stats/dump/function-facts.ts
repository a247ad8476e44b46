import { readHeader } from '../../servers/functions/header.js';
import type { FunctionStats } from '../report.js';

const LONGEST_NAME = 256;

/** What a library says of itself in its first line; `preGa` in the form of the 7.0 release candidates. */
export function functionFacts(
  code: Uint8Array,
  preGa: { readonly name: string; readonly engine: string } | undefined,
): FunctionStats {
  const { name, engine } = preGa ?? readHeader(code);
  return {
    name: (name ?? '').slice(0, LONGEST_NAME),
    engine: (engine ?? '').slice(0, LONGEST_NAME),
    bytes: code.length,
  };
}
