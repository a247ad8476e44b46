// What the dump says that a backup is, or begins with.
import { createHash } from 'node:crypto';
import { AuxFields } from '../rdb/aux-fields.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { type KeyRecord, Level, type RdbHeader, RdbVisitor } from '../rdb/visitor.js';

/** What a dump holds in one database. */
export interface DatabaseKeys {
  readonly db: number;
  readonly keys: number;
  /** Keys that have an expiry. */
  readonly expires: number;
  /** Keys that had expired at the moment of the look: a server that starts as a master drops them. */
  readonly expired: number;
}

/** Function libraries that are told apart. */
const LIBRARIES = 100_000;

/** Counts the keys of each database. */
export class DatabaseCounter {
  private readonly databases = new Map<number, { db: number; keys: number; expires: number; expired: number }>();
  private current: { db: number; keys: number; expires: number; expired: number } | undefined;

  /** `clockMs`: what has expired by then (ms since the epoch) is expired. */
  constructor(private readonly clockMs: number) {}

  add({ db, expireAtMs }: KeyRecord): void {
    let { current } = this;
    if (current?.db !== db) {
      current = this.databases.get(db) ?? { db, keys: 0, expires: 0, expired: 0 };
      this.databases.set(db, current);
      this.current = current;
    }
    current.keys++;
    // Servers take -1 for "does not expire".
    if (expireAtMs === undefined || expireAtMs === -1) return;
    current.expires++;
    if (expireAtMs <= this.clockMs) current.expired++;
  }

  /** Those that have keys, in the order of the file. */
  list(): DatabaseKeys[] {
    return [...this.databases.values()];
  }
}

/** SHA-256 of the code of each function library, in the order of the file. */
export class LibraryDigests {
  readonly list: string[] = [];

  add(code: BytesRef): void {
    if (this.list.length < LIBRARIES) this.list.push(createHash('sha256').update(code.view()).digest('hex'));
  }
}

/** Takes what is told in front of keys, and counts them. */
export class DumpLook extends RdbVisitor {
  readonly fields = new AuxFields();
  readonly databases: DatabaseCounter;
  readonly libraries = new LibraryDigests();
  file: RdbHeader | undefined;
  highestDb = 0;

  constructor(clockMs: number) {
    super();
    this.databases = new DatabaseCounter(clockMs);
  }

  override header(header: RdbHeader): void {
    this.file ??= header;
  }

  override aux(key: BytesRef, value: BytesRef): void {
    this.fields.add(key, value);
  }

  override functionLibrary(code: BytesRef): void {
    this.libraries.add(code);
  }

  override key(key: KeyRecord): number {
    if (key.db > this.highestDb) this.highestDb = key.db;
    this.databases.add(key);
    return Level.SKIP;
  }
}
