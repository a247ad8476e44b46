import { ProgressBar } from './progress-bar.js';

/** A bar for each phase of a work, one after the other; `labels` stand in front of them. */
export class PhaseBars<Phase extends string> {
  readonly wanted: boolean;
  private phase: Phase | undefined;
  private bar: ProgressBar | undefined;

  constructor(
    private readonly allowed: boolean,
    private readonly labels: Readonly<Record<Phase, string>>,
  ) {
    this.wanted = new ProgressBar(allowed).wanted;
  }

  readonly update = (phase: Phase, done: number, total: number | undefined): void => {
    if (phase !== this.phase) {
      this.bar?.stop();
      this.bar = new ProgressBar(this.allowed, this.labels[phase]);
      this.phase = phase;
    }
    this.bar?.update(done, total);
  };

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
