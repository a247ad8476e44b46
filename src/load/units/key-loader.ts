// Keys of a file, sent to a target as they come: by SET, by RESTORE, or by the commands that rebuild them.
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { type KeyRecord, Level, type ModuleContext } from '../../rdb/visitor.js';
import { isRestored } from '../../values/commands/first-look.js';
import type { KeyOutcome } from '../outcome.js';
import { BuiltUnit } from './built-unit.js';
import { expires } from './expiry.js';
import { type KeptKey, Way } from './key-batch.js';
import type { KeyLoaderOptions } from './options.js';
import { Outbox } from './outbox.js';
import { Probe } from './probe.js';
import { RestoreUnit } from './restore-unit.js';
import { LONGEST_UNIT, SetRun } from './set-run.js';
import { SetUnit } from './set-unit.js';
import { Settlement } from './settlement.js';
import { PARCEL_FULL, type UnitWriter } from './unit-writer.js';
import { ValueEvents } from './value-events.js';
import { ownFailure } from './verdicts.js';

const DEFAULT_CEILING = 16 * 1024 * 1024;
/** A payload has a type, and a footer, besides the value. */
const AROUND_VALUE = 11;

/** What becomes of the key at hand: nothing, or how its value is encoded. */
type Doing = 'nothing' | 'set' | 'restore' | 'build';

/**
 * Sends every key that it is told of. Each key ends in one word to the sink, in any order, at the latest when `finish` resolves. The
 * parser has to wait where `isFull` or `keyEnd` say so.
 */
export class KeyLoader extends ValueEvents {
  /** Keys taken so far. */
  offered = 0;
  /** Keys were built under temporary names: what is under way may leave some, until `finish` resolves. */
  builds = false;
  override smallStrings?: (start: number, end: number, base: number) => number;
  private readonly outbox: Outbox;
  private readonly settlement: Settlement;
  private readonly restore: RestoreUnit;
  private readonly set: SetUnit;
  private readonly build: BuiltUnit;
  private readonly run: SetRun;
  private readonly probe: Probe;
  private readonly ceiling: number;
  private doing: Doing = 'nothing';
  private writer: UnitWriter | undefined;
  private slot: number | undefined;
  private current: KeyRecord | undefined;
  /** Of the key at hand, at the target: [nameStart, nameEnd) of `nameBytes`. */
  private nameBytes: Uint8Array = new Uint8Array(0);
  private nameStart = 0;
  private nameEnd = 0;
  /** SET can carry the key at hand. */
  private mayBeSet = false;
  private begun = false;
  private failure: KeyOutcome | undefined;
  /** Modules that attached something to the next key. */
  private readonly metadata = new Set<string>();
  private partly: readonly string[] | undefined;

  constructor(private readonly options: KeyLoaderOptions) {
    super();
    const { kernels, target, knowledge, onConflict, mode } = options;
    this.ceiling = Math.min(options.ceiling ?? DEFAULT_CEILING, knowledge.longestBulk);
    this.settlement = new Settlement(options, (parcel, settled) => this.outbox.send(parcel, settled));
    this.probe = new Probe(knowledge);
    this.outbox = new Outbox(target, (parcel, exceptions) => {
      this.probe.answered(parcel.owner, exceptions);
      this.settlement.settle(parcel, exceptions);
    });
    const replaces = onConflict === 'replace';
    const { keepsFrequency } = knowledge;
    this.restore = new RestoreUnit(kernels, { replaces, keepsFreq: keepsFrequency, keepsIdle: !keepsFrequency });
    this.set = new SetUnit(kernels, !replaces);
    this.build = new BuiltUnit(options, this.outbox, this.settlement);
    this.build.builder.problem = (code, offset, detail) => this.problem(code, offset, detail);
    const never = Number.POSITIVE_INFINITY;
    this.run = new SetRun(
      kernels,
      !replaces,
      knowledge.commands.setsExpiry ? (options.runsExpiringAfterMs ?? never) : never,
    );
    // A visitor that has this method is asked; one that wants to know every key must not have it.
    if (mode !== 'restore' && !options.nameOf && !target.isCluster) {
      this.smallStrings = (start, end, base) => this.takeRun(start, end, base);
    }
  }

  /** Sends what is complete; for who offers keys slowly. */
  flush(): void {
    this.outbox.flush();
  }

  /** Sends the rest. Resolves when every key that was taken has its outcome. */
  async finish(): Promise<void> {
    if (this.current) this.cut(this.current);
    this.outbox.flush();
    await this.outbox.idle();
  }

  /** Gives memory back, when this object is no longer used. */
  release(): void {
    this.restore.release();
    this.build.builder.release();
  }

  override isFull(): boolean {
    return this.options.target.full;
  }

  override ready(): Promise<void> {
    return this.options.target.ready();
  }

  override selectDb(db: number): void {
    this.enter(db);
  }

  override moduleStart({ kind, module }: ModuleContext): void {
    if (kind === 'meta') this.metadata.add(module);
    if (kind === 'aux') this.options.losses.notes.add(`what the module ${module} keeps beside keys`);
  }

  override key(key: KeyRecord): number {
    this.offered++;
    this.current = key;
    this.failure = undefined;
    this.begun = false;
    this.doing = 'nothing';
    this.enter(key.db);
    this.settlement.typeNames[key.type.code] = key.type.type;
    this.partly = this.metadata.size === 0 ? undefined : this.takeMetadata();
    if (key.name.resolve() !== undefined) return this.refuse('its name does not decode', 'DAMAGED');
    const closed = this.options.knowledge.closedDbs.get(this.outbox.db);
    if (closed !== undefined) return this.refuse(closed, 'ERR');
    this.locate(key);
    this.mayBeSet = this.canBeSet(key);
    if (this.canBeRestored(key)) {
      this.doing = 'restore';
      return Level.RAW;
    }
    if (this.failure !== undefined) return Level.SKIP;
    if (this.options.mode === 'restore' || !this.build.builder.canBuild(key.type))
      return this.refuse(this.onlyRestore(key));
    this.doing = this.mayBeSet ? 'set' : 'build';
    return this.doing === 'set' ? Level.DATA : this.beginBuild(key);
  }

  override raw(_buffer: Uint8Array, start: number, end: number): void {
    const { current, writer } = this;
    if (!current || !writer) return;
    if (!this.begun && this.doing === 'restore') {
      this.begun = true;
      if (this.mayBeSet && this.set.reads(start, end)) {
        this.doing = 'set';
        this.set.write(writer, current, this.nameBytes, this.nameStart, this.nameEnd);
        return;
      }
      const { knowledge, look } = this.options;
      const version = knowledge.payloadVersion(current.type) ?? 0;
      this.restore.begin(writer, current, this.nameBytes, this.nameStart, this.nameEnd);
      this.restore.payload(version, look.largeAt(current.offset));
    }
    if (this.doing === 'restore') this.restore.piece(start, end);
  }

  override string(value: BytesRef): void {
    const { current, writer } = this;
    if (!current || !writer) return;
    if (this.doing === 'set') {
      if (!value.large && value.resolve() === undefined) {
        this.begun = true;
        this.set.take(value.start, value.end);
        this.set.write(writer, current, this.nameBytes, this.nameStart, this.nameEnd);
        return;
      }
      this.doing = 'build';
      this.beginBuild(current);
    }
    super.string(value);
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    const { writer, doing } = this;
    this.current = undefined;
    if (this.failure || !writer) {
      if (this.failure) this.settlement.tell(this.keyOf(key), this.failure);
      return;
    }
    if (doing === 'build') {
      this.build.end(key, this.keyOf(key));
      if (writer.at >= PARCEL_FULL) writer.send();
      return;
    }
    if (doing === 'restore') {
      this.restore.end();
      if (this.options.mode !== 'restore') {
        const taken = this.options.knowledge.takes(key.type, key.moduleType);
        if (taken === undefined) return this.sendAlone(writer, key);
        if (!taken) {
          writer.drop();
          this.settlement.tell(this.keyOf(key), ownFailure('UNSUPPORTED', this.onlyRestore(key)));
          return;
        }
      }
    }
    this.endUnit(writer, key, doing === 'set' ? Way.SET : Way.RESTORE);
  }

  protected override get builder() {
    return this.doing === 'build' ? this.build.builder : undefined;
  }

  private takeRun(start: number, end: number, base: number): number {
    if (this.options.knowledge.closedDbs.has(this.outbox.db)) return start;
    let at = start;
    for (;;) {
      const writer = this.outbox.writer(undefined);
      const reached = this.run.take(writer, at, end, base);
      this.offered += this.run.keys;
      at = reached;
      if (writer.at + LONGEST_UNIT <= writer.bytes.length) return at;
      writer.send();
      if (this.options.target.full) return at;
    }
  }

  private enter(db: number): void {
    this.outbox.enter(db, this.options.dbOf?.(db) ?? db);
  }

  /** Where the name at the target stands, and where the unit goes. */
  private locate({ name }: KeyRecord): void {
    const { nameOf, target } = this.options;
    this.nameBytes = nameOf ? nameOf(name.view()) : name.buffer;
    this.nameStart = nameOf ? 0 : name.start;
    this.nameEnd = nameOf ? this.nameBytes.length : name.end;
    this.slot = target.isCluster ? this.outbox.slotOf(this.targetName()) : undefined;
    this.writer = this.outbox.writer(this.slot);
  }

  private targetName(): Uint8Array {
    return this.nameBytes.subarray(this.nameStart, this.nameEnd);
  }

  private canBeSet(key: KeyRecord): boolean {
    const { mode, knowledge } = this.options;
    if (mode === 'restore' || key.type.type !== 'string') return false;
    if (mode === 'auto' && this.restore.keepsUse(key)) return false;
    return !expires(key) || (knowledge.commands.setsExpiry && (key.expireAtMs ?? 0) > 0);
  }

  /** Whether it is restored; sets `failure` when nothing else would do and the payload is too long. */
  private canBeRestored(key: KeyRecord): boolean {
    const { mode, knowledge, byCommands, look } = this.options;
    const { type, offset } = key;
    if (mode === 'commands' || byCommands?.has(offset)) return false;
    // Of a module only its values tell which one it is.
    const unknown = mode === 'restore' || type.type === 'module';
    if (unknown ? knowledge.payloadVersion(type) === undefined : knowledge.takes(type, undefined) === false)
      return false;
    const payloadBytes = (look.largeAt(offset) ?? 0) + AROUND_VALUE;
    if (mode === 'auto' && this.build.builder.canBuild(type)) return payloadBytes <= this.ceiling;
    if (payloadBytes <= knowledge.longestBulk) return true;
    this.refuse(`its payload of ${payloadBytes} bytes is longer than the target takes (proto-max-bulk-len)`);
    return false;
  }

  private beginBuild(key: KeyRecord): number {
    if (!this.writer) return Level.SKIP;
    this.builds = true;
    return this.build.begin(key, this.writer, this.targetName(), this.slot);
  }

  private endUnit(writer: UnitWriter, key: KeyRecord, way: number): void {
    const batch = writer.endUnit(key.offset, key.type.code, way, 1);
    if (this.options.nameOf || this.partly) batch.kept.set(batch.count - 1, this.keyOf(key));
    if (writer.at >= PARCEL_FULL) writer.send();
  }

  /** The first of its kind goes alone, and is waited for. */
  private async sendAlone(writer: UnitWriter, key: KeyRecord): Promise<void> {
    writer.split();
    this.probe.begin(key);
    this.endUnit(writer, key, Way.RESTORE);
    writer.send();
    await this.outbox.idle();
  }

  private refuse(why: string, reason = 'UNSUPPORTED'): number {
    this.failure = ownFailure(reason, why);
    return Level.SKIP;
  }

  private onlyRestore({ type, moduleType }: KeyRecord): string {
    const { mode, knowledge } = this.options;
    const what = `values of type ${moduleType ?? type.type}`;
    if (type.type === 'cron') return 'no server but KeyDB takes its jobs';
    if (mode === 'restore') return `${knowledge.commands.name} does not take payloads of type ${type.name}`;
    const why = mode === 'commands' ? 'which the mode rules out' : 'and the target does not take it';
    return isRestored(type) ? `only RESTORE can carry ${what}, ${why}` : `no commands make ${what}`;
  }

  private takeMetadata(): readonly string[] {
    const partly = [...this.metadata].map((module) => `what the module ${module} attached to it`);
    this.metadata.clear();
    return partly;
  }

  /** The input ended within the key at hand. */
  private cut(key: KeyRecord): void {
    this.current = undefined;
    if (this.doing === 'build') {
      this.build.abort(key, this.keyOf(key));
      return;
    }
    this.writer?.drop();
    this.settlement.tell(this.keyOf(key), this.failure ?? ownFailure('DAMAGED', 'the input ends within its value'));
  }

  private keyOf({ offset, db, name, type, moduleType }: KeyRecord): KeptKey {
    const key = { offset, db, name: name.toBytes(), type: moduleType ?? type.type };
    return this.partly ? { ...key, partly: this.partly } : key;
  }
}
