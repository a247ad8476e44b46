// What a database costs beside its keys: the tables by which a server finds keys and their expiries. MEMORY USAGE of a key
// leaves them out.
import type { MemoryModel } from './model.js';

/** The keys of one database. */
export interface DatabaseSize {
  readonly keys: number;
  /** Keys that have an expiry. */
  readonly expires: number;
  /** For so many keys, and expiries, the tables were made; 0 for tables that grew from nothing. */
  readonly madeFor: { readonly keys: number; readonly expires: number };
}

/** Bytes that the tables of one database take, beside the entries of its keys, which the keys count. */
export function databaseTables(model: MemoryModel, { keys, expires, madeFor }: DatabaseSize): number {
  const { tables, keyspace } = model;
  const found = keys === 0 ? 0 : tables.table(keys, madeFor.keys);
  const timed = expires === 0 ? 0 : tables.table(expires, madeFor.expires);
  return found + timed + expires * keyspace.expiryEntry;
}
