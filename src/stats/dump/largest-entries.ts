/** One entry of the table of prefixes: its address, and what it is chosen by. */
export interface Candidate {
  readonly at: number;
  readonly memory: number;
  readonly depth: number;
}

/**
 * Selects the entries with most memory; where it is equal, what stands above comes first: nothing is chosen without what stands
 * above it, as long as that has no less.
 */
export class LargestEntries {
  private readonly kept: Candidate[] = [];
  /** What does not come before this one is not among them. */
  private floor: Candidate = { at: 0, memory: Number.NEGATIVE_INFINITY, depth: Number.POSITIVE_INFINITY };

  /** `most`: how many are chosen. */
  constructor(private readonly most: number) {}

  add(at: number, memory: number, depth: number): void {
    const { floor } = this;
    if (memory < floor.memory || (memory === floor.memory && depth >= floor.depth)) return;
    this.kept.push({ at, memory, depth });
    // There may be a million entries, and all of them may be equal.
    if (this.kept.length >= 4 * this.most) this.cut();
  }

  list(): Candidate[] {
    this.cut();
    return this.kept;
  }

  private cut(): void {
    const { kept, most } = this;
    kept.sort((a, b) => b.memory - a.memory || a.depth - b.depth);
    if (kept.length < most) return;
    kept.length = most;
    this.floor = kept[most - 1];
  }
}
