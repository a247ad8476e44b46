// Which database the keys behind damage belong to: the record that says so may be among what was lost.

/** Keys behind damage for each that is missing, to believe that a section goes on. */
const FOR_EACH_MISSING = 4;
/** The smallest record of a key, where none is known. */
const SMALLEST = 4;

/** The keys between two records that select a database. */
export interface Section {
  readonly db: number;
  /** File offset where it begins. */
  start: number;
  announcedKeys: number | undefined;
  announcedExpires: number | undefined;
  /** That could be read, and are likely to be keys. */
  keys: number;
  /** Of those: in doubt only as the section may have ended in front of them. */
  lostKeys: number;
  /** Bytes between its keys that could not be read. */
  gapBytes: number;
  /** Behind such bytes: another section may have begun among them. */
  databaseLost: boolean;
  /** It is not chance bytes that read like a beginning. */
  proven: boolean;
}

/** Follows the sections of a file. */
export class Sections {
  current = newSection(0, 0);
  /** The last one that is proven, as long as the current one is not. */
  private previous: Section | undefined;
  private selectedAt = 0;
  private smallest = Number.POSITIVE_INFINITY;

  /** `confirmed` is told of sections whose keys in doubt belong to it, when it ends: it has as many keys as it announced. */
  constructor(private readonly confirmed: (section: Section, end: number) => void) {
    this.current.proven = true;
  }

  /** The section that keys of a database belong to; `undefined` for none that is open. */
  of(db: number): Section | undefined {
    if (this.current.db === db) return this.current;
    return this.previous?.db === db ? this.previous : undefined;
  }

  /** A record that selects a database ends at an offset. */
  selectEndsAt(offset: number): void {
    this.selectedAt = offset;
    if (this.current.keys === 0 && this.current.start > 0) this.current.start = offset;
  }

  /** `doubtful`: what stands in front of it is damage, and it may be a part of that. */
  select(db: number, doubtful: boolean): void {
    const { current } = this;
    const isNothing = current.start === 0 && current.keys === 0 && current.announcedKeys === undefined;
    if (current.proven && !isNothing) this.previous = current;
    this.current = newSection(db, this.selectedAt);
    this.current.databaseLost = doubtful;
  }

  /** Returns whether that proves the section. */
  announce(keys: number, expires: number): boolean {
    const { current, previous } = this;
    current.announcedKeys = keys;
    current.announcedExpires = expires;
    // Servers write both records, one behind the other, and databases in their order: that is no chance.
    const inOrder = previous === undefined || current.db > previous.db;
    if (current.keys > 0 || !inOrder || keys === 0 || expires > keys) return false;
    current.databaseLost = false;
    this.prove();
    return true;
  }

  /** A key of a section is beyond doubt. */
  provedBy(db: number): void {
    if (db === this.current.db && !this.current.databaseLost) this.prove();
  }

  /** Bytes of the section at hand could not be read: what is not proven was chance. */
  lose(gap: number): void {
    if (!this.current.proven && this.previous) {
      this.current = this.previous;
      this.previous = undefined;
    }
    this.current.gapBytes += gap;
    this.current.databaseLost = true;
  }

  /** The file was read to its end. */
  finish(): void {
    if (this.previous) this.end(this.previous, this.current.start);
    this.end(this.current, Number.POSITIVE_INFINITY);
    this.previous = undefined;
  }

  /** Bytes of the smallest key so far. */
  sawKeyOf(bytes: number): void {
    this.smallest = Math.min(this.smallest, bytes);
  }

  private prove(): void {
    this.current.proven = true;
    if (!this.previous) return;
    this.end(this.previous, this.current.start);
    this.previous = undefined;
  }

  /**
   * Keys behind damage belong to the section when it comes to as many as it announced: those that are missing fit into what
   * could not be read, and all behind it would not. Where bytes are gone without a trace that says little; then it would have
   * to be chance that just so many follow.
   */
  private end(section: Section, end: number): void {
    const smallest = Number.isFinite(this.smallest) ? this.smallest : SMALLEST;
    const { announcedKeys, keys, lostKeys, gapBytes } = section;
    if (lostKeys === 0 || announcedKeys === undefined) return;
    const missing = announcedKeys - keys;
    if (missing < 0) return;
    const fits = missing * smallest <= gapBytes && (missing + lostKeys) * smallest > gapBytes;
    if (!fits && FOR_EACH_MISSING * (missing + 1) > lostKeys) return;
    this.confirmed(section, end);
    section.lostKeys = 0;
  }
}

function newSection(db: number, start: number): Section {
  return {
    ...{ db, start, announcedKeys: undefined, announcedExpires: undefined },
    ...{ keys: 0, lostKeys: 0, gapBytes: 0, databaseLost: false, proven: false },
  };
}
