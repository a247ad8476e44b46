import type { Kernels } from '../bytes/kernels/kernels.js';
import { FileSink } from '../bytes/sinks/file.js';
import { StreamSink } from '../bytes/sinks/stream.js';
import { UnfinishedFile } from '../bytes/sinks/unfinished.js';
import type { KeyRecord } from '../rdb/visitor.js';
import { BlockPool } from '../rdb/writer/block-pool.js';
import { RdbWriter, type WrittenHeader } from '../rdb/writer/rdb-writer.js';

const BLOCK = 512 * 1024;

/**
 * Where a copy goes. A file appears under its name only when it is whole; one that is there is replaced. A stream is written
 * to and left open.
 */
export type CopyTarget = { readonly path: string } | { readonly stream: NodeJS.WritableStream };

/** One file that was written. */
export interface WrittenFile {
  /** null for a stream. */
  readonly path: string | null;
  readonly keys: number;
  readonly bytes: number;
}

/** Where records go: to one file, or each to its own. */
export interface Outputs {
  /** Before anything else. */
  begin(header: WrittenHeader): void;
  /** The file that a key goes to. */
  writerOf(key: KeyRecord): RdbWriter;
  /** The only file; undefined when there are several. */
  readonly only: RdbWriter | undefined;
  /** Bytes of a record that belongs to every file. */
  record(buffer: Uint8Array, start: number, end: number): void;
  /** An auxiliary field for every file. */
  aux(key: string | Uint8Array, value: string | Uint8Array): void;
  /** A promise when whoever writes should wait. */
  ready(): Promise<void> | undefined;
  /** Ends every file and gives it its name. */
  finish(): Promise<WrittenFile[]>;
  /** Leaves nothing behind; does nothing when they are finished. */
  abandon(): void;
}

/** Everything goes to one place. */
export class OneOutput implements Outputs {
  private made: { writer: RdbWriter; file: UnfinishedFile | undefined } | undefined;

  constructor(
    private readonly kernels: Kernels,
    private readonly target: CopyTarget,
  ) {}

  get only(): RdbWriter | undefined {
    return this.made?.writer;
  }

  private get writer(): RdbWriter {
    if (!this.made) throw new Error('a record before the header');
    return this.made.writer;
  }

  begin(header: WrittenHeader): void {
    const pool = new BlockPool(this.kernels, BLOCK);
    if ('stream' in this.target) {
      this.made = { writer: new RdbWriter(new StreamSink(this.target.stream), header, pool), file: undefined };
      return;
    }
    const file = new UnfinishedFile(this.target.path);
    this.made = { writer: new RdbWriter(new FileSink(file.path), header, pool), file };
  }

  writerOf(): RdbWriter {
    return this.writer;
  }

  record(buffer: Uint8Array, start: number, end: number): void {
    this.writer.raw(buffer, start, end);
  }

  aux(key: string | Uint8Array, value: string | Uint8Array): void {
    this.writer.aux(key, value);
  }

  ready(): Promise<void> | undefined {
    return this.writer.ready();
  }

  async finish(): Promise<WrittenFile[]> {
    const { writer } = this;
    await writer.end();
    if (this.made?.file) UnfinishedFile.publish([this.made.file]);
    this.made = undefined;
    return [{ path: 'path' in this.target ? this.target.path : null, keys: writer.keys, bytes: writer.bytes }];
  }

  abandon(): void {
    this.made?.writer.abandon();
    this.made?.file?.abandon();
    this.made = undefined;
  }
}
