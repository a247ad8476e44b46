const PAGE_BITS = 1 << 19;

/** A set of numbers from 0 on; one bit each, where there are any. */
export class OrdinalSet {
  size = 0;
  private readonly pages = new Map<number, Uint8Array>();

  add(ordinal: number): void {
    const page = Math.floor(ordinal / PAGE_BITS);
    let bits = this.pages.get(page);
    if (!bits) {
      bits = new Uint8Array(PAGE_BITS / 8);
      this.pages.set(page, bits);
    }
    const at = ordinal - page * PAGE_BITS;
    const bit = 1 << (at & 7);
    if ((bits[at >>> 3] & bit) !== 0) return;
    bits[at >>> 3] |= bit;
    this.size++;
  }

  delete(ordinal: number): void {
    if (!this.has(ordinal)) return;
    const page = Math.floor(ordinal / PAGE_BITS);
    const at = ordinal - page * PAGE_BITS;
    const bits = this.pages.get(page);
    if (bits) bits[at >>> 3] &= ~(1 << (at & 7));
    this.size--;
  }

  has(ordinal: number): boolean {
    const page = Math.floor(ordinal / PAGE_BITS);
    const at = ordinal - page * PAGE_BITS;
    return ((this.pages.get(page)?.[at >>> 3] ?? 0) & (1 << (at & 7))) !== 0;
  }
}
