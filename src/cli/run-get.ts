import { type Dataset, openDataset } from '../backup/dataset.js';
import { type FindOptions, type FindResult, findKey } from '../get/find-key.js';
import { RawValue } from '../get/raw-value.js';
import { bytesToLine, textToBytes } from '../keyspace/bytes-text.js';
import type { KeyRecord } from '../rdb/visitor.js';
import { palette } from '../report/palette.js';
import { FULL, SHORT, ValueText } from '../report/value-text.js';
import { KeyJson } from '../values/key-json.js';
import { ChunkedOutput } from './chunked-output.js';
import { inputName, tellEnding, tellFailure } from './ending.js';
import { ExitCode } from './exit-code.js';
import { openingOf } from './final-dataset.js';
import type { GetFlags } from './get.js';
import { ProgressBar } from './progress-bar.js';
import { UsageError } from './usage-error.js';

/** Finds the key, with the reader of the format that was asked for. */
type Find = (reader: FindOptions['reader']) => Promise<FindResult>;

/** Runs the command and returns its exit status. */
export async function runGet(input: string, key: string, flags: GetFlags): Promise<number> {
  const bar = new ProgressBar(flags.progress && !flags.quiet);
  try {
    const name = nameOf(key, flags);
    const dataset = await openDataset(input, openingOf(input, flags));
    try {
      const wanted = { name, ...(flags.db === undefined ? {} : { db: flags.db }) };
      const find: Find = (reader) =>
        findKey(dataset, wanted, {
          reader,
          room: ROOM,
          ...(bar.wanted ? { onProgress: (done) => bar.update(done, dataset.inputSize) } : {}),
        });
      const show = flags.raw ? showRaw : flags.json ? showJson : showText;
      const result = await show(find, flags);
      bar.stop();
      return tellResult(dataset, name, flags, result);
    } finally {
      await dataset.close();
    }
  } catch (error) {
    bar.stop();
    return tellFailure(input, error);
  }
}

function nameOf(key: string, flags: GetFlags): Uint8Array {
  if (!flags.keyBase64) return textToBytes(key);
  const bytes = Buffer.from(key, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== key.replace(/=+$/, '')) {
    throw new UsageError('--key-base64: KEY is no base64');
  }
  return bytes;
}

async function showText(find: Find, flags: GetFlags): Promise<FindResult> {
  const output = new ChunkedOutput(process.stdout);
  const colors = palette(process.stdout, flags.color);
  const limits = flags.full ? FULL : SHORT;
  const write = (text: string) => void output.write(text);
  const result = await find((_kernels, moment) => new ValueText({ write, limits, colors, moment }));
  // The input may have ended in the middle of a line.
  if (result.found && !result.whole) write('\n');
  await output.flush();
  return result;
}

async function showJson(find: Find, { bytes }: GetFlags): Promise<FindResult> {
  let json: OneKeyJson | undefined;
  const prefix = `"schema":1,${bytes === 'base64' ? '"bytes":"base64",' : ''}"found":true,`;
  const result = await find((kernels) => (json = new OneKeyJson(kernels, bytes, writeBytes, prefix)));
  if (result.found) json?.close(result.whole && result.outcome !== 'unknown', result.limited);
  else {
    const complete = result.complete && result.outcome === 'sound';
    process.stdout.write(`{"schema":1,"found":false,"complete":${complete},"limited":false}\n`);
  }
  return result;
}

async function showRaw(find: Find): Promise<FindResult> {
  let raw: RawValue | undefined;
  const result = await find(() => (raw = new RawValue(writeBytes)));
  if (raw?.otherType !== undefined) {
    throw new UsageError(`the key is of type ${raw.otherType}, which has no bytes of its own: --json gives all of it`);
  }
  return result;
}

/** Whoever reads standard output may not keep up, and a value may be larger than memory. */
const ROOM = {
  isFull: () => process.stdout.writableNeedDrain,
  ready: () =>
    new Promise<void>((resolve) => {
      process.stdout.once('drain', resolve);
    }),
};

/** What is written is used again: standard output gets a copy. */
function writeBytes(bytes: Uint8Array): void {
  process.stdout.write(Buffer.from(bytes));
}

/** One object, which ends with whether it is whole. */
class OneKeyJson extends KeyJson {
  private ended = false;

  override keyEnd(key: KeyRecord): void {
    this.finish(key);
    this.ended = true;
  }

  /** `limited`: what stands behind the key was not read. */
  close(complete: boolean, limited: boolean): void {
    if (!this.ended) this.abandon();
    this.out.member('complete', String(complete));
    this.out.member('limited', String(limited));
    this.out.close();
    this.out.ascii('\n');
    this.out.flush();
  }
}

/** Says on standard error what there is to say, and returns the exit status. */
function tellResult(dataset: Dataset, name: Uint8Array, flags: GetFlags, result: FindResult): number {
  const status = tellEnding(dataset.path, result, result.found ? 'the value' : 'the search');
  if (result.found) return status;
  const where = flags.db === undefined ? '' : ` in database ${flags.db}`;
  const what = status === ExitCode.OK ? 'there is no key' : 'what could be read holds no key';
  process.stderr.write(`rdbkit: ${inputName(dataset.path)}: ${what} "${bytesToLine(name)}"${where}\n`);
  return status === ExitCode.OK ? ExitCode.TOLD : status;
}
