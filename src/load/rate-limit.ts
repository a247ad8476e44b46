/** How far ahead of the rate keys may run: a burst after a pause is no more than this. */
const BURST_MS = 50;

/** Spreads keys evenly over time: a bucket of tokens that is never fuller than what a twentieth of a second gives. */
export class RateLimit {
  private tokens = 0;
  private lastMs: number | undefined;
  private readonly most: number;

  /** `perSecond`: keys; more than 0. */
  constructor(private readonly perSecond: number) {
    this.most = Math.max(1, (perSecond * BURST_MS) / 1000);
  }

  /** Takes a token for a key; returns for how many ms the next one has to wait, 0 when it need not. `nowMs`: of a clock that never goes back. */
  take(nowMs: number): number {
    if (this.lastMs === undefined) this.tokens = this.most;
    else this.tokens = Math.min(this.most, this.tokens + ((nowMs - this.lastMs) * this.perSecond) / 1000);
    this.lastMs = nowMs;
    this.tokens--;
    return this.tokens >= 1 ? 0 : ((1 - this.tokens) * 1000) / this.perSecond;
  }
}
