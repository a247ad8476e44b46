import type { Dataset } from '../backup/dataset.js';
import { STANDARD_INPUT } from '../backup/open.js';
import { DatasetSide } from '../diff/dataset-side.js';
import { diff } from '../diff/diff.js';
import type { SideSummary } from '../diff/report.js';
import { SpillError } from '../fingerprints/spill-file.js';
import { bytesToLine, printableText } from '../keyspace/bytes-text.js';
import type { FilterOptions } from '../keyspace/filters.js';
import { LiveError } from '../live/live-error.js';
import { isServerUrl } from '../live/server-url.js';
import type { DiffFlags } from './diff.js';
import { DiffInputs } from './diff-inputs.js';
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
  const bar = new ProgressBar(flags.progress);
  const opened = new DiffInputs(flags);
  try {
    const [leftPaths, rightPaths] = sidesOf(left, right, flags);
    const filter = await filterOptionsOf(flags);
    return await compare(leftPaths, rightPaths, filter, flags, opened, bar);
  } catch (error) {
    bar.stop();
    const isLive = error instanceof LiveError;
    if (!isLive && !(error instanceof SpillError)) return tellFailure(opened.current, error);
    const whose = isLive ? `${opened.current}: ` : '';
    process.stderr.write(`rdbkit: ${printableText(whose + error.message)}\n`);
    return ExitCode.TROUBLE;
  } finally {
    bar.stop();
    await opened.close();
  }
}

async function compare(
  leftPaths: readonly string[],
  rightPaths: readonly string[],
  { limit: _limit, ...filter }: FilterOptions,
  flags: DiffFlags,
  opened: DiffInputs,
  bar: ProgressBar,
): Promise<number> {
  const datasets = [await opened.openAll(leftPaths), await opened.openAll(rightPaths)];
  const clockMs = Date.now();
  const progress = new Progress(bar, datasets);
  const onInput = (path: string) => {
    opened.current = path;
  };
  const { copiedMs, sample } = opened;
  const [left, right] = datasets.map(
    (each, i) =>
      new DatasetSide(each, {
        ...{ filter, now: flags.now ?? 'file', clockMs, vanished: opened.vanished, onInput },
        ...(copiedMs === undefined ? {} : { expiredBy: copiedMs }),
        ...(sample ? { sample } : {}),
        ...progress.of(i),
      }),
  );
  const found = await diff(left, right, {
    filter,
    ignoreTtl: flags.ignoreTtl ?? false,
    ttlTolerance: Math.max(flags.ttlTolerance ?? 0, opened.expiryWithinMs),
    ...(sample ? { sample: sample.share } : {}),
    maxMemory: flags.maxMemory,
    depth: flags.depth,
    ...(flags.separator ? { separators: flags.separator } : {}),
    ...(flags.tmpDir === undefined ? {} : { tmpDir: flags.tmpDir }),
  });
  bar.stop();
  try {
    const { summary } = found;
    const shown = await showDiff(found, flags, datasets);
    const endings = [...tellSide('left', summary.left), ...tellSide('right', summary.right)];
    const sure = summary.added + summary.removed + summary.changed - summary.unsure;
    return worst([shown, ...endings, sure > 0 ? ExitCode.TOLD : ExitCode.OK]);
  } finally {
    found.close();
  }
}

/** Says on standard error what is wrong with a side, and returns exit statuses. */
function tellSide(name: string, { inputs, repeated, repeatedKeys }: SideSummary): number[] {
  const codes = inputs.map((input) => tellEnding(input.path, { ...input, limited: false }, 'the comparison'));
  // SCAN may name a key of a running server twice.
  if (repeated === 0 || inputs.some(({ vanished }) => vanished !== undefined)) return codes;
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
    return checked([...flags.left], [left], flags);
  }
  return checked(lefts, rights, flags);
}

function checked(lefts: string[], rights: string[], flags: DiffFlags): [string[], string[]] {
  if (lefts.length === 0 || rights.length === 0) {
    throw new UsageError(
      'two sides are compared: rdbkit diff LEFT RIGHT, or --left and --right, several times for shards',
    );
  }
  const all = [...lefts, ...rights];
  if (flags.sample !== undefined && !all.some(isServerUrl)) {
    throw new UsageError('--sample is for a running server: files are compared whole');
  }
  if (all.filter((path) => path === STANDARD_INPUT).length > 1) {
    throw new UsageError('standard input can be one side only');
  }
  return [lefts, rights];
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
