import { type Window, WindowFull } from '../bytes/window.js';
import type { FindingCode } from '../errors.js';
import { HeaderLine, LONGEST_HEADER, NumberForm } from '../resp/header-line.js';
import { CommandState } from './command-state.js';
import { CommandTable, type PlainCommand } from './command-table.js';
import { GARBAGE_BYTES, kindOfGarbage } from './garbage.js';
import { lookBehind, type Stop } from './log-fault.js';
import type { LogResult } from './log-result.js';
import type { LogVisitor } from './log-visitor.js';
import { Progress } from './progress.js';
import { TailScan } from './tail.js';

const STAR = 0x2a;
const DOLLAR = 0x24;
const HASH = 0x23;
const ZERO = 0x30;
const CR = 0x0d;
const LF = 0x0a;

/** Bytes of an annotation with its line end; servers take what is longer for commands. */
const LONGEST_ANNOTATION = 1023;
/** What is kept of a command's name. */
const LONGEST_NAME = 128;
/** The largest count that servers take. */
const MOST_ARGUMENTS = 0x7fffffff;
/** Of an argument that somebody wants, unless told otherwise. */
const LARGEST_ARGUMENT = 1024 * 1024;
/** A step over bytes that nobody wants. */
const STEP = 256 * 1024;

/** What the reader does next. */
const RECORD = 0;
const HEADER = 1;
const BODY = 2;
const TERMINATOR = 3;

/** What a step gives instead of the number of bytes that it needs. */
const GO_ON = 0;
const STOP = -1;

export interface LogOptions {
  /**
   * Commands that pass without events when they have as many arguments as listed here: they are counted, nothing more.
   * Default none. MULTI, EXEC and SELECT are followed whether they are listed or not.
   */
  readonly plain?: readonly PlainCommand[];
  /** Bytes of the largest argument that is held for those who want it; default 1 MiB. */
  readonly largestArgument?: number;
}

/**
 * Reads a log of commands from a window, from where it stands to the end of the input, and tells a visitor.
 *
 * Elements are read with plain synchronous code; where the window ends inside one, it is read again when more bytes are
 * there, so every event comes once, whatever the chunks. Only a wanted argument is ever held as a whole; the others pass.
 * Runs of plain commands are walked by a kernel.
 */
export class LogReader {
  private readonly command = new CommandState();
  private readonly line = new HeaderLine();
  private readonly table: CommandTable;
  private readonly progress: Progress;
  private readonly hasPlain: boolean;
  private readonly largest: number;
  private readonly start: number;
  private bytes: Uint8Array;
  private position: number;
  private end: number;
  private next = RECORD;
  private waiting: Promise<void> | undefined;
  private stopped: Stop | undefined;
  /** The argument at hand: its number, its bytes, how many of them are still to come, and where its `$` stands. */
  private index = 0;
  private length = 0;
  private left = 0;
  private argumentAt = 0;
  /** It is to be there as a whole; for the name, its beginning. */
  private held = false;
  /** How many arguments the visitor wants of the command at hand. */
  private wanted = 0;
  /** Looks at an argument that may turn out to reach past the end, where that cannot be known before. */
  private swallowed: TailScan | undefined;

  constructor(
    private readonly window: Window,
    private readonly visitor: LogVisitor,
    options: LogOptions = {},
  ) {
    this.bytes = window.bytes;
    this.position = window.position;
    this.end = window.end;
    this.start = window.offsetOf(window.position);
    this.largest = options.largestArgument ?? LARGEST_ARGUMENT;
    this.hasPlain = (options.plain ?? []).length > 0;
    this.table = new CommandTable(window.kernels, options.plain ?? []);
    this.progress = new Progress(this.start, this.table, visitor);
  }

  /** Reads to the end. Rejects only for I/O errors and those of the visitor. To be called once. */
  async run(): Promise<LogResult> {
    try {
      for (;;) {
        const needed = this.work();
        if (this.waiting) {
          const { waiting } = this;
          this.waiting = undefined;
          await waiting;
          continue;
        }
        if (needed === STOP || !(await this.refill(needed))) break;
      }
      if (!this.stopped) this.ranOut();
      return await this.result();
    } finally {
      this.table.close();
    }
  }

  /** Works until more bytes are needed (how many, from `position` on), somebody is to be waited for, or nothing goes on. */
  private work(): number {
    for (;;) {
      const needed = this.step();
      if (needed !== GO_ON || this.waiting) return needed;
    }
  }

  private step(): number {
    switch (this.next) {
      case RECORD:
        return this.record();
      case HEADER:
        return this.argumentHeader();
      case BODY:
        return this.body();
      default:
        return this.terminator();
    }
  }

  private async refill(needed: number): Promise<boolean> {
    const { window } = this;
    window.discard(this.position);
    try {
      return await window.fill(needed);
    } catch (error) {
      if (!(error instanceof WindowFull)) throw error;
      this.stop('AOF_ARGUMENT_TOO_LARGE', this.position, `an argument cannot be held: ${error.message}`);
      return false;
    } finally {
      this.bytes = window.bytes;
      this.position = window.position;
      this.end = window.end;
    }
  }

  private record(): number {
    if (this.hasPlain) this.plainRun();
    const { position, end } = this;
    if (position >= end) return 1;
    const lead = this.bytes[position];
    if (lead === STAR) return this.count();
    if (lead === HASH) return this.annotation();
    if (end - position < GARBAGE_BYTES && !this.window.ended) return GARBAGE_BYTES;
    return this.garbage();
  }

  private plainRun(): void {
    const { call } = this.window.kernels;
    const reached = call.commandRun(this.position, this.end, this.window.offsetOf(0), this.table.address);
    if (reached === this.position) return;
    this.position = reached;
    this.progress.reached(this.window.offsetOf(reached), this.window.kernels.result(0));
  }

  private garbage(): number {
    const { code, message } = kindOfGarbage(this.bytes.subarray(this.position, this.end));
    return this.stop(code, this.position, message);
  }

  private count(): number {
    const { position: at, line } = this;
    const needed = this.header('AOF_BAD_COUNT', 'a command');
    if (needed !== GO_ON) return needed;
    if (line.form === NumberForm.NONE || !(line.value >= 1 && line.value <= MOST_ARGUMENTS)) {
      return this.stop('AOF_BAD_COUNT', at, `a command begins with ${this.shown(at)}`, line.oddAt);
    }
    this.noteForm(at);
    this.command.begin(this.window.offsetOf(at), line.value);
    this.position = line.next;
    this.index = 0;
    this.next = HEADER;
    return GO_ON;
  }

  private argumentHeader(): number {
    const { position: at, line, command, index, window } = this;
    if (at >= this.end) return 1;
    if (this.bytes[at] !== DOLLAR) {
      const claim = `${index === 0 ? 'the name' : `argument ${index}`} of a command that claims ${command.argc}`;
      return this.stop('AOF_EXPECTED_ARGUMENT', at, `${claim} does not begin with $`);
    }
    const needed = this.header('AOF_BAD_LENGTH', 'an argument');
    if (needed !== GO_ON) return needed;
    const { value } = line;
    if (line.form === NumberForm.NONE) {
      return this.stop('AOF_BAD_LENGTH', at, `an argument begins with ${this.shown(at)}`, line.oddAt);
    }
    if (value < 0) {
      return this.stop('AOF_NEGATIVE_LENGTH', at, `an argument begins with ${this.shown(at)}`, line.next);
    }
    this.noteForm(at);
    this.length = value;
    this.left = value;
    this.argumentAt = window.offsetOf(at);
    this.position = line.next;
    this.next = BODY;
    this.swallowed = undefined;
    const { size } = window.source;
    if (size !== undefined && window.offsetOf(line.next) + value > size) {
      this.left = Number.POSITIVE_INFINITY; // all there is will not do
      return this.pastEnd();
    }
    this.held = index === 0 || (index <= this.wanted && value <= this.largest);
    if (!this.held && index <= this.wanted) this.tellArgument(line.next, line.next);
    return GO_ON;
  }

  private body(): number {
    const { position, end, index } = this;
    if (this.held) {
      const kept = index === 0 ? Math.min(this.length, LONGEST_NAME) : this.length;
      if (end - position < kept) return kept;
      if (index === 0) this.begin(position, position + kept);
      else this.tellArgument(position, position + kept);
      this.held = false;
      this.position += kept;
      this.left -= kept;
      return GO_ON;
    }
    const here = Math.min(this.left, end - position);
    if (here < this.left && this.window.source.size === undefined) this.swallowed ??= new TailScan();
    let until = position + here;
    if (this.swallowed) {
      const offset = this.window.offsetOf(position);
      until = this.swallowed.take(this.bytes, position, until, offset, here === this.left);
    }
    this.position = until;
    this.left -= until - position;
    if (this.left > 0) return Math.min(this.left, position + here - until + STEP);
    this.swallowed = undefined;
    this.next = TERMINATOR;
    return GO_ON;
  }

  private terminator(): number {
    const { position: at, bytes, command } = this;
    if (this.end - at < 2) return 2;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) {
      this.progress.freeze();
      const wrong = 'is not followed by CR LF: its length, or its bytes, are damaged';
      this.odd('AOF_ARGUMENT_NOT_TERMINATED', at, () => `an argument of ${this.length} bytes ${wrong}`);
    }
    this.position = at + 2;
    this.index++;
    if (this.index < command.argc && this.index > this.wanted) this.skipArguments(command.argc - this.index);
    if (this.index < command.argc) this.next = HEADER;
    else {
      this.next = RECORD;
      this.progress.command(command, this.window.offsetOf(this.position));
      if (!command.plain) this.waiting = this.visitor.commandEnd(command) ?? undefined;
    }
    return GO_ON;
  }

  /** Nobody wants the arguments that are left: passes all of them, if they are there and nothing about them is odd. */
  private skipArguments(count: number): void {
    const reached = this.window.kernels.call.argumentsRun(this.position, this.end, count);
    if (reached === 0) return;
    this.position = reached;
    this.index += count;
  }

  /** The name of the command, or as much of it as is kept. */
  private begin(start: number, end: number): void {
    const { command, table } = this;
    command.setName(this.bytes, start, end);
    command.db = table.db;
    command.multiAt = table.multiAt;
    command.plain = table.isPlain(command.name, command.argc);
    this.wanted = command.plain ? 0 : this.visitor.command(command);
    command.told = this.wanted;
    if (command.isSelect) this.wanted = Math.max(1, this.wanted);
  }

  private tellArgument(start: number, end: number): void {
    const { command, bytes, index } = this;
    if (command.isSelect) command.setDatabase(bytes, start, end);
    if (index <= command.told) this.visitor.argument(index, this.length, bytes, start, end);
  }

  private annotation(): number {
    const { position: at, bytes } = this;
    const limit = Math.min(this.end, at + LONGEST_ANNOTATION);
    const found = bytes.subarray(at, limit).indexOf(LF);
    if (found < 0) {
      if (limit - at < LONGEST_ANNOTATION) return limit - at + 1;
      return this.stop('AOF_ANNOTATION_TOO_LONG', at, `an annotation has more than ${LONGEST_ANNOTATION} bytes`, limit);
    }
    const lf = at + found;
    const last = bytes[lf - 1] === CR ? lf - 1 : lf;
    this.position = lf + 1;
    this.progress.annotation(bytes, at, last, this.window.offsetOf(at), this.window.offsetOf(lf + 1));
    return GO_ON;
  }

  /** Reads a header line at `position`. */
  private header(code: FindingCode, what: string): number {
    const { position: at, end, line } = this;
    if (line.read(this.bytes, at, end)) return GO_ON;
    const have = Math.min(end - at, LONGEST_HEADER);
    if (have < LONGEST_HEADER) return have + 1;
    return this.stop(code, at, `the line that begins ${what} has no end`, line.next);
  }

  private noteForm(at: number): void {
    const { form, oddAt } = this.line;
    if (form === NumberForm.PLAIN) return;
    if (form === NumberForm.UNUSUAL) {
      this.odd('AOF_NUMBER_UNUSUAL', oddAt, () => `${this.shown(at)} is no number as servers write it`);
      return;
    }
    this.progress.freeze();
    if (form === NumberForm.LF_ONLY) this.odd('AOF_LINE_END', oddAt, () => `${this.shown(at)} ends with LF, not CR LF`);
    else this.odd('AOF_NUMBER_JUNK', oddAt, () => `something follows the number in ${this.shown(at)}`);
  }

  private odd(code: FindingCode, at: number, message: () => string): void {
    if (this.progress.tells(code)) this.visitor.problem(code, this.window.offsetOf(at), message());
  }

  private shown(at: number): string {
    return JSON.stringify(Buffer.from(this.bytes.slice(at, Math.min(at + 24, this.line.next))).toString('latin1'));
  }

  private recordAt(): number {
    return this.next === RECORD ? this.window.offsetOf(this.position) : this.command.offset;
  }

  private stop(code: FindingCode, at: number, message: string, from = at): number {
    this.stopped = {
      code,
      offset: this.window.offsetOf(at),
      message,
      from,
      recordAt: this.recordAt(),
      shortRead: false,
    };
    return STOP;
  }

  /** The input ended, and something needs more. */
  private ranOut(): void {
    const { position: at, end, window, line } = this;
    const { sourceError } = window;
    if (sourceError) {
      this.stop(sourceError.code, end, sourceError.message);
      return;
    }
    if (this.next !== RECORD) {
      if (this.next !== HEADER || at >= end) this.pastEnd();
      else if (line.next >= end) this.shortRead();
      else if (this.bytes[at + 1] === 0x2d)
        this.stop('AOF_NEGATIVE_LENGTH', at, 'an argument has a negative length', end);
      else this.stop('AOF_BAD_LENGTH', at, 'an argument begins with no length', line.next);
      return;
    }
    if (at >= end) return;
    if (this.bytes[at] === HASH) {
      this.visitor.problem('AOF_ANNOTATION_CUT', window.offsetOf(at), 'the file ends inside an annotation');
    } else if (this.bytes[at] !== STAR) this.garbage();
    else if (line.next < end || this.bytes[at + 1] === ZERO) {
      this.stop('AOF_BAD_COUNT', at, 'a command begins with no number of arguments', line.next);
    } else {
      this.command.begin(window.offsetOf(at), 0);
      this.shortRead();
    }
  }

  /** The file ends inside the record at hand. */
  private shortRead(): number {
    const { offset } = this.command;
    const message = 'the file ends inside a command';
    const code = 'AOF_TRUNCATED_TAIL';
    this.stopped = { code, offset, message, from: this.end, recordAt: offset, shortRead: true };
    return STOP;
  }

  /** The file ends inside an argument. */
  private pastEnd(): number {
    const { length: claimed, position: from } = this;
    if (this.next === HEADER) return this.shortRead();
    const message = `the file ends inside an argument of ${claimed} bytes`;
    const { offset } = this.command;
    const argument = { at: this.argumentAt, claimed };
    this.stopped = { code: 'AOF_TRUNCATED_TAIL', offset, message, from, recordAt: offset, shortRead: true, argument };
    return STOP;
  }

  private async result(): Promise<LogResult> {
    const { table, progress, start } = this;
    const fault = this.stopped && (await lookBehind(this.window, this.stopped, this.swallowed));
    const { commands, completeUpTo, okUpTo, annotations, firstTimestamp, lastTimestamp, highestDb } = progress;
    const openMultiAt = table.multiAt >= 0 ? table.multiAt : undefined;
    if (openMultiAt !== undefined) {
      this.visitor.problem('AOF_OPEN_MULTI', openMultiAt, 'the file ends inside a transaction: its EXEC is missing');
    }
    return {
      start,
      end: this.window.bytesRead,
      fault,
      commands,
      tallies: table.tallies(),
      completeUpTo,
      okUpTo,
      openMultiAt,
      safeUpTo: openMultiAt ?? progress.wholeUpTo,
      annotations,
      firstTimestamp,
      lastTimestamp,
      db: table.db,
      highestDb,
      untold: progress.untold,
    };
  }
}

/** Reads a log of commands from `window` and tells `visitor`. */
export function readLog(window: Window, visitor: LogVisitor, options?: LogOptions): Promise<LogResult> {
  return new LogReader(window, visitor, options).run();
}
