// What salvaging takes and gives.
import type { FindingCode } from '../../errors.js';
import type { ChecksumReport } from '../../rdb/checksum-report.js';

/** What a salvage may do. */
export interface SalvageOptions {
  /** Keys that may be wrong are written as well. Default: they are left out. */
  readonly includeSuspect?: boolean;
  /** Where the content of a gzip goes while it is worked on; by default where the system keeps temporary files. */
  readonly tmpDir?: string;
  /** Bytes worked through so far, of about as many as there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Why a key may be wrong. `container`: its value was read, and a check of it fails. `before-damage`: it stands so close in
 * front of a place that cannot be read that it may be a part of the damage. `behind-damage`: it is among the first behind such a
 * place, where a record may be taken for another one, or may have lost its expiry. `database`: it is not known which database
 * it belongs to, as the record that says so may be lost. `repeated`: another key of the database has the same name, which
 * servers do not load.
 */
export type SuspectReason = 'container' | 'before-damage' | 'behind-damage' | 'database' | 'repeated';

/** A key that may be wrong. */
export interface SuspectKey {
  readonly db: number;
  /** Its first 1024 bytes. */
  readonly key: Uint8Array;
  /** As TYPE answers. */
  readonly type: string;
  /** Bytes of its record in the file: [start, end). */
  readonly start: number;
  readonly end: number;
  readonly reason: SuspectReason;
  /** Of `container`: what is wrong. */
  readonly code: FindingCode | null;
}

/** Bytes that are in no key of the output, because nobody can tell what they are. */
export interface SkippedRange {
  /** File offsets: [start, end). */
  readonly start: number;
  readonly end: number;
  /** Why reading stopped, and at which offset; not before `start`. */
  readonly code: FindingCode;
  readonly offset: number;
  readonly message: string;
  /** The key whose value could not be read, its first 1024 bytes; null when it was none, or its name is lost. */
  readonly key: Uint8Array | null;
  readonly db: number;
  /** The rest of the file: no more records were found. */
  readonly isRest: boolean;
}

/** The keys of one database. */
export interface SalvagedDatabase {
  readonly db: number;
  /** Those that could be read, suspects included. */
  readonly keys: number;
  /** As the file announces it; null when it does not, or that record is lost. */
  readonly announced: number | null;
}

/** What was found in a damaged file: which keys can be read, and which bytes cannot. */
export interface SalvageSurvey {
  readonly input: string;
  readonly gzip: boolean;
  /** Of the content. */
  readonly bytes: number;
  readonly magic: 'REDIS' | 'VALKEY';
  readonly version: number;
  /** The header could not be read; magic and version are a guess from what follows. */
  readonly headerGuessed: boolean;
  readonly checksum: ChecksumReport;
  readonly databases: readonly SalvagedDatabase[];
  /** Keys that are beyond doubt as far as their bytes tell. */
  readonly sure: number;
  /** How many are in doubt, by reason, also those beyond the ones that `suspects` names. */
  readonly suspect: Readonly<Record<SuspectReason, number>>;
  /** The first 100 of them. */
  readonly suspects: readonly SuspectKey[];
  /** The first 1000 ranges; `skippedRanges` counts all. */
  readonly skipped: readonly SkippedRange[];
  readonly skippedRanges: number;
  readonly skippedBytes: number;
  /** Bytes behind the end of the RDB that are none of its records. */
  readonly behindBytes: number;
}

/** What of a file is written, and what is left out. */
export interface SalvagePlan extends SalvageSurvey {
  readonly segments: readonly Segment[];
  /** Where keys begin that are not written in any case, as another one of their name counts more, or as much. */
  readonly repeated: ReadonlySet<number>;
  /** Where keys begin that are as good as another one of their name: written only with the suspects. */
  readonly doubled: ReadonlySet<number>;
}

/** A range of the file that can be read from its first byte to its last. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  /** The database at its start. */
  readonly db: number;
  /** Where suspects stand in it, ascending. */
  readonly suspects: readonly SuspectRange[];
}

/** Keys next to each other that are in doubt for the same reason: bytes [start, end). */
export interface SuspectRange {
  readonly start: number;
  readonly end: number;
  readonly keys: number;
  readonly reason: SuspectReason;
}

/** What was written. */
export interface Salvaged {
  readonly survey: SalvageSurvey;
  readonly output: string;
  readonly includeSuspect: boolean;
  /** Keys in the output, and how many of them are suspects. */
  readonly keys: number;
  readonly suspectKeys: number;
  /**
   * Keys in the output whose bytes no checksum vouches for: all of them, unless the input has a good one.
   */
  readonly unproven: number;
  /**
   * `whole`: nothing is missing or in doubt, and no checksum speaks against it. `newer`: bytes were skipped that this release
   * does not know, of a file whose checksum is good: it is sound, and a newer release reads it. `lost`: anything else.
   */
  readonly outcome: 'whole' | 'lost' | 'newer';
}

/** Codes that a newer format than ours explains. */
const UNKNOWN = new Set<FindingCode>(['RDB_UNKNOWN_TYPE', 'RDB_UNKNOWN_OPCODE', 'RDB_MODULE_PRE_GA']);

/** What a salvage comes to. */
export function outcomeOf(survey: SalvageSurvey): Salvaged['outcome'] {
  const { skipped, skippedRanges, behindBytes, checksum, headerGuessed, suspect } = survey;
  const isSummed = checksum.status === 'ok' && !headerGuessed && behindBytes === 0;
  const isUnknown = skipped.length === skippedRanges && skipped.every(({ code }) => UNKNOWN.has(code));
  if (isSummed && skippedRanges > 0 && isUnknown) return 'newer';
  const doubts = Object.values(suspect).reduce((sum, keys) => sum + keys, 0);
  if (skippedRanges > 0 || doubts > 0 || behindBytes > 0 || headerGuessed) return 'lost';
  return checksum.status === 'mismatch' || checksum.status === 'unread' ? 'lost' : 'whole';
}
