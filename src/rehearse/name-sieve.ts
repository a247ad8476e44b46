import { randomBytes } from 'node:crypto';

/** Places of each name. */
const PLACES = 4;
const LEAST_BYTES = 4096;
const MOST_BYTES = 2 ** 29;

/**
 * A Bloom filter for names of keys: it never says of a name that was added that it was not, and may say of another one that
 * it was. With eight bits for each name that happens to one in forty, with sixteen to one in four hundred.
 */
export class NameSieve {
  private readonly bits: Uint32Array;
  private readonly mask: number;
  /** Nobody can make a file whose names all meet in one place. */
  private readonly seeds = [randomBytes(4).readUInt32LE(), randomBytes(4).readUInt32LE()] as const;
  private first = 0;
  private second = 0;

  /** Rounds `bytes` down to a power of two between 4 KiB and 512 MiB. */
  constructor(bytes: number) {
    const room = 2 ** Math.floor(Math.log2(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, bytes))));
    this.bits = new Uint32Array(room / 4);
    // 2 ** 32 places are all that an unsigned number of 32 bits tells apart.
    this.mask = (room * 8 - 1) >>> 0;
  }

  get bytes(): number {
    return this.bits.byteLength;
  }

  /** Adds the name [start, end) of `buffer` in a `space`; the same name in another one is another name. */
  add(space: number, buffer: Uint8Array, start: number, end: number): void {
    this.hash(space, buffer, start, end);
    for (let i = 0; i < PLACES; i++) {
      const place = this.place(i);
      this.bits[place >>> 5] |= 1 << (place & 31);
    }
  }

  has(space: number, buffer: Uint8Array, start: number, end: number): boolean {
    this.hash(space, buffer, start, end);
    for (let i = 0; i < PLACES; i++) {
      const place = this.place(i);
      if ((this.bits[place >>> 5] & (1 << (place & 31))) === 0) return false;
    }
    return true;
  }

  private place(i: number): number {
    return ((this.first + Math.imul(i, this.second)) & this.mask) >>> 0;
  }

  /** FNV-1a twice, and a last mix so that all bits count. */
  private hash(space: number, buffer: Uint8Array, start: number, end: number): void {
    let a = this.seeds[0] ^ space;
    let b = Math.imul(this.seeds[1] ^ space, 0x85ebca6b);
    for (let i = start; i < end; i++) {
      const byte = buffer[i];
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x5bd1e995);
      b ^= b >>> 15;
    }
    this.first = mixed(a);
    // An odd step reaches all places.
    this.second = mixed(b) | 1;
  }
}

function mixed(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
