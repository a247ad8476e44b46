/** Called now and then with bytes that were read, of all that will be. */
export type OnCompared = (done: number, total: number | undefined) => void;

/** Bytes over both looks at both sides, one after the other. */
export class CompareProgress {
  private before = 0;
  private last = 0;
  private side = 0;

  constructor(
    private readonly sizes: readonly (number | undefined)[],
    private readonly onProgress: OnCompared | undefined,
  ) {}

  /** For the options of a side. */
  of(side: number): { readonly onProgress?: (done: number) => void } {
    const { sizes, onProgress } = this;
    const [left, right] = sizes;
    if (!onProgress || left === undefined || right === undefined) return {};
    return {
      onProgress: (done) => {
        // A look that begins, of this side or the other one: the look before it is over.
        if (side !== this.side || done < this.last) this.before += sizes[this.side] ?? 0;
        this.side = side;
        this.last = done;
        onProgress(this.before + done, 2 * (left + right));
      },
    };
  }
}
