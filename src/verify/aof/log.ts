import { readLog } from '../../aof/log.js';
import type { LogResult } from '../../aof/log-result.js';
import { type CommandRecord, LogVisitor } from '../../aof/log-visitor.js';
import type { Window } from '../../bytes/window.js';
import type { FindingCode, Severity } from '../../errors.js';
import { bytesToText } from '../../keyspace/bytes-text.js';
import { mayBeOfModule } from '../../servers/known-commands.js';
import { DEFAULT_DATABASES } from '../../servers/loadability.js';
import type { Findings } from '../findings.js';
import type { VerifyOptions } from '../options.js';
import type { LogReport } from '../report.js';
import { commandsInOrder, isContainer, judge } from './commands.js';

/** Names of commands that are told; a log of garbage must not make a million findings of them. */
const NAMES_TOLD = 100;
const LONGEST_SUBCOMMAND = 64;

/** What verifying a log gave. */
export interface CheckedLog {
  readonly log: LogResult;
  /** Names and `container|subcommand` of commands that are not in every release, with the file offset of the first one. */
  readonly special: ReadonlyMap<string, number>;
}

/** Verifies a log of commands from where the window stands to its end. */
export async function verifyLog(window: Window, findings: Findings, options: VerifyOptions): Promise<CheckedLog> {
  const check = new LogCheck(findings, options);
  const log = await readLog(window, check, { plain: commandsInOrder() });
  const { fault } = log;
  if (fault) findings.add(fault.code, fault.offset, fault.message);
  if (window.sourceError) findings.add(window.sourceError.code, window.bytesRead, window.sourceError.message);
  return { log, special: check.special };
}

/** What a report says of a log. */
export function logReport({ commands, okUpTo, firstTimestamp, lastTimestamp }: LogResult): LogReport {
  return {
    commands,
    okUpToOffset: okUpTo,
    firstTimestamp: firstTimestamp ?? null,
    lastTimestamp: lastTimestamp ?? null,
  };
}

/** Looks at what is more than framing: names, numbers of arguments, databases, commands that reach outside the data. */
class LogCheck extends LogVisitor {
  readonly special = new Map<string, number>();
  private readonly databases: number;
  private subcommand: string | undefined;

  constructor(
    private readonly findings: Findings,
    private readonly options: VerifyOptions,
  ) {
    super();
    this.databases = options.databases ?? DEFAULT_DATABASES;
  }

  override command({ name }: CommandRecord): number {
    this.subcommand = undefined;
    return isContainer(name) ? 1 : 0;
  }

  override argument(_index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    this.subcommand = length > LONGEST_SUBCOMMAND ? '' : bytesToText(buffer.slice(start, end)).toLowerCase();
  }

  override commandEnd({ name, argc, offset }: CommandRecord): void {
    const { subcommand } = this;
    const whole = subcommand === undefined ? name : `${name}|${subcommand}`;
    const { unknown, arity, reach, withoutEffect } = judge(name, subcommand, argc);
    if (arity !== undefined) {
      const message = `${name} has ${argc} arguments, its name among them; it takes ${arity}`;
      this.findings.add('AOF_WRONG_ARITY', offset, message);
    }
    if (this.special.has(whole) || this.special.size >= NAMES_TOLD) return;
    this.special.set(whole, offset);
    const shown = whole.replace('|', ' ');
    if (unknown) this.tellUnknown(shown, name, offset);
    else if (reach !== undefined) {
      const effect = name === 'shutdown' ? 'ignores' : 'executes';
      const message = `${shown} reaches beyond the data (${reach}), and a server that loads the log ${effect} it`;
      this.findings.add('AOF_COMMAND_REACHES_OUT', offset, message);
    } else if (withoutEffect) {
      this.findings.add('AOF_COMMAND_WITHOUT_EFFECT', offset, `${shown} changes nothing; servers do not log it`);
    }
  }

  override database(db: number, offset: number): void {
    if (db < this.databases) return;
    const message = `SELECT ${db}; with ${this.databases} databases the keys behind it land in the one selected before`;
    // Unless the number of databases was given, the log proves that its writer had them.
    this.findings.add('AOF_DB_OUT_OF_RANGE', offset, message, undefined, this.databasesGiven());
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    this.findings.add(code, offset, detail);
  }

  /** A command of a module: the writer had it. */
  private tellUnknown(shown: string, name: string, offset: number): void {
    const ofModule = mayBeOfModule(name);
    const message = ofModule ? `${shown} is the command of a module` : `no release known here has a command "${shown}"`;
    this.findings.add('AOF_UNKNOWN_COMMAND', offset, message, undefined, ofModule ? 'warning' : undefined);
  }

  private databasesGiven(): Severity {
    return this.options.databases === undefined ? 'warning' : 'error';
  }
}
