// What standard error and the exit status say of a walk over keys.
import type { Ending } from '../backup/damage.js';
import { BackupError } from '../backup/dataset.js';
import { bytesToLine, printableText } from '../keyspace/bytes-text.js';
import { offset } from '../report/format.js';
import { isSystemError, systemReason } from '../verify/system-error.js';
import { ExitCode } from './exit-code.js';
import { UsageError } from './usage-error.js';

/** So many findings are named; `verify` names all. */
const NAMED = 3;
const KEY_COLUMNS = 80;

/** Says on standard error what is wrong with the input, when anything is, and returns the exit status. `what`: "the list". */
export function tellEnding(path: string, ending: Ending, what: string): number {
  if (ending.limited) return tellDamage(path, ending, what);
  if (ending.outcome === 'sound') return ExitCode.OK;
  const name = inputName(path);
  tellFindings(name, ending);
  const say = (text: string) => process.stderr.write(`rdbkit: ${name}: ${text}\n`);
  if (ending.findings.some(({ code }) => code === 'AOF_COMMANDS_BEHIND')) say(`${what} is that of the base alone`);
  else if (!ending.complete) say(`${what} is not whole: it ends at ${offset(ending.end)}`);
  else if (ending.outcome === 'damaged') say(`the input is damaged, and ${what} may be wrong`);
  else say(`it is of RDB version ${ending.rdbVersion}, newer than this release knows: ${what} may not be right`);
  return ending.outcome === 'damaged' ? ExitCode.TOLD : ExitCode.UNKNOWN;
}

/** What was met before the user's limit. */
function tellDamage(path: string, ending: Ending, what: string): number {
  if (ending.outcome !== 'damaged') return ExitCode.OK;
  const name = inputName(path);
  tellFindings(name, ending);
  process.stderr.write(`rdbkit: ${name}: the input is damaged, and ${what} may be wrong\n`);
  return ExitCode.TOLD;
}

function tellFindings(name: string, { findings }: Ending): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  for (const { code, offset: at, key, message } of errors.slice(0, NAMED)) {
    const where = at === null ? '' : ` at ${offset(at)}`;
    const whose = key === null ? '' : `, in the key "${shortened(bytesToLine(key))}"`;
    process.stderr.write(`rdbkit: ${name}: ${code}${where}${whose}: ${printableText(message)}\n`);
  }
  const more = errors.length - NAMED;
  if (more > 0) process.stderr.write(`rdbkit: ${name}: and ${more} more findings (rdbkit verify lists them)\n`);
}

/**
 * Says on standard error why there is no result at all, and returns the exit status. Throws what is neither about the input
 * nor about the command line.
 */
export function tellFailure(path: string, error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`rdbkit: ${error.message}\n`);
    return ExitCode.TROUBLE;
  }
  if (!(error instanceof BackupError) && !isSystemError(error)) throw error;
  const reason = error instanceof BackupError ? error.message : systemReason(error);
  process.stderr.write(`rdbkit: ${inputName(path)}: ${printableText(reason)}\n`);
  if (!(error instanceof BackupError) || error.fault === 'unusable') return ExitCode.TROUBLE;
  return error.fault === 'damaged' ? ExitCode.TOLD : ExitCode.UNKNOWN;
}

export function inputName(path: string): string {
  return printableText(path === '-' ? 'standard input' : path);
}

function shortened(text: string): string {
  return text.length > KEY_COLUMNS ? `${text.slice(0, KEY_COLUMNS)}…` : text;
}
