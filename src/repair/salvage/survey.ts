import type { FindingCode } from '../../errors.js';
import type { Opcode } from '../../rdb/format.js';
import type { ParseFailure } from '../../rdb/parser.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { JudgedKey, JudgeListener } from './key-judge.js';
import { BEYOND_DOUBT, KeyTail, type TailKey } from './key-tail.js';
import type { NameModel } from './name-model.js';
import type { RepeatedNames } from './repeated-names.js';
import type { SalvagePlan, SkippedRange, SuspectKey, SuspectRange, SuspectReason } from './salvage.js';

/** Suspects that are named. */
const NAMED = 100;
/** Ranges that are told one by one; what is behind that is only counted. */
const MOST_SKIPPED = 1000;
const MOST_DATABASES = 65_536;
const KEY_BYTES = 1024;
/** Keys behind damage for each that is missing, to believe that a section goes on. */
const FOR_EACH_MISSING = 4;
const PROGRESS_EVERY = 1024 * 1024;
/** Records that belong to the next key. */
const ATTRIBUTES = new Set<Opcode>(['EXPIRETIME', 'EXPIRETIME_MS', 'FREQ', 'IDLE', 'KEY_META']);

interface Section {
  keys: number;
  announced: number | null;
}

interface OpenSegment {
  readonly start: number;
  readonly db: number;
  suspects: SuspectRange[];
}

/** Where reading stopped, for `skip`. */
export type Stop = Pick<ParseFailure, 'code' | 'offset' | 'message'> & {
  readonly key: Uint8Array | null;
  readonly from: number;
  readonly to: number;
};

/** Collects what a walk over a damaged file finds: which bytes are keys, and how sure that is. */
export class Survey implements JudgeListener {
  /** The database of the next key. */
  db = 0;
  private readonly tail = new KeyTail((key) => this.settle(key));
  private readonly segments: OpenSegment[] = [];
  private readonly ends: number[] = [];
  private readonly skipped: SkippedRange[] = [];
  private skippedBytes = 0;
  private suspects: SuspectKey[] = [];
  private readonly counts: Record<SuspectReason, number> = {
    container: 0,
    'before-damage': 0,
    'behind-damage': 0,
    database: 0,
    repeated: 0,
  };
  private readonly sections = new Map<number, Section>();
  private sure = 0;
  private segment: OpenSegment = { start: 0, db: 0, suspects: [] };
  /** Everything in the segment before this is settled. */
  private settledTo = 0;
  /** Bits of the first keys behind damage, until they are enough; undefined when there is none. */
  private head: number | undefined;
  private databaseLost = false;
  private sawAttributes = false;
  /** Of the section at hand. */
  private announcedKeys: number | undefined;
  private announcedExpires: number | undefined;
  private sectionKeys = 0;
  private sectionStart = 0;
  /** Behind the last key that is likely to be one. */
  private lastKeyEnd = 0;
  /** Keys of it that are in doubt only as it is not known to be theirs. */
  private lostKeys = 0;
  private smallest = Number.POSITIVE_INFINITY;
  private told = 0;
  private endMark = 0;

  constructor(
    private readonly names: NameModel,
    private readonly repeats: RepeatedNames,
    private readonly onProgress: (offset: number) => void,
  ) {}

  get keys(): number {
    return this.sure + Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Records can be read from here on. `behindDamage`: what stands in front of them is lost. */
  begin(start: number, behindDamage: boolean): void {
    this.segment = { start, db: this.db, suspects: [] };
    this.settledTo = start;
    this.head = behindDamage ? 0 : undefined;
  }

  key(judged: JudgedKey, key: KeyRecord): void {
    this.db = key.db;
    if (key.expireAtMs !== undefined) this.sawAttributes = true;
    if (judged.end - this.told > PROGRESS_EVERY) {
      this.told = judged.end;
      this.onProgress(judged.end);
    }
    const repeats = this.tail.push(judged, key, this.reasonOf(judged));
    if (!repeats) return;
    // Zeros read like a row of keys without a name, and what follows them begins anywhere.
    this.head = 0;
    this.databaseLost = this.databaseLost || !this.isSameDatabase(judged.end - this.lastKeyEnd);
  }

  record(opcode: Opcode, end: number): void {
    if (ATTRIBUTES.has(opcode)) this.sawAttributes = true;
    else if (this.tail.isEmpty) this.settledTo = end;
  }

  brokenRecord(opcode: Opcode, code: FindingCode, start: number, end: number): void {
    const message = `the record ${opcode} was read, and what it holds is damaged: it is left out`;
    this.skip({ code, offset: start, message, key: null, from: start, to: end });
  }

  selectDb(db: number): void {
    this.endSection();
    this.db = db;
    this.databaseLost = false;
    this.lostKeys = 0;
    this.announcedKeys = undefined;
    this.announcedExpires = undefined;
    this.sectionKeys = 0;
    this.sectionStart = this.settledTo;
  }

  resizeDb(keys: number, expires: number): void {
    this.announcedKeys = keys;
    this.announcedExpires = expires;
    this.sectionOf(this.db).announced = keys;
  }

  end(offset: number): void {
    this.endMark = offset;
  }

  /** The walk came to the end of the file. */
  finish(): void {
    for (const key of this.tail.take()) this.settle(key);
    this.endSection();
    // Records behind the keys.
    this.settledTo = Math.max(this.settledTo, this.endMark);
    this.endSegment();
  }

  /** Where to look on, when the walk stopped at an offset: behind the beginning of the first record that is not settled. */
  resumeFrom(offset: number): number {
    return (this.tail.first?.start ?? Math.min(this.settledTo, offset)) + 1;
  }

  /** Records were found again at `found`. */
  resume(failure: ParseFailure, key: Uint8Array | null, found: number): void {
    // A key that reaches into what was found was none, or has a wrong length.
    for (const each of this.tail.take()) {
      if (each.end <= found) this.doubt(each);
    }
    this.endSegment();
    this.skip({ ...failure, key, from: this.settledTo, to: found });
    this.databaseLost = this.databaseLost || !this.isSameDatabase(found - this.lastKeyEnd);
    this.begin(found, true);
  }

  /** Nothing more was found. `cut`: the file just ends too early. */
  lose(failure: ParseFailure, key: Uint8Array | null, size: number, cut: boolean): void {
    for (const each of this.tail.take()) {
      if (cut) this.settle(each);
      else this.doubt(each);
    }
    this.endSegment();
    this.skip({ ...failure, key, from: this.settledTo, to: size }, true);
  }

  /** A range that is in no key. */
  skip({ code, offset, message, key, from, to }: Stop, isRest = false): void {
    if (to <= from) return;
    this.skippedBytes += to - from;
    if (this.skipped.length >= MOST_SKIPPED) return;
    this.skipped.push({ start: from, end: to, code, offset, message, key, db: this.db, isRest });
  }

  /** Rejects with SpillError. */
  async result(): Promise<
    Pick<
      SalvagePlan,
      'databases' | 'sure' | 'suspect' | 'suspects' | 'skipped' | 'skippedBytes' | 'segments' | 'repeated' | 'doubled'
    >
  > {
    const { repeated, doubled, wereSure } = await this.repeats.finish();
    const { suspects, skipped, skippedBytes } = this;
    const segments = this.segments.map((segment, i) => ({ ...segment, end: this.ends[i] }));
    const databases = [...this.sections].map(([db, section]) => ({ db, ...section })).sort((a, b) => a.db - b.db);
    const suspect = { ...this.counts, repeated: this.counts.repeated + wereSure };
    const sure = this.sure - wereSure;
    return { databases, sure, suspect, suspects, skipped, skippedBytes, segments, repeated, doubled };
  }

  private reasonOf({ fault, bits }: JudgedKey): SuspectReason | undefined {
    if (this.head !== undefined) {
      const isFirst = this.head === 0;
      this.head += bits;
      const sure = this.head >= BEYOND_DOUBT;
      if (sure) this.head = undefined;
      if (!sure || (isFirst && this.mayLackAttributes)) return fault ? 'container' : 'behind-damage';
    }
    if (fault) return 'container';
    return this.databaseLost ? 'database' : undefined;
  }

  /** The first key behind damage may have had an expiry, or another attribute, in front of it. */
  private get mayLackAttributes(): boolean {
    return this.sawAttributes || this.announcedExpires !== 0 || this.databaseLost;
  }

  /**
   * Whether the keys behind a gap belong to the same database as those in front of it: when the section announced more keys
   * than the gap could hold, it does not end in there.
   */
  private isSameDatabase(gap: number): boolean {
    if (this.announcedKeys === undefined) return false;
    const left = this.announcedKeys - this.sectionKeys;
    const smallest = Number.isFinite(this.smallest) ? this.smallest : 4;
    return left * smallest > gap;
  }

  /**
   * A section ends. When it has about as many keys as it announced, those behind damage belong to it: had another section begun
   * in a gap, it would be chance that just so many follow.
   */
  private endSection(): void {
    if (this.lostKeys === 0 || this.announcedKeys === undefined) return;
    const missing = this.announcedKeys - this.sectionKeys - this.tail.size;
    if (missing < 0 || FOR_EACH_MISSING * (missing + 1) > this.lostKeys) return;
    this.sure += this.lostKeys;
    this.counts.database -= this.lostKeys;
    this.lostKeys = 0;
    const belongs = (range: { start: number; reason: SuspectReason }) =>
      range.reason === 'database' && range.start >= this.sectionStart;
    for (const segment of [...this.segments, this.segment]) {
      segment.suspects = segment.suspects.filter((range) => !belongs(range));
    }
    this.suspects = this.suspects.filter((key) => !belongs(key));
  }

  private doubt(key: TailKey): void {
    key.reason ??= 'before-damage';
    this.settle(key);
  }

  private settle(key: TailKey): void {
    const { start, end, db, reason } = key;
    this.settledTo = end;
    const isNone = reason === 'repeated' || reason === 'before-damage';
    if (db === this.db && !isNone) this.sectionKeys++;
    if (!isNone) this.lastKeyEnd = end;
    if (reason === 'database' && db === this.db) this.lostKeys++;
    this.sectionOf(db).keys++;
    // Names that repeat in a row are left out anyway.
    if (reason !== 'repeated') this.repeats.add(key.name, db, start, reason !== undefined);
    if (reason === undefined) {
      this.sure++;
      this.smallest = Math.min(this.smallest, end - start);
      this.names.learn(key.name, 0, key.name.length);
      return;
    }
    this.counts[reason]++;
    const { suspects } = this.segment;
    const last = suspects.at(-1);
    if (last?.end === start && last.reason === reason) {
      suspects[suspects.length - 1] = { ...last, end, keys: last.keys + 1 };
    } else suspects.push({ start, end, keys: 1, reason });
    if (this.suspects.length >= NAMED) return;
    const name = key.name.slice(0, KEY_BYTES);
    this.suspects.push({ db, key: name, type: key.type, start, end, reason, code: key.code ?? null });
  }

  private endSegment(): void {
    const { start, db, suspects } = this.segment;
    if (this.settledTo <= start) return;
    this.segments.push({ start, db, suspects });
    this.ends.push(this.settledTo);
  }

  private sectionOf(db: number): Section {
    const known = this.sections.get(db);
    if (known) return known;
    const made: Section = { keys: 0, announced: null };
    // No server has so many; what is beyond is only counted in all.
    if (this.sections.size < MOST_DATABASES) this.sections.set(db, made);
    return made;
  }
}
