import { reserveSpool, type Spool } from '../backup/spool.js';
import { FileSink } from '../bytes/sinks/file.js';
import type { KeySample } from '../diff/sample.js';
import { connectServer, type TlsFiles } from '../live/connect.js';
import { copyLive, countKeys, type LiveCopy } from '../live/copy-live.js';
import type { ServerAddress } from '../live/server-url.js';

/** A copy of a running server in a file. */
export interface LiveInput extends LiveCopy {
  readonly spool: Spool;
  /** The URL without its password. */
  readonly shown: string;
  /** Keys of the server when the copy began. */
  readonly all: number;
}

export interface LiveInputOptions {
  readonly tls: TlsFiles;
  readonly tmpDir?: string | undefined;
  readonly dbs?: readonly number[] | undefined;
  /** Chooses keys, knowing how many there are. */
  readonly sample?: ((all: number) => KeySample | undefined) | undefined;
  readonly onProgress?: ((keys: number, all: number) => void) | undefined;
}

/** Copies a server to a temporary file. Rejects with LiveError, or the error of the system. */
export async function copyServer(address: ServerAddress, options: LiveInputOptions): Promise<LiveInput> {
  const server = await connectServer(address, options.tls);
  const spool = reserveSpool(options.tmpDir);
  try {
    const all = await countKeys(server);
    const sample = options.sample?.(all);
    const copy = await copyLive(server, new FileSink(spool.path, { mode: 0o600, durable: false }), {
      ...(options.dbs ? { wantedDb: (db) => options.dbs?.includes(db) ?? true } : {}),
      ...(sample ? { wanted: (db, name) => sample.has(db, name) } : {}),
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    });
    return { ...copy, spool, shown: address.shown, all };
  } catch (error) {
    spool.remove();
    throw error;
  } finally {
    server.close();
  }
}
