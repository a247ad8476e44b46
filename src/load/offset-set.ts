const FIRST_CAPACITY = 64;

/** File offsets of keys, which name them within one input: eight bytes a key, in any order. */
export class OffsetSet {
  private offsets = new Float64Array(FIRST_CAPACITY);
  private count = 0;
  private sorted = true;
  /** Where the last answer was: keys are mostly asked for in the order of the file. */
  private near = 0;

  /** Of a list, which may come in any order. */
  static of(offsets: Iterable<number>): OffsetSet {
    const set = new OffsetSet();
    for (const offset of offsets) set.add(offset);
    return set;
  }

  /** How many there are. An offset that was added twice counts once from the next question on. */
  get size(): number {
    this.sort();
    return this.count;
  }

  add(offset: number): void {
    if (this.count === this.offsets.length) {
      const more = new Float64Array(2 * this.count);
      more.set(this.offsets);
      this.offsets = more;
    }
    if (this.count > 0 && offset <= this.offsets[this.count - 1]) this.sorted = false;
    this.offsets[this.count++] = offset;
  }

  addAll(other: OffsetSet): void {
    for (const offset of other) this.add(offset);
  }

  clear(): void {
    this.count = 0;
    this.near = 0;
    this.sorted = true;
  }

  has(offset: number): boolean {
    this.sort();
    const { offsets, count } = this;
    if (count === 0 || offset > offsets[count - 1] || offset < offsets[0]) return false;
    let { near } = this;
    if (near < count && offsets[near] <= offset) {
      // A few steps from the last place, before all are searched.
      for (let steps = 0; steps < 4 && near < count && offsets[near] < offset; steps++) near++;
      if (near < count && offsets[near] >= offset) {
        this.near = near;
        return offsets[near] === offset;
      }
    }
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (offsets[middle] < offset) low = middle + 1;
      else high = middle;
    }
    this.near = low;
    return offsets[low] === offset;
  }

  /** The largest; undefined when there is none. */
  get last(): number | undefined {
    this.sort();
    return this.count > 0 ? this.offsets[this.count - 1] : undefined;
  }

  /** Ascending. */
  *[Symbol.iterator](): Generator<number> {
    this.sort();
    for (let i = 0; i < this.count; i++) yield this.offsets[i];
  }

  private sort(): void {
    if (this.sorted) return;
    const all = this.offsets.subarray(0, this.count).sort();
    let kept = 0;
    for (const offset of all) if (kept === 0 || all[kept - 1] !== offset) all[kept++] = offset;
    this.count = kept;
    this.near = 0;
    this.sorted = true;
  }
}
