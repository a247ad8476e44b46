/** Seconds that one point covers: each step when there are too many points. */
const STEPS = [1, 10, 60, 600, 3600, 86_400];
const MOST_POINTS = 600;

/** What was written in one span of time. */
export interface RatePoint {
  /** Start of the span, in seconds since the epoch. */
  readonly at: number;
  readonly commands: number;
  readonly bytes: number;
}

/** Commands and bytes over time, as the time annotations of a log tell it. */
export class Rate {
  /** Seconds that a point covers. */
  step = STEPS[0];
  private points = new Map<number, { commands: number; bytes: number }>();
  private now: number | undefined;

  /** What follows was written at this time, in seconds since the epoch. */
  at(seconds: number): void {
    this.now = seconds;
  }

  /** A command of so many bytes. What stands before the first annotation has no time. */
  add(bytes: number): void {
    if (this.now === undefined) return;
    const at = Math.floor(this.now / this.step) * this.step;
    const point = this.points.get(at);
    if (point) {
      point.commands++;
      point.bytes += bytes;
      return;
    }
    this.points.set(at, { commands: 1, bytes });
    while (this.points.size > MOST_POINTS && this.widen()) {}
  }

  /** In the order of time. */
  list(): RatePoint[] {
    return [...this.points].map(([at, point]) => ({ at, ...point })).sort((a, b) => a.at - b.at);
  }

  private widen(): boolean {
    const step = STEPS[STEPS.indexOf(this.step) + 1];
    if (step === undefined) return false;
    const wider = new Map<number, { commands: number; bytes: number }>();
    for (const [at, { commands, bytes }] of this.points) {
      const start = Math.floor(at / step) * step;
      const point = wider.get(start);
      if (point) {
        point.commands += commands;
        point.bytes += bytes;
      } else wider.set(start, { commands, bytes });
    }
    this.step = step;
    this.points = wider;
    return true;
  }
}
