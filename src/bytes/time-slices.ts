import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 10;
/** How many steps pass between two looks at the clock. */
const STEPS = 64;

/** Long work in one go that lets signals, timers and connections have their turn in between. */
export class TimeSlices {
  private since = performance.now();
  private steps = STEPS;

  /** Asked at each small step: whether to wait for `next()` now. */
  get isOver(): boolean {
    if (--this.steps > 0) return false;
    this.steps = STEPS;
    return performance.now() - this.since >= SLICE_MS;
  }

  /** Resolves when everybody else had a turn. */
  async next(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
  }
}
