import type { ByteSink, KeySink } from './byte-sink.js';
import type { KeyFormat, KeyWriter, Whole } from './export-keys.js';

/** What one output holds so far; the writers of all inputs keep it true. */
export interface OutputState {
  /** No key. */
  empty: boolean;
  /** The database that its commands have led to; -1 before the first. */
  db: number;
}

/** Where keys go: all to one place, or each to its own. */
export interface KeyOutputs {
  readonly sink: KeySink;
  /** Before anything else. */
  begin(format: KeyFormat): void;
  /** Stands in front of a writer, which is changed for that, and returned. */
  guard(writer: KeyWriter): KeyWriter;
  /** Writes what is left, and what stands behind all keys. Rejects when the output cannot be written. */
  finish(whole: Whole): Promise<void>;
}

/** All keys go to one place. */
export class OneKeyOutput implements KeyOutputs {
  private readonly state: OutputState = { empty: true, db: -1 };
  private format: KeyFormat | undefined;

  constructor(readonly sink: ByteSink) {}

  begin(format: KeyFormat): void {
    this.format = format;
    format.begin(this.sink);
  }

  guard(writer: KeyWriter): KeyWriter {
    writer.enter(this.state);
    return writer;
  }

  async finish(whole: Whole): Promise<void> {
    this.format?.end(this.sink, whole);
    await this.sink.finish();
  }
}
