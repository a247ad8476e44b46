import type { Sink } from '../bytes/sinks/sink.js';
import { OLDEST_VALKEY_VERSION, OP } from '../rdb/format.js';
import { RdbWriter } from '../rdb/writer/rdb-writer.js';
import { FOOTER, payloadVersion, typeOffset } from './dump-payload.js';
import { LiveError } from './live-error.js';

/** Of a server without keys nobody tells the version. */
const OLD_VERSION = 9;
const LATEST = 2n ** 63n - 1n;

/** Writes what servers give for DUMP as an RDB. */
export class LiveRdb {
  /** Keys written. */
  keys = 0;
  private writer: RdbWriter | undefined;
  /** A record of an expiry, used again. */
  private readonly expiry = Buffer.alloc(9, OP.EXPIRETIME_MS);

  /** `createdAtMs`: since the epoch. */
  constructor(
    private readonly server: { readonly lineage: 'redis' | 'valkey'; readonly version: string },
    private readonly sink: Sink,
    private readonly createdAtMs: number,
  ) {}

  /**
   * Takes a copy of a key whose DUMP payload is [start, end) of `buffer`. Throws LiveError for what is no value, or comes from a server of
   * another version.
   */
  write(
    db: number,
    name: Uint8Array,
    buffer: Uint8Array,
    start: number,
    end: number,
    expireAtMs: number | undefined,
  ): void {
    const typeAt = typeOffset(buffer, start, end);
    const version = payloadVersion(buffer, end);
    const magic = version >= OLDEST_VALKEY_VERSION ? 'VALKEY' : 'REDIS';
    const writer = this.writerOf(magic, version);
    const { header } = writer;
    if (header.magic !== magic || header.version < version) {
      throw new LiveError('the nodes of this cluster have different versions: their values cannot stand in one file');
    }
    writer.selectDb(db);
    if (expireAtMs !== undefined) {
      this.expiry.writeBigInt64LE(expireAtMs < 2 ** 63 ? BigInt(expireAtMs) : LATEST, 1);
      writer.raw(this.expiry);
    }
    // Metadata, and the type behind it.
    writer.raw(buffer, start, typeAt + 1);
    writer.string(name);
    writer.raw(buffer, typeAt + 1, end - FOOTER);
    writer.countKeys(1);
    this.keys++;
  }

  /** A promise when whoever writes should wait. Throws, or rejects, with the error of the sink. */
  ready(): Promise<void> | undefined {
    return this.writer?.ready();
  }

  /** Ends the file and closes the sink. */
  async end(): Promise<void> {
    await this.writerOf('REDIS', OLD_VERSION).end();
  }

  private writerOf(magic: 'REDIS' | 'VALKEY', version: number): RdbWriter {
    if (this.writer) return this.writer;
    const writer = new RdbWriter(this.sink, { magic, version });
    writer.aux(`${this.server.lineage}-ver`, this.server.version);
    writer.aux('ctime', String(Math.floor(this.createdAtMs / 1000)));
    this.writer = writer;
    return writer;
  }
}
