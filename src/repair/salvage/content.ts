import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusalOf } from '../../backup/refusal.js';
import { InlineChecksum } from '../../bytes/checksum/checksum.js';
import type { Kernels } from '../../bytes/kernels/kernels.js';
import { FileSink } from '../../bytes/sinks/file.js';
import { UnfinishedFile } from '../../bytes/sinks/unfinished.js';
import { RangeSource } from '../../bytes/sources/range.js';
import { SourceError } from '../../bytes/sources/source.js';
import { RepairError } from '../plan.js';
import { open } from '../scanned.js';

const CHUNK = 1024 * 1024;
const TRAILER = 8;

/** The content of an input, as a file that can be read anywhere. */
export interface SalvageContent {
  readonly fd: number;
  readonly size: number;
  readonly gzip: boolean;
  /** The input is not what it was when it was opened. Throws the error of the system. */
  changed(): boolean;
  close(): void;
}

/** Opens an RDB; that in a gzip is unpacked to a temporary file, as far as it can be. Rejects with RepairError. */
export async function openContent(path: string, tmpDir = tmpdir()): Promise<SalvageContent> {
  const before = statSync(path);
  if (before.isDirectory()) throw new RepairError(`${path} is a directory: say which RDB in it --salvage is to read`);
  if (!before.isFile())
    throw new RepairError(`${path}: --salvage reads its input several times, and this is no regular file`);
  const changed = () => {
    const now = statSync(path);
    return now.size !== before.size || now.mtimeMs !== before.mtimeMs || now.ino !== before.ino;
  };
  const input = await open(path);
  try {
    const isOther = input.content === 'aof' || input.content === 'manifest';
    if (isOther)
      throw new RepairError(`${path}: --salvage is for RDB files; append-only files are repaired without it`);
    const isPacked = input.content === 'zstd' || input.content === 'vcs' || input.content === 'empty';
    if (isPacked) throw new RepairError(`${path}: ${refusalOf(input).message}`);
    if (!input.gzip) {
      const fd = openSync(path, 'r');
      return { fd, size: fstatSync(fd).size, gzip: false, changed, close: () => closeSync(fd) };
    }
    const spool = new UnfinishedFile(join(tmpDir, 'rdbkit-unpacked'));
    try {
      const sink = new FileSink(spool.path);
      const buffer = Buffer.allocUnsafe(CHUNK);
      for (;;) {
        const length = await input.source.read(buffer).catch((error: unknown) => {
          // What came before the damage of the gzip is there to be salvaged.
          if (error instanceof SourceError) return 0;
          throw error;
        });
        if (length === 0) break;
        await sink.write(buffer.subarray(0, length));
      }
      await sink.close();
      const fd = openSync(spool.path, 'r');
      spool.abandon(); // it is there as long as it is open
      return { fd, size: fstatSync(fd).size, gzip: true, changed, close: () => closeSync(fd) };
    } catch (error) {
      spool.abandon();
      throw error;
    }
  } finally {
    await input.close().catch(() => undefined);
  }
}

/** The last eight bytes of a range, and the sum of all before them; undefined when there are not so many. */
export async function sumOf(
  { fd }: SalvageContent,
  end: number,
  kernels: Kernels,
  onProgress: (done: number) => void,
): Promise<{ stored: bigint; computed: bigint } | undefined> {
  if (end < TRAILER) return undefined;
  const { heap } = kernels;
  const block = heap.allocate(CHUNK);
  try {
    const checksum = new InlineChecksum(kernels);
    const source = new RangeSource(fd, 0, end - TRAILER);
    for (;;) {
      const length = await source.read(kernels.bytes.subarray(block, block + CHUNK));
      if (length === 0) break;
      checksum.add(block, length);
      onProgress(source.consumed);
    }
    const trailer = Buffer.alloc(TRAILER);
    if ((await new RangeSource(fd, end - TRAILER, end).read(trailer)) !== TRAILER) return undefined;
    return { stored: trailer.readBigUInt64LE(), computed: checksum.value() };
  } finally {
    heap.deallocate(block);
  }
}
