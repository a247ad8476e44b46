/** The moment that expiries are held against: the one when the file was made, of the clock, or any other (ms since the epoch). */
export type NowOption = 'file' | 'real' | number;

/** Redis exists since 2009: no earlier time, in seconds since the epoch, is that of a save. */
const OLDEST_CTIME = 1_230_000_000;

/** The text of a file's `ctime`, seconds since the epoch, in ms; undefined for what is no time of a save. */
export function readCtime(text: string): number | undefined {
  const seconds = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return seconds >= OLDEST_CTIME ? seconds * 1000 : undefined;
}

/**
 * What "now" is for one file. The time the file was made stands in front of its keys (`ctime`); a file that does not say it
 * is taken for as old as its last modification, and one that has none (a pipe) is held against the clock.
 */
export class MomentOfFile {
  /** ms since the epoch. */
  nowMs: number;
  source: 'file' | 'option' | 'clock';
  private readonly asks: boolean;

  constructor(wanted: NowOption, modifiedMs: number | undefined, clockMs = Date.now()) {
    this.asks = wanted === 'file';
    if (typeof wanted === 'number') {
      this.nowMs = wanted;
      this.source = 'option';
    } else if (wanted === 'file' && modifiedMs !== undefined) {
      this.nowMs = modifiedMs;
      this.source = 'file';
    } else {
      this.nowMs = clockMs;
      this.source = 'clock';
    }
  }

  /** Takes the text of the `ctime` field: seconds since the epoch. What is no time of a save is left alone. */
  takeCtime(text: string): void {
    const madeAt = readCtime(text);
    if (!this.asks || madeAt === undefined) return;
    this.nowMs = madeAt;
    this.source = 'file';
  }
}
