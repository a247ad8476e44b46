// Where an auxiliary field belongs, and what becomes of it in a copy.

/** Names and values of fields that matter here are shorter. */
export const AUX_BYTES = 128;
export const FALSE = '0';

/**
 * `file`: a fact about it; `said-no`: copied with the value 0; `database`: a hint that stands among its keys; `next-key`,
 * `previous-key`: it belongs to that key; `drop`: it would not be true.
 */
export type AuxPlace = 'file' | 'said-no' | 'database' | 'next-key' | 'previous-key' | 'drop';

/** A copy with other keys is no state of that replication history: a replica that resumed from it would be wrong. */
const OF_ALL_KEYS = new Set(['repl-id', 'repl-offset', 'repl-stream-db', 'used-mem']);
/** Hints of Redis Enterprise about sizes. */
const SIZES = /^big-|^bigdb-/;

/** `whole`: the copy has all keys of one file. */
export function auxPlace(name: string, value: string, whole: boolean): AuxPlace {
  // The copy is a dump by itself, whatever the file was the head of.
  if ((name === 'aof-base' || name === 'aof-preamble') && value !== FALSE) return 'said-no';
  if (name === 'mvcc-tstamp') return 'next-key'; // KeyDB
  if (name === 'keydb-subexpire-key' || name === 'keydb-subexpire-when') return 'previous-key';
  if (name === 'slot-info') return whole ? 'database' : 'drop';
  if (!whole && (OF_ALL_KEYS.has(name) || SIZES.test(name))) return 'drop';
  return 'file';
}
