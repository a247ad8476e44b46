// The commands that build one key under a temporary name.
import type { Kernels } from '../../bytes/kernels/kernels.js';
import { BytesRef } from '../../rdb/bytes-ref.js';
import type { ValueType } from '../../rdb/format.js';
import type { StreamId } from '../../rdb/stream-id.js';
import type { KeyRecord } from '../../rdb/visitor.js';
import { CommandWriter, type TakePiece } from '../../resp/command-writer.js';
import { isRestored } from '../../values/commands/first-look.js';
import { KeyCommands } from '../../values/commands/key-commands.js';
import { Losses } from '../../values/commands/losses.js';
import type { TargetKnowledge } from './knowledge.js';
import type { LoadLook } from './load-look.js';

/** Of a string that comes in pieces, bytes for one APPEND. */
const PIECE = 256 * 1024;

export interface BuilderOptions {
  readonly kernels: Kernels;
  readonly knowledge: TargetKnowledge;
  readonly look: LoadLook;
  /** Takes notes. */
  readonly losses: Losses;
  /** Takes what is encoded. */
  readonly take: TakePiece;
  /** Called when everything that is encoded ends with a command. */
  readonly between: () => void;
}

/** Builds one key after the other; it is told of their values as any visitor is. */
export class KeyBuilder extends KeyCommands {
  /** Why the key at hand cannot be built. */
  refused: string | undefined;
  /** What the commands do not carry over of it. */
  partly: string[] = [];
  /** The moment at which all of its fields have expired, ms since the epoch; Infinity when some never do. */
  latestFieldMs = Number.NEGATIVE_INFINITY;
  private readonly counter: CountingWriter;
  private readonly record: RenamedRecord;
  /** Bytes of a string in pieces that are still to come. */
  private left = 0;
  private readonly longest: number;
  private readonly between: () => void;

  constructor({ kernels, knowledge, look, losses, take, between }: BuilderOptions) {
    const out = new CountingWriter(take);
    const keyLosses = new KeyLosses(losses.notes, (whole, what) => {
      if (whole) this.refused ??= what;
      else this.partly.push(what);
    });
    super({ kernels, out, target: () => knowledge.commands, look, losses: keyLosses, nowMs: Date.now() });
    this.counter = out;
    this.record = new RenamedRecord(new BytesRef(kernels));
    this.longest = knowledge.longestBulk;
    this.between = between;
  }

  /** Whether commands can build values of a type at all. */
  canBuild(type: ValueType): boolean {
    return type.type !== 'cron' && !isRestored(type);
  }

  /** Hands over what is encoded. Returns how many commands that are, since this was asked last. */
  takeCommands(): number {
    this.out.flush();
    const { commands } = this.counter;
    this.counter.commands = 0;
    return commands;
  }

  /** A key begins, which is built under this name. Returns the level for its value. */
  begin(key: KeyRecord, name: Uint8Array): number {
    this.refused = undefined;
    this.partly = [];
    this.left = 0;
    this.latestFieldMs = Number.NEGATIVE_INFINITY;
    this.record.take(key, name);
    // No SELECT: that is the matter of who sends.
    this.place.db = key.db;
    return this.key(this.record);
  }

  /** The value is over. */
  finish(): void {
    this.keyEnd(this.record);
    if (this.left > 0) this.refused ??= 'its value does not decode, or is not all there';
  }

  /** The input ended within the value. */
  abort(): void {
    this.abandon(this.record);
    this.out.flush();
  }

  override string(value: BytesRef): void {
    if (!value.large) {
      super.string(value);
      return;
    }
    this.left = value.length;
  }

  override chunk(buffer: Uint8Array, start: number, end: number): void {
    if (this.left === 0) super.chunk(buffer, start, end);
    for (let at = start; at < end && this.left > 0; at += PIECE) {
      const until = Math.min(end, at + PIECE, at + this.left);
      this.start('APPEND', 1);
      this.out.bytes(buffer, at, until);
      this.left -= until - at;
    }
    this.pause();
  }

  override listItem(item: BytesRef): void {
    this.limit(item);
    super.listItem(item);
    this.pause();
  }

  override setMember(member: BytesRef): void {
    super.setMember(member);
    this.pause();
  }

  override zsetMember(member: BytesRef, score: number): void {
    super.zsetMember(member, score);
    this.pause();
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.limit(value);
    this.latestFieldMs = Math.max(this.latestFieldMs, expireAtMs ?? Number.POSITIVE_INFINITY);
    super.hashField(field, value, expireAtMs);
    this.pause();
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    super.streamEntry(id, fields);
    this.pause();
  }

  override streamConsumerPending(id: StreamId): void {
    super.streamConsumerPending(id);
    this.pause();
  }

  private pause(): void {
    if (!this.counter.open) this.between();
  }

  private limit({ length }: BytesRef): void {
    if (length > this.longest) {
      this.refused ??= `an element of ${length} bytes is longer than the target takes (proto-max-bulk-len)`;
    }
  }
}

/** Counts commands, and knows whether one is under way. */
class CountingWriter extends CommandWriter {
  commands = 0;
  /** An argument in pieces is not complete. */
  open = false;

  override begin(argc: number): void {
    this.commands++;
    super.begin(argc);
  }

  override beginBytes(length: number): void {
    super.beginBytes(length);
    this.open = length > 0;
  }

  override piece(buffer: Uint8Array, start: number, end: number): number {
    const left = super.piece(buffer, start, end);
    this.open = left > 0;
    return left;
  }
}

/** Passes on what is lost of the key at hand. */
class KeyLosses extends Losses {
  override readonly notes: Set<string>;

  constructor(
    notes: Set<string>,
    private readonly lose: (whole: boolean, what: string) => void,
  ) {
    super();
    this.notes = notes;
  }

  override add(_key: KeyRecord | undefined, whole: boolean, what: string): void {
    this.lose(whole, what);
  }
}

/** A key under another name. */
class RenamedRecord implements KeyRecord {
  private key: KeyRecord | undefined;

  constructor(readonly name: BytesRef) {}

  take(key: KeyRecord, name: Uint8Array): void {
    this.key = key;
    this.name.setCopy(name);
  }

  get db(): number {
    return this.original.db;
  }

  get type(): ValueType {
    return this.original.type;
  }

  get moduleType(): string | undefined {
    return this.original.moduleType;
  }

  get offset(): number {
    return this.original.offset;
  }

  get typeOffset(): number {
    return this.original.typeOffset;
  }

  get valueOffset(): number {
    return this.original.valueOffset;
  }

  get valueBytes(): number {
    return this.original.valueBytes;
  }

  get expireAtMs(): number | undefined {
    return this.original.expireAtMs;
  }

  get expireInSeconds(): boolean {
    return this.original.expireInSeconds;
  }

  get freq(): number | undefined {
    return this.original.freq;
  }

  get idle(): number | undefined {
    return this.original.idle;
  }

  get slot(): number | undefined {
    return this.original.slot;
  }

  private get original(): KeyRecord {
    if (!this.key) throw new Error('no key is being built');
    return this.key;
  }
}
