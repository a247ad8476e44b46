import type { Kernels } from '../bytes/kernels/kernels.js';
import { DuplicateFinder } from '../fingerprints/duplicate-finder.js';
import type { RepeatFinderOptions } from '../fingerprints/repeat-finder.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { latin1 } from '../rdb/values/plain.js';

/** Above this many the names are no longer kept, only their fingerprints. */
const KEPT = 4096;
const KEPT_BYTES = 256;
/** A table of fingerprints for as many as one value may have in practice; beyond that repetitions are not looked for. */
const TABLE_UP_TO = 32_000;

/** Names that may come once: groups of a stream, consumers of a group, producers. Usually a handful. */
export class NameCheck {
  private readonly names = new Set<string>();
  private finder: DuplicateFinder | undefined;
  private inFinder = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly options: RepeatFinderOptions,
  ) {}

  begin(): void {
    this.names.clear();
    this.inFinder = 0;
  }

  /** Adds a resolved name; true when it was there. */
  add(name: BytesRef): boolean {
    if (name.length > KEPT_BYTES) return this.addToFinder(name.start, name.end);
    const text = latin1(name.buffer, name.start, name.end);
    if (this.names.has(text)) return true;
    if (this.names.size < KEPT) {
      this.names.add(text);
      return false;
    }
    return this.addToFinder(name.start, name.end);
  }

  addText(text: string): boolean {
    if (this.names.has(text)) return true;
    if (this.names.size < KEPT) this.names.add(text);
    return false;
  }

  close(): void {
    this.finder?.close();
  }

  private addToFinder(start: number, end: number): boolean {
    if (this.finder === undefined) this.finder = new DuplicateFinder(this.kernels, this.options);
    if (this.inFinder === 0) this.finder.begin(TABLE_UP_TO);
    if (this.inFinder >= TABLE_UP_TO) return false;
    this.inFinder++;
    return this.finder.add(start, end, 0);
  }
}
