import { type CommandRecord, LogVisitor } from '../aof/log-visitor.js';
import { FINDINGS, type FindingCode } from '../errors.js';
import { fitsArity } from '../servers/commands.js';
import { knownForms, mayBeOfModule } from '../servers/known-commands.js';
import type { RepairFinding } from './plan.js';

/** Of each code, this many findings are kept. */
const MOST_OF_A_CODE = 100;

/** A place between commands and outside of transactions. */
export interface Place {
  /** File offset. */
  readonly offset: number;
  /** Whole commands before it. */
  readonly commands: number;
  /** Seconds since the epoch: the last annotation before it. */
  readonly timestamp: number | undefined;
}

/** From here on the file is not to be trusted, or no server would load it. */
export interface Damage {
  readonly code: FindingCode;
  /** Where it was seen, as a file offset. */
  readonly offset: number;
  readonly message: string;
  /** Where to cut, so that nothing of it is left. */
  readonly place: Place;
}

/** An annotation that is later than the time asked for. */
export interface UntilCut {
  readonly place: Place;
  readonly seconds: number;
}

/** Follows a log, and finds the places where it may have to be cut. */
export class CutPoints extends LogVisitor {
  /** Before the first command that no server executes. */
  damage: Damage | undefined;
  until: UntilCut | undefined;
  readonly findings: Omit<RepairFinding, 'path'>[] = [];
  /**
   * Before the last command, when one of its arguments does not end as it should and nothing sound has followed: its length
   * is damaged, and what it seems to hold is not what was written.
   */
  suspect: Place | undefined;
  /** Before the MULTI that is open, and whether a DISCARD is the reason that it stays so. */
  open: Place | undefined;
  discardAt: number | undefined;
  private commands = 0;
  private timestampSeen: number | undefined;
  private readonly counts = new Map<FindingCode, number>();
  /** Where the command at hand begins. */
  private current: Place;

  constructor(
    start: number,
    private readonly untilMs: number | undefined,
  ) {
    super();
    this.current = { offset: start, commands: 0, timestamp: undefined };
  }

  /** The place at `offset`, which everything that was read lies before. */
  here(offset: number): Place {
    return { offset, commands: this.commands, timestamp: this.timestampSeen };
  }

  override command(record: CommandRecord): number {
    const { name, offset } = record;
    this.suspect = undefined;
    this.current = this.open ?? this.here(offset);
    if (name === 'discard' && this.open) this.discardAt ??= offset;
    return 0;
  }

  override commandEnd({ name, argc, offset }: CommandRecord): void {
    if (!this.damage) this.judge(name, argc, offset);
    this.commands++;
    if (name === 'multi') this.open ??= this.current;
    else if (name === 'exec') {
      this.open = undefined;
      this.discardAt = undefined;
    }
  }

  /** Servers end at a command that they do not know, or that has too few or too many arguments. */
  private judge(name: string, argc: number, offset: number): void {
    const forms = knownForms(name);
    if (forms.some((form) => fitsArity(form, argc)) || (forms.length === 0 && mayBeOfModule(name))) return;
    const code = forms.length > 0 ? 'AOF_WRONG_ARITY' : 'AOF_UNKNOWN_COMMAND';
    const shown = JSON.stringify(name.slice(0, 64));
    const message =
      code === 'AOF_WRONG_ARITY'
        ? `${shown} cannot have ${argc - 1} arguments`
        : `no release that is known has a command ${shown}`;
    this.damage = { code, offset, message, place: this.current };
  }

  override timestamp(seconds: number, offset: number): void {
    this.suspect = undefined;
    if (this.untilMs !== undefined && !this.until && seconds * 1000 > this.untilMs) {
      this.until = { place: this.open ?? this.here(offset), seconds };
    }
    this.timestampSeen = seconds;
  }

  override problem(code: FindingCode, offset: number, message: string): void {
    if (code === 'AOF_ARGUMENT_NOT_TERMINATED') this.suspect = this.current;
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    if (count <= MOST_OF_A_CODE) this.findings.push({ code, severity: FINDINGS[code], offset, message });
  }
}
