import { constants, createReadStream, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { FileSource } from '../bytes/sources/file.js';
import { GzipSource } from '../bytes/sources/gzip.js';
import { PeekedSource } from '../bytes/sources/peeked.js';
import type { Source, SourceError } from '../bytes/sources/source.js';
import { StreamSource } from '../bytes/sources/stream.js';
import { type Content, DETECT_BYTES, detect } from './detect.js';

/** One input, opened: what it is, and its bytes with any gzip around them taken off. */
export interface OpenInput {
  readonly content: Content;
  /** The first bytes, for a message about content we do not know. */
  readonly head: Uint8Array;
  /** Damage of the gzip within the first bytes of its content. */
  readonly failure: SourceError | undefined;
  readonly source: Source;
  readonly gzip: boolean;
  /** Bytes of the input itself, when known: for progress. */
  readonly inputSize: number | undefined;
  /** When a regular file was written to last, ms since the epoch. */
  readonly modifiedMs: number | undefined;
  /** Whether something that is no gzip follows the gzip; known at its end. */
  trailing(): boolean;
  /** Whether a regular file was written to since it was opened. */
  changed(): Promise<boolean>;
  /** The content once more from its start; undefined when the input gives it only once. Close it before this. */
  again(): Source | undefined;
  close(): Promise<void>;
}

/** `-` is standard input. Everything else is a path; what is not a regular file (a pipe, a device) is read as a stream. */
export const STANDARD_INPUT = '-';

/** Opens a regular file as it is, without looking through a gzip: servers would not, either. */
export async function openPart(path: string): Promise<OpenInput> {
  const file = await FileSource.open(path);
  try {
    const source = await PeekedSource.peek(file, DETECT_BYTES);
    const changed = () => file.changed();
    const again = () => file.again();
    return input(source, detect(source.head), undefined, file.size, changed, again, file.modifiedMs);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

/** Opens a path or standard input. Rejects with the system's error when it cannot be read. */
export async function openInput(path: string, standardInput: Readable = process.stdin): Promise<OpenInput> {
  if (path === STANDARD_INPUT) return openSource(new StreamSource(standardInput), async () => false);
  const info = await stat(path);
  if (info.isFile()) {
    const file = await FileSource.open(path);
    return openSource(
      file,
      () => file.changed(),
      () => file.again(),
      file.modifiedMs,
    );
  }
  const stream = info.isFIFO() ? await openFifo(path) : createReadStream(path);
  return openSource(new StreamSource(stream), async () => false);
}

/** Waits for a writer without blocking a thread in open(), which would keep the process from ending. */
async function openFifo(path: string): Promise<Readable> {
  const { Socket } = await import('node:net');
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/** Looks at the first bytes of any source, and through a gzip. */
export async function openSource(
  source: Source,
  changed: () => Promise<boolean>,
  again: () => Source | undefined = () => undefined,
  modifiedMs?: number,
): Promise<OpenInput> {
  try {
    const outer = await PeekedSource.peek(source, DETECT_BYTES);
    const outerContent = detect(outer.head);
    if (outerContent !== 'gzip') return input(outer, outerContent, undefined, source.size, changed, again, modifiedMs);
    const gzip = new GzipSource(outer);
    const unpacked = () => {
      const packed = again();
      return packed && new GzipSource(packed);
    };
    const inner = await PeekedSource.peek(gzip, DETECT_BYTES);
    return input(inner, detect(inner.head), gzip, source.size, changed, unpacked, modifiedMs);
  } catch (error) {
    await source.close().catch(() => undefined);
    throw error;
  }
}

function input(
  source: PeekedSource,
  content: Content,
  gzip: GzipSource | undefined,
  inputSize: number | undefined,
  changed: () => Promise<boolean>,
  again: () => Source | undefined,
  modifiedMs: number | undefined,
): OpenInput {
  const { head, failure } = source;
  return {
    content,
    head,
    failure,
    source,
    gzip: gzip !== undefined,
    inputSize,
    trailing: () => gzip?.trailing ?? false,
    changed,
    again,
    modifiedMs,
    close: () => source.close(),
  };
}
