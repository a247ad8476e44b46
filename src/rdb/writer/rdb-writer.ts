import { Kernels } from '../../bytes/kernels/kernels.js';
import type { Sink } from '../../bytes/sinks/sink.js';
import { CHECKSUM_SINCE, OP } from '../format.js';
import { BlockPool } from './block-pool.js';
import { encodedLength } from './length.js';
import { Output } from './output.js';

const BLOCK = 512 * 1024;
/** AUX and RESIZEDB. */
const AUX_SINCE = 7;
const EXPIRETIME_MS_SINCE = 3;
const EVICTION_SINCE = 9;

/** What a file begins with. */
export interface WrittenHeader {
  readonly magic: 'REDIS' | 'VALKEY';
  /** As in the magic: `REDIS0011` is 11. What is written later must exist in it. */
  readonly version: number;
}

/** One key, for `RdbWriter.key`. */
export interface WrittenKey {
  readonly db: number;
  readonly name: Uint8Array;
  /** The number of the value type. */
  readonly type: number;
  /** As it stands in an RDB behind the name: a DUMP payload without its first byte and its last ten. */
  readonly value: Uint8Array;
  /** ms since the epoch. */
  readonly expireAtMs?: number;
  /** Seconds since the last use; not together with `freq`. */
  readonly idle?: number;
  /** LFU counter, 0 to 255. */
  readonly freq?: number;
}

/**
 * Writes an RDB to a sink, record by record, with a checksum behind it. Values are given as the bytes that stand in a file.
 * The order of records is the caller's: fields and functions first, then keys, database by database.
 *
 * Methods take copies and return at once. Who writes much waits for the promise of `ready` between two records.
 */
export class RdbWriter {
  /** Keys written by `key`, or counted by `countKeys`. */
  keys = 0;
  private readonly output: Output;
  private selected = -1;

  constructor(
    private readonly sink: Sink,
    readonly header: WrittenHeader,
    pool = new BlockPool(new Kernels(), BLOCK),
  ) {
    this.output = new Output(pool, sink);
    const { magic, version } = header;
    const text = `${magic}${String(version).padStart(9 - magic.length, '0')}`;
    if (!Number.isInteger(version) || version < 1 || text.length !== 9)
      throw new RangeError(`no RDB version ${version}`);
    this.raw(Buffer.from(text, 'latin1'));
  }

  /** Bytes of the file so far. */
  get bytes(): number {
    return this.output.taken;
  }

  /** An auxiliary field (RDB 7+; left out before): a fact about the file. */
  aux(key: string | Uint8Array, value: string | Uint8Array): void {
    if (this.header.version < AUX_SINCE) return;
    this.output.byte(OP.AUX);
    this.string(key);
    this.string(value);
  }

  /** The code of a function library (RDB 10+). */
  functionLibrary(code: string | Uint8Array): void {
    this.output.byte(OP.FUNCTION2);
    this.string(code);
  }

  /** The keys that follow belong to this database; written when that is news. */
  selectDb(db: number): void {
    if (db === this.selected) return;
    this.selected = db;
    this.output.byte(OP.SELECTDB);
    this.length(db);
  }

  /** How many keys the selected database has, and how many of them expire (RDB 7+; left out before): a hint to servers. */
  resizeDb(keys: number, expires: number): void {
    if (this.header.version < AUX_SINCE) return;
    this.output.byte(OP.RESIZEDB);
    this.length(keys);
    this.length(expires);
  }

  /** One key, with everything that belongs to it. */
  key({ db, name, type, value, expireAtMs, idle, freq }: WrittenKey): void {
    this.selectDb(db);
    const { version } = this.header;
    if (expireAtMs !== undefined) {
      if (version < EXPIRETIME_MS_SINCE) throw new RangeError(`RDB ${version} has no expiries in ms`);
      this.output.byte(OP.EXPIRETIME_MS);
      this.int64(expireAtMs);
    }
    if (version >= EVICTION_SINCE && idle !== undefined) {
      this.output.byte(OP.IDLE);
      this.length(idle);
    } else if (version >= EVICTION_SINCE && freq !== undefined) {
      this.output.byte(OP.FREQ);
      this.output.byte(freq);
    }
    this.output.byte(type);
    this.string(name);
    this.raw(value);
    this.keys++;
  }

  /** Bytes of records as they are, [start, end) of `buffer`. Who writes a SELECTDB like that must not use `selectDb`. */
  raw(buffer: Uint8Array, start = 0, end = buffer.length): void {
    this.output.bytes(buffer, start, end);
  }

  /** Keys that were written by `raw`. */
  countKeys(keys: number): void {
    this.keys += keys;
  }

  /** A length in its shortest form: up to 2^53. */
  length(value: number): void {
    if (value >= 0 && value < 0x40) this.output.byte(value);
    else this.raw(encodedLength(value));
  }

  /** A string in plain form. */
  string(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    this.length(bytes.length);
    this.raw(bytes);
  }

  /** A promise when whoever writes should wait. Throws, or rejects, with the error of the sink. */
  ready(): Promise<void> | undefined {
    return this.output.ready();
  }

  /** Writes EOF and the checksum (RDB 5+), and closes the sink. Rejects with the error of the sink. */
  async end(): Promise<void> {
    this.output.byte(OP.EOF);
    if (this.header.version >= CHECKSUM_SINCE) {
      const sum = Buffer.alloc(8);
      sum.writeBigUInt64LE(this.output.sum());
      this.raw(sum);
    }
    await this.output.finish();
    await this.sink.close();
  }

  /** Leaves it without an end. */
  abandon(): void {
    this.sink.abandon();
  }

  private int64(value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    this.raw(bytes);
  }
}
