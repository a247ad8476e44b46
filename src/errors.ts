/** How bad a finding is: an `error` makes a file not ok, a `warning` only with `--fail-on warning`, an `info` never. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * Every code that a user can meet, with its usual severity. Where the release that wrote the file, or something else in it,
 * makes a finding worse or harmless, the check that reports it says so.
 */
export const FINDINGS = {
  // The input as such
  INPUT_EMPTY: 'error',
  INPUT_NOT_A_BACKUP: 'error',
  INPUT_UNREADABLE: 'error',
  INPUT_CHANGED: 'error',
  TEMPORARY_FILE_FAILED: 'error',
  INPUT_NO_BACKUP_IN_DIRECTORY: 'error',
  GZIP_TRUNCATED: 'error',
  GZIP_DAMAGED: 'error',
  ZSTD_NOT_READ: 'error',
  VCS_NOT_READ: 'error',
  AOF_NOT_CHECKED: 'error',
  AOF_COMMANDS_BEHIND: 'error',
  AOF_COMMAND_FAILED: 'error',

  // What the file was expected to be
  EXPECT_MAX_AGE: 'error',
  EXPECT_MIN_KEYS: 'error',
  EXPECT_MAX_KEYS: 'error',
  EXPECT_MIN_SIZE: 'error',
  EXPECT_PRODUCER: 'error',
  EXPECT_VERSION: 'error',
  EXPECT_CHECKSUM: 'error',

  // Files as the shards of one backup
  SHARDS_TOO_FEW: 'error',
  SHARDS_FILE_TWICE: 'error',
  SHARDS_PRODUCER_DIFFERS: 'warning',
  SHARDS_CTIME_SKEW: 'error',
  SHARDS_CTIME_UNKNOWN: 'warning',
  SHARDS_REPL_ID_REPEATED: 'error',
  SHARDS_SLOT_TWICE: 'error',
  SHARDS_SLOTS_MISSING: 'error',
  SHARDS_NO_SLOTS: 'info',

  // Append-only files: the command log
  AOF_TRUNCATED_TAIL: 'error',
  AOF_TRUNCATED_MIDDLE: 'error',
  AOF_OPEN_MULTI: 'error',
  AOF_ZERO_TAIL: 'error',
  AOF_LENGTH_PAST_END: 'error',
  AOF_BAD_COUNT: 'error',
  AOF_BAD_LENGTH: 'error',
  AOF_NEGATIVE_LENGTH: 'error',
  AOF_ARGUMENT_TOO_LARGE: 'error',
  AOF_EXPECTED_ARGUMENT: 'error',
  AOF_BLANK_LINE: 'error',
  AOF_TEXT: 'error',
  AOF_GARBAGE: 'error',
  AOF_RDB_INSIDE: 'error',
  AOF_ARGUMENT_NOT_TERMINATED: 'error',
  AOF_LINE_END: 'error',
  AOF_NUMBER_JUNK: 'error',
  AOF_NUMBER_UNUSUAL: 'warning',
  AOF_NESTED_MULTI: 'error',
  AOF_EXEC_WITHOUT_MULTI: 'error',
  AOF_DISCARD_IN_MULTI: 'error',
  AOF_SELECT_INVALID: 'error',
  AOF_DB_OUT_OF_RANGE: 'error',
  AOF_UNKNOWN_COMMAND: 'error',
  AOF_WRONG_ARITY: 'error',
  AOF_COMMAND_REACHES_OUT: 'warning',
  AOF_COMMAND_WITHOUT_EFFECT: 'info',

  // Annotations
  AOF_ANNOTATION_TOO_LONG: 'error',
  AOF_ANNOTATION_CUT: 'warning',
  AOF_ANNOTATION_UNKNOWN: 'info',
  AOF_TIMESTAMP_INVALID: 'warning',
  AOF_TIMESTAMP_BACKWARDS: 'info',

  // The manifest of an append-only set
  AOF_MANIFEST_EMPTY: 'error',
  AOF_MANIFEST_LINE_TOO_LONG: 'error',
  AOF_MANIFEST_NO_FINAL_LF: 'error',
  AOF_MANIFEST_ZERO_BYTE: 'error',
  AOF_MANIFEST_EMPTY_LINE: 'error',
  AOF_MANIFEST_BAD_QUOTES: 'error',
  AOF_MANIFEST_BAD_FIELDS: 'error',
  AOF_MANIFEST_FIELD_MISSING: 'error',
  AOF_MANIFEST_BAD_NAME: 'error',
  AOF_MANIFEST_BAD_SEQ: 'error',
  AOF_MANIFEST_BAD_TYPE: 'error',
  AOF_MANIFEST_TWO_BASES: 'error',
  AOF_MANIFEST_NOT_ASCENDING: 'error',
  AOF_MANIFEST_TOO_LARGE: 'error',
  AOF_MANIFEST_LISTS_NOTHING: 'error',
  AOF_MANIFEST_NO_BASE: 'warning',
  AOF_MANIFEST_FILE_TWICE: 'warning',
  AOF_MANIFEST_FIELD_UNKNOWN: 'info',
  AOF_MANIFEST_UNUSUAL: 'info',

  // The files of an append-only set
  AOF_MANIFEST_MISSING: 'error',
  AOF_SEVERAL_MANIFESTS: 'warning',
  AOF_PART_MISSING: 'error',
  AOF_PART_NOT_A_FILE: 'error',
  AOF_PART_UNREADABLE: 'error',
  AOF_PART_OUTSIDE: 'warning',
  AOF_PART_EMPTY: 'warning',
  AOF_ALL_PARTS_EMPTY: 'error',
  AOF_PART_UNLISTED: 'warning',
  AOF_INCR_IS_RDB: 'error',
  AOF_SEQ_GAP: 'info',
  AOF_HISTORY_LISTED: 'info',
  AOF_LEFTOVER: 'info',
  AOF_LEGACY_IGNORED: 'warning',

  // Repairs of append-only files
  REPAIR_NOTHING_LEFT: 'error',
  REPAIR_NO_TIMESTAMPS: 'error',
  REPAIR_UNTIL_TOO_EARLY: 'error',
  REPAIR_UNTIL_TOO_LATE: 'info',

  // The file: header, end, checksum
  RDB_BAD_VERSION: 'error',
  RDB_VERSION_NEWER: 'error',
  RDB_TRUNCATED: 'error',
  RDB_CHECKSUM_MISSING: 'error',
  RDB_CHECKSUM_MISMATCH: 'error',
  RDB_CHECKSUM_DISABLED: 'warning',
  RDB_CHECKSUM_ABSENT: 'info',
  RDB_TRAILING_BYTES: 'warning',

  // Records
  RDB_UNKNOWN_TYPE: 'error',
  RDB_UNKNOWN_OPCODE: 'error',
  RDB_TYPE_NEWER_THAN_HEADER: 'error',
  RDB_OPCODE_NEWER_THAN_HEADER: 'warning',
  RDB_BAD_LENGTH: 'error',
  RDB_SPECIAL_LENGTH: 'error',
  RDB_LENGTH_NOT_SHORTEST: 'info',
  RDB_BAD_STRING_ENCODING: 'error',
  RDB_STRING_TOO_LARGE: 'error',
  RDB_MODULE_PRE_GA: 'error',
  RDB_DB_OUT_OF_RANGE: 'warning',
  RDB_DB_REPEATED: 'info',
  RDB_NO_SELECTDB: 'info',
  RDB_SIZE_HINT_WRONG: 'warning',
  RDB_SIZE_HINT_HUGE: 'warning',
  RDB_DANGLING_ATTRIBUTE: 'warning',
  RDB_ATTRIBUTE_REPEATED: 'warning',
  RDB_IDLE_AND_FREQ: 'warning',
  RDB_KEY_META_MISPLACED: 'error',
  RDB_KEY_META_BAD: 'error',

  // Auxiliary fields and hints
  AUX_NO_VERSION: 'info',
  AUX_CTIME_FUTURE: 'warning',
  AUX_CTIME_INVALID: 'warning',
  AUX_BITS_INVALID: 'warning',
  AUX_REPL_ID_INVALID: 'warning',
  SLOT_OUT_OF_RANGE: 'error',
  SLOT_HINT_INVALID: 'error',
  SLOT_HINT_WRONG: 'warning',
  SLOT_UNSORTED: 'info',
  SLOT_WRONG_KEY: 'warning',
  SLOT_IMPORT_INVALID: 'error',

  // Functions, templates, modules
  FUNCTION_NO_HEADER: 'error',
  FUNCTION_BAD_HEADER: 'error',
  FUNCTION_ENGINE_UNKNOWN: 'error',
  FUNCTION_NOT_COMPILABLE: 'error',
  FUNCTION_FAILS: 'error',
  FUNCTION_NAME_TWICE: 'error',
  FUNCTION_UNCERTAIN: 'info',
  FUNCTION_PRE_GA: 'warning',
  FUNCTION_LIBRARY_TWICE: 'error',
  TEMPLATE_INVALID: 'error',
  TEMPLATE_UNKNOWN: 'error',
  TEMPLATE_UNUSED: 'info',
  MODULE_BAD_OPCODE: 'error',
  MODULE_AUX_INVALID: 'error',

  // The server that is to load it
  TARGET_NEEDS: 'info',
  TARGET_REFUSES: 'error',
  TARGET_VERSION_REFUSED: 'error',
  TARGET_TYPE_UNKNOWN: 'error',
  TARGET_RECORD_UNKNOWN: 'error',
  TARGET_MODULE_MISSING: 'error',
  TARGET_FUNCTION_REFUSED: 'error',
  TARGET_DATABASES_TOO_FEW: 'error',
  TARGET_CLUSTER_OFF: 'error',
  TARGET_CLUSTER_DATABASES: 'error',
  TARGET_AOF_FORM: 'error',
  TARGET_COMMAND_UNKNOWN: 'error',

  // Expiry
  EXPIRE_INVALID: 'warning',
  EXPIRE_LOOKS_LIKE_SECONDS: 'warning',
  EXPIRE_FAR_FUTURE: 'warning',
  EXPIRE_BYTE_SWAPPED: 'warning',

  // LZF
  LZF_IMPOSSIBLE_LENGTH: 'error',
  LZF_BAD_REFERENCE: 'error',
  LZF_TRUNCATED: 'error',
  LZF_WRONG_LENGTH: 'error',
  LZF_NOT_SMALLER: 'info',

  // Keys and values of any type
  DUPLICATE_KEY: 'error',
  EMPTY_COLLECTION: 'error',
  SET_DUPLICATE_MEMBER: 'error',
  HASH_DUPLICATE_FIELD: 'error',
  ZSET_DUPLICATE_MEMBER: 'error',
  ZSET_SCORE_NAN: 'error',
  ZSET_SCORE_INVALID: 'error',
  ZSET_UNSORTED: 'warning',
  QUICKLIST_BAD_CONTAINER: 'error',
  QUICKLIST_EMPTY_NODE: 'warning',
  HASH_FIELD_EXPIRE_INVALID: 'error',
  HASH_FIELD_EXPIRE_UNSORTED: 'error',
  HASH_MIN_EXPIRE_WRONG: 'warning',
  HASH_WITHOUT_FIELD_EXPIRE: 'info',
  CONTAINER_TOO_LARGE: 'error',

  // Compact containers
  LISTPACK_TOO_SHORT: 'error',
  LISTPACK_BAD_TOTAL: 'error',
  LISTPACK_NO_TERMINATOR: 'error',
  LISTPACK_BAD_ENTRY: 'error',
  LISTPACK_OUT_OF_BOUNDS: 'error',
  LISTPACK_BAD_BACKLEN: 'error',
  LISTPACK_EARLY_END: 'error',
  LISTPACK_BAD_COUNT: 'error',
  LISTPACK_UNEVEN: 'error',
  ZIPLIST_TOO_SHORT: 'error',
  ZIPLIST_BAD_TOTAL: 'error',
  ZIPLIST_NO_TERMINATOR: 'error',
  ZIPLIST_BAD_ENTRY: 'error',
  ZIPLIST_OUT_OF_BOUNDS: 'error',
  ZIPLIST_BAD_PREVLEN: 'error',
  ZIPLIST_BAD_TAIL: 'error',
  ZIPLIST_EARLY_END: 'error',
  ZIPLIST_BAD_COUNT: 'error',
  ZIPLIST_UNEVEN: 'error',
  INTSET_TOO_SHORT: 'error',
  INTSET_BAD_WIDTH: 'error',
  INTSET_BAD_SIZE: 'error',
  INTSET_UNSORTED: 'error',
  ZIPMAP_TOO_SHORT: 'error',
  ZIPMAP_NO_TERMINATOR: 'error',
  ZIPMAP_OUT_OF_BOUNDS: 'error',
  ZIPMAP_BAD_COUNT: 'error',

  // Streams
  STREAM_BAD_NODE_KEY: 'error',
  STREAM_NODE_REPEATED: 'error',
  STREAM_NODES_UNSORTED: 'warning',
  STREAM_NODE_EMPTY: 'error',
  STREAM_NODE_INVALID: 'error',
  STREAM_NODE_COUNT_WRONG: 'error',
  STREAM_ENTRIES_UNSORTED: 'warning',
  STREAM_LENGTH_WRONG: 'warning',
  STREAM_LENGTH_WITHOUT_NODES: 'error',
  STREAM_LAST_ID_TOO_LOW: 'warning',
  STREAM_FIRST_ID_WRONG: 'warning',
  STREAM_MAX_DELETED_ID_WRONG: 'warning',
  STREAM_ENTRIES_ADDED_TOO_LOW: 'warning',
  STREAM_GROUP_REPEATED: 'error',
  STREAM_GROUP_LAST_ID_AHEAD: 'info',
  STREAM_ENTRIES_READ_WRONG: 'warning',
  STREAM_CONSUMER_REPEATED: 'error',
  STREAM_PENDING_REPEATED: 'error',
  STREAM_PENDING_UNKNOWN: 'error',
  STREAM_PENDING_OWNED_TWICE: 'error',
  STREAM_PENDING_WITHOUT_OWNER: 'error',
  STREAM_PENDING_AHEAD: 'info',
  STREAM_NACK_INVALID: 'error',
  STREAM_NACK_REPEATED: 'warning',
  STREAM_TIME_INVALID: 'warning',
  STREAM_IDMP_SETTINGS_INVALID: 'error',
  STREAM_IDMP_PRODUCER_REPEATED: 'error',
  STREAM_IDMP_SUSPICIOUS: 'warning',

  // Arrays
  ARRAY_EMPTY: 'error',
  ARRAY_INSERT_INDEX_INVALID: 'error',
  ARRAY_INDEX_INVALID: 'error',
  ARRAY_TAG_UNKNOWN: 'error',
  ARRAY_SHORT_STRING_TOO_LONG: 'error',
  ARRAY_UNSORTED: 'warning',
  ARRAY_FLOAT_UNUSUAL: 'warning',
  ARRAY_TAG_UNUSUAL: 'info',
} as const satisfies Record<string, Severity>;

/** The code of a finding: stable, and the same in every output. `explain` tells what it means. */
export type FindingCode = keyof typeof FINDINGS;

export function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(FINDINGS, text);
}

/** Whether it says that some server would not load the file, which may be sound. */
export function isAboutTarget(code: FindingCode): boolean {
  return code.startsWith('TARGET_');
}

/** Whether it says that a file is not the one that was expected, rather than that something is wrong with it. */
export function isExpectation(code: FindingCode): boolean {
  return code.startsWith('EXPECT_');
}
