import type { SingleBar } from 'cli-progress';
import { binarySize } from '../report/format.js';

const SHOW_AFTER_MS = 500;
/** Columns of the bar, and of the text around it. */
const LONGEST_BAR = 40;
const SHORTEST_BAR = 10;
const TEXT_COLUMNS = 68;

/** A bar on standard error: only on a terminal, and only when the work takes a while. Loaded when it is shown. */
export class ProgressBar {
  readonly wanted: boolean;
  private readonly started = Date.now();
  private bar: SingleBar | undefined;
  private loading = false;
  private stopped = false;

  constructor(
    allowed: boolean,
    /** What is done meanwhile, in front of the bar. */
    private readonly label = '',
    /** How an amount is written: bytes, unless said otherwise. */
    private readonly amount: (done: number) => string = binarySize,
  ) {
    this.wanted = allowed && process.stderr.isTTY === true;
  }

  /** `note`: what stands behind the bar. */
  update(done: number, total: number | undefined, note = ''): void {
    if (Date.now() - this.started < SHOW_AFTER_MS) return;
    if (this.bar) this.bar.update(total === undefined ? 0 : Math.min(done, total), { read: this.amount(done), note });
    else if (!this.loading) void this.show(total);
  }

  stop(): void {
    this.stopped = true;
    this.bar?.stop();
    this.bar = undefined;
  }

  private async show(total: number | undefined): Promise<void> {
    this.loading = true;
    const { default: cliProgress } = await import('cli-progress');
    if (this.stopped) return;
    const counted = total === undefined ? '{read} read' : '{bar} {percentage}%  {read} of {all}, {eta_formatted} left';
    this.bar = new cliProgress.SingleBar(
      {
        format: `  ${this.label}${counted}{note}`,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
        etaBuffer: 20,
        barsize: Math.max(SHORTEST_BAR, Math.min(LONGEST_BAR, (process.stderr.columns ?? 0) - TEXT_COLUMNS)),
      },
      cliProgress.Presets.shades_classic,
    );
    // An interrupt must not leave a terminal without its cursor.
    process.once('exit', () => this.stop());
    this.bar.start(total ?? 1, 0, { read: '', all: this.amount(total ?? 0), note: '' });
  }
}
