import { AppendedFileSink } from '../../bytes/sinks/appended-file.js';
import { FileSink } from '../../bytes/sinks/file.js';
import type { Sink } from '../../bytes/sinks/sink.js';
import { UnfinishedFile } from '../../bytes/sinks/unfinished.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import type { KeySink } from '../byte-sink.js';
import type { KeyFormat, KeyWriter, Whole } from '../export-keys.js';
import type { KeyOutputs, OutputState } from '../key-outputs.js';
import { ExportError } from '../rdb/options.js';
import { PartNames, type Splitter } from '../rdb/split-names.js';

/** So many files stay open; those that come later are opened for every block. */
const MOST_OPEN = 32;
const MOST_FILES = 16_384;
/** So much of one file is written at a time. */
const BLOCK = 64 * 1024;
/** What all files hold back together, before they are written in smaller blocks. */
const MOST_HELD = 16 * 1024 * 1024;
/** So much may wait for the disk before whoever makes more has to. */
const MOST_WAITING = 8 * 1024 * 1024;
/** Of what stands in front of the keys, since every file gets it. */
const MOST_COMMON = 64 * 1024 * 1024;

interface Part {
  readonly path: string;
  readonly file: UnfinishedFile;
  readonly sink: Sink;
  readonly state: OutputState;
  pieces: Uint8Array[];
  bytes: number;
}

/**
 * Each key goes to the file of its part, and what belongs to none of them to all, those that are made later included. The files
 * appear together, when they are whole. Everything that the system refuses becomes an ExportError.
 */
export class SplitKeys implements KeyOutputs, KeySink {
  readonly sink = this;
  private readonly parts = new Map<string, Part>();
  private readonly names: PartNames;
  private readonly common: Uint8Array[] = [];
  private commonBytes = 0;
  private format: KeyFormat | undefined;
  private current: Part | undefined;
  private held = 0;
  private readonly waiting: { readonly part: Part; readonly bytes: Uint8Array }[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | undefined;

  /** `check`: throws for a path that must not be written to. */
  constructor(
    path: string,
    private readonly splitter: Splitter,
    private readonly check: (path: string) => void,
  ) {
    this.names = new PartNames(path);
  }

  /** The paths, in the order of their names. */
  get paths(): string[] {
    return [...this.parts.values()].map(({ path }) => path).sort();
  }

  get full(): boolean {
    return this.waitingBytes >= MOST_WAITING;
  }

  begin(format: KeyFormat): void {
    this.format = format;
    for (const part of this.splitter.known) this.make(part);
  }

  guard(writer: KeyWriter): KeyWriter {
    const key = writer.key.bind(writer);
    const keyEnd = writer.keyEnd.bind(writer);
    this.current = undefined;
    // Runs of keys do not say which part each of them belongs to.
    writer.smallStrings = (start) => start;
    writer.key = (record) => {
      writer.flush();
      this.current = this.partOf(record);
      writer.enter(this.current.state);
      return key(record);
    };
    writer.keyEnd = (record) => {
      const waiting = keyEnd(record);
      writer.flush();
      this.current = undefined;
      return waiting;
    };
    return writer;
  }

  readonly take = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    const copy = Buffer.from(bytes);
    if (this.current) this.put(this.current, copy);
    else this.putCommon(copy);
  };

  push(bytes: Uint8Array, written: () => void): void {
    this.take(bytes);
    written();
  }

  text(text: string): void {
    this.take(Buffer.from(text));
  }

  async ready(): Promise<void> {
    await this.writing;
  }

  async finish(whole: Whole): Promise<void> {
    for (const part of this.parts.values()) {
      this.current = part;
      this.format?.end(this, whole);
      this.queue(part);
    }
    this.current = undefined;
    await this.writing;
    for (const { path, sink } of this.parts.values()) await sink.close().catch((error) => refused(path, error));
  }

  /** Gives the files their names, when they are finished. */
  async commit(): Promise<void> {
    const parts = [...this.parts.values()];
    try {
      UnfinishedFile.publish(parts.map(({ file }) => file));
    } catch (error) {
      refused(parts[0]?.path ?? '', error);
    }
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.waiting.length = 0;
    await this.writing?.catch(() => undefined);
    for (const { sink, file } of this.parts.values()) {
      sink.abandon();
      file.abandon();
    }
  }

  private partOf(key: KeyRecord): Part {
    // A name that does not decode goes where the empty one does; nothing of the key is written but that.
    const part = this.splitter.partOf(key);
    return this.parts.get(part) ?? this.make(part);
  }

  private make(part: string): Part {
    if (this.parts.size >= MOST_FILES) {
      throw new ExportError(
        'unusable',
        `the keys would go to more than ${MOST_FILES} files: split them in another way`,
      );
    }
    const path = this.names.pathOf(part);
    this.check(path);
    try {
      const file = new UnfinishedFile(path);
      const sink = this.parts.size >= MOST_OPEN ? new AppendedFileSink(file.path) : new FileSink(file.path);
      const made: Part = { path, file, sink, state: { empty: true, db: -1 }, pieces: [], bytes: 0 };
      this.parts.set(part, made);
      this.current = made;
      this.format?.begin(this);
      for (const bytes of this.common) this.put(made, bytes);
      this.current = undefined;
      return made;
    } catch (error) {
      return refused(path, error);
    }
  }

  private putCommon(bytes: Uint8Array): void {
    this.commonBytes += bytes.length;
    if (this.commonBytes > MOST_COMMON) {
      throw new ExportError('unusable', 'functions of more than 64 MiB cannot be put into several files');
    }
    this.common.push(bytes);
    for (const part of this.parts.values()) this.put(part, bytes);
  }

  private put(part: Part, bytes: Uint8Array): void {
    part.pieces.push(bytes);
    part.bytes += bytes.length;
    this.held += bytes.length;
    if (part.bytes >= BLOCK) this.queue(part);
    else if (this.held >= MOST_HELD) for (const each of this.parts.values()) this.queue(each);
  }

  private queue(part: Part): void {
    if (part.bytes === 0) return;
    this.held -= part.bytes;
    this.waitingBytes += part.bytes;
    this.waiting.push({ part, bytes: Buffer.concat(part.pieces) });
    part.pieces = [];
    part.bytes = 0;
    if (this.writing) return;
    this.writing = this.drain();
    this.writing.catch(() => undefined); // told by whoever waits for it
  }

  /** Writes what waits, one after the other. After a failure nothing more is written, and everybody who waits is told. */
  private async drain(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const { part, bytes } = next;
      try {
        await part.sink.write(bytes);
      } catch (error) {
        refused(part.path, error);
      }
      this.waitingBytes -= bytes.length;
    }
    this.writing = undefined;
  }
}

/** Throws what the system said of a file as an ExportError, and other errors as they are. */
function refused(path: string, error: unknown): never {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).syscall === undefined) throw error;
  throw new ExportError('unusable', `${path}: ${error.message}`);
}
