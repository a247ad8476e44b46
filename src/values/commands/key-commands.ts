// The commands that rebuild keys, in the order of the file, as they come: a large value is never held.
import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { FindingCode } from '../../errors.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { StreamId } from '../../rdb/stream-id.js';
import { type KeyRecord, Level, type ModuleContext, RdbVisitor, type StreamMeta } from '../../rdb/visitor.js';
import type { CommandWriter } from '../../resp/command-writer.js';
import { ElementBatch } from './element-batch.js';
import { FieldExpiries } from './field-expiries.js';
import { type FirstLook, isRestored } from './first-look.js';
import type { Losses } from './losses.js';
import { RestorePayload } from './restore-payload.js';
import { StreamCommands } from './stream-commands.js';
import type { CommandTarget } from './target.js';

/** What the commands of one file need. */
export interface CommandContext {
  readonly kernels: Kernels;
  readonly out: CommandWriter;
  /** The release that the commands are for; asked when the file has told who wrote it. */
  readonly target: () => CommandTarget;
  /** What a look at the same file found. */
  readonly look: FirstLook;
  readonly losses: Losses;
  /** What the clock says, ms since the epoch. */
  readonly nowMs: number;
}

/** By type of the value: the command that takes its elements. */
const BATCHES: Readonly<Record<string, string | undefined>> = {
  list: 'RPUSH',
  set: 'SADD',
  zset: 'ZADD',
  hash: 'HSET',
};

const LAST_TIME = 2n ** 63n - 1n;

/** Writes the commands of every key it is told of, and of function libraries. Extend `key` to choose. */
export class KeyCommands extends RdbVisitor {
  protected readonly out: CommandWriter;
  private readonly losses: Losses;
  private readonly batch: ElementBatch;
  private readonly streams: StreamCommands;
  private readonly payload: RestorePayload;
  private readonly expiries: FieldExpiries;
  private known: CommandTarget | undefined;
  /** The database that the commands so far have led to. */
  protected place = { db: -1 };
  private current: KeyRecord | undefined;
  /** Commands of the key were written: it is there. */
  private written = false;
  /** RESTORE or SET said when the key expires. */
  private expirySet = false;
  /** An argument in pieces is under way; what has to follow it. */
  private tail: (() => void) | undefined;
  /** The value that was written is not the one in the file. */
  private broken = false;
  private restoring = false;
  private readonly metadata = new Set<string>();

  constructor(private readonly context: CommandContext) {
    super();
    const { out, losses, kernels, nowMs } = context;
    this.out = out;
    this.losses = losses;
    this.batch = new ElementBatch(out, (name, more) => this.start(name, more));
    this.streams = new StreamCommands(out, losses, nowMs);
    this.payload = new RestorePayload(kernels, out);
    this.expiries = new FieldExpiries(out, (name, more) => this.start(name, more));
  }

  /** Gives memory back, when this object is no longer used. */
  release(): void {
    this.payload.release();
  }

  override functionLibrary(code: BytesRef, preGa: { name: string; engine: string } | undefined): void {
    if (preGa) {
      this.losses.add(
        undefined,
        true,
        `the function library ${JSON.stringify(preGa.name)}, in the form of a release candidate`,
      );
    } else if (!this.target.hasFunctions) {
      this.losses.add(undefined, true, `a function library: ${this.target.name} has none`);
    } else if (code.resolve() === undefined) {
      // Every shard of a cluster has the same libraries.
      this.out.begin(4);
      for (const word of ['FUNCTION', 'LOAD', 'REPLACE']) this.out.argument(word);
      this.out.bytes(code.buffer, code.start, code.end);
    }
  }

  override moduleStart(context: ModuleContext): void {
    if (context.kind === 'meta') this.metadata.add(context.module);
    if (context.kind === 'aux') this.losses.add(undefined, true, `what the module ${context.module} keeps beside keys`);
  }

  override key(key: KeyRecord): number {
    this.current = key;
    this.written = this.expirySet = this.broken = this.restoring = false;
    this.expiries.begin(this.target);
    for (const module of this.metadata) this.losses.add(key, false, `what the module ${module} attached to it`);
    this.metadata.clear();
    if (key.name.resolve() !== undefined) return this.leaveOut('its name does not decode');
    if (key.freq !== undefined || key.idle !== undefined) {
      this.losses.notes.add('how often or when keys were used last (LFU and LRU)');
    }
    const { type } = key.type;
    if (isRestored(key.type)) {
      const version = this.target.payloadVersion(key.type);
      if (version !== undefined) return this.restore(key, version);
      if (type !== 'stream') return this.leaveOut(`${this.target.name} does not know values of type ${type}`);
    }
    if (type === 'cron') return this.leaveOut('no command makes jobs of KeyDB');
    this.select(key.db);
    if (type === 'stream') {
      this.streams.begin(key, this.target, this.context.look.of(key.offset)?.pending ?? new Uint32Array(0));
    }
    return Level.DATA;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.settle();
    if (this.restoring) {
      this.payload.end();
      this.tail?.();
      this.tail = undefined;
    } else this.endValue(key);
    if (this.broken) this.undo(key);
    else if (this.written && !this.expirySet && expires(key)) this.write('PEXPIREAT', timeText(key.expireAtMs));
    this.current = undefined;
  }

  /** The input ended within the key at hand: it is taken back. */
  protected abandon(key: KeyRecord): void {
    this.out.fill();
    this.tail?.();
    this.tail = undefined;
    this.undo(key);
    this.current = undefined;
  }

  override raw(_buffer: Uint8Array, start: number, end: number): void {
    if (this.restoring) this.payload.add(start, end);
  }

  override string(value: BytesRef): void {
    const expireAtMs = this.current?.expireAtMs;
    this.expirySet = this.target.setsExpiry && expireAtMs !== undefined && expireAtMs > 0;
    const options = this.expirySet ? ['PXAT', timeText(expireAtMs)] : [];
    this.start('SET', 1 + options.length);
    this.value(value, () => {
      for (const option of options) this.out.argument(option);
    });
  }

  override listItem(item: BytesRef): void {
    this.settle();
    if (item.large) {
      this.batch.flush('RPUSH');
      this.start('RPUSH', 1);
      this.value(item, () => {});
    } else {
      this.part(item);
      this.endElement();
    }
  }

  override setMember(member: BytesRef): void {
    this.part(member);
    this.endElement();
  }

  override zsetMember(member: BytesRef, score: number): void {
    if (Number.isNaN(score)) {
      this.losses.add(this.current, false, 'a member whose score is no number');
      return;
    }
    this.batch.text(scoreText(score));
    this.part(member);
    this.endElement();
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.settle();
    const fault = field.resolve();
    if (fault !== undefined) {
      this.undecoded(fault);
      return;
    }
    if (expireAtMs !== undefined) this.expiries.add(field.buffer, field.start, field.end, expireAtMs);
    if (value.large) {
      this.batch.flush('HSET');
      this.start('HSET', 2);
      this.out.bytes(field.buffer, field.start, field.end);
      this.value(value, () => this.expiries.flush());
    } else {
      this.part(field);
      this.part(value);
      this.endElement();
    }
  }

  override chunk(buffer: Uint8Array, start: number, end: number): void {
    if (!this.tail) return;
    if (this.out.piece(buffer, start, end) > 0) return;
    this.tail();
    this.tail = undefined;
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.streams.entry(id, fields);
  }

  override streamMeta(meta: StreamMeta): void {
    this.streams.streamMeta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.streams.streamGroup(name, lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.streams.streamPending(id, deliveryMs, deliveryCount);
  }

  override streamConsumer(name: BytesRef): void {
    this.streams.streamConsumer(name);
  }

  override streamConsumerPending(id: StreamId): void {
    this.streams.consumerPending(id);
  }

  override streamNack(): void {
    this.streams.nack();
  }

  override streamGroupEnd(): void {
    this.streams.groupEnd();
  }

  override streamIdmpProducer(): void {
    this.streams.idmpProducer();
  }

  override streamIdmpTotals(added: number): void {
    this.streams.idmpTotals(added);
  }

  private get target(): CommandTarget {
    this.known ??= this.context.target();
    return this.known;
  }

  private leaveOut(why: string): number {
    this.losses.add(this.current, true, why);
    return Level.SKIP;
  }

  private restore(key: KeyRecord, version: number): number {
    const looked = this.context.look.of(key.offset);
    if (!looked) return this.leaveOut('the first look at the input did not find it');
    const { valueBytes, moduleType } = looked;
    if (moduleType === 'vectorset' && !this.target.hasModuleType(moduleType)) {
      return this.leaveOut(`${this.target.name} has no vector sets`);
    }
    if (moduleType !== undefined && !this.target.hasModuleType(moduleType)) {
      this.losses.notes.add(`values of type ${moduleType} need a server with that module`);
    }
    this.select(key.db);
    this.restoring = true;
    const absolute = expires(key);
    this.expirySet = true;
    this.start('RESTORE', absolute ? 3 : 2);
    // It takes 0 for "does not expire", and nothing below; any moment that has passed does the same.
    this.out.argument(absolute ? timeText(Math.max(1, key.expireAtMs ?? 0)) : 0);
    this.payload.begin(key.type.code, valueBytes, version);
    // Behind the payload, when that has ended.
    this.tail = absolute ? () => this.out.argument('ABSTTL') : undefined;
    return Level.RAW;
  }

  private select(db: number): void {
    if (db === this.place.db) return;
    this.place.db = db;
    this.out.command('SELECT', db);
  }

  private endValue(key: KeyRecord): void {
    const name = BATCHES[key.type.type];
    if (name !== undefined) this.flushBatch(name);
    else if (key.type.type === 'stream') this.written = this.streams.end();
    const lost = this.expiries.lost;
    if (lost > 0) {
      const fields = lost === 1 ? 'one field' : `${lost} fields`;
      this.losses.add(key, false, `the expiry of ${fields}, which ${this.target.name} does not take`);
    }
  }

  /** What a large string left open. */
  private settle(): void {
    if (!this.tail || this.restoring) return;
    this.out.fill();
    this.tail();
    this.tail = undefined;
    this.broken = true;
  }

  /** A value of the command at hand; `tail` writes what follows it. One that does not decode is empty, and told as a problem. */
  private value(value: BytesRef, tail: () => void): void {
    if (value.large) {
      this.out.beginBytes(value.length);
      this.tail = tail;
      return;
    }
    const fault = value.resolve();
    if (fault === undefined) this.out.bytes(value.buffer, value.start, value.end);
    else {
      this.out.argument('');
      this.undecoded(fault);
    }
    tail();
  }

  private part(ref: BytesRef): void {
    const fault = ref.resolve();
    if (fault === undefined) this.batch.part(ref.buffer, ref.start, ref.end);
    else {
      this.batch.text('');
      this.undecoded(fault);
    }
  }

  private undecoded(fault: FindingCode): void {
    this.broken = true;
    this.problem(fault, this.current?.valueOffset ?? 0, 'a compressed string does not decode');
  }

  private endElement(): void {
    this.batch.end();
    if (this.batch.full) this.flushBatch(BATCHES[this.current?.type.type ?? ''] ?? '');
  }

  private flushBatch(name: string): void {
    this.batch.flush(name);
    this.expiries.flush();
  }

  private undo(key: KeyRecord): void {
    if (this.written) this.write('DEL');
    this.losses.add(key, true, 'its value does not decode, or is not all there');
  }

  private write(command: string, ...args: readonly (string | number)[]): void {
    this.start(command, args.length);
    for (const arg of args) this.out.argument(arg);
  }

  /** The name of a command, and the key; `more` arguments follow. */
  protected start(command: string, more: number): void {
    const { current, out } = this;
    if (!current) return;
    this.written = true;
    out.begin(2 + more);
    out.argument(command);
    out.bytes(current.name.buffer, current.name.start, current.name.end);
  }
}

/** Servers take -1 for "does not expire". */
function expires({ expireAtMs }: KeyRecord): boolean {
  return expireAtMs !== undefined && expireAtMs !== -1;
}

/** Servers count ms in 63 bits; what rounding has brought beyond is the end of their time. */
function timeText(ms: number | undefined): string {
  const time = BigInt(ms ?? 0);
  return String(time > LAST_TIME ? LAST_TIME : time);
}

function scoreText(score: number): string {
  if (Number.isFinite(score)) return Object.is(score, -0) ? '-0' : String(score);
  return score > 0 ? 'inf' : '-inf';
}
