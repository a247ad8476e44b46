const LF = 0x0a;
const CR = 0x0d;
const BACKSLASH = 0x5c;
const FIRST_NAMES = 1024;

/**
 * A set of byte strings that answers without allocating anything: a hash table of indexes into one buffer. Made for a million
 * names and many times more questions.
 */
export class NameSet {
  /** Names in it. */
  size = 0;
  private bytes = Buffer.allocUnsafe(FIRST_NAMES * 16);
  private used = 0;
  /** Where each name ends in `bytes`. */
  private ends = new Float64Array(FIRST_NAMES);
  /** Index of a name plus one; 0 for a free place. Twice as many places as names. */
  private table = new Uint32Array(FIRST_NAMES * 2);
  /** Names of a file that knew the seed could be made to meet in one place. */
  private readonly seed = Math.floor(Math.random() * 2 ** 32);

  /** Adds the names of lines, which end with LF or CRLF, in the reversible text form. Empty lines are left out. */
  addLines(text: Uint8Array): void {
    for (let start = 0; start < text.length; ) {
      const found = text.indexOf(LF, start);
      const next = found < 0 ? text.length : found;
      const end = next > start && text[next - 1] === CR ? next - 1 : next;
      const line = text.subarray(start, end);
      if (line.length > 0) this.add(line.includes(BACKSLASH) ? withoutEscapes(line) : line);
      start = next + 1;
    }
  }

  /** Takes a copy of a name. */
  add(name: Uint8Array): void {
    const place = this.placeOf(name, 0, name.length);
    if (this.table[place] !== 0) return;
    if (this.size === this.ends.length) {
      this.growTable();
      this.add(name);
      return;
    }
    if (this.used + name.length > this.bytes.length) this.growBytes(name.length);
    this.bytes.set(name, this.used);
    this.used += name.length;
    this.ends[this.size++] = this.used;
    this.table[place] = this.size;
  }

  /** Whether [start, end) of `bytes` is one of the names. */
  has(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    return this.size > 0 && this.table[this.placeOf(bytes, start, end)] !== 0;
  }

  /** Of the name, or where it would go. */
  private placeOf(bytes: Uint8Array, start: number, end: number): number {
    const { table } = this;
    const mask = table.length - 1;
    let place = this.hash(bytes, start, end) & mask;
    while (table[place] !== 0 && !this.isName(table[place] - 1, bytes, start, end)) place = (place + 1) & mask;
    return place;
  }

  private isName(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = index === 0 ? 0 : this.ends[index - 1];
    if (this.ends[index] - from !== end - start) return false;
    for (let i = from, k = start; k < end; i++, k++) if (this.bytes[i] !== bytes[k]) return false;
    return true;
  }

  /** FNV-1a, with a last mix because only the low bits count. */
  private hash(bytes: Uint8Array, start: number, end: number): number {
    let hash = this.seed;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    hash ^= hash >>> 16;
    hash = Math.imul(hash, 0x85ebca6b);
    return hash ^ (hash >>> 13);
  }

  private growBytes(least: number): void {
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.used + least));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
  }

  private growTable(): void {
    const ends = new Float64Array(this.ends.length * 2);
    ends.set(this.ends);
    this.ends = ends;
    this.table = new Uint32Array(ends.length * 2);
    for (let i = 0; i < this.size; i++) {
      this.table[this.placeOf(this.bytes, i === 0 ? 0 : ends[i - 1], ends[i])] = i + 1;
    }
  }
}

/** Escapes stand for bytes; everything else of the line stays as it is, valid UTF-8 or not. */
function withoutEscapes(line: Uint8Array): Uint8Array {
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('latin1');
  const bytes = text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
