import type { FindingCode } from '../errors.js';
import type { CommandState } from './command-state.js';
import type { CommandTable } from './command-table.js';
import type { LogVisitor } from './log-visitor.js';

/** How many problems of a code are told one by one: a file whose line ends were converted has one in every line. */
const TOLD_PER_CODE = 1000;
/** How many databases are told one by one. */
const MOST_DATABASES = 65_536;

/** `#TS:` */
const TIMESTAMP = [0x23, 0x54, 0x53, 0x3a];
/** Of a number that a double holds exactly. */
const MOST_DIGITS = 15;

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
  /** Problems that were not told any more, by code. */
  readonly untold: Partial<Record<FindingCode, number>> = {};
  private readonly told: Partial<Record<FindingCode, number>> = {};
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

  /** Whether another problem of this code is to be told; counts it. */
  tells(code: FindingCode): boolean {
    const told = this.told[code] ?? 0;
    if (told < TOLD_PER_CODE) {
      this.told[code] = told + 1;
      return true;
    }
    this.untold[code] = (this.untold[code] ?? 0) + 1;
    return false;
  }

  /** Something that servers pass over, and check tools do not, was found. */
  freeze(): void {
    this.frozen = true;
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

  /** An annotation of the bytes [start, last), its line end not among them, that ends at offset `end`. */
  annotation(bytes: Uint8Array, start: number, last: number, offset: number, end: number): void {
    this.annotations++;
    if (isTimestamp(bytes, start, last)) this.timestamp(bytes, start + TIMESTAMP.length, last, offset);
    else {
      if (!this.unknownAnnotation) this.tell('AOF_ANNOTATION_UNKNOWN', offset, 'an annotation that is no #TS');
      this.unknownAnnotation = true;
    }
    this.okTo(end);
  }

  private tell(code: FindingCode, offset: number, message: string): void {
    if (this.tells(code)) this.visitor.problem(code, offset, message);
  }

  private mind(code: FindingCode, offset: number, message: string): void {
    this.freeze();
    this.tell(code, offset, message);
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
      if (open) this.tell('AOF_DISCARD_IN_MULTI', offset, message);
    } else if (name === 'multi') {
      if (open) this.mind('AOF_NESTED_MULTI', offset, `MULTI inside ${began}`);
      else table.multiAt = offset;
    } else if (open) table.multiAt = -1;
    else this.mind('AOF_EXEC_WITHOUT_MULTI', offset, 'EXEC without a MULTI before it');
  }

  private select(command: CommandState): void {
    const { databases } = this;
    const { database, offset } = command;
    if (database === undefined) {
      this.tell('AOF_SELECT_INVALID', offset, 'SELECT without the number of a database');
      return;
    }
    this.table.db = database;
    if (database > this.highestDb) this.highestDb = database;
    if (databases.has(database) || databases.size >= MOST_DATABASES) return;
    databases.add(database);
    this.visitor.database(database, offset);
  }

  private timestamp(bytes: Uint8Array, start: number, last: number, offset: number): void {
    let seconds = 0;
    let digits = 0;
    for (let i = start; i < last; i++, digits++) {
      const digit = bytes[i] - 0x30;
      if (digit < 0 || digit > 9) break;
      seconds = seconds * 10 + digit;
    }
    if (digits === 0 || digits > MOST_DIGITS || start + digits !== last) {
      this.tell('AOF_TIMESTAMP_INVALID', offset, 'the time of an annotation is no number of seconds');
      return;
    }
    if (this.lastTimestamp !== undefined && seconds < this.lastTimestamp) {
      const message = `the time of an annotation goes back from ${this.lastTimestamp} to ${seconds}`;
      this.tell('AOF_TIMESTAMP_BACKWARDS', offset, message);
    }
    this.firstTimestamp ??= seconds;
    this.lastTimestamp = seconds;
    this.visitor.timestamp(seconds, offset);
  }
}

function isTimestamp(bytes: Uint8Array, start: number, last: number): boolean {
  if (last - start < TIMESTAMP.length) return false;
  for (let i = 0; i < TIMESTAMP.length; i++) if (bytes[start + i] !== TIMESTAMP[i]) return false;
  return true;
}
