import type { FindingCode } from '../../errors.js';
import type { Opcode } from '../../rdb/format.js';
import type { ParseFailure } from '../../rdb/parser.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { JudgedKey, JudgeListener } from './key-judge.js';
import { BEYOND_DOUBT, KeyTail, type TailKey } from './key-tail.js';
import type { NameModel } from './name-model.js';
import type { RepeatedNames } from './repeated-names.js';
import type { SalvagePlan, SkippedRange, SuspectKey, SuspectRange, SuspectReason } from './salvage.js';
import { type Section, Sections } from './sections.js';

/** Suspects that are named. */
const NAMED = 100;
/** Ranges that are told one by one; what is behind that is only counted. */
const MOST_SKIPPED = 1000;
const MOST_DATABASES = 65_536;
const KEY_BYTES = 1024;
const PROGRESS_EVERY = 1024 * 1024;
/** Records that belong to the next key. */
const ATTRIBUTES = new Set<Opcode>(['EXPIRETIME', 'EXPIRETIME_MS', 'FREQ', 'IDLE', 'KEY_META']);

interface Database {
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
  private readonly tail = new KeyTail((key) => this.settle(key));
  private readonly segments: OpenSegment[] = [];
  private readonly ends: number[] = [];
  private readonly skipped: SkippedRange[] = [];
  private skippedRanges = 0;
  private skippedBytes = 0;
  private suspects: SuspectKey[] = [];
  private readonly counts: Record<SuspectReason, number> = {
    container: 0,
    'before-damage': 0,
    'behind-damage': 0,
    database: 0,
    repeated: 0,
  };
  private readonly databases = new Map<number, Database>();
  private readonly sections = new Sections((section, end) => this.confirm(section, end));
  private sure = 0;
  private segment: OpenSegment = { start: 0, db: 0, suspects: [] };
  /** Everything in the segment before this is settled. */
  private settledTo = 0;
  /** Bits of the first keys behind damage, until they are enough; undefined when there is none. */
  private head: number | undefined;
  /** The value of the key before did not pass its checks. */
  private sawFault = false;
  private sawAttributes = false;
  /** Behind the last key that is likely to be one. */
  private lastKeyEnd = 0;
  /** Up to here bytes are counted as lost for the section at hand. */
  private lostTo = 0;
  private told = 0;
  private endMark = 0;

  constructor(
    private readonly names: NameModel,
    private readonly repeats: RepeatedNames,
    private readonly onProgress: (offset: number) => void,
  ) {}

  /** The database of the next key. */
  get db(): number {
    return this.sections.current.db;
  }

  get keys(): number {
    return this.sure + Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Records can be read from here on. `behindDamage`: what stands in front of them is lost. */
  begin(start: number, behindDamage: boolean): void {
    this.segment = { start, db: this.db, suspects: [] };
    this.settledTo = start;
    this.head = behindDamage ? 0 : undefined;
    if (behindDamage) this.sections.current.databaseLost = true;
  }

  key(judged: JudgedKey, key: KeyRecord): void {
    if (key.expireAtMs !== undefined) this.sawAttributes = true;
    if (judged.end - this.told > PROGRESS_EVERY) {
      this.told = judged.end;
      this.onProgress(judged.end);
    }
    const repeats = this.tail.push(judged, key, this.reasonOf(judged, key));
    if (!repeats) return;
    // Zeros read like a row of keys without a name, and what follows them begins anywhere.
    this.head = 0;
    this.loseSection(judged.end);
  }

  record(opcode: Opcode, end: number): void {
    if (opcode === 'SELECTDB') this.sections.selectEndsAt(end);
    if (ATTRIBUTES.has(opcode)) this.sawAttributes = true;
    else if (this.tail.isEmpty) this.settledTo = end;
  }

  brokenRecord(opcode: Opcode, code: FindingCode, start: number, end: number): void {
    const message = `the record ${opcode} was read, and what it holds is damaged: it is left out`;
    this.skip({ code, offset: start, message, key: null, from: start, to: end });
  }

  selectDb(db: number): void {
    this.sections.select(db, this.head !== undefined);
  }

  resizeDb(keys: number, expires: number): void {
    // What comes next begins at a record.
    if (this.sections.announce(keys, expires)) this.head = undefined;
    this.databaseOf(this.db).announced = keys;
  }

  end(offset: number): void {
    this.endMark = offset;
  }

  /** The walk came to the end of the file. */
  finish(): void {
    for (const key of this.tail.take()) this.settle(key);
    this.sections.finish();
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
    this.loseSection(found);
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
    this.skippedRanges++;
    if (this.skipped.length >= MOST_SKIPPED) return;
    this.skipped.push({ start: from, end: to, code, offset, message, key, db: this.db, isRest });
  }

  /** Rejects with SpillError. */
  async result(): Promise<
    Omit<SalvagePlan, 'input' | 'gzip' | 'bytes' | 'magic' | 'version' | 'headerGuessed' | 'checksum' | 'behindBytes'>
  > {
    const { repeated, doubled, wereSure } = await this.repeats.finish();
    const { suspects, skipped, skippedRanges, skippedBytes } = this;
    const segments = this.segments.map((segment, i) => ({ ...segment, end: this.ends[i] }));
    const databases = [...this.databases].map(([db, each]) => ({ db, ...each })).sort((a, b) => a.db - b.db);
    const suspect = { ...this.counts, repeated: this.counts.repeated + wereSure };
    const sure = this.sure - wereSure;
    return {
      ...{ databases, sure, suspect, suspects, skipped, skippedRanges, skippedBytes },
      ...{ segments, repeated, doubled },
    };
  }

  private reasonOf({ fault, bits }: JudgedKey, key: KeyRecord): SuspectReason | undefined {
    // A value that is damaged may have taken what stood in front of this key, but not the first of it.
    const mayLack = key.expireAtMs === undefined && this.mayLackAttributes;
    const isBehindFault = this.sawFault;
    this.sawFault = fault !== undefined;
    if (this.head !== undefined) {
      const isFirst = this.head === 0;
      this.head += bits;
      const sure = this.head >= BEYOND_DOUBT;
      if (sure) this.head = undefined;
      if (!sure || (isFirst && mayLack)) return fault ? 'container' : 'behind-damage';
    }
    if (fault) return 'container';
    if (isBehindFault && mayLack) return 'behind-damage';
    return this.sections.current.databaseLost ? 'database' : undefined;
  }

  /** The first key behind damage may have had an expiry, or another attribute, in front of it. */
  private get mayLackAttributes(): boolean {
    const { announcedExpires, databaseLost } = this.sections.current;
    return this.sawAttributes || announcedExpires !== 0 || databaseLost;
  }

  /** Keys that were in doubt belong to their section. */
  private confirm(section: Section, end: number): void {
    this.sure += section.lostKeys;
    this.counts.database -= section.lostKeys;
    const belongs = (range: { start: number; reason: SuspectReason }) =>
      range.reason === 'database' && range.start >= section.start && range.start < end;
    for (const segment of [...this.segments, this.segment]) {
      segment.suspects = segment.suspects.filter((range) => !belongs(range));
    }
    this.suspects = this.suspects.filter((key) => !belongs(key));
  }

  /** What lies between the last key that is likely to be one and an offset may hide the beginning of a section. */
  private loseSection(to: number): void {
    this.sections.lose(to - Math.max(this.lastKeyEnd, this.lostTo));
    this.lostTo = to;
  }

  private doubt(key: TailKey): void {
    key.reason ??= 'before-damage';
    this.settle(key);
  }

  private settle(key: TailKey): void {
    const { start, end, db, reason } = key;
    this.settledTo = end;
    const isNone = reason === 'repeated' || reason === 'before-damage';
    const section = this.sections.of(db);
    if (section && !isNone) section.keys++;
    if (section && reason === 'database') section.lostKeys++;
    if (!isNone) this.lastKeyEnd = end;
    this.databaseOf(db).keys++;
    // Names that repeat in a row are left out anyway.
    if (reason !== 'repeated') this.repeats.add(key.name, db, start, reason !== undefined);
    if (reason === undefined || reason === 'database') {
      this.sections.sawKeyOf(end - start);
      this.names.learn(key.name, 0, key.name.length);
    }
    if (reason === undefined) {
      this.sure++;
      this.sections.provedBy(db);
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

  private databaseOf(db: number): Database {
    const known = this.databases.get(db);
    if (known) return known;
    const made: Database = { keys: 0, announced: null };
    // No server has so many; what is beyond is only counted in all.
    if (this.databases.size < MOST_DATABASES) this.databases.set(db, made);
    return made;
  }
}
