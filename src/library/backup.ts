// What programs work with: one backup, opened once and read as often as they like.
import type { Dataset } from '../backup/dataset.js';
import type { ScanResult } from '../backup/scan.js';
import type { EntriesOptions } from '../entries/options.js';
import { EntryIterator } from '../entries/read-entries.js';
import type { InputExport } from '../export/export-keys.js';
import type { RdbVisitor } from '../rdb/visitor.js';
import { type DumpStatsOptions, datasetStats } from '../stats/dump/dump-stats.js';
import type { StatsReport } from '../stats/report.js';
import type { VerifyOptions } from '../verify/options.js';
import type { FileReport } from '../verify/report.js';
import { verify, verifyOpenInput } from '../verify/verify.js';
import { type JsonLinesOptions, writeJsonLines } from './json-lines.js';

/** How a backup is scanned. */
export interface BackupScanOptions {
  /** Walk compressed strings that the visitor does not look at, so that damage in them is told. */
  readonly checkCompressed?: boolean;
  /** Strings of more bytes than this come in pieces (`chunk`); default 1 MiB. */
  readonly largeString?: number;
  /** Called now and then with how many bytes of the input were read, and how many there are when that is known. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
}

/**
 * The data of one backup. Each of `entries`, `scan`, `verify` and `stats` reads it from its start; several at a time are fine.
 * A stream and standard input (`repeatable` is false) can be read only once: the second reading rejects with BackupError.
 *
 * Close it when it is no longer needed, or say `await using`.
 */
export class Backup implements AsyncDisposable {
  /** The path as given, or that of the only backup in the directory that was given; `-`, `stream` and `memory` for others. */
  readonly path: string;
  /** `aof-set`: the data are those of the set's base. */
  readonly kind: 'rdb' | 'aof' | 'aof-set';
  /** Bytes of the input, when known. */
  readonly inputSize: number | undefined;
  /** Whether it can be read more than once. */
  readonly repeatable: boolean;
  private readonly iterators = new Set<EntryIterator>();

  /** @internal */
  constructor(private readonly dataset: Dataset) {
    this.path = dataset.path;
    this.kind = dataset.kind;
    this.inputSize = dataset.inputSize;
    this.repeatable = dataset.repeatable;
  }

  /**
   * All keys with their values, one after the other: `for await (const entry of backup.entries())`. However slow the loop
   * is, no more than some 16 MiB of the file, 2 MiB of entries and the value at hand are held; a value above `maxValueBytes`
   * is an error, unless `partBytes` lets it come in parts.
   *
   * When the loop comes to its end, the whole backup was read, no damage was met, and its checksum, if it has one, is right.
   * Otherwise it throws, behind the last entry in front of the damage: DamagedBackupError, or BackupError with the fault
   * `unknown` for what this release cannot read (a newer format, commands that change the data). With `onDamage` it does
   * not throw for those; `ending` of the iterator tells how it ended. It also throws errors of the system and of the stream,
   * and ValueTooLargeError.
   *
   * Throws RangeError for options that make no sense, and SyntaxError for a regular expression that is none.
   */
  entries(options: EntriesOptions = {}): EntryIterator {
    const iterator: EntryIterator = new EntryIterator(
      async () => this.dataset,
      options,
      async () => {
        this.iterators.delete(iterator);
      },
    );
    this.iterators.add(iterator);
    return iterator;
  }

  /**
   * Tells a visitor what is in the backup; for each key it says how much it wants to know (`Level`). What is wrong with the
   * backup is in the result. A visitor that throws ENOUGH ends the scan. Rejects with the visitor's errors and the system's.
   */
  scan(visitor: RdbVisitor, options: BackupScanOptions = {}): Promise<ScanResult> {
    const { onProgress, ...rest } = options;
    const { dataset } = this;
    return dataset.scan({
      ...rest,
      ...(onProgress ? { onProgress: (done: number) => onProgress(done, dataset.inputSize) } : {}),
      visitor: () => visitor,
    });
  }

  /**
   * Verifies it: see the function `verify`. Never rejects for what is in it; rejects with OptionsError for options that cannot
   * be followed.
   */
  async verify(options: Omit<VerifyOptions, 'jobs' | 'shards'> = {}): Promise<FileReport> {
    if (this.kind === 'aof-set') return (await verify([this.path], options)).files[0];
    const { onProgress, ...rest } = options;
    const input = this.dataset.take();
    try {
      const progress = onProgress && { onProgress: (done: number) => onProgress(done, input.inputSize) };
      return await verifyOpenInput(this.path, input, { ...rest, ...progress });
    } finally {
      await input.close().catch(() => undefined);
    }
  }

  /**
   * Counts what is in it: see the function `dumpStats`. Rejects with StatsError for options that make no sense, and with the
   * system's errors; what is wrong with the backup is in the report.
   */
  stats(options: DumpStatsOptions = {}): Promise<StatsReport> {
    return datasetStats([this.dataset], options);
  }

  /**
   * Writes the keys to a stream as JSON, an object a line, much faster than a loop over `entries` could. The stream stays
   * open. What is wrong with the backup is in the result, and when it could not be read to its end, the last line is
   * `{"complete":false}`. Rejects with RangeError for a filter that has to look twice at what can be read once, and with
   * errors of the stream and of the system.
   */
  exportJsonLines(stream: NodeJS.WritableStream, options: JsonLinesOptions = {}): Promise<InputExport> {
    return writeJsonLines(this.dataset, stream, options);
  }

  /** Ends all iterations and closes the input. */
  async close(): Promise<void> {
    const ended = [...this.iterators].map((iterator) => iterator.return());
    if (this.repeatable) await Promise.all(ended);
    // A stream that gives no more bytes keeps an iteration waiting until it is closed.
    await this.dataset.close();
    await Promise.all(ended);
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
