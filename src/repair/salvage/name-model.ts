import type { BytesRef } from '../../rdb/bytes-ref.js';

/** Names that begin alike are told by so many bytes. */
const PREFIX = 4;
const MOST_PREFIXES = 65_536;
const LOOKED_AT = 64;
/** So many names make a prefix known, or an alphabet. */
const KNOWN_FROM = 3;
const ALPHABET_FROM = 50;

/** Bits of evidence; a name of arbitrary bytes gives none. */
const KNOWN_PREFIX = 12;
const USUAL_ALPHABET = 5;

/** What the names of a file look like, learned from those that are beyond doubt. */
export class NameModel {
  private readonly prefixes = new Map<number, number>();
  private names = 0;
  private printable = 0;

  learn(bytes: Uint8Array, start: number, end: number): void {
    this.names++;
    if (isPrintable(bytes, start, end)) this.printable++;
    const prefix = prefixOf(bytes, start, end);
    const count = this.prefixes.get(prefix);
    if (count !== undefined || this.prefixes.size < MOST_PREFIXES) this.prefixes.set(prefix, (count ?? 0) + 1);
  }

  /** How much a name speaks for being one of this file, in bits. */
  evidence(name: BytesRef): number {
    if (name.resolve() !== undefined || name.length < PREFIX) return 0;
    const { buffer, start, end } = name;
    if ((this.prefixes.get(prefixOf(buffer, start, end)) ?? 0) >= KNOWN_FROM) return KNOWN_PREFIX;
    const allPrintable = this.names >= ALPHABET_FROM && this.printable === this.names;
    return allPrintable && isPrintable(buffer, start, end) ? USUAL_ALPHABET : 0;
  }
}

function prefixOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = Math.min(end - start, PREFIX);
  for (let i = start; i < end && i < start + PREFIX; i++) hash = (Math.imul(hash, 257) + bytes[i]) | 0;
  return hash;
}

function isPrintable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end && i < start + LOOKED_AT; i++) if (bytes[i] < 0x20 || bytes[i] === 0x7f) return false;
  return true;
}
