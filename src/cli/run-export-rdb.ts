import { createWriteStream, statSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { exportRdb } from '../export/rdb/export-rdb.js';
import { InputError } from '../export/rdb/inputs.js';
import { ExportError, type ExportSummary, type ExportTarget, type Split } from '../export/rdb/options.js';
import { SpillError } from '../fingerprints/spill-file.js';
import { printableText } from '../keyspace/bytes-text.js';
import { isSystemError } from '../verify/system-error.js';
import { tellEnding, tellFailure } from './ending.js';
import { ExitCode, worst } from './exit-code.js';
import type { ExportFlags } from './export.js';
import { filterOptionsOf } from './filter-options.js';
import { materializer } from './final-dataset.js';
import { ProgressBar } from './progress-bar.js';
import { UsageError } from './usage-error.js';

const STANDARD_OUTPUT = '-';

/** The value of `--split`. Throws UsageError. */
export function splitOf(text: string): Split {
  if (text === 'slot' || text === 'db' || text === 'prefix') return text;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError('--split takes a number of files, or slot, db or prefix');
}

/** Throws UsageError for options that mean nothing for the format that was chosen. */
export function refuseRdbOptions({ format, onConflict }: ExportFlags): void {
  if (onConflict) throw new UsageError(`--on-conflict is for --format rdb, and means nothing for ${format}`);
}

/** Runs `export --format rdb` and returns its exit status. */
export async function runExportRdb(inputs: readonly string[], flags: ExportFlags): Promise<number> {
  const bar = new ProgressBar(flags.progress && !flags.quiet);
  let target: ExportTarget | undefined;
  let device: WriteStream | undefined;
  try {
    const split = flags.split === undefined ? undefined : splitOf(flags.split);
    refuseFlags(flags, split);
    const filters = await filterOptionsOf(flags);
    device = deviceAt(flags.output);
    if (device) target = { stream: device };
    else target = flags.output === STANDARD_OUTPUT ? { stream: process.stdout } : { path: flags.output };
    const summary = await exportRdb(inputs, target, {
      filters,
      now: flags.now ?? 'file',
      onConflict: flags.onConflict ?? 'error',
      split,
      partial: flags.partial ?? false,
      materialize: materializer(flags),
      ...(flags.tmpDir === undefined ? {} : { tmpDir: flags.tmpDir }),
      ...(bar.wanted ? { onProgress: (done, total) => bar.update(done, total) } : {}),
    });
    bar.stop();
    if (device) await closed(device);
    return tell(summary, flags);
  } catch (error) {
    bar.stop();
    device?.destroy();
    return tellTrouble(error, flags.output);
  }
}

function refuseFlags({ output, target }: ExportFlags, split: Split | undefined): void {
  if (target) throw new UsageError('--target is for --format resp: values of an RDB are copied as they are');
  if (output !== STANDARD_OUTPUT) return;
  if (split !== undefined) throw new UsageError('--split writes several files: say with -o what they are called');
  if (process.stdout.isTTY) throw new UsageError('an RDB is no text for a terminal: use -o FILE, or redirect it');
}

/** What stands there already, when it is a device or a pipe and not to be replaced. Throws the error of the system. */
function deviceAt(output: string): WriteStream | undefined {
  if (output === STANDARD_OUTPUT) return undefined;
  const found = statSync(output, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new ExportError('unusable', `${output}: it is a directory`);
  return !found || found.isFile() ? undefined : createWriteStream(output, { flags: 'w' });
}

async function closed(device: WriteStream): Promise<void> {
  device.end();
  await finished(device);
}

function tell(
  { inputs, written, replaced, files }: ExportSummary,
  { output, onConflict, split, quiet }: ExportFlags,
): number {
  // One that was read several times is told of once.
  const told = new Map(inputs.map((input) => [input.path, input]));
  const codes = [...told.values()].map(({ path, ending }) => tellEnding(path, ending, 'the export'));
  const say = (text: string) => process.stderr.write(`rdbkit: ${text}\n`);
  if (!written) {
    if (output === STANDARD_OUTPUT) say('what was written has no end, and is no RDB (--partial gives it one)');
    else say(`nothing was written to ${printableText(output)} (--partial keeps it; repair --salvage reads further)`);
    return codes.every((code) => code === ExitCode.OK) ? ExitCode.TOLD : worst(codes);
  }
  if (replaced > 0 && !quiet) {
    const [keys, count] = replaced === 1 ? ['a key was', 'counts'] : [`${replaced} keys were`, 'count'];
    say(`${keys} left out: ${onConflict === 'last' ? 'later' : 'earlier'} ones of the same name ${count}`);
  }
  if (split !== undefined && !quiet) {
    const order = new Intl.Collator('en', { numeric: true });
    const paths = files.map(({ path }) => printableText(path ?? '')).sort(order.compare);
    const [first, last] = [paths.at(0), paths.at(-1)];
    if (files.length === 0) say('there are no keys, and so no files');
    else say(files.length === 1 ? `1 file: ${first}` : `${files.length} files, ${first} to ${last}`);
  }
  return worst(codes);
}

function tellTrouble(error: unknown, output: string): number {
  if (error instanceof InputError) return tellFailure(error.path, error.cause);
  if (error instanceof ExportError || error instanceof SpillError) {
    process.stderr.write(`rdbkit: ${printableText(error.message)}\n`);
    return error instanceof ExportError && error.fault === 'conflict' ? ExitCode.TOLD : ExitCode.TROUBLE;
  }
  if (error instanceof UsageError || !isSystemError(error)) return tellFailure(output, error);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  // A reader that went away ends the program (see signals.ts).
  if (code === 'EPIPE') return ExitCode.BROKEN_PIPE;
  const where = path ?? (syscall === 'read' ? 'reading' : output);
  process.stderr.write(`rdbkit: ${printableText(where)}: ${printableText((error as Error).message)}\n`);
  return ExitCode.TROUBLE;
}
