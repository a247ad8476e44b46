import { openDataset } from '../backup/dataset.js';
import { listKeys } from '../keys/list-keys.js';
import { type KeyLines, keyCsv, keyJson, keyJsonl, keyText, rdbToolsCsv } from '../report/key-lines.js';
import { ChunkedOutput } from './chunked-output.js';
import { tellEnding, tellFailure } from './ending.js';
import { filterOptionsOf } from './filter-options.js';
import { openingOf } from './final-dataset.js';
import type { KeysFlags } from './keys.js';
import { ProgressBar } from './progress-bar.js';
import { UsageError } from './usage-error.js';

/** Runs the command and returns its exit status. */
export async function runKeys(input: string, flags: KeysFlags): Promise<number> {
  const { stdout } = process;
  // A bar would run through the lines on the same terminal.
  const bar = new ProgressBar(flags.progress && !flags.quiet && !stdout.isTTY);
  try {
    const filter = await filterOptionsOf(flags);
    const lines = linesOf(flags, stdout.isTTY);
    const dataset = await openDataset(input, openingOf(input, flags));
    try {
      const output = new ChunkedOutput(stdout);
      await output.write(lines.head);
      const result = await listKeys(dataset, {
        filter,
        now: flags.now ?? 'file',
        allocator: flags.allocator,
        longestElements: flags.profile !== undefined,
        ...(flags.for ? { release: flags.for } : {}),
        ...(bar.wanted ? { onProgress: (done) => bar.update(done, dataset.inputSize) } : {}),
        onKey: (row, nowMs) => output.write(lines.line(row, nowMs)),
      });
      bar.stop();
      await output.write(lines.tail(result.complete || result.limited, result.limited));
      await output.flush();
      return tellEnding(input, result, 'the list');
    } finally {
      await dataset.close();
    }
  } catch (error) {
    bar.stop();
    return tellFailure(input, error);
  }
}

/** Throws UsageError for flags that contradict each other. */
function linesOf({ format, json, profile, bytes }: KeysFlags, terminal: boolean): KeyLines {
  if (json && format !== 'text') throw new UsageError(`--json and --format ${format} are two forms: give one`);
  if (profile && format !== 'csv') throw new UsageError('--profile chooses columns of CSV, and goes with --format csv');
  if (json) return keyJson(bytes);
  if (profile) return rdbToolsCsv(bytes);
  if (format === 'csv') return keyCsv(bytes);
  return format === 'jsonl' ? keyJsonl(bytes) : keyText(bytes, terminal);
}
