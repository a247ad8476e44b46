// Keys of a file, sent to a target as they come: by SET, by RESTORE, or by the commands that rebuild them.
import type { Parcel, UnitResult } from '../../live/bulk/parcel.js';
import type { ValueType } from '../../rdb/format.js';
import { type KeyRecord, Level, RdbVisitor } from '../../rdb/visitor.js';
import type { KeyOutcome, OutcomeKey } from '../outcome.js';
import { expires, momentText } from './expiry.js';
import { type KeptKey, type KeyBatch, Way } from './key-batch.js';
import type { KeyLoaderOptions } from './options.js';
import { Outbox } from './outbox.js';
import { RestoreUnit } from './restore-unit.js';
import { LONGEST_UNIT, SetRun } from './set-run.js';
import { beginSet, endSet, type PlainString, readPlainString } from './set-unit.js';
import { nameInUnit } from './unit-name.js';
import { PARCEL_FULL, type UnitWriter } from './unit-writer.js';
import { conflict, failureOf, ownFailure, refusalOf } from './verdicts.js';

/** What becomes of the key at hand. */
type Doing = 'nothing' | 'set' | 'restore';

/** Where a name stands. */
interface NamePlace {
  buffer: Uint8Array;
  start: number;
  end: number;
}

/**
 * Sends every key that it is told of. Each key ends in one word to the sink. The parser has to wait where `isFull` or
 * `keyEnd` say so.
 */
export class KeyLoader extends RdbVisitor {
  /** Keys taken so far. */
  offered = 0;
  override smallStrings?: (start: number, end: number, base: number) => number;
  private readonly outbox: Outbox;
  private readonly restoring: RestoreUnit;
  private readonly run: SetRun;
  private readonly plain: PlainString = { start: 0, end: 0, integer: undefined };
  private readonly name: NamePlace = { buffer: new Uint8Array(0), start: 0, end: 0 };
  private readonly typeNames: string[] = ['string'];
  private doing: Doing = 'nothing';
  /** The key that is sent alone, to learn from its answer. */
  private probed:
    | { readonly offset: number; readonly type: ValueType; readonly moduleType: string | undefined }
    | undefined;
  private writer: UnitWriter | undefined;
  private current: KeyRecord | undefined;
  /** Of the key at hand, when SET is a way to carry it. */
  private mayBeSet = false;
  private begun = false;
  private failure: KeyOutcome | undefined;

  constructor(private readonly options: KeyLoaderOptions) {
    super();
    const { kernels, target, knowledge, onConflict, mode } = options;
    this.outbox = new Outbox(target, (parcel, exceptions) => this.settled(parcel, exceptions));
    this.restoring = new RestoreUnit(kernels, {
      replaces: onConflict === 'replace',
      keepsFreq: knowledge.keepsFrequency,
      keepsIdle: !knowledge.keepsFrequency,
    });
    const expiringAfter = knowledge.commands.setsExpiry
      ? (options.runsExpiringAfterMs ?? Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
    this.run = new SetRun(kernels, onConflict !== 'replace', expiringAfter);
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
    this.restoring.release();
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

  override key(key: KeyRecord): number {
    this.offered++;
    this.current = key;
    this.failure = undefined;
    this.begun = false;
    this.enter(key.db);
    this.typeNames[key.type.code] = key.type.type;
    this.doing = 'nothing';
    if (key.name.resolve() !== undefined) return this.refuse('DAMAGED', 'its name does not decode');
    const closed = this.options.knowledge.closedDbs.get(this.outbox.db);
    if (closed !== undefined) return this.refuse('ERR', closed);
    this.locate(key);
    this.mayBeSet = this.canBeSet(key);
    if (this.canBeRestored(key)) this.doing = 'restore';
    else if (this.mayBeSet) this.doing = 'set';
    else
      return this.refuse(
        'TYPE',
        `${this.options.knowledge.commands.name} does not take values of type ${key.type.name} by RESTORE`,
      );
    return Level.RAW;
  }

  override raw(_buffer: Uint8Array, start: number, end: number): void {
    const { current, doing } = this;
    if (!current || doing === 'nothing') return;
    if (!this.begun) {
      this.begun = true;
      this.begin(current, start, end);
    }
    if (this.doing === 'restore') this.restoring.piece(start, end);
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    const { writer, failure } = this;
    this.current = undefined;
    if (failure) {
      this.tell(this.keyOf(key), failure);
      return;
    }
    if (!writer) return;
    if (this.doing === 'restore') {
      this.restoring.end();
      const taken = this.options.knowledge.takes(key.type, key.moduleType);
      if (taken === false && this.options.mode !== 'restore') {
        writer.drop();
        this.tell(
          this.keyOf(key),
          ownFailure(
            'TYPE',
            `only RESTORE can carry values of type ${key.moduleType ?? key.type.type}, and the target does not take them`,
          ),
        );
        return;
      }
      if (taken === undefined && this.options.mode !== 'restore') return this.probe(writer, key);
    }
    this.endUnit(writer, key, this.doing === 'set' ? Way.SET : Way.RESTORE);
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

  /** Where the name at the target stands. */
  private locate({ name }: KeyRecord): void {
    const { nameOf } = this.options;
    if (nameOf) {
      this.name.buffer = nameOf(name.view());
      this.name.start = 0;
      this.name.end = this.name.buffer.length;
    } else {
      this.name.buffer = name.buffer;
      this.name.start = name.start;
      this.name.end = name.end;
    }
    const slot = this.options.target.isCluster
      ? this.outbox.slotOf(this.name.buffer.subarray(this.name.start, this.name.end))
      : undefined;
    this.writer = this.outbox.writer(slot);
  }

  private canBeSet(key: KeyRecord): boolean {
    const { mode, knowledge } = this.options;
    if (mode === 'restore' || key.type.type !== 'string') return false;
    if (mode === 'auto' && this.restoring.keepsUse(key)) return false;
    return !expires(key) || (knowledge.commands.setsExpiry && (key.expireAtMs ?? 0) > 0);
  }

  private canBeRestored(key: KeyRecord): boolean {
    const { mode, knowledge, byCommands } = this.options;
    if (mode === 'commands' || byCommands?.has(key.offset)) return false;
    // Of a module only its values tell which one it is.
    if (mode === 'restore' || key.type.type === 'module') return knowledge.payloadVersion(key.type) !== undefined;
    return knowledge.takes(key.type, undefined) !== false;
  }

  private begin(key: KeyRecord, start: number, end: number): void {
    const { writer, name } = this;
    const { kernels, knowledge, onConflict, look } = this.options;
    if (!writer) return;
    const onlyNew = onConflict !== 'replace';
    const { plain } = this;
    if (this.mayBeSet && readPlainString(kernels.view, start, end, plain)) {
      this.doing = 'set';
      const expiring = expires(key);
      beginSet(writer, (onlyNew ? 1 : 0) + (expiring ? 2 : 0));
      writer.argument(name.buffer, name.start, name.end);
      if (plain.integer !== undefined) writer.text(String(plain.integer));
      else writer.argument(kernels.bytes, plain.start, plain.end);
      endSet(writer, onlyNew, expiring ? momentText(key.expireAtMs ?? 0) : undefined);
      return;
    }
    this.doing = 'restore';
    const version = knowledge.payloadVersion(key.type) ?? 0;
    this.restoring.begin(writer, key, name, version, look.largeAt(key.offset));
  }

  private endUnit(writer: UnitWriter, key: KeyRecord, way: number): void {
    const batch = writer.endUnit(key.offset, key.type.code, way, 1);
    if (this.options.nameOf) batch.kept.set(batch.count - 1, this.keyOf(key));
    if (writer.at >= PARCEL_FULL) writer.send();
  }

  /** The first of its kind goes alone, and is waited for. */
  private async probe(writer: UnitWriter, key: KeyRecord): Promise<void> {
    writer.split();
    this.probed = { offset: key.offset, type: key.type, moduleType: key.moduleType };
    this.endUnit(writer, key, Way.RESTORE);
    writer.send();
    await this.outbox.idle();
    this.probed = undefined;
  }

  /** What the answer to a probe tells of its kind. */
  private learn(failure: KeyOutcome | undefined): void {
    const { knowledge } = this.options;
    const { probed } = this;
    if (!probed) return;
    const refusal = failure && refusalOf(failure.detail);
    if (refusal === 'restore') knowledge.restores = false;
    else if (refusal === 'payload') knowledge.learn(probed.type, probed.moduleType, false);
    else if (!failure) knowledge.learn(probed.type, probed.moduleType, true);
    else if (failure.reason === 'BUSYKEY') knowledge.restores = true;
  }

  private refuse(reason: string, detail: string): number {
    this.failure = ownFailure(reason, detail);
    return Level.SKIP;
  }

  /** The input ended within the key at hand. */
  private cut(key: KeyRecord): void {
    this.current = undefined;
    this.writer?.drop();
    this.tell(this.keyOf(key), this.failure ?? ownFailure('DAMAGED', 'the input ends within its value'));
  }

  private settled({ bytes, unitEnds, owner }: Parcel<KeyBatch>, exceptions: ReadonlyMap<number, UnitResult>): void {
    const { sink } = this.options;
    if (this.probed?.offset === owner.offsets[0]) {
      const result = exceptions.get(0);
      this.learn(result && failureOf(result));
    }
    if (exceptions.size === 0) {
      sink.loaded(owner.offsets, owner.count);
      return;
    }
    let loaded = 0;
    for (let i = 0; i < owner.count; i++) {
      const result = exceptions.get(i);
      const outcome = result && this.outcomeOf(result, owner.ways[i]);
      if (outcome) {
        const from = i === 0 ? 0 : unitEnds[i - 1];
        const key = owner.kept.get(i) ?? this.keyInBatch(owner, i, bytes.subarray(from, unitEnds[i]));
        this.tell(key, outcome);
      } else owner.offsets[loaded++] = owner.offsets[i];
    }
    if (loaded > 0) sink.loaded(owner.offsets, loaded);
  }

  private keyInBatch(batch: KeyBatch, i: number, unit: Buffer): KeptKey {
    const type = this.typeNames[batch.types[i]] ?? '';
    return { offset: batch.offsets[i], db: batch.db, name: nameInUnit(unit), type };
  }

  private outcomeOf(result: UnitResult, way: number): KeyOutcome | undefined {
    const { onConflict, mode } = this.options;
    const failure = failureOf(result);
    if (!failure) {
      const [first] = result.replies;
      return way === Way.SET && first?.kind === 'nil' ? conflict(onConflict, result.repeated) : undefined;
    }
    if (failure.reason === 'BUSYKEY') return conflict(onConflict, result.repeated, failure.detail);
    if (failure.kind === 'refused' && mode === 'restore') return { ...failure, kind: 'failed' };
    return failure;
  }

  private tell(key: OutcomeKey, outcome: KeyOutcome): void {
    const { knowledge, sink } = this.options;
    const refusal = refusalOf(outcome.detail);
    if (refusal === 'database') knowledge.closedDbs.set(this.options.dbOf?.(key.db) ?? key.db, outcome.detail);
    sink.outcome(key, outcome);
  }

  private keyOf({ offset, db, name, type }: KeyRecord): KeptKey {
    return { offset, db, name: name.toBytes(), type: type.type };
  }
}
