import { type Dataset, openDataset } from '../backup/dataset.js';
import { ByteSink } from '../export/byte-sink.js';
import { KeyExport, type KeyFormat } from '../export/export-keys.js';
import type { GateOptions } from '../export/key-gate.js';
import { refuseInputs } from '../export/rdb/inputs.js';
import { ExportError } from '../export/rdb/options.js';
import { RespFormat } from '../export/resp/resp-format.js';
import { spoolInput } from '../export/spool.js';
import { CsvFormat } from '../export/text/csv-format.js';
import { jsonDocument, jsonLines } from '../export/text/json-format.js';
import { printableText } from '../keyspace/bytes-text.js';
import { tellEnding, tellFailure } from './ending.js';
import { ExitCode, worst } from './exit-code.js';
import type { ExportFlags } from './export.js';
import { filterOptionsOf } from './filter-options.js';
import { type Output, OutputError, openOutput } from './output-file.js';
import { ProgressBar } from './progress-bar.js';
import { refuseRdbOptions, runExportRdb } from './run-export-rdb.js';
import { tellLosses } from './tell-losses.js';
import { UsageError } from './usage-error.js';

/** Runs the command and returns its exit status. */
export async function runExport(inputs: readonly string[], flags: ExportFlags): Promise<number> {
  // What is half made goes away with the program.
  for (const [signal, status] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(status));
  }
  if (flags.format === 'rdb') return runExportRdb(inputs, flags);
  let output: Output | undefined;
  try {
    refuseRdbOptions(flags);
    const clockMs = Date.now();
    const format = formatOf(flags, clockMs);
    const options = { filter: await filterOptionsOf(flags), now: flags.now ?? 'file', clockMs };
    if (flags.output !== '-') refuseInputs(flags.output, inputs);
    output = openOutput(flags.output);
    const { code, sound } = await exportKeys(inputs, flags, format, options, output);
    if (sound || flags.partial || flags.output === '-') await output.commit();
    else {
      process.stderr.write(`rdbkit: nothing was written to ${printableText(flags.output)} (--partial keeps it)\n`);
      await output.abandon();
    }
    return code;
  } catch (error) {
    await output?.abandon();
    if (error instanceof UsageError || error instanceof ExportError) {
      process.stderr.write(`rdbkit: ${printableText(error.message)}\n`);
    } else if (error instanceof OutputError) {
      process.stderr.write(`rdbkit: ${printableText(flags.output)}: ${error.message}\n`);
    } else throw error;
    return ExitCode.TROUBLE;
  }
}

function formatOf(flags: ExportFlags, clockMs: number): KeyFormat {
  const { format, bytes, target } = flags;
  if (target && format !== 'resp')
    throw new UsageError(`--target is for --format resp, and means nothing for ${format}`);
  switch (format) {
    case 'jsonl':
      return jsonLines(bytes);
    case 'resp':
      return new RespFormat(target, clockMs);
    case 'json':
      return jsonDocument(bytes);
    case 'csv':
      return new CsvFormat(bytes);
    case 'parquet':
      throw new UsageError('--format parquet comes with a later release; csv and jsonl can be converted to it');
    default:
      throw new UsageError(`--format ${format} is not there yet`);
  }
}

async function exportKeys(
  inputs: readonly string[],
  flags: ExportFlags,
  format: KeyFormat,
  options: GateOptions,
  output: Output,
): Promise<{ code: number; sound: boolean }> {
  const sink = new ByteSink(output.write);
  const bar = new ProgressBar(flags.progress && !(flags.output === '-' && process.stdout.isTTY));
  const all = new KeyExport(format, sink, options);
  const codes: number[] = [];
  for (const input of inputs) {
    if (all.enough) break;
    try {
      const { dataset, close } = await open(input, all.looksTwice);
      try {
        const onProgress = bar.wanted ? (done: number) => bar.update(done, dataset.inputSize) : undefined;
        const result = await all.add(dataset, onProgress);
        bar.stop();
        codes.push(tellEnding(input, result, 'the export'));
      } finally {
        await close();
      }
    } catch (error) {
      bar.stop();
      if (error instanceof OutputError) throw error;
      all.missing();
      codes.push(tellFailure(input, error));
    }
  }
  await all.finish();
  if (format.losses && tellLosses(format.losses)) codes.push(ExitCode.TOLD);
  return { code: worst(codes), sound: all.sound };
}

async function open(input: string, twice: boolean): Promise<{ dataset: Dataset; close: () => Promise<void> }> {
  const spool = input === '-' && twice ? await spoolInput(process.stdin) : undefined;
  try {
    const dataset = await openDataset(spool?.path ?? input);
    const close = async () => {
      await dataset.close();
      spool?.remove();
    };
    return { dataset, close };
  } catch (error) {
    spool?.remove();
    throw error;
  }
}
