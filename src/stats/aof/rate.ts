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
  /** The point of `now`. */
  private current: { commands: number; bytes: number } | undefined;

  /** What follows was written at this time, in seconds since the epoch. */
  at(seconds: number): void {
    this.now = seconds;
    this.current = undefined;
  }

  /** A command of so many bytes. What stands before the first annotation has no time. */
  add(bytes: number): void {
    if (this.now === undefined) return;
    const point = this.current ?? this.pointAt(this.now);
    point.commands++;
    point.bytes += bytes;
  }

  /** In the order of time. */
  list(): RatePoint[] {
    return [...this.points].map(([at, point]) => ({ at, ...point })).sort((a, b) => a.at - b.at);
  }

  private pointAt(seconds: number): { commands: number; bytes: number } {
    const at = Math.floor(seconds / this.step) * this.step;
    const known = this.points.get(at);
    const point = known ?? { commands: 0, bytes: 0 };
    if (!known) this.points.set(at, point);
    let widened = false;
    while (this.points.size > MOST_POINTS && this.widen()) widened = true;
    if (widened) return this.pointAt(seconds);
    this.current = point;
    return point;
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
