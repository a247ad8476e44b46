// What a case is, and what the cases have in common.

import { RdbBuilder, stringValue, type Text, type Value } from '../helpers/rdb-builder.js';
import { database, type FileOptions } from '../verify/hand-made.js';

/** A way to start a server, as it stands in the record: `['--cluster-enabled yes']`. */
export interface Configuration {
  readonly args: readonly string[];
  /** Names of the servers that know these settings start with this. */
  readonly servers?: string;
}

/** One file with one trait, which servers are started on. */
export interface LoadingCase {
  /** Name of its file, without the extension. */
  readonly name: string;
  readonly trait: string;
  readonly bytes: () => Buffer;
  /** To try besides the defaults. */
  readonly configurations?: readonly Configuration[];
  /** Keys of database 0 whose HLEN is recorded. */
  readonly fields?: readonly string[];
  /** Names of the servers that read beyond the bytes here, so that chance decides what they do, start with this. */
  readonly except?: string;
}

type Options = Pick<LoadingCase, 'configurations' | 'fields' | 'except'>;
export type Row = readonly [name: string, trait: string, bytes: () => Buffer, options?: Options];

export function group(prefix: string, rows: readonly Row[]): readonly LoadingCase[] {
  return rows.map(([name, trait, bytes, options]) => ({ name: `${prefix}-${name}`, trait, bytes, ...options }));
}

export const CLUSTER: Configuration = { args: ['--cluster-enabled yes'] };
export const CLUSTER_OF_16_DATABASES: Configuration = {
  args: ['--cluster-enabled yes', '--cluster-databases 16'],
  servers: 'valkey-9',
};
export const DATABASES_32: Configuration = { args: ['--databases 32'] };
export const RELAXED: Configuration = { args: ['--rdb-version-check relaxed'], servers: 'valkey' };

/** Long past, and far ahead, whenever a server starts. */
export const EXPIRED_MS = Date.UTC(2001, 0, 1);
export const LIVE_MS = Date.UTC(2100, 0, 1);

export const ONE = stringValue('v');

/** What all servers read, Redis 6.0 too. */
export const COMMON: FileOptions = { version: 9 };
export const REDIS_7: FileOptions = { version: 10 };
export const REDIS_8: FileOptions = { version: 12 };
export const VALKEY_9: FileOptions = { version: 80 };

/** A file of `value` under the key `k`, then a sound key: so one sees whether the load went on. */
export function pair(value: Value, options: FileOptions = COMMON): Buffer {
  return database(2, 0, options).key('k', value).key('after', ONE).finish(options.trailer);
}

/** Strings of these names, one after the other in database 0. */
export function strings(names: readonly Text[]): Buffer {
  const builder = database(names.length, 0, COMMON);
  for (const name of names) builder.key(name, ONE);
  return builder.finish();
}

/** `first` to the one before `end`, with a prefix. */
export function numbered(prefix: string, end: number): string[] {
  return Array.from({ length: end }, (_, i) => `${prefix}${i}`);
}

/** A header of any digits and one plain string, nothing that only some versions have. */
export function headed(magic: 'REDIS' | 'VALKEY', version: number): Buffer {
  return new RdbBuilder(version, magic).selectDb(0).key('k', ONE).finish();
}
