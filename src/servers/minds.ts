// What each release minds while it loads an RDB (rdb-format, "Measured matrix"; recorded again in fixtures/loading).
import type { FindingCode } from '../errors.js';
import { isFrom, type Release } from './releases.js';

/** What a server does with a file that has the defect. */
export type Effect =
  /** Starts, with the value as it is. */
  | 'loads'
  /** Starts, and leaves the key out. */
  | 'drops'
  /** Ends with a message. */
  | 'refuses'
  /** Dies of a signal. */
  | 'crashes';

/**
 * Where the defect is: in a value in plain form or in a container. What is small stays a listpack or intset in memory; larger
 * ones are taken apart and fill a table. Of a key that stands twice: one of the two records is an empty collection; of a
 * compressed string: it is empty. Of an announced number: it is so large that sizes computed from it overflow.
 */
export type Form =
  | 'plain'
  | 'smallHash'
  | 'listpack'
  | 'largeListpack'
  | 'ziplist'
  | 'intset'
  | 'largeIntset'
  | 'zipmap'
  | 'empty'
  | 'overflowing';

const EFFECTS: Readonly<Record<string, Effect>> = { L: 'loads', D: 'drops', R: 'refuses', C: 'crashes' };

type Letter = 'L' | 'D' | 'R' | 'C';
/**
 * One letter for each group of releases that behave alike:
 *   1 Redis 6.0: checks almost nothing
 *   2 Redis 6.2 and 7.0: headers of containers, and what is converted on the way
 *   3 Redis 7.2 to 8.6
 *   4 Redis 8.8 and later: more of streams
 *   5 Valkey 7.2 to 8.1
 *   6 Valkey 9: everything, always
 */
type Row = `${Letter}${Letter}${Letter}${Letter}${Letter}${Letter}`;

function group(release: Release): number {
  if (release.lineage === 'valkey') return isFrom(release, 9, 0) ? 5 : 4;
  if (isFrom(release, 8, 8)) return 3;
  if (isFrom(release, 7, 2)) return 2;
  return isFrom(release, 6, 2) ? 1 : 0;
}

type Mind = Row | (Partial<Record<Form, Row>> & { readonly plain: Row });

/** Findings that say nothing about how a file loads: about expectations, shards, targets, and inputs that are no RDB. */
type Beside = `EXPECT_${string}` | `SHARDS_${string}` | `TARGET_${string}` | `AOF_${string}` | `REPAIR_${string}`;

const ALL_LOAD = 'LLLLLL';
const ALL_REFUSE = 'RRRRRR';
/** Contents of listpacks. */
const DEEP = 'LLLLLR';
/** Ziplists, zipmaps, LZF: converted on load since 6.2 or 7.0. */
const CONVERTED = 'LRRRRR';
/** Tables do not take an element twice. */
const TAKEN_APART = 'CCCCCR';

const MINDS: Readonly<Record<Exclude<FindingCode, Beside>, Mind>> = {
  // The input. What is inside a gzip or an envelope is judged as if it were taken out.
  INPUT_EMPTY: ALL_REFUSE,
  INPUT_NOT_A_BACKUP: ALL_REFUSE,
  INPUT_UNREADABLE: ALL_LOAD,
  INPUT_CHANGED: ALL_LOAD,
  INPUT_NO_BACKUP_IN_DIRECTORY: ALL_LOAD,
  TEMPORARY_FILE_FAILED: ALL_LOAD,
  GZIP_TRUNCATED: ALL_REFUSE,
  GZIP_DAMAGED: ALL_REFUSE,
  ZSTD_NOT_READ: ALL_LOAD,
  VCS_NOT_READ: ALL_LOAD,

  // The file
  RDB_BAD_VERSION: ALL_REFUSE,
  RDB_VERSION_NEWER: ALL_LOAD, // the version itself is judged by the release
  RDB_TRUNCATED: ALL_REFUSE,
  RDB_CHECKSUM_MISSING: ALL_REFUSE,
  RDB_CHECKSUM_MISMATCH: ALL_REFUSE,
  RDB_CHECKSUM_DISABLED: ALL_LOAD,
  RDB_CHECKSUM_ABSENT: ALL_LOAD,
  RDB_TRAILING_BYTES: ALL_LOAD,

  // Records
  RDB_UNKNOWN_TYPE: ALL_REFUSE,
  RDB_UNKNOWN_OPCODE: ALL_REFUSE,
  RDB_TYPE_NEWER_THAN_HEADER: ALL_LOAD, // so are types
  RDB_OPCODE_NEWER_THAN_HEADER: ALL_LOAD,
  RDB_BAD_LENGTH: ALL_REFUSE,
  RDB_SPECIAL_LENGTH: ALL_LOAD,
  RDB_LENGTH_NOT_SHORTEST: ALL_LOAD,
  RDB_BAD_STRING_ENCODING: ALL_REFUSE,
  RDB_STRING_TOO_LARGE: 'CRRRRR',
  RDB_MODULE_PRE_GA: ALL_REFUSE,
  RDB_DB_OUT_OF_RANGE: ALL_LOAD, // judged by the number of databases
  RDB_DB_REPEATED: ALL_LOAD,
  RDB_NO_SELECTDB: ALL_LOAD,
  RDB_SIZE_HINT_WRONG: ALL_LOAD,
  RDB_SIZE_HINT_HUGE: { plain: 'CCLLCC', overflowing: 'CCLLLL' },
  RDB_DANGLING_ATTRIBUTE: ALL_LOAD,
  RDB_ATTRIBUTE_REPEATED: ALL_LOAD,
  RDB_IDLE_AND_FREQ: ALL_LOAD,
  RDB_KEY_META_MISPLACED: ALL_REFUSE,
  RDB_KEY_META_BAD: ALL_REFUSE,

  // Auxiliary fields and hints
  AUX_NO_VERSION: ALL_LOAD,
  AUX_CTIME_FUTURE: ALL_LOAD,
  AUX_CTIME_INVALID: ALL_LOAD,
  AUX_BITS_INVALID: ALL_LOAD,
  AUX_REPL_ID_INVALID: ALL_LOAD,
  SLOT_OUT_OF_RANGE: ALL_LOAD,
  SLOT_HINT_INVALID: ALL_LOAD, // but Valkey since 8.0, see below
  SLOT_HINT_WRONG: ALL_LOAD,
  SLOT_UNSORTED: ALL_LOAD,
  SLOT_WRONG_KEY: ALL_LOAD,
  SLOT_IMPORT_INVALID: ALL_REFUSE,

  // Functions, templates, modules
  FUNCTION_NO_HEADER: ALL_REFUSE,
  FUNCTION_BAD_HEADER: ALL_REFUSE,
  FUNCTION_ENGINE_UNKNOWN: ALL_LOAD, // judged by what the server has
  FUNCTION_NOT_COMPILABLE: ALL_REFUSE,
  FUNCTION_FAILS: ALL_REFUSE,
  FUNCTION_NAME_TWICE: ALL_REFUSE,
  FUNCTION_UNCERTAIN: ALL_LOAD,
  FUNCTION_PRE_GA: ALL_LOAD, // judged as a record
  FUNCTION_LIBRARY_TWICE: ALL_REFUSE,
  TEMPLATE_INVALID: ALL_REFUSE,
  TEMPLATE_UNKNOWN: ALL_REFUSE,
  TEMPLATE_UNUSED: ALL_LOAD,
  MODULE_BAD_OPCODE: ALL_REFUSE,
  MODULE_AUX_INVALID: ALL_REFUSE,

  // Expiry
  EXPIRE_INVALID: ALL_LOAD, // counted as expired
  EXPIRE_LOOKS_LIKE_SECONDS: ALL_LOAD,
  EXPIRE_FAR_FUTURE: ALL_LOAD,
  EXPIRE_BYTE_SWAPPED: ALL_LOAD,

  // LZF
  LZF_IMPOSSIBLE_LENGTH: 'CRRRRR',
  LZF_BAD_REFERENCE: ALL_REFUSE,
  LZF_TRUNCATED: ALL_REFUSE,
  LZF_WRONG_LENGTH: ALL_REFUSE, // too long a text loads on 6.0, too short a one does not
  LZF_NOT_SMALLER: { plain: ALL_LOAD, empty: 'RLLLLL' },

  // Keys and values
  DUPLICATE_KEY: { plain: 'CCCCCC', empty: 'CLLLLL' },
  EMPTY_COLLECTION: { plain: 'LDDDDD', intset: CONVERTED, zipmap: CONVERTED },
  SET_DUPLICATE_MEMBER: {
    plain: 'LRRRRR',
    listpack: DEEP,
    largeListpack: TAKEN_APART,
    intset: DEEP,
    largeIntset: TAKEN_APART,
  },
  HASH_DUPLICATE_FIELD: {
    plain: ALL_REFUSE,
    smallHash: DEEP,
    listpack: DEEP,
    largeListpack: TAKEN_APART,
    ziplist: CONVERTED,
    zipmap: CONVERTED,
  },
  ZSET_DUPLICATE_MEMBER: { plain: 'LRRRRR', listpack: DEEP, largeListpack: TAKEN_APART, ziplist: CONVERTED },
  ZSET_SCORE_NAN: { plain: 'CRRRRR', listpack: DEEP, ziplist: DEEP },
  ZSET_SCORE_INVALID: { plain: 'LRRRRR', listpack: ALL_LOAD, ziplist: ALL_LOAD },
  ZSET_UNSORTED: ALL_LOAD,
  QUICKLIST_BAD_CONTAINER: ALL_REFUSE,
  QUICKLIST_EMPTY_NODE: ALL_LOAD,
  HASH_FIELD_EXPIRE_INVALID: { plain: ALL_REFUSE, listpack: DEEP },
  HASH_FIELD_EXPIRE_UNSORTED: DEEP,
  HASH_MIN_EXPIRE_WRONG: ALL_LOAD,
  HASH_WITHOUT_FIELD_EXPIRE: ALL_LOAD,
  CONTAINER_TOO_LARGE: ALL_REFUSE,

  // Containers
  LISTPACK_TOO_SHORT: ALL_REFUSE,
  LISTPACK_BAD_TOTAL: ALL_REFUSE,
  LISTPACK_NO_TERMINATOR: 'LRRRRR',
  LISTPACK_BAD_ENTRY: DEEP,
  LISTPACK_OUT_OF_BOUNDS: DEEP,
  LISTPACK_BAD_BACKLEN: DEEP,
  LISTPACK_EARLY_END: DEEP,
  LISTPACK_BAD_COUNT: DEEP,
  LISTPACK_UNEVEN: DEEP,
  ZIPLIST_TOO_SHORT: CONVERTED,
  ZIPLIST_BAD_TOTAL: CONVERTED,
  ZIPLIST_NO_TERMINATOR: CONVERTED,
  ZIPLIST_BAD_ENTRY: CONVERTED,
  ZIPLIST_OUT_OF_BOUNDS: CONVERTED,
  ZIPLIST_BAD_PREVLEN: CONVERTED,
  ZIPLIST_BAD_TAIL: CONVERTED,
  ZIPLIST_EARLY_END: CONVERTED,
  ZIPLIST_BAD_COUNT: CONVERTED,
  ZIPLIST_UNEVEN: CONVERTED,
  INTSET_TOO_SHORT: CONVERTED,
  INTSET_BAD_WIDTH: CONVERTED,
  INTSET_BAD_SIZE: CONVERTED,
  INTSET_UNSORTED: DEEP,
  ZIPMAP_TOO_SHORT: ALL_REFUSE,
  ZIPMAP_NO_TERMINATOR: CONVERTED,
  ZIPMAP_OUT_OF_BOUNDS: 'CRRRRR',
  ZIPMAP_BAD_COUNT: CONVERTED,

  // Streams
  STREAM_BAD_NODE_KEY: ALL_REFUSE,
  STREAM_NODE_REPEATED: ALL_REFUSE,
  STREAM_NODES_UNSORTED: ALL_LOAD,
  STREAM_NODE_EMPTY: ALL_REFUSE,
  STREAM_NODE_INVALID: DEEP,
  STREAM_NODE_COUNT_WRONG: DEEP,
  STREAM_ENTRIES_UNSORTED: ALL_LOAD,
  STREAM_LENGTH_WRONG: 'LLLRLR',
  STREAM_LENGTH_WITHOUT_NODES: 'LRRRRR',
  STREAM_LAST_ID_TOO_LOW: ALL_LOAD,
  STREAM_FIRST_ID_WRONG: ALL_LOAD,
  STREAM_MAX_DELETED_ID_WRONG: ALL_LOAD,
  STREAM_ENTRIES_ADDED_TOO_LOW: ALL_LOAD,
  STREAM_GROUP_REPEATED: ALL_REFUSE,
  STREAM_GROUP_LAST_ID_AHEAD: ALL_LOAD,
  STREAM_ENTRIES_READ_WRONG: ALL_LOAD,
  STREAM_CONSUMER_REPEATED: 'LRRRRR',
  STREAM_PENDING_REPEATED: ALL_REFUSE,
  STREAM_PENDING_UNKNOWN: ALL_REFUSE,
  STREAM_PENDING_OWNED_TWICE: 'LRRRLR', // on 7.0 and 8.0 with their security updates
  STREAM_PENDING_WITHOUT_OWNER: DEEP,
  STREAM_PENDING_AHEAD: ALL_LOAD,
  STREAM_NACK_INVALID: ALL_REFUSE,
  STREAM_NACK_REPEATED: ALL_LOAD,
  STREAM_TIME_INVALID: ALL_LOAD,
  STREAM_IDMP_SETTINGS_INVALID: ALL_REFUSE,
  STREAM_IDMP_PRODUCER_REPEATED: ALL_REFUSE,
  STREAM_IDMP_SUSPICIOUS: ALL_LOAD,

  // Arrays
  ARRAY_EMPTY: ALL_REFUSE,
  ARRAY_INSERT_INDEX_INVALID: ALL_REFUSE,
  ARRAY_INDEX_INVALID: ALL_REFUSE,
  ARRAY_TAG_UNKNOWN: ALL_REFUSE,
  ARRAY_SHORT_STRING_TOO_LONG: ALL_REFUSE,
  ARRAY_UNSORTED: ALL_LOAD,
  ARRAY_FLOAT_UNUSUAL: ALL_LOAD,
  ARRAY_TAG_UNUSUAL: ALL_LOAD,
};

/** What `release` does with a file that has this defect, in a value of this form. */
export function effectOn(release: Release, code: FindingCode, form: Form): Effect {
  if (!isJudged(code)) return 'loads';
  if (code === 'SLOT_HINT_INVALID' && release.lineage === 'valkey' && isFrom(release, 8, 0)) return 'refuses';
  const mind = MINDS[code];
  const row = typeof mind === 'string' ? mind : (mind[form] ?? mind.plain);
  return EFFECTS[row[group(release)]];
}

function isJudged(code: FindingCode): code is Exclude<FindingCode, Beside> {
  return Object.hasOwn(MINDS, code);
}

const GROUPS = [
  'Redis 6.0',
  'Redis 6.2 and 7.0',
  'Redis 7.2 to 8.6',
  'Redis 8.8 and 8.10',
  'Valkey 7.2 to 8.1',
  'Valkey 9',
] as const;
const VERBS: Readonly<Record<Effect, string>> = {
  loads: 'loads',
  drops: 'loads, without the key',
  refuses: 'does not start',
  crashes: 'crashes',
};
const FORMS: Readonly<Record<Form, string>> = {
  plain: '',
  smallHash: 'In a small hash in plain form',
  listpack: 'In a small listpack',
  largeListpack: 'In a large listpack',
  ziplist: 'In a ziplist',
  intset: 'In a small intset',
  largeIntset: 'In a large intset',
  zipmap: 'In a zipmap',
  overflowing: 'Beyond 2^63',
  empty: 'With an empty collection as one of the two',
};

/**
 * What the releases do with a file that has a defect, a sentence for each form that matters; none when all load it or when
 * it says nothing about loading. Releases in a group that were not tried are taken to do as the others.
 */
export function effectsText(code: FindingCode): string[] {
  if (!isJudged(code)) return [];
  const mind = MINDS[code];
  const rows: Readonly<Partial<Record<Form, Row>>> = typeof mind === 'string' ? { plain: mind } : mind;
  if (Object.values(rows).every((row) => row === ALL_LOAD)) return [];
  return Object.entries(rows).map(([form, row]) => {
    const byVerb = new Map<string, string[]>();
    GROUPS.forEach((name, i) => {
      const verb = VERBS[EFFECTS[row[i]]];
      byVerb.set(verb, [...(byVerb.get(verb) ?? []), name]);
    });
    const where = FORMS[form as Form];
    const text = byVerb.size === 1 ? [...byVerb.keys()].join('') : '';
    const list = [...byVerb].map(([verb, names]) => `${names.join(', ')}: ${verb}`).join('; ');
    return `${where}${where === '' ? '' : ': '}${text === '' ? list : `every release: ${text}`}.`;
  });
}
