import { randomBytes } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Source } from '../bytes/sources/source.js';

const CHUNK = 256 * 1024;

/** A copy of something that can be read only once. */
export interface Spool {
  readonly path: string;
  remove(): void;
}

/** A name for a file that is gone when the program ends. */
export function reserveSpool(directory = tmpdir()): Spool {
  const path = join(directory, `rdbkit-spool-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  const erase = () => rmSync(path, { force: true });
  process.once('exit', erase);
  const remove = () => {
    process.removeListener('exit', erase);
    erase();
  };
  return { path, remove };
}

/** Copies a stream to a file that only its owner can read, and that is gone when the program ends. */
export async function spoolInput(stream: Readable, directory?: string): Promise<Spool> {
  const spool = reserveSpool(directory);
  try {
    await pipeline(stream, createWriteStream(spool.path, { flags: 'wx', mode: 0o600 }));
    return spool;
  } catch (error) {
    spool.remove();
    throw error;
  }
}

/** The same with what a source has left. Rejects with its SourceError where a gzip around it is damaged. */
export function spoolSource(source: Source, directory?: string): Promise<Spool> {
  return spoolInput(Readable.from(chunksOf(source), { objectMode: false }), directory);
}

async function* chunksOf(source: Source): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = await source.read(chunk);
    if (length === 0) return;
    yield chunk.subarray(0, length);
  }
}
