import type { FindingCode } from '../errors.js';
import type { CommandState } from './command-state.js';
import type { CommandTable } from './command-table.js';
import type { LogVisitor } from './log-visitor.js';

/** How many databases are told one by one. */
const MOST_DATABASES = 65_536;

/** How far a log is good, and what its commands and annotations have come to. Offsets are file offsets. */
export class Progress {
  commands = 0;
  completeUpTo: number;
  okUpTo: number;
  /** End of the last complete command or annotation. */
  wholeUpTo: number;
  annotations = 0;
  firstTimestamp: number | undefined;
  lastTimestamp: number | undefined;
  highestDb = 0;
  /** Something was told that check tools stop at. */
  private frozen = false;
  private readonly databases = new Set<number>([0]);
  private unknownAnnotation = false;

  constructor(
    start: number,
    private readonly table: CommandTable,
    private readonly visitor: LogVisitor,
  ) {
    this.completeUpTo = start;
    this.okUpTo = start;
    this.wholeUpTo = start;
  }

  /** Commands ended at `offset`. */
  reached(offset: number, commands: number): void {
    this.commands += commands;
    this.completeUpTo = offset;
    this.okTo(offset);
  }

  /** Tells something that servers pass over, and check tools do not. */
  minded(code: FindingCode, offset: number, message: string): void {
    this.frozen = true;
    this.visitor.problem(code, offset, message);
  }

  /** A command is complete: follows transactions and databases, and counts. */
  command(command: CommandState, end: number): void {
    const { table } = this;
    const { offset, name } = command;
    command.bytes = end - offset;
    table.count(name, command.bytes, offset);
    if (name === 'multi' || name === 'exec' || name === 'discard') this.transaction(name, offset);
    if (command.isSelect) this.select(command);
    this.reached(end, 1);
  }

  /** An annotation, without its line end. */
  annotation(text: string, offset: number, end: number): void {
    this.annotations++;
    if (text.startsWith('#TS:')) this.timestamp(text.slice(4), offset);
    else {
      if (!this.unknownAnnotation) {
        this.visitor.problem('AOF_ANNOTATION_UNKNOWN', offset, 'an annotation that is no #TS');
      }
      this.unknownAnnotation = true;
    }
    this.okTo(end);
  }

  private okTo(offset: number): void {
    this.wholeUpTo = offset;
    if (this.frozen) return;
    const { multiAt } = this.table;
    this.okUpTo = multiAt >= 0 ? multiAt : offset;
  }

  private transaction(name: 'multi' | 'exec' | 'discard', offset: number): void {
    const { table } = this;
    const began = `the transaction that began at ${table.multiAt}`;
    const open = table.multiAt >= 0;
    if (name === 'discard') {
      const message = `DISCARD inside ${began}: servers queue it while they load, and it ends nothing`;
      if (open) this.visitor.problem('AOF_DISCARD_IN_MULTI', offset, message);
    } else if (name === 'multi') {
      if (open) this.minded('AOF_NESTED_MULTI', offset, `MULTI inside ${began}`);
      else table.multiAt = offset;
    } else if (open) table.multiAt = -1;
    else this.minded('AOF_EXEC_WITHOUT_MULTI', offset, 'EXEC without a MULTI before it');
  }

  private select(command: CommandState): void {
    const { databases } = this;
    const { database, offset } = command;
    if (database === undefined) {
      this.visitor.problem('AOF_SELECT_INVALID', offset, 'SELECT without the number of a database');
      return;
    }
    this.table.db = database;
    if (database > this.highestDb) this.highestDb = database;
    if (databases.has(database) || databases.size >= MOST_DATABASES) return;
    databases.add(database);
    this.visitor.database(database, offset);
  }

  private timestamp(digits: string, offset: number): void {
    if (!/^\d{1,15}$/.test(digits)) {
      this.visitor.problem('AOF_TIMESTAMP_INVALID', offset, 'the time of an annotation is no number of seconds');
      return;
    }
    const seconds = Number(digits);
    if (this.lastTimestamp !== undefined && seconds < this.lastTimestamp) {
      const message = `the time of an annotation goes back from ${this.lastTimestamp} to ${seconds}`;
      this.visitor.problem('AOF_TIMESTAMP_BACKWARDS', offset, message);
    }
    this.firstTimestamp ??= seconds;
    this.lastTimestamp = seconds;
    this.visitor.timestamp(seconds, offset);
  }
}
