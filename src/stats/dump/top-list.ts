/** The items with the largest values, of any number that pass; of equal ones those that came first. A heap, the least on top. */
export class TopList<T> {
  private readonly heap: { value: number; order: number; item: T }[] = [];
  private seen = 0;

  constructor(private readonly size: number) {}

  /** What has a value above this gets in. */
  get threshold(): number {
    if (this.size === 0) return Number.POSITIVE_INFINITY;
    return this.heap.length < this.size ? Number.NEGATIVE_INFINITY : this.heap[0].value;
  }

  /** Takes the item if it is among the largest; it is only made then. */
  offer(value: number, item: () => T): void {
    if (!(value > this.threshold)) return;
    const entry = { value, order: this.seen++, item: item() };
    const { heap } = this;
    if (heap.length < this.size) {
      heap.push(entry);
      this.up(heap.length - 1);
    } else {
      heap[0] = entry;
      this.down(0);
    }
  }

  /** The largest first. */
  list(): T[] {
    return [...this.heap].sort((a, b) => b.value - a.value || a.order - b.order).map(({ item }) => item);
  }

  private up(from: number): void {
    const { heap } = this;
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.isLess(at, parent)) return;
      [heap[at], heap[parent]] = [heap[parent], heap[at]];
      at = parent;
    }
  }

  private down(from: number): void {
    const { heap } = this;
    for (let at = from; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < heap.length && this.isLess(child, least)) least = child;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least], heap[at]];
      at = least;
    }
  }

  /** Of equal values the one that came last leaves first. */
  private isLess(a: number, b: number): boolean {
    const { heap } = this;
    return heap[a].value < heap[b].value || (heap[a].value === heap[b].value && heap[a].order > heap[b].order);
  }
}
