// Reports that are written to files.
import { binarySize } from '../report/format.js';
import { writeAtomically } from './atomic-file.js';
import { inputName } from './ending.js';
import { ExitCode } from './exit-code.js';

const STANDARD_OUTPUT = '-';

/**
 * Writes a file whole or not at all, and says on standard error which, unless `quiet`; or writes to standard output, for `-`.
 * Returns an exit status.
 */
export function writeReport(path: string, text: string, quiet = false): number {
  if (path === STANDARD_OUTPUT) {
    process.stdout.write(text);
    return ExitCode.OK;
  }
  const reason = writeAtomically(path, text);
  if (reason !== undefined) return trouble(`${inputName(path)} cannot be written: ${reason}`);
  if (!quiet) process.stderr.write(`rdbkit: ${inputName(path)}: written, ${binarySize(Buffer.byteLength(text))}\n`);
  return ExitCode.OK;
}

/** Says why the command could not do its work; returns the exit status. */
export function trouble(reason: string): number {
  process.stderr.write(`rdbkit: ${reason}\n`);
  return ExitCode.TROUBLE;
}
