import { getSystemErrorMap } from 'node:util';
import { RepairError } from './plan.js';

/** An error of the system in words, as a RepairError; anything else is thrown as it is. */
export function systemTrouble(what: string, error: unknown): RepairError {
  const { errno, code } = error as NodeJS.ErrnoException;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  if (known === undefined) throw error;
  return new RepairError(`${what}: ${known[1]} (${code})`);
}
