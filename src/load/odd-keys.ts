const PAGE_BYTES = 64 * 1024;
const PAGE_KEYS = 8 * PAGE_BYTES;

/** Keys of an input that stand out, by their places in it: one bit for each. */
export class OddKeys {
  count = 0;
  private readonly pages: (Uint8Array | undefined)[] = [];

  /** The key that so many keys stand before; once. */
  add(place: number): void {
    const at = Math.floor(place / PAGE_KEYS);
    let page = this.pages[at];
    if (!page) {
      page = new Uint8Array(PAGE_BYTES);
      this.pages[at] = page;
    }
    const bit = place % PAGE_KEYS;
    page[bit >> 3] |= 1 << (bit & 7);
    this.count++;
  }

  has(place: number): boolean {
    const page = this.pages[Math.floor(place / PAGE_KEYS)];
    const bit = place % PAGE_KEYS;
    return page !== undefined && (page[bit >> 3] & (1 << (bit & 7))) !== 0;
  }
}
