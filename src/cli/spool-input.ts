import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { STANDARD_INPUT } from '../backup/open.js';
import { type Spool, spoolInput } from '../backup/spool.js';

/**
 * A copy of what can be read only once (standard input, a pipe), for work that reads its input several times; undefined for
 * files and directories, and for what is not there. Rejects with the system's error.
 */
export async function spoolOf(input: string, tmpDir: string | undefined): Promise<Spool | undefined> {
  if (input === STANDARD_INPUT) return spoolInput(process.stdin, tmpDir);
  const info = await stat(input).catch(() => undefined);
  if (!info || info.isFile() || info.isDirectory()) return undefined;
  return spoolInput(createReadStream(input), tmpDir);
}
