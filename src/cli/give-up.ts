import { writeSync } from 'node:fs';
import { ExitCode } from './exit-code.js';

const STDERR = 2;

/**
 * An error that nobody expected: a full disk behind standard output, no memory, a mistake of ours. It must not look like an
 * answer about a backup, so it is one line and the status of trouble. With RDBKIT_DEBUG set the stack follows.
 */
export function giveUp(error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  const stack = process.env.RDBKIT_DEBUG && error instanceof Error ? `${error.stack}\n` : '';
  try {
    writeSync(STDERR, `rdbkit: unexpected error: ${text}\n${stack}`);
  } finally {
    process.exit(ExitCode.TROUBLE);
  }
}
