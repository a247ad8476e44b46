import type { FindingCode } from '../errors.js';

/** How many bytes `kindOfGarbage` wants to see. */
export const GARBAGE_BYTES = 16;

/** What stands where a command should begin, by its first bytes. Zeros are told by whoever sees how far they go. */
export function kindOfGarbage(head: Uint8Array): { code: FindingCode; message: string } {
  const text = Buffer.from(head.slice(0, GARBAGE_BYTES)).toString('latin1');
  if (/^\r?\n/.test(text))
    return { code: 'AOF_BLANK_LINE', message: 'an empty line stands where a command should begin' };
  if (/^(REDIS|VALKEY)\d/.test(text)) {
    return { code: 'AOF_RDB_INSIDE', message: 'an RDB file begins where a command should begin' };
  }
  const shown = JSON.stringify(text);
  if (/^[\t\r\n\x20-\x7e]+$/.test(text)) {
    return { code: 'AOF_TEXT', message: `text stands where a command should begin: ${shown}` };
  }
  const hex = Buffer.from(head.slice(0, 8)).toString('hex');
  return { code: 'AOF_GARBAGE', message: `bytes stand where a command should begin that are none: ${hex}` };
}
