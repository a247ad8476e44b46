// What each release does at start with an append-only file that has a defect (aof-and-loading, 1.5 to 1.7, 3 and 4; started
// again in test/matrix/aof-log.test.ts).
import type { FindingCode } from '../errors.js';
import { isFrom, type Release } from './releases.js';

/** What a server with `appendonly yes` does. */
export type LogEffect =
  /** Starts with all that is there. */
  | 'loads'
  /** Cuts the file there and starts; what was behind is gone. */
  | 'cuts'
  /** Starts with no keys. */
  | 'empty'
  /** Ends with a message. */
  | 'refuses'
  /** Dies of a signal. */
  | 'crashes';

export interface LogCircumstances {
  /** The setting aof-load-truncated; servers have yes by default. */
  readonly loadTruncated: boolean;
  /** It is the last file of its set, or a single file. */
  readonly last: boolean;
  /** Bytes that an argument claims and the file does not have. */
  readonly claimed?: number | undefined;
}

const EFFECTS: Readonly<Record<string, LogEffect>> = {
  L: 'loads',
  T: 'cuts',
  E: 'empty',
  R: 'refuses',
  C: 'crashes',
};

/** Claims above this were measured to kill those that allocate first; below, it is a matter of the machine. */
const MORE_THAN_MEMORY = 64 * 1024 ** 3;
const CLAIMS_TOO_MUCH = 'CTCCC';

/** One letter each for Redis 6, 7, 8, Valkey up to 8, Valkey 9. Of a code that is not here: loads. */
const MINDS: Partial<Record<FindingCode, string>> = {
  AOF_TRUNCATED_TAIL: 'TTTTT',
  AOF_OPEN_MULTI: 'TTTTT',
  AOF_LENGTH_PAST_END: 'TTTTT',
  AOF_ZERO_TAIL: 'RRRRR',
  AOF_BAD_COUNT: 'RRRRR',
  AOF_BAD_LENGTH: 'RRRRR',
  AOF_NEGATIVE_LENGTH: 'CCCCC',
  AOF_EXPECTED_ARGUMENT: 'RRRRR',
  AOF_BLANK_LINE: 'RRRRR',
  AOF_TEXT: 'RRRRR',
  AOF_GARBAGE: 'RRRRR',
  AOF_RDB_INSIDE: 'RRRRR',
  AOF_DISCARD_IN_MULTI: 'CCCCC', // when an EXEC follows; else the MULTI is open
  AOF_UNKNOWN_COMMAND: 'RRRRR',
  AOF_WRONG_ARITY: 'CCCRR', // Redis 6 reads past the arguments, and sometimes survives
  AOF_ANNOTATION_TOO_LONG: 'RRRRR',
  AOF_ANNOTATION_CUT: 'RLLLL',
  AOF_ANNOTATION_UNKNOWN: 'RLLLL',
  AOF_TIMESTAMP_INVALID: 'RLLLL',
  AOF_TIMESTAMP_BACKWARDS: 'RLLLL',

  AOF_MANIFEST_EMPTY: 'RRRRR',
  AOF_MANIFEST_LINE_TOO_LONG: 'RRRRR',
  AOF_MANIFEST_NO_FINAL_LF: 'RRRRR',
  AOF_MANIFEST_ZERO_BYTE: 'RRRRR',
  AOF_MANIFEST_EMPTY_LINE: 'RRRRR',
  AOF_MANIFEST_BAD_QUOTES: 'RRRRR',
  AOF_MANIFEST_BAD_FIELDS: 'RRRRR',
  AOF_MANIFEST_FIELD_MISSING: 'RRRRR',
  AOF_MANIFEST_BAD_NAME: 'RRRRR',
  AOF_MANIFEST_BAD_SEQ: 'RRRRR',
  AOF_MANIFEST_BAD_TYPE: 'RRRRR',
  AOF_MANIFEST_TWO_BASES: 'RRRRR',
  AOF_MANIFEST_NOT_ASCENDING: 'RRRRR',
  AOF_MANIFEST_LISTS_NOTHING: 'EEEEE',
  AOF_MANIFEST_MISSING: 'EEEEE',
  AOF_ALL_PARTS_EMPTY: 'EEEEE',
  AOF_PART_MISSING: 'RRRRR',
  AOF_PART_NOT_A_FILE: 'RRRRR',
  AOF_PART_UNREADABLE: 'RRRRR',
};

/**
 * What `release` does with a file or a set in which this was found. Whether Redis 6 reads a set at all (it does not), and
 * whether it knows annotations (it does not), is another matter.
 */
export function logEffectOn(release: Release, code: FindingCode, circumstances: LogCircumstances): LogEffect {
  const { loadTruncated, last, claimed = 0 } = circumstances;
  const tooMuch = claimed > MORE_THAN_MEMORY && (code === 'AOF_LENGTH_PAST_END' || code === 'AOF_TRUNCATED_TAIL');
  const row = tooMuch ? CLAIMS_TOO_MUCH : (MINDS[code] ?? 'LLLLL');
  const effect = EFFECTS[row[group(release)]];
  // In a file that is not the last one, servers cut first and then end: the next start does not see it any more.
  return effect === 'cuts' && !(loadTruncated && last) ? 'refuses' : effect;
}

/** Where a server cuts a file with an open MULTI that also ends inside a command: only Valkey 9 before the MULTI. */
export function cutsBeforeOpenMulti(release: Release): boolean {
  return release.lineage === 'valkey' && isFrom(release, 9, 0);
}

function group(release: Release): number {
  if (release.lineage === 'valkey') return isFrom(release, 9, 0) ? 4 : 3;
  if (isFrom(release, 8, 0)) return 2;
  return isFrom(release, 7, 0) ? 1 : 0;
}
