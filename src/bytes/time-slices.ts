import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 10;
/** Between two looks at the clock, where steps are as short as a row. */
const STEPS = 64;

/** Long work in one go that lets signals, timers and connections have their turn in between. */
export class TimeSlices {
  private since = performance.now();
  private left: number;

  /** `steps`: how many pass between two looks at the clock; 1 where they are long. */
  constructor(private readonly steps = STEPS) {
    this.left = steps;
  }

  /** Asked at each step: whether to wait for `next()` now. */
  get isOver(): boolean {
    if (--this.left > 0) return false;
    this.left = this.steps;
    return performance.now() - this.since >= SLICE_MS;
  }

  /** Resolves when everybody else had a turn. */
  async next(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
  }
}
