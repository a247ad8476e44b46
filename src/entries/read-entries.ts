import { type Ending, findingAt } from '../backup/damage.js';
import { BackupError, type Dataset } from '../backup/dataset.js';
import type { ScanResult } from '../backup/scan.js';
import { FINDINGS } from '../errors.js';
import { KeyFilter } from '../keyspace/filters.js';
import type { Finding } from '../keyspace/finding.js';
import { MomentOfFile } from '../keyspace/moment-of-file.js';
import { LARGE_STRING } from '../rdb/reader.js';
import type { Entry } from './entry.js';
import { EntryQueue } from './entry-queue.js';
import { EntryVisitor, type TellProblem } from './entry-visitor.js';
import { DamagedBackupError, sentence } from './errors.js';
import { type EntriesOptions, type ReadOptions, withDefaults } from './options.js';

/** Findings that are kept. */
const KEPT = 100;
/** Entries on their way take about twice this, however slow the consumer is. */
const BATCH_BYTES = 1024 * 1024;

/**
 * The entries of a backup, one after the other. Reading begins with the first `next`, and waits while nobody takes what was
 * read. Leaving a `for await` loop ends it.
 */
export class EntryIterator implements AsyncIterableIterator<Entry> {
  /**
   * How reading ended; undefined as long as it has not. `limited` when the limit of the filter was reached or the loop was
   * left: then nothing is known of what follows.
   */
  ending: Ending | undefined;
  private readonly options: ReadOptions;
  private readonly filter: KeyFilter;
  private readonly queue = new EntryQueue<Entry>(BATCH_BYTES);
  private run: Promise<void> | undefined;
  /** Calls that wait for each other: entries go to them in order. */
  private turn: Promise<unknown> = Promise.resolve();
  private turns = 0;
  private readonly findings: Finding[] = [];

  /**
   * Throws RangeError, or SyntaxError for a regular expression that is none.
   * @internal
   */
  constructor(
    private readonly open: () => Promise<Dataset>,
    options: EntriesOptions,
    /** Called once nothing more is read; never rejects. */
    private readonly onEnd: () => Promise<void> = async () => undefined,
  ) {
    this.options = withDefaults(options);
    this.filter = new KeyFilter(this.options.filters);
  }

  /** Itself: an iterator can be run through once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next entry. Rejects, once, with what ended the reading: see `Backup.entries`. */
  next(): Promise<IteratorResult<Entry, undefined>> {
    if (this.turns === 0) {
      const value = this.queue.take();
      if (value !== undefined) return Promise.resolve({ value, done: false });
    }
    this.turns++;
    const result = this.turn.then(() => this.wait());
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** Ends it: what `break` does. Resolves when nothing is read any more. */
  async return(): Promise<IteratorResult<Entry, undefined>> {
    this.queue.stop();
    this.run ??= this.onEnd();
    await this.run;
    return { value: undefined, done: true };
  }

  private async wait(): Promise<IteratorResult<Entry, undefined>> {
    try {
      this.run ??= this.read().then(this.onEnd);
      for (;;) {
        const value = this.queue.take();
        if (value !== undefined) return { value, done: false };
        if (!(await this.queue.more())) return { value: undefined, done: true };
      }
    } finally {
      this.turns--;
    }
  }

  /** Reads everything. Never rejects: errors go to whoever takes the entries. */
  private async read(): Promise<void> {
    const { options, queue } = this;
    try {
      const dataset = await this.open();
      const moment = new MomentOfFile(options.now, dataset.modifiedMs);
      const made: EntryVisitor[] = [];
      const { onProgress } = options;
      const scan = await dataset.scan({
        ...(onProgress ? { onProgress: (done: number) => onProgress(done, dataset.inputSize) } : {}),
        // A string that is to be parted has to come in pieces.
        largeString: Math.min(options.partBytes, LARGE_STRING),
        visitor: () => {
          const tell: TellProblem = (code, offset, message, key) => {
            if (FINDINGS[code] !== 'error') return;
            made[0]?.spoil();
            if (!options.onDamage) made[0]?.stop();
            this.found(findingAt(code, offset, message, key));
          };
          const visitor = new EntryVisitor(options, this.filter, moment, queue, tell);
          made.push(visitor);
          return visitor;
        },
      });
      const reason = this.finish(scan);
      queue.end(reason && { reason });
    } catch (error) {
      queue.end({ reason: error });
    }
  }

  /** Returns what the consumer has to be told. */
  private finish(scan: ScanResult): Error | undefined {
    for (const finding of scan.findings) if (finding.severity === 'error') this.found(finding);
    const { complete, limited, header, end } = scan;
    const { findings } = this;
    const outcome = scan.outcome === 'sound' && findings.length > 0 ? 'damaged' : scan.outcome;
    this.ending = { complete, limited, outcome, rdbVersion: header?.version ?? null, end, findings };
    if (outcome === 'sound' || this.options.onDamage) return undefined;
    if (outcome === 'damaged') return new DamagedBackupError(findings);
    const reason = findings[0] ? sentence(findings[0]) : 'the backup is newer than this release knows';
    return new BackupError('unknown', reason, findings);
  }

  private found(finding: Finding): void {
    if (this.findings.length < KEPT) this.findings.push(finding);
    this.options.onDamage?.(finding);
  }
}
