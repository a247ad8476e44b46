import type { Sink } from '../bytes/sinks/sink.js';
import { OP } from '../rdb/format.js';
import { RdbWriter } from '../rdb/writer/rdb-writer.js';
import { splitPayload } from './dump-payload.js';
import { LiveError } from './live-error.js';

const OLDEST_VALKEY_VERSION = 80;
/** Of a server without keys nobody tells the version. */
const OLD_VERSION = 9;

/** Writes what servers give for DUMP as an RDB. */
export class LiveRdb {
  /** Keys written. */
  keys = 0;
  private writer: RdbWriter | undefined;

  /** `createdAtMs`: since the epoch. */
  constructor(
    private readonly server: { readonly lineage: 'redis' | 'valkey'; readonly version: string },
    private readonly sink: Sink,
    private readonly createdAtMs: number,
  ) {}

  /** Throws LiveError for what is no value, or comes from a server of another version. */
  async write(db: number, name: Uint8Array, payload: Uint8Array, expireAtMs: number | undefined): Promise<void> {
    const { meta, type, value, version } = splitPayload(payload);
    const magic = version >= OLDEST_VALKEY_VERSION ? 'VALKEY' : 'REDIS';
    const writer = this.writerOf(magic, version);
    const { header } = writer;
    if (header.magic !== magic || header.version < version) {
      throw new LiveError('the nodes of this cluster have different versions: their values cannot stand in one file');
    }
    writer.selectDb(db);
    if (expireAtMs !== undefined) {
      const record = Buffer.alloc(9, OP.EXPIRETIME_MS);
      record.writeBigInt64LE(BigInt(expireAtMs), 1);
      writer.raw(record);
    }
    if (meta) writer.raw(meta);
    writer.raw(Buffer.of(type));
    writer.string(name);
    writer.raw(value);
    writer.countKeys(1);
    this.keys++;
    await writer.ready();
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
