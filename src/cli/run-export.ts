import { openDataset } from '../backup/dataset.js';
import { spoolInput } from '../backup/spool.js';
import { ByteSink } from '../export/byte-sink.js';
import { KeyExport, type KeyFormat } from '../export/export-keys.js';
import type { GateOptions } from '../export/key-gate.js';
import { type KeyOutputs, OneKeyOutput } from '../export/key-outputs.js';
import { refuseInputs } from '../export/rdb/inputs.js';
import { ExportError } from '../export/rdb/options.js';
import { Splitter } from '../export/rdb/split-names.js';
import { RespFormat } from '../export/resp/resp-format.js';
import { SplitKeys } from '../export/split/split-keys.js';
import { CsvFormat } from '../export/text/csv-format.js';
import { jsonDocument, jsonLines } from '../export/text/json-format.js';
import { printableText } from '../keyspace/bytes-text.js';
import { tellEnding, tellFailure } from './ending.js';
import { ExitCode, worst } from './exit-code.js';
import type { ExportFlags } from './export.js';
import { filterOptionsOf } from './filter-options.js';
import { openingOf } from './final-dataset.js';
import { OutputError, openOutput } from './output-file.js';
import { ProgressBar } from './progress-bar.js';
import { refuseRdbOptions, runExportRdb, splitOf } from './run-export-rdb.js';
import { tellLosses } from './tell-losses.js';
import { UsageError } from './usage-error.js';

/** Runs the command and returns its exit status. */
export async function runExport(inputs: readonly string[], flags: ExportFlags): Promise<number> {
  if (flags.format === 'rdb') return runExportRdb(inputs, flags);
  let output: KeyOutput | undefined;
  try {
    refuseRdbOptions(flags);
    const clockMs = Date.now();
    const format = formatOf(flags, clockMs);
    const options = { filter: await filterOptionsOf(flags), now: flags.now ?? 'file', clockMs };
    output = outputOf(inputs, flags);
    const { code, sound } = await exportKeys(inputs, flags, format, options, output.outputs);
    if (sound || flags.partial || flags.output === '-') {
      await output.commit();
      if (output.paths && !flags.quiet) tellFiles(output.paths());
    } else {
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

/** Where keys go, and what becomes of it. */
interface KeyOutput {
  readonly outputs: KeyOutputs;
  commit(): Promise<void>;
  abandon(): Promise<void>;
  /** Where there are several files: what they are called. */
  paths?(): string[];
}

/** Throws UsageError, ExportError or OutputError when there is no writing at this place. */
function outputOf(inputs: readonly string[], { output, split: by }: ExportFlags): KeyOutput {
  const split = by === undefined ? undefined : splitOf(by);
  if (split !== undefined) {
    if (output === '-') throw new UsageError('--split writes several files: say with -o what they are called');
    const files = new SplitKeys(output, new Splitter(split), (path) => refuseInputs(path, inputs));
    return {
      outputs: files,
      commit: () => files.commit(),
      abandon: () => files.abandon(),
      paths: () => files.paths,
    };
  }
  if (output !== '-') refuseInputs(output, inputs);
  const one = openOutput(output);
  const outputs = new OneKeyOutput(new ByteSink(one.write));
  return { outputs, commit: () => one.commit(), abandon: () => one.abandon() };
}

function tellFiles(paths: readonly string[]): void {
  const [first, last] = [paths.at(0) ?? '', paths.at(-1) ?? ''].map(printableText);
  const said = paths.length === 1 ? `1 file: ${first}` : `${paths.length} files, ${first} to ${last}`;
  process.stderr.write(`rdbkit: ${paths.length === 0 ? 'there are no keys, and so no files' : said}\n`);
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
  outputs: KeyOutputs,
): Promise<{ code: number; sound: boolean }> {
  const bar = new ProgressBar(flags.progress && !flags.quiet && !(flags.output === '-' && process.stdout.isTTY));
  const all = new KeyExport(format, outputs, options);
  const codes: number[] = [];
  for (const input of inputs) {
    if (all.enough) break;
    try {
      const { dataset, close } = await open(input, all.looksTwice, flags);
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
      if (error instanceof OutputError || error instanceof ExportError) throw error;
      all.missing();
      codes.push(tellFailure(input, error));
    }
  }
  await all.finish();
  if (format.losses && tellLosses(format.losses)) codes.push(ExitCode.TOLD);
  return { code: worst(codes), sound: all.sound };
}

async function open(input: string, twice: boolean, flags: ExportFlags) {
  const spool = input === '-' && twice ? await spoolInput(process.stdin, flags.tmpDir) : undefined;
  try {
    const dataset = await openDataset(spool?.path ?? input, openingOf(input, flags));
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
