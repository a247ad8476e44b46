import { SpillError } from '../fingerprints/spill-file.js';
import { printableText, textToBytes } from '../keyspace/bytes-text.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { openBulkTarget } from '../live/bulk/open-bulk-target.js';
import { LiveError } from '../live/live-error.js';
import { isServerUrl, type ServerAddress } from '../live/server-url.js';
import { load } from '../load/load.js';
import { LoadError } from '../load/load-error.js';
import type { LoadOptions, LoadProgress } from '../load/options.js';
import { isAllThere, type LoadReport, NOT_VERIFIED } from '../load/report.js';
import { count, textWidth } from '../report/format.js';
import { loadJson } from '../report/load/load-json.js';
import { loadText } from '../report/load/load-text.js';
import { palette } from '../report/palette.js';
import { isSystemError, systemReason } from '../verify/system-error.js';
import { inputName, tellFailure } from './ending.js';
import { ExitCode } from './exit-code.js';
import { filterOptionsOf } from './filter-options.js';
import type { LoadFlags } from './load.js';
import { type OpenedInput, openRepeatable } from './load-input.js';
import { ProgressBar } from './progress-bar.js';
import { serverAddressOf, tlsFilesOf } from './server-options.js';
import { onInterrupt } from './signals.js';
import { UsageError } from './usage-error.js';

/** What is not over this long after an interrupt is left behind, ms. */
const PATIENCE_MS = 5000;

const SENTINEL_PORT = 26379;

/** Runs the command and returns its exit status. */
export async function runLoad(input: string, url: string, flags: LoadFlags): Promise<number> {
  const interrupt = new Interrupt();
  const bars = new Bars(flags.progress);
  let opened: OpenedInput | undefined;
  let target: BulkTarget | undefined;
  try {
    if (isServerUrl(input)) throw new UsageError('the input is a file, or -; rdbkit diff compares servers');
    const options = { ...optionsOf(flags), filter: await filterOptionsOf(flags) };
    opened = await openRepeatable(input, flags.tmpDir);
    if (flags.until !== undefined && opened.log.length === 0) {
      throw new UsageError('--until is for the commands of append-only files, and there are none');
    }
    target = await openTarget(url, flags);
    const report = await loadInto(opened, target, options, interrupt, bars);
    show(report, flags);
    // Nobody waits for what is still under way.
    if (interrupt.status !== undefined) process.exit(interrupt.status);
    if (report.warnings.some(({ code }) => code === NOT_VERIFIED)) return ExitCode.TROUBLE;
    if (!isAllThere(report)) return ExitCode.TOLD;
    return report.verified !== null && report.verified.unsure > 0 ? ExitCode.UNKNOWN : ExitCode.OK;
  } catch (error) {
    bars.stop();
    if (interrupt.status !== undefined) {
      process.stderr.write('rdbkit: interrupted before anything was loaded\n');
      return interrupt.status;
    }
    return tell(input, error, flags);
  } finally {
    bars.stop();
    target?.close();
    interrupt.done();
    await opened?.close();
  }
}

/** Sentinels have a port of their own. */
function addressOf(url: string, flags: LoadFlags): ServerAddress {
  return serverAddressOf(url, flags, flags.sentinel === undefined ? undefined : SENTINEL_PORT);
}

async function openTarget(url: string, flags: LoadFlags): Promise<BulkTarget> {
  return openBulkTarget(addressOf(url, flags), tlsFilesOf(flags), {
    ...(flags.concurrency === undefined ? {} : { connections: flags.concurrency }),
    ...(flags.sentinel === undefined ? {} : { sentinel: flags.sentinel }),
    ...(flags.cluster ? { cluster: true } : {}),
  });
}

async function loadInto(
  { dataset, log }: OpenedInput,
  target: BulkTarget,
  options: LoadOptions,
  interrupt: Interrupt,
  bars: Bars,
): Promise<LoadReport> {
  const { signal } = interrupt;
  const report = await load(dataset, target, {
    ...options,
    log,
    signal,
    ...(bars.wanted ? { onProgress: (progress) => bars.update(progress) } : {}),
  });
  bars.stop();
  return report;
}

function optionsOf(flags: LoadFlags): LoadOptions {
  const { mode, onConflict, expired, functions, dbMap, rate, journal, now, maxMemory, tmpDir } = flags;
  if (flags.dryRun && (journal !== undefined || flags.verify)) {
    throw new UsageError('--dry-run writes nothing: leave out --journal and --verify');
  }
  return {
    ...{ mode, onConflict, expired, functions },
    ...(dbMap ? { dbMap } : {}),
    ...(flags.prefixStrip === undefined ? {} : { prefixStrip: textToBytes(flags.prefixStrip) }),
    ...(flags.prefixAdd === undefined ? {} : { prefixAdd: textToBytes(flags.prefixAdd) }),
    ...(rate === undefined ? {} : { rate }),
    ...(journal === undefined ? {} : { journal }),
    ...(now === undefined ? {} : { now }),
    ...(flags.until === undefined ? {} : { untilMs: flags.until }),
    ...(maxMemory === undefined ? {} : { maxMemory }),
    ...(tmpDir === undefined ? {} : { tmpDir }),
    ...{ dryRun: flags.dryRun ?? false, verify: flags.verify ?? false },
  };
}

function show(report: LoadReport, flags: LoadFlags): void {
  if (flags.json) {
    process.stdout.write(loadJson(report, flags.bytes));
    return;
  }
  const options = { colors: palette(process.stdout, flags.color), columns: textWidth(process.stdout) };
  process.stdout.write(loadText(report, options, flags.quiet));
}

/** Says on standard error why nothing was loaded, and returns the exit status. */
function tell(current: string, error: unknown, flags: LoadFlags): number {
  if (error instanceof LiveError || error instanceof SpillError) {
    const whose = error instanceof LiveError ? 'the server: ' : '';
    process.stderr.write(`rdbkit: ${printableText(whose + error.message)}\n`);
    return ExitCode.TROUBLE;
  }
  if (error instanceof LoadError) {
    process.stderr.write(`rdbkit: ${printableText(`${inputName(current)}: ${error.message}`)}\n`);
    return { damaged: ExitCode.TOLD, unknown: ExitCode.UNKNOWN, unusable: ExitCode.TROUBLE }[error.fault];
  }
  if (flags.journal !== undefined && isSystemError(error) && (error as NodeJS.ErrnoException).path === flags.journal) {
    process.stderr.write(`rdbkit: ${printableText(flags.journal)}: ${systemReason(error)}\n`);
    return ExitCode.TROUBLE;
  }
  return tellFailure(current, error);
}

/** Signals end a load in an orderly way: what is known goes to the journal and into the summary. */
class Interrupt {
  /** The exit status of the one that came. */
  status: number | undefined;
  private readonly controller = new AbortController();
  private readonly release: () => void;

  constructor() {
    this.release = onInterrupt((status) => this.end(status));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  done(): void {
    this.release();
  }

  private end(status: number): void {
    this.status = status;
    setTimeout(() => process.exit(status), PATIENCE_MS).unref();
    this.controller.abort();
  }
}

const WORDS: Readonly<Record<LoadProgress['phase'], string>> = {
  survey: 'looking at the input',
  load: 'loading',
  again: 'once more',
  verify: 'comparing',
  log: 'commands',
};

/** A bar for each phase. */
class Bars {
  readonly wanted: boolean;
  private bar: ProgressBar;
  private phase: LoadProgress['phase'] | undefined;
  private startedMs = 0;

  constructor(private readonly allowed: boolean) {
    this.bar = new ProgressBar(allowed);
    this.wanted = this.bar.wanted;
  }

  update({ phase, done, total, keys }: LoadProgress): void {
    if (phase !== this.phase) {
      this.bar.stop();
      this.bar = new ProgressBar(this.allowed);
      this.phase = phase;
      this.startedMs = performance.now();
    }
    const rate = Math.round((1000 * keys) / Math.max(1, performance.now() - this.startedMs));
    // What the numbers say, no word has to.
    this.bar.update(done, total, `  ${phase === 'load' ? `${count(keys)} keys, ${count(rate)}/s` : WORDS[phase]}`);
  }

  stop(): void {
    this.bar.stop();
  }
}
