import { type CommandRecord, LogVisitor } from '../../aof/log-visitor.js';
import { hashSlot } from '../../keyspace/slot.js';
import type { ReachingCommand } from '../../servers/command-reach.js';
import { type KnownCommands, WAITING } from './known.js';
import type { LogSender, UnitPlace } from './log-sender.js';
import { UnitBuffer } from './unit-buffer.js';

export interface VisitorOptions {
  /** Of a database in the log, which one it is in the target; undefined: its commands are not sent. */
  readonly mapDb: (db: number) => number | undefined;
  /** Commands that reach outside of the data are sent, too. */
  readonly trust: boolean;
  readonly untilMs: number | undefined;
  readonly isCluster: boolean;
}

/** Ends the walk of a log before its end; nothing went wrong. */
export class EndOfReplay extends Error {
  override name = 'EndOfReplay';
}

const NOWHERE: UnitPlace = { path: '', offset: 0, part: 0 };
const LONGEST_WORD = 64;
const LONGEST_KEY_SHOWN = 1024;
const MOST_NAMES = 1000;
/** A transaction is held until its EXEC: one without it has no effect. */
const MOST_HELD = 256 * 1024 * 1024;
/** Their arguments name databases. */
const NAMES_DATABASES: ReadonlySet<string> = new Set(['swapdb', 'move', 'copy']);

/** Makes units of what it is told: a command, or all of a transaction. */
export class ReplayVisitor extends LogVisitor {
  commands = 0;
  reaching = 0;
  idle = 0;
  elsewhere = 0;
  unfinished = 0;
  lastTimestamp: number | undefined;
  until: UnitPlace | undefined;
  readonly reachingCommands = new Map<string, ReachingCommand & { count: number }>();
  private path = '';
  private part = 0;
  private readonly unit = new UnitBuffer();
  /** Commands in the unit: all that are encoded, and those of the log. */
  private encoded = 0;
  private counted = 0;
  /** Where the unit begins. */
  private place = NOWHERE;
  /** Which database its first command is for, and the one at hand; in the target. */
  private firstDb: number | undefined;
  private currentDb: number | undefined;
  private slot: number | undefined;
  private hasSlots = false;
  private isSplit = false;
  private isOpen = false;
  /** Of the command at hand: where it begins in the unit, and its first arguments. */
  private startsAt = 0;
  private argumentsAt: { readonly at: number; readonly length: number }[] = [];
  private tooLarge = 0;
  private isWrapped = false;

  constructor(
    private readonly known: KnownCommands,
    private readonly sender: LogSender,
    private readonly options: VisitorOptions,
  ) {
    super();
  }

  beginPart(path: string, part: number): void {
    this.path = path;
    this.part = part;
  }

  /** At the end of a file: a transaction that is open has no effect. */
  endPart(): void {
    if (!this.isOpen) return;
    this.unfinished += this.counted;
    this.isOpen = false;
    this.clear();
  }

  override command({ name, argc, offset, multiAt }: CommandRecord): number {
    if (name === 'select' || name === 'exec') return 0;
    if (multiAt < 0) {
      this.clear();
      this.place = { path: this.path, offset, part: this.part };
      if (name === 'multi') return 0;
      // Where nobody else writes, what waits would wait for ever; in a transaction it does not.
      this.isWrapped = WAITING.has(name);
      if (this.isWrapped) this.add('MULTI');
    }
    this.startsAt = this.unit.length;
    this.argumentsAt = [];
    this.tooLarge = 0;
    this.unit.begin(argc);
    this.unit.text(name);
    return Number.POSITIVE_INFINITY;
  }

  override argument(index: number, length: number, buffer: Uint8Array, start: number, end: number): void {
    if (end - start < length) this.tooLarge = length;
    const at = this.unit.argument(buffer, start, end);
    if (index <= 8) this.argumentsAt.push({ at, length: end - start });
  }

  override commandEnd(record: CommandRecord): void | Promise<void> {
    const { name } = record;
    if (name === 'multi') {
      if (!this.isOpen) this.add('MULTI');
      this.isOpen = true;
      return;
    }
    if (name === 'select') return;
    if (name === 'exec') {
      if (this.isOpen) this.close();
    } else {
      if (name === 'discard' && this.isOpen) {
        throw this.ended('DISCARD does not end a transaction of a log: servers take nothing from its MULTI on');
      }
      this.take(record);
      if (!this.isOpen) this.close();
      else if (this.unit.length > MOST_HELD) throw this.ended('a transaction is too large to be held');
    }
    if (this.sender.stopped) throw new EndOfReplay();
    return this.sender.isFull ? this.sender.ready() : undefined;
  }

  override timestamp(seconds: number, offset: number): void {
    const { untilMs } = this.options;
    if (untilMs !== undefined && seconds * 1000 > untilMs) {
      this.until = this.isOpen ? this.place : { path: this.path, offset, part: this.part };
      throw new EndOfReplay();
    }
    this.lastTimestamp = seconds;
  }

  /** The command at hand becomes a part of the unit, or is counted as one that is not sent. */
  private take({ name, db, offset }: CommandRecord): void {
    this.commands++;
    const known = this.known.of(name, this.text(0));
    const { trust, mapDb, isCluster } = this.options;
    const target = mapDb(db);
    if (known.reach !== undefined && !trust) {
      this.reaching++;
      const told = this.reachingCommands.get(known.shown);
      if (told) told.count++;
      else if (this.reachingCommands.size < MOST_NAMES) {
        const { path } = this;
        this.reachingCommands.set(known.shown, { command: known.shown, reach: known.reach, path, offset, count: 1 });
      }
    } else if (known.isIdle) this.idle++;
    else if (target === undefined || !this.mapArguments(name)) this.elsewhere++;
    else if (this.tooLarge > 0) {
      this.refuse(known.shown, `an argument of ${this.tooLarge} bytes is more than can be sent`);
    } else {
      if (isCluster && known.keyAt > 0) this.noteSlot(known.keyAt);
      this.counted++;
      this.encoded++;
      this.chooseDb(target);
      return;
    }
    this.unit.cut(this.startsAt);
  }

  /** Inside of a transaction SELECT stands where the database changes. */
  private chooseDb(db: number): void {
    this.firstDb ??= db;
    this.currentDb ??= db;
    if (this.currentDb === db) return;
    this.currentDb = db;
    const command = Buffer.from(this.unit.bytes.subarray(this.startsAt, this.unit.length));
    this.unit.cut(this.startsAt);
    this.add('SELECT', String(db));
    this.append(command);
  }

  /** Sends the unit. */
  private close(): void {
    const { sender, place, unit, counted, firstDb = 0 } = this;
    if (this.isOpen || this.isWrapped) {
      this.add('EXEC');
      if (this.currentDb !== firstDb) this.add('SELECT', String(firstDb));
    }
    this.isOpen = false;
    if (counted > 0 && this.isSplit) {
      sender.refuse(place, counted, 'multi', Buffer.alloc(0), 'its keys are in several slots of the cluster');
    } else if (counted > 0) {
      sender.send(unit, counted, this.encoded, firstDb, this.hasSlots ? this.slot : undefined, place);
    }
    this.clear();
  }

  private clear(): void {
    if (this.isOpen) return;
    this.unit.cut(0);
    this.encoded = 0;
    this.counted = 0;
    this.firstDb = undefined;
    this.currentDb = undefined;
    this.slot = undefined;
    this.hasSlots = false;
    this.isSplit = false;
    this.isWrapped = false;
  }

  private noteSlot(keyAt: number): void {
    const key = this.argumentsAt[keyAt - 1];
    const slot = key ? hashSlot(this.unit.bytes.subarray(key.at, key.at + key.length)) : 0;
    if (this.hasSlots && this.slot !== slot) this.isSplit = true;
    this.slot ??= slot;
    this.hasSlots = true;
  }

  /** Writes the databases of the target into MOVE, COPY and SWAPDB. False: one of them is not wanted. */
  private mapArguments(name: string): boolean {
    if (!NAMES_DATABASES.has(name)) return true;
    const { mapDb } = this.options;
    const args = this.argumentsAt.map((_, i) => this.text(i));
    const isDb = (i: number) =>
      name === 'swapdb' || (name === 'move' ? i === 1 : i > 2 && args[i - 1].toLowerCase() === 'db');
    if (!args.some((arg, i) => isDb(i) && mapDb(Number(arg)) !== Number(arg))) return true;
    if (args.some((arg, i) => isDb(i) && mapDb(Number(arg)) === undefined)) return false;
    const raw = this.argumentsAt.map(({ at, length }) => Buffer.from(this.unit.bytes.subarray(at, at + length)));
    this.unit.cut(this.startsAt);
    this.unit.begin(raw.length + 1);
    this.unit.text(name);
    for (const [i, bytes] of raw.entries()) {
      if (isDb(i)) this.unit.text(String(mapDb(Number(args[i]))));
      else this.unit.argument(bytes, 0, bytes.length);
    }
    return true;
  }

  private refuse(command: string, reason: string): void {
    const first = this.argumentsAt[0];
    const length = Math.min(first?.length ?? 0, LONGEST_KEY_SHOWN);
    const key = Buffer.from(first ? this.unit.bytes.subarray(first.at, first.at + length) : []);
    this.sender.refuse(this.place, 1, command, key, reason);
  }

  private ended(reason: string): EndOfReplay {
    this.sender.end(this.place, reason);
    return new EndOfReplay();
  }

  /** An argument behind the name as text, when it is a short one. */
  private text(index: number): string {
    const argument = this.argumentsAt[index];
    if (!argument || argument.length > LONGEST_WORD) return '';
    return this.unit.bytes.toString('latin1', argument.at, argument.at + argument.length);
  }

  private add(...args: readonly string[]): void {
    this.unit.command(...args);
    this.encoded++;
  }

  private append(bytes: Buffer): void {
    this.startsAt = this.unit.length;
    this.unit.raw(bytes);
  }
}
