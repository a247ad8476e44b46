import { openDataset } from '../backup/dataset.js';
import { listKeys } from '../keys/list-keys.js';
import { type KeyLines, keyCsv, keyJsonl, keyText } from '../report/key-lines.js';
import { ChunkedOutput } from './chunked-output.js';
import { tellEnding, tellFailure } from './ending.js';
import { filterOptionsOf } from './filter-options.js';
import { materializer } from './final-dataset.js';
import type { KeysFlags } from './keys.js';
import { ProgressBar } from './progress-bar.js';

/** Runs the command and returns its exit status. */
export async function runKeys(input: string, flags: KeysFlags): Promise<number> {
  const { stdout } = process;
  // A bar would run through the lines on the same terminal.
  const bar = new ProgressBar(flags.progress && !stdout.isTTY);
  try {
    const filter = await filterOptionsOf(flags);
    const lines = linesOf(flags, stdout.isTTY);
    const dataset = await openDataset(input, { materialize: materializer() });
    try {
      const output = new ChunkedOutput(stdout);
      await output.write(lines.head);
      const result = await listKeys(dataset, {
        filter,
        now: flags.now ?? 'file',
        allocator: flags.allocator,
        ...(flags.for ? { release: flags.for } : {}),
        ...(bar.wanted ? { onProgress: (done) => bar.update(done, dataset.inputSize) } : {}),
        onKey: (row, nowMs) => output.write(lines.line(row, nowMs)),
      });
      bar.stop();
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

function linesOf({ format, bytes }: KeysFlags, terminal: boolean): KeyLines {
  if (format === 'csv') return keyCsv(bytes);
  return format === 'jsonl' ? keyJsonl(bytes) : keyText(bytes, terminal);
}
