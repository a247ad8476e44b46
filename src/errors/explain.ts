import type { FindingCode } from '../errors.js';
import type { Explanation } from './explanation.js';
import { AOF_COMMANDS } from './texts/aof-commands.js';
import { AOF_LOG } from './texts/aof-log.js';
import { AOF_MANIFEST } from './texts/aof-manifest.js';
import { AOF_SET } from './texts/aof-set.js';
import { ARRAYS } from './texts/arrays.js';
import { AUX_FIELDS } from './texts/aux-fields.js';
import { EXPECTATIONS } from './texts/expectations.js';
import { EXPIRY } from './texts/expiry.js';
import { FUNCTIONS_MODULES } from './texts/functions-modules.js';
import { GROUPS } from './texts/groups.js';
import { INPUT } from './texts/input.js';
import { INTSET_ZIPMAP } from './texts/intset-zipmap.js';
import { LISTPACK } from './texts/listpack.js';
import { LZF } from './texts/lzf.js';
import { RDB_FILE } from './texts/rdb-file.js';
import { RDB_RECORDS } from './texts/rdb-records.js';
import { REPAIRS } from './texts/repairs.js';
import { SHARDS } from './texts/shards.js';
import { STREAMS } from './texts/streams.js';
import { TARGETS } from './texts/targets.js';
import { VALUES } from './texts/values.js';
import { ZIPLIST } from './texts/ziplist.js';

export type { Explanation } from './explanation.js';

/** What each finding means, who minds it, and what to do. The type makes the compiler insist on every code. */
export const EXPLANATIONS: Readonly<Record<FindingCode, Explanation>> = {
  ...INPUT,
  ...EXPECTATIONS,
  ...SHARDS,
  ...AOF_LOG,
  ...AOF_COMMANDS,
  ...AOF_MANIFEST,
  ...AOF_SET,
  ...REPAIRS,
  ...RDB_FILE,
  ...RDB_RECORDS,
  ...AUX_FIELDS,
  ...FUNCTIONS_MODULES,
  ...EXPIRY,
  ...TARGETS,
  ...LZF,
  ...VALUES,
  ...LISTPACK,
  ...ZIPLIST,
  ...INTSET_ZIPMAP,
  ...STREAMS,
  ...GROUPS,
  ...ARRAYS,
};

/** What a finding means to the person who meets it. */
export function explain(code: FindingCode): Explanation {
  return EXPLANATIONS[code];
}
