// The numbers of the RDB format. This is the only file that knows them: it turns (lineage, number) into a name, and the rest
// of the code speaks names. Redis and Valkey gave some numbers different meanings after RDB 11.

/**
 * Who gave the numbers their meaning. `common`: RDB 1 to 11, written by Redis, Valkey 7.2 to 8.1, KeyDB and others;
 * `redis`: RDB 12 and later; `valkey`: the VALKEY magic, RDB 80 and later.
 */
export type Lineage = 'common' | 'redis' | 'valkey';

/** The newest versions whose format is known here. */
export const NEWEST_REDIS_VERSION = 15;
export const NEWEST_VALKEY_VERSION = 81;
export const OLDEST_VALKEY_VERSION = 80;
/** RDB versions from here on carry a CRC-64 behind EOF. */
export const CHECKSUM_SINCE = 5;

/** What a value is to a client, as TYPE answers; `module` stands for all types of modules. */
export type KeyType = 'string' | 'list' | 'set' | 'zset' | 'hash' | 'stream' | 'array' | 'module' | 'cron';

/** How the value is laid out in the file; one layout, one walker. */
export type Layout =
  | 'string'
  | 'list'
  | 'set'
  | 'zset'
  | 'zset2'
  | 'hash'
  | 'blob'
  | 'quicklist'
  | 'quicklist2'
  | 'stream'
  | 'hashMetadata'
  | 'hashMetadataPreGa'
  | 'hash2'
  | 'listpackEx'
  | 'array'
  | 'template'
  | 'module'
  | 'modulePreGa'
  | 'cron';

/** The compact containers that stand in one string. */
export type ContainerKind = 'listpack' | 'ziplist' | 'intset' | 'zipmap';

/** One value type of the format. */
export interface ValueType {
  /** The byte in the file. */
  readonly code: number;
  /** The format's own name for it. */
  readonly name: string;
  readonly type: KeyType;
  /** As OBJECT ENCODING would name the form in the file. */
  readonly encoding: string;
  readonly layout: Layout;
  /** First RDB version that may hold it. */
  readonly since: number;
  /** For `blob` and quicklists: what the strings hold. */
  readonly container: ContainerKind | undefined;
  /** How many entries of the container make one element: 1 list or set, 2 hash or zset, 3 hash with field expiry. */
  readonly tuple: number;
}

const SHARED: ValueType[] = [
  value(0, 'STRING', 'string', 'raw', 'string', 1),
  value(1, 'LIST', 'list', 'linkedlist', 'list', 1),
  value(2, 'SET', 'set', 'hashtable', 'set', 1),
  value(3, 'ZSET', 'zset', 'skiplist', 'zset', 1),
  value(4, 'HASH', 'hash', 'hashtable', 'hash', 1),
  value(5, 'ZSET_2', 'zset', 'skiplist', 'zset2', 8),
  value(6, 'MODULE_PRE_GA', 'module', 'module', 'modulePreGa', 8),
  value(7, 'MODULE_2', 'module', 'module', 'module', 8),
  value(9, 'HASH_ZIPMAP', 'hash', 'zipmap', 'blob', 2, 'zipmap', 2),
  value(10, 'LIST_ZIPLIST', 'list', 'ziplist', 'blob', 2, 'ziplist', 1),
  value(11, 'SET_INTSET', 'set', 'intset', 'blob', 2, 'intset', 1),
  value(12, 'ZSET_ZIPLIST', 'zset', 'ziplist', 'blob', 2, 'ziplist', 2),
  value(13, 'HASH_ZIPLIST', 'hash', 'ziplist', 'blob', 4, 'ziplist', 2),
  value(14, 'LIST_QUICKLIST', 'list', 'quicklist', 'quicklist', 7, 'ziplist', 1),
  value(15, 'STREAM_LISTPACKS', 'stream', 'stream', 'stream', 9, 'listpack', 1),
  value(16, 'HASH_LISTPACK', 'hash', 'listpack', 'blob', 10, 'listpack', 2),
  value(17, 'ZSET_LISTPACK', 'zset', 'listpack', 'blob', 10, 'listpack', 2),
  value(18, 'LIST_QUICKLIST_2', 'list', 'quicklist', 'quicklist2', 10, 'listpack', 1),
  value(19, 'STREAM_LISTPACKS_2', 'stream', 'stream', 'stream', 10, 'listpack', 1),
  value(20, 'SET_LISTPACK', 'set', 'listpack', 'blob', 11, 'listpack', 1),
  value(21, 'STREAM_LISTPACKS_3', 'stream', 'stream', 'stream', 11, 'listpack', 1),
];

const REDIS_ONLY: ValueType[] = [
  value(22, 'HASH_METADATA_PRE_GA', 'hash', 'hashtable', 'hashMetadataPreGa', 12),
  value(23, 'HASH_LISTPACK_EX_PRE_GA', 'hash', 'listpackex', 'blob', 12, 'listpack', 3),
  value(24, 'HASH_METADATA', 'hash', 'hashtable', 'hashMetadata', 12),
  value(25, 'HASH_LISTPACK_EX', 'hash', 'listpackex', 'listpackEx', 12, 'listpack', 3),
  value(26, 'STREAM_LISTPACKS_4', 'stream', 'stream', 'stream', 13, 'listpack', 1),
  value(27, 'STREAM_LISTPACKS_5', 'stream', 'stream', 'stream', 14, 'listpack', 1),
  value(28, 'ARRAY', 'array', 'array', 'array', 14),
  value(29, 'HASH_TMPL_LP', 'hash', 'listpack', 'template', 15, 'listpack', 1),
  value(30, 'HASH_TMPL_LP_REF', 'hash', 'listpack', 'template', 15, 'listpack', 1),
  value(31, 'HASH_TMPL_ARRAY', 'hash', 'array', 'template', 15),
  value(32, 'HASH_TMPL_ARRAY_REF', 'hash', 'array', 'template', 15),
];

const VALKEY_ONLY: ValueType[] = [value(22, 'HASH_2', 'hash', 'hashtable', 'hash2', 80)];

/** KeyDB's cron jobs; it writes RDB 9 under the REDIS magic. */
const KEYDB_ONLY: ValueType[] = [value(64, 'CRON', 'cron', 'cron', 'cron', 9)];

const COMMON_TYPES = table([...SHARED, ...REDIS_ONLY.filter((t) => t.since < 15), ...KEYDB_ONLY]);
const REDIS_TYPES = table([...SHARED, ...REDIS_ONLY]);
const REDIS_TYPES_BEFORE_15 = table([...SHARED, ...REDIS_ONLY.filter((t) => t.since < 15)]);
const VALKEY_TYPES = table([...SHARED, ...VALKEY_ONLY]);

/** What a byte between two keys announces. */
export type Opcode =
  | 'EOF'
  | 'SELECTDB'
  | 'EXPIRETIME'
  | 'EXPIRETIME_MS'
  | 'RESIZEDB'
  | 'AUX'
  | 'FREQ'
  | 'IDLE'
  | 'MODULE_AUX'
  | 'FUNCTION_PRE_GA'
  | 'FUNCTION2'
  | 'SLOT_INFO'
  | 'KEY_META'
  | 'SLOT_IMPORT'
  | 'HASH_TEMPLATE'
  | 'RAM_LRU'
  | 'SLOT_NUM';

/** The numbers of opcodes that mean the same everywhere. */
export const OP = {
  HASH_TEMPLATE: 242,
  KEY_META: 243,
  SLOT_IMPORT: 243,
  SLOT_INFO: 244,
  FUNCTION2: 245,
  FUNCTION_PRE_GA: 246,
  MODULE_AUX: 247,
  IDLE: 248,
  FREQ: 249,
  AUX: 250,
  RESIZEDB: 251,
  EXPIRETIME_MS: 252,
  EXPIRETIME: 253,
  SELECTDB: 254,
  EOF: 255,
} as const;

/** Opcodes of Redis Enterprise that can be skipped. */
const ENTERPRISE = new Map<number, Opcode>([
  [107, 'RAM_LRU'],
  [121, 'SLOT_NUM'],
]);

const OPCODES = new Map<number, { name: Opcode; since: number }>([
  [OP.EOF, { name: 'EOF', since: 1 }],
  [OP.SELECTDB, { name: 'SELECTDB', since: 1 }],
  [OP.EXPIRETIME, { name: 'EXPIRETIME', since: 1 }],
  [OP.EXPIRETIME_MS, { name: 'EXPIRETIME_MS', since: 3 }],
  [OP.RESIZEDB, { name: 'RESIZEDB', since: 7 }],
  [OP.AUX, { name: 'AUX', since: 7 }],
  [OP.FREQ, { name: 'FREQ', since: 9 }],
  [OP.IDLE, { name: 'IDLE', since: 9 }],
  [OP.MODULE_AUX, { name: 'MODULE_AUX', since: 9 }],
  [OP.FUNCTION_PRE_GA, { name: 'FUNCTION_PRE_GA', since: 10 }],
  [OP.FUNCTION2, { name: 'FUNCTION2', since: 10 }],
  [OP.SLOT_INFO, { name: 'SLOT_INFO', since: 12 }],
]);

/** The name of opcode `code`, and the first RDB version that has it; undefined when it has none in this lineage. */
export function opcodeOf(lineage: Lineage, version: number, code: number): { name: Opcode; since: number } | undefined {
  const shared = OPCODES.get(code);
  if (shared) return shared;
  if (lineage === 'valkey') return code === OP.SLOT_IMPORT ? { name: 'SLOT_IMPORT', since: 80 } : undefined;
  const enterprise = ENTERPRISE.get(code);
  if (enterprise) return { name: enterprise, since: 1 };
  if (lineage === 'common') return undefined;
  if (code === OP.KEY_META) return { name: 'KEY_META', since: 13 };
  // Below 15 the number is free; only the templates' own version gives it a meaning.
  if (code === OP.HASH_TEMPLATE && version >= 15) return { name: 'HASH_TEMPLATE', since: 15 };
  return undefined;
}

/**
 * The value types of a file, by number; undefined where a number has no meaning there. Types 29 to 32 count only in files
 * of RDB 15: others used these numbers before.
 */
export function valueTypes(lineage: Lineage, version: number): readonly (ValueType | undefined)[] {
  if (lineage === 'valkey') return VALKEY_TYPES;
  if (lineage === 'redis') return version >= 15 ? REDIS_TYPES : REDIS_TYPES_BEFORE_15;
  return COMMON_TYPES;
}

/** Who is known to write a number that has no meaning in the file at hand; for messages. */
export function knownElsewhere(lineage: Lineage, code: number): string | undefined {
  if (lineage !== 'valkey' && code >= 29 && code <= 33)
    return 'Redis 8.10 (templated hashes), Dragonfly or a development build';
  if (lineage === 'valkey' && code === 23) return 'Valkey 9.2 (path hash)';
  if (lineage === 'valkey' && code === 242) return 'Valkey 9.2 (replication stream)';
  if (lineage === 'valkey' && code >= 24 && code <= 33) return 'Redis 7.4 or newer';
  if (code >= 200 && code <= 220) return 'Dragonfly, whose own records are not read';
  if (code >= 100 && code <= 102) return 'Redis Enterprise';
  if (lineage === 'common' && code >= 242 && code <= 244) return 'a newer Redis or Valkey than the header says';
  return undefined;
}

function value(
  code: number,
  name: string,
  type: KeyType,
  encoding: string,
  layout: Layout,
  since: number,
  container?: ContainerKind,
  tuple = 1,
): ValueType {
  return { code, name, type, encoding, layout, since, container, tuple };
}

function table(types: ValueType[]): readonly (ValueType | undefined)[] {
  const byCode: (ValueType | undefined)[] = new Array(256).fill(undefined);
  for (const type of types) byCode[type.code] = type;
  return byCode;
}
