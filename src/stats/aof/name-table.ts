// A table of byte strings of bounded size, in typed arrays: no object and no string for what is only counted.
import { randomFillSync } from 'node:crypto';

/** Of a name. */
const KEPT_BYTES = 256;
/** Where the multipliers for the length and the tag begin. */
const BEHIND = KEPT_BYTES;
const FIRST_ARENA = 64 * 1024;

/**
 * Names, each with a number beside it (`tag`) that tells equal names apart, in the order in which they came. Of a long name
 * the first 256 bytes and the length are kept: what differs only behind these is taken for the same when it is as long.
 */
export class NameTable {
  size = 0;
  readonly tags: Float64Array;
  private readonly hashes: Uint32Array;
  private readonly at: Uint32Array;
  private readonly lengths: Float64Array;
  /** Entries + 1, by hash; 0 for none. */
  private readonly slots: Int32Array;
  private readonly shift: number;
  private arena = new Uint8Array(FIRST_ARENA);
  private arenaEnd = 0;
  private asked = 0;
  /**
   * A secret multiplier for each place. The sum of their products with the bytes is a hash in whose high bits no two names
   * meet more often than by chance, whoever chose the names.
   */
  private readonly secret = randomFillSync(new Uint32Array(BEHIND + 16));

  constructor(readonly most: number) {
    const bits = Math.max(4, Math.ceil(Math.log2(2 * most)));
    this.tags = new Float64Array(most);
    this.hashes = new Uint32Array(most);
    this.at = new Uint32Array(most);
    this.lengths = new Float64Array(most);
    this.slots = new Int32Array(2 ** bits);
    this.shift = 32 - bits;
  }

  /** The entry of a name, bytes [start, end) of `buffer`; -1 when it is not there. */
  find(buffer: Uint8Array, start: number, end: number, tag: number): number {
    this.asked = this.hash(buffer, start, end, tag);
    return this.look(this.asked, buffer, start, end, tag);
  }

  /** Adds the name that `find` was asked for last, and did not find. There must be room for it. */
  add(buffer: Uint8Array, start: number, end: number, tag: number): number {
    const hash = this.asked;
    const entry = this.size++;
    const kept = Math.min(end - start, KEPT_BYTES);
    this.reserve(kept);
    for (let i = 0; i < kept; i++) this.arena[this.arenaEnd + i] = buffer[start + i];
    this.at[entry] = this.arenaEnd;
    this.arenaEnd += kept;
    this.hashes[entry] = hash;
    this.lengths[entry] = end - start;
    this.tags[entry] = tag;
    this.link(entry);
    return entry;
  }

  /** What is kept of a name; good until the next name is added. */
  name(entry: number): Uint8Array {
    return this.arena.subarray(this.at[entry], this.at[entry] + Math.min(this.lengths[entry], KEPT_BYTES));
  }

  /** Drops the entries for which `kept` is 0. Gives the new number of each old one, -1 for those that are gone. */
  keep(kept: Uint8Array): Int32Array {
    const moved = new Int32Array(this.size).fill(-1);
    const old = this.arena;
    this.arena = new Uint8Array(old.length);
    this.arenaEnd = 0;
    this.slots.fill(0);
    let next = 0;
    for (let entry = 0; entry < moved.length; entry++) {
      if (kept[entry] === 0) continue;
      const length = Math.min(this.lengths[entry], KEPT_BYTES);
      for (let i = 0, from = this.at[entry]; i < length; i++) this.arena[this.arenaEnd + i] = old[from + i];
      this.at[next] = this.arenaEnd;
      this.arenaEnd += length;
      this.hashes[next] = this.hashes[entry];
      this.lengths[next] = this.lengths[entry];
      this.tags[next] = this.tags[entry];
      this.link(next);
      moved[entry] = next++;
    }
    this.size = next;
    return moved;
  }

  private look(hash: number, buffer: Uint8Array, start: number, end: number, tag: number): number {
    const { slots, hashes, lengths, tags } = this;
    const mask = slots.length - 1;
    const length = end - start;
    for (let slot = hash >>> this.shift; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] - 1;
      if (entry < 0) return -1;
      if (hashes[entry] !== hash || lengths[entry] !== length || tags[entry] !== tag) continue;
      if (this.isName(entry, buffer, start, Math.min(length, KEPT_BYTES))) return entry;
    }
  }

  private isName(entry: number, buffer: Uint8Array, start: number, length: number): boolean {
    const { arena } = this;
    const at = this.at[entry];
    for (let i = 0; i < length; i++) if (arena[at + i] !== buffer[start + i]) return false;
    return true;
  }

  private link(entry: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = this.hashes[entry] >>> this.shift;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry + 1;
  }

  private hash(buffer: Uint8Array, start: number, end: number, tag: number): number {
    const { secret } = this;
    const kept = Math.min(end - start, KEPT_BYTES);
    let hash = 0;
    for (let i = 0; i < kept; i++) hash = (hash + Math.imul(secret[i], buffer[start + i] + 1)) | 0;
    let place = BEHIND;
    for (let rest = end - start; rest > 0; rest = Math.floor(rest / 256)) {
      hash = (hash + Math.imul(secret[place++], (rest % 256) + 1)) | 0;
    }
    place = BEHIND + 8;
    for (let rest = tag; rest > 0; rest = Math.floor(rest / 256)) {
      hash = (hash + Math.imul(secret[place++], (rest % 256) + 1)) | 0;
    }
    return hash >>> 0;
  }

  private reserve(bytes: number): void {
    if (this.arenaEnd + bytes <= this.arena.length) return;
    const larger = new Uint8Array(2 * this.arena.length);
    larger.set(this.arena);
    this.arena = larger;
  }
}
