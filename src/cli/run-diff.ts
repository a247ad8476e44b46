import { createReadStream } from 'node:fs';
import { type Dataset, openDataset } from '../backup/dataset.js';
import { STANDARD_INPUT } from '../backup/open.js';
import { DatasetSide } from '../diff/dataset-side.js';
import { diff } from '../diff/diff.js';
import type { SideSummary } from '../diff/report.js';
import { type Spool, spoolInput } from '../export/spool.js';
import { SpillError } from '../fingerprints/spill-file.js';
import { bytesToLine, printableText } from '../keyspace/bytes-text.js';
import type { FilterOptions } from '../keyspace/filters.js';
import type { DiffFlags } from './diff.js';
import { tellEnding, tellFailure } from './ending.js';
import { ExitCode, worst } from './exit-code.js';
import { filterOptionsOf } from './filter-options.js';
import { ProgressBar } from './progress-bar.js';
import { showDiff } from './show-diff.js';
import { UsageError } from './usage-error.js';

/** Of a key's name, so much is said. */
const KEY_BYTES = 80;

/** Runs the command and returns its exit status. */
export async function runDiff(left: string | undefined, right: string | undefined, flags: DiffFlags): Promise<number> {
  // What was copied to a temporary file goes with the program.
  const leave = () => process.exit(128 + 15);
  process.once('SIGTERM', leave);
  const opened = new OpenInputs(flags.tmpDir);
  const bar = new ProgressBar(flags.progress);
  try {
    const [leftPaths, rightPaths] = sidesOf(left, right, flags);
    const filter = await filterOptionsOf(flags);
    return await compare(leftPaths, rightPaths, filter, flags, opened, bar);
  } catch (error) {
    bar.stop();
    if (!(error instanceof SpillError)) return tellFailure(opened.current, error);
    process.stderr.write(`rdbkit: ${printableText(error.message)}\n`);
    return ExitCode.TROUBLE;
  } finally {
    bar.stop();
    await opened.close();
    process.removeListener('SIGTERM', leave);
  }
}

async function compare(
  leftPaths: readonly string[],
  rightPaths: readonly string[],
  { limit: _limit, ...filter }: FilterOptions,
  flags: DiffFlags,
  opened: OpenInputs,
  bar: ProgressBar,
): Promise<number> {
  const datasets = [await opened.openAll(leftPaths), await opened.openAll(rightPaths)];
  const clockMs = Date.now();
  const progress = new Progress(bar, datasets);
  const onInput = (path: string) => {
    opened.current = path;
  };
  const [left, right] = datasets.map(
    (each, i) => new DatasetSide(each, { filter, now: flags.now ?? 'file', clockMs, onInput, ...progress.of(i) }),
  );
  const found = await diff(left, right, {
    filter,
    ignoreTtl: flags.ignoreTtl ?? false,
    ttlTolerance: flags.ttlTolerance ?? 0,
    maxMemory: flags.maxMemory,
    depth: flags.depth,
    ...(flags.separator ? { separators: flags.separator } : {}),
    ...(flags.tmpDir === undefined ? {} : { tmpDir: flags.tmpDir }),
  });
  bar.stop();
  try {
    const { summary } = found;
    await showDiff(found, flags, datasets);
    const endings = [...tellSide('left', summary.left), ...tellSide('right', summary.right)];
    const sure = summary.added + summary.removed + summary.changed - summary.unsure;
    return worst([...endings, sure > 0 ? ExitCode.TOLD : ExitCode.OK]);
  } finally {
    found.close();
  }
}

/** Says on standard error what is wrong with a side, and returns exit statuses. */
function tellSide(name: string, { inputs, repeated, repeatedKeys }: SideSummary): number[] {
  const codes = inputs.map((input) => tellEnding(input.path, { ...input, limited: false }, 'the comparison'));
  if (repeated === 0) return codes;
  const first = repeatedKeys.slice(0, 1).map(({ key }) => `, "${bytesToLine(key.subarray(0, KEY_BYTES))}" among them`);
  process.stderr.write(
    `rdbkit: keys come more than once on the ${name} side (${repeated} in all${first.join('')}): servers refuse such files\n`,
  );
  return [...codes, ExitCode.TOLD];
}

function sidesOf(left: string | undefined, right: string | undefined, flags: DiffFlags): [string[], string[]] {
  const lefts = [...(left === undefined ? [] : [left]), ...(flags.left ?? [])];
  const rights = [...(right === undefined ? [] : [right]), ...(flags.right ?? [])];
  // One side as options leaves the other one to the only argument.
  if (right === undefined && left !== undefined && flags.left && !flags.right) {
    return checked([...flags.left], [left]);
  }
  return checked(lefts, rights);
}

function checked(lefts: string[], rights: string[]): [string[], string[]] {
  if (lefts.length === 0 || rights.length === 0) {
    throw new UsageError(
      'two sides are compared: rdbkit diff LEFT RIGHT, or --left and --right, several times for shards',
    );
  }
  const all = [...lefts, ...rights];
  const live = all.find((path) => /^(rediss?|unix|valkeys?):\/\//i.test(path));
  if (live !== undefined) {
    throw new UsageError(
      'a live server as a side is not supported by this release; compare with a dump of it (redis-cli --rdb)',
    );
  }
  if (all.filter((path) => path === STANDARD_INPUT).length > 1) {
    throw new UsageError('standard input can be one side only');
  }
  return [lefts, rights];
}

/** The inputs of both sides. What can be read only once is copied to a file first. */
class OpenInputs {
  /** The input that is being read: an error is about this one. */
  current = '';
  private readonly datasets: Dataset[] = [];
  private readonly spools: Spool[] = [];

  constructor(private readonly tmpDir: string | undefined) {}

  async openAll(paths: readonly string[]): Promise<Dataset[]> {
    const opened: Dataset[] = [];
    for (const path of paths) opened.push(await this.open(path));
    return opened;
  }

  async close(): Promise<void> {
    for (const dataset of this.datasets) await dataset.close().catch(() => undefined);
    for (const spool of this.spools) spool.remove();
  }

  private async open(path: string): Promise<Dataset> {
    this.current = path;
    const copied = path === STANDARD_INPUT ? await this.spool(process.stdin) : await this.spoolPipe(path);
    const dataset = await openDataset(copied ?? path);
    this.datasets.push(dataset);
    return copied === undefined ? dataset : { ...dataset, path, modifiedMs: undefined };
  }

  /** A pipe gives its content only once, even to whoever asks what it is. */
  private async spoolPipe(path: string): Promise<string | undefined> {
    const { stat } = await import('node:fs/promises');
    const info = await stat(path);
    return info.isFile() || info.isDirectory() ? undefined : this.spool(createReadStream(path));
  }

  private async spool(stream: NodeJS.ReadableStream): Promise<string> {
    const spool = await spoolInput(stream as typeof process.stdin, this.tmpDir);
    this.spools.push(spool);
    return spool.path;
  }
}

/** One bar over both looks at both sides. */
class Progress {
  private readonly sizes: (number | undefined)[];
  private readonly last = [0, 0];
  private readonly before = [0, 0];

  constructor(
    private readonly bar: ProgressBar,
    datasets: readonly (readonly Dataset[])[],
  ) {
    this.sizes = datasets.map((side) =>
      side.reduce<number | undefined>((sum, { inputSize }) => {
        return sum === undefined || inputSize === undefined ? undefined : sum + inputSize;
      }, 0),
    );
  }

  /** For the options of a side. */
  of(side: number) {
    const { bar, sizes, last, before } = this;
    const [left, right] = sizes;
    const total = left === undefined || right === undefined ? undefined : 2 * (left + right);
    if (!bar.wanted) return {};
    return {
      onProgress: (done: number) => {
        if (done < last[side]) before[side] += sizes[side] ?? 0;
        last[side] = done;
        bar.update(before[0] + last[0] + before[1] + last[1], total);
      },
    };
  }
}
