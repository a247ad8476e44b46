import type { Kernels } from '../../bytes/kernels/kernels.js';
import { AppendedFileSink } from '../../bytes/sinks/appended-file.js';
import { FileSink } from '../../bytes/sinks/file.js';
import { UnfinishedFile } from '../../bytes/sinks/unfinished.js';
import type { Outputs, WrittenFile } from '../../copy/outputs.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import { BlockPool } from '../../rdb/writer/block-pool.js';
import { RdbWriter, type WrittenHeader } from '../../rdb/writer/rdb-writer.js';
import { ExportError } from './options.js';
import { PartNames, type Splitter } from './split-names.js';

/** So many files stay open, with large blocks; those that come later are opened for every few KiB. */
const MOST_OPEN = 32;
const LARGE_BLOCK = 256 * 1024;
const SMALL_BLOCK = 4096;
const MOST_FILES = 16_384;
const ENDED_AT_ONCE = 16;
/** Of what stands in front of the keys, since every file gets it. */
const MOST_COMMON = 64 * 1024 * 1024;

interface Part {
  readonly path: string;
  readonly file: UnfinishedFile;
  readonly writer: RdbWriter;
}

/** Each key goes to the file of its part; what belongs to all of them goes to each, those that are made later included. */
export class SplitOutputs implements Outputs {
  readonly only = undefined;
  private readonly parts = new Map<string, Part>();
  private readonly names: PartNames;
  private readonly large: BlockPool;
  private readonly small: BlockPool;
  private header: WrittenHeader | undefined;
  private readonly common: ((writer: RdbWriter) => void)[] = [];
  private commonBytes = 0;
  private last: RdbWriter | undefined;

  constructor(
    kernels: Kernels,
    path: string,
    private readonly splitter: Splitter,
    /** Throws for a path that must not be written to. */
    private readonly check: (path: string) => void,
  ) {
    this.names = new PartNames(path);
    this.large = new BlockPool(kernels, LARGE_BLOCK);
    this.small = new BlockPool(kernels, SMALL_BLOCK);
  }

  begin(header: WrittenHeader): void {
    this.header = header;
    for (const part of this.splitter.known) this.make(part);
  }

  writerOf(key: KeyRecord): RdbWriter {
    const part = this.splitter.partOf(key);
    const { writer } = this.parts.get(part) ?? this.make(part);
    this.last = writer;
    return writer;
  }

  record(buffer: Uint8Array, start: number, end: number): void {
    this.commonBytes += end - start;
    if (this.commonBytes > MOST_COMMON) {
      throw new ExportError(
        'unusable',
        'functions and module data of more than 64 MiB cannot be put into several files',
      );
    }
    const bytes = buffer.slice(start, end);
    this.forAll((writer) => writer.raw(bytes));
  }

  aux(key: string | Uint8Array, value: string | Uint8Array): void {
    this.forAll((writer) => writer.aux(key, value));
  }

  ready(): Promise<void> | undefined {
    return this.last?.ready();
  }

  async finish(): Promise<WrittenFile[]> {
    const parts = [...this.parts.values()];
    // Disks take many requests at once better than one after the other.
    const left = parts.values();
    const failures: unknown[] = [];
    const endAll = async () => {
      for (const { writer } of left) {
        if (failures.length > 0) return;
        await writer.end().catch((error: unknown) => failures.push(error));
      }
    };
    // Nobody may be writing any more when they are given up.
    await Promise.all(Array.from({ length: ENDED_AT_ONCE }, endAll));
    if (failures.length > 0) throw failures[0];
    // All are whole now; only then they appear.
    UnfinishedFile.publish(parts.map(({ file }) => file));
    this.parts.clear();
    const files = parts.map(({ path, writer }) => ({ path, keys: writer.keys, bytes: writer.bytes }));
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  abandon(): void {
    for (const { writer, file } of this.parts.values()) {
      writer.abandon();
      file.abandon();
    }
    this.parts.clear();
  }

  private forAll(write: (writer: RdbWriter) => void): void {
    this.common.push(write);
    for (const { writer } of this.parts.values()) write(writer);
  }

  private make(part: string): Part {
    if (!this.header) throw new Error('a record before the header');
    if (this.parts.size >= MOST_FILES) {
      throw new ExportError(
        'unusable',
        `the keys would go to more than ${MOST_FILES} files: split them in another way`,
      );
    }
    const path = this.names.pathOf(part);
    this.check(path);
    const file = new UnfinishedFile(path);
    const many = this.parts.size >= MOST_OPEN;
    const sink = many ? new AppendedFileSink(file.path) : new FileSink(file.path);
    const made = { path, file, writer: new RdbWriter(sink, this.header, many ? this.small : this.large) };
    this.parts.set(part, made);
    for (const write of this.common) write(made.writer);
    return made;
  }
}
