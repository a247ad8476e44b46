import type { Damage } from '../backup/damage.js';
import { ENOUGH } from '../backup/scan.js';
import type { Kernels } from '../bytes/kernels/kernels.js';
import type { Window } from '../bytes/window.js';
import type { FindingCode } from '../errors.js';
import { bytesToText } from '../keyspace/bytes-text.js';
import type { KeyFilter } from '../keyspace/filters.js';
import type { MomentOfFile } from '../keyspace/moment-of-file.js';
import { MeasuringVisitor } from '../measure/measuring-visitor.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { Opcode } from '../rdb/format.js';
import { type KeyRecord, Level, type RdbHeader } from '../rdb/visitor.js';
import type { RdbWriter } from '../rdb/writer/rdb-writer.js';
import { AUX_BYTES, type AuxPlace, auxPlace, FALSE } from './aux-place.js';
import { HeldBytes } from './held-bytes.js';
import type { Outputs } from './outputs.js';

/** Small strings that are copied at a time, in bytes. */
const RUN = 512 * 1024;
/** All expiries that a file can hold, but those that numbers do not hold exactly. */
const ANY_TIME = 2 ** 53;

/** What is copied, and what becomes of it. */
export interface CopyOptions {
  readonly outputs: Outputs;
  readonly filter: KeyFilter;
  readonly moment: MomentOfFile;
  readonly damage: Damage;
  /** Everything is copied to one file: what the input says of sizes, slots and replication stays true. */
  readonly whole: boolean;
  /** What belongs to the file is copied as well; else only keys. */
  readonly records: boolean;
  /** Keys that are copied at most. */
  readonly limit: number;
  /** Where values go that have to wait for a decision. */
  readonly tmpDir?: string;
}

/**
 * Copies records as they stand in the file. Attributes are collected until their key comes; a key goes straight from the
 * window to the output, and waits only when the filter has to know its value.
 */
export class CopyVisitor extends MeasuringVisitor {
  keys = 0;
  protected db = 0;
  private readonly outputs: Outputs;
  /** Attributes of the next key, and fields that stand with them. */
  private readonly pending: HeldBytes;
  private pendingAttributes = false;
  private readonly held: HeldBytes;
  private readonly holding: boolean;
  /** Of the key at hand, when it needs no decision. */
  private writer: RdbWriter | undefined;
  /** Where the last key went, if anywhere. */
  private previous: RdbWriter | undefined;
  private current: KeyRecord | undefined;
  private started = false;
  override smallStrings?: (start: number, end: number, base: number) => number;
  private place: AuxPlace = 'drop';
  private auxName = '';

  constructor(
    private readonly kernels: Kernels,
    private readonly window: Window,
    private readonly options: CopyOptions,
  ) {
    super(kernels);
    this.outputs = options.outputs;
    this.pending = new HeldBytes(options.tmpDir);
    this.held = new HeldBytes(options.tmpDir);
    this.holding = options.filter.needsValue;
    // A visitor that has this method is asked; one that wants to know every key must not have it.
    if (options.whole) this.smallStrings = (start, end, base) => this.copySmallStrings(start, end, base);
  }

  override header({ magic, version }: RdbHeader): void {
    if (this.options.records) this.outputs.begin({ magic, version });
  }

  override aux(key: BytesRef, value: BytesRef): void {
    this.auxName = key.length > AUX_BYTES ? '' : bytesToText(key.view());
    const text = value.length > AUX_BYTES ? '' : bytesToText(value.view());
    this.place = auxPlace(this.auxName, text, this.options.whole);
    if (this.auxName === 'ctime') this.options.moment.takeCtime(text);
  }

  override selectDb(db: number): void {
    this.db = db;
  }

  override recordBytes(opcode: Opcode, buffer: Uint8Array, start: number, end: number): void | Promise<void> {
    switch (opcode) {
      case 'EXPIRETIME':
      case 'EXPIRETIME_MS':
      case 'FREQ':
      case 'IDLE':
      case 'KEY_META':
        this.pendingAttributes = true;
        this.pending.append(buffer, start, end);
        return;
      case 'AUX':
        this.copyAux(buffer, start, end);
        return;
      case 'RESIZEDB':
      case 'SLOT_INFO':
        if (this.options.whole) this.inDb(buffer, start, end);
        return;
      case 'FUNCTION2':
      case 'FUNCTION_PRE_GA':
      case 'SLOT_IMPORT':
      case 'HASH_TEMPLATE':
      case 'MODULE_AUX':
        if (!this.options.records) return;
        this.outputs.record(buffer, start, end);
        return this.outputs.ready();
      default:
        // SELECTDB is written where keys need it, and records of Redis Enterprise mean nothing elsewhere.
        return;
    }
  }

  override key(key: KeyRecord): number {
    const level = super.key(key);
    this.writer = undefined;
    this.previous = undefined;
    if (level === Level.SKIP) {
      this.forgetPending();
      return level;
    }
    const base = this.window.offsetOf(0);
    const { bytes } = this.kernels;
    // Attributes in a run of small strings stand right before the type; others were told before.
    const start = (this.pendingAttributes ? key.typeOffset : key.offset) - base;
    const end = key.valueOffset - base;
    if (this.holding) this.held.clear();
    else this.writer = this.begin(key);
    this.head(key, bytes, start, end);
    return this.holding ? level | Level.RAW : Level.RAW;
  }

  override raw(buffer: Uint8Array, start: number, end: number): void | Promise<void> {
    this.put(buffer, start, end);
    return this.writer?.ready();
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    const waiting = super.keyEnd(key);
    this.current = undefined;
    return waiting;
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    this.options.damage.add(code, offset, detail, this.current);
  }

  close(): void {
    this.pending.close();
    this.held.close();
  }

  /** Whether a key is copied, as far as that is known in front of its value. */
  protected override wants(key: KeyRecord): boolean {
    const { filter, moment } = this.options;
    if (!this.started) {
      this.started = true;
      filter.setNow(moment.nowMs);
    }
    this.current = key;
    if (this.options.limit === 0) throw ENOUGH;
    return filter.matchesKey(key);
  }

  /** The bytes of a key in front of its value: its type first, unless attributes stand with it. */
  protected head(_key: KeyRecord, bytes: Uint8Array, start: number, end: number): void {
    this.put(bytes, start, end);
  }

  /** Bytes of the key at hand. */
  protected put(buffer: Uint8Array, start: number, end: number): void {
    if (this.writer) this.writer.raw(buffer, start, end);
    else this.held.append(buffer, start, end);
  }

  protected override measured(key: KeyRecord): void | Promise<void> {
    const { filter, limit } = this.options;
    if (this.writer) {
      this.writer.countKeys(1);
      if (++this.keys >= limit) throw ENOUGH;
      return this.writer.ready();
    }
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    if (!filter.matchesValue(key, bytes, this.measure.elements)) {
      this.forgetPending();
      return;
    }
    return this.copyHeld(key);
  }

  /** A run of small strings, all at once. */
  private copySmallStrings(start: number, end: number, base: number): number {
    const { kernels } = this;
    const writer = this.outputs.only;
    // Key by key, the parser waits when it should.
    if (!writer || writer.ready() !== undefined) return start;
    const until = Math.min(end, start + RUN);
    const reached = kernels.call.smallStrings(start, until, base, 0, 0, -ANY_TIME, ANY_TIME, 0, 0);
    if (reached === start) return start;
    writer.selectDb(this.db);
    this.copyPending(writer);
    writer.raw(kernels.bytes, start, reached);
    const keys = kernels.result(1);
    writer.countKeys(keys);
    this.keys += keys;
    return reached;
  }

  /** A key that needs no decision any more: everything up to its value. */
  private begin(key: KeyRecord): RdbWriter {
    const writer = this.outputs.writerOf(key);
    writer.selectDb(key.db);
    this.copyPending(writer);
    this.previous = writer;
    return writer;
  }

  private copyHeld(key: KeyRecord): void | Promise<void> {
    const writer = this.begin(key);
    writer.countKeys(1);
    this.keys++;
    const enough = this.keys >= this.options.limit;
    const waiting = this.held.copyTo(writer);
    if (!enough) return waiting ?? writer.ready();
    if (!waiting) throw ENOUGH;
    return waiting.then(() => {
      throw ENOUGH;
    });
  }

  private copyAux(buffer: Uint8Array, start: number, end: number): void {
    const { place } = this;
    this.place = 'drop';
    const { records } = this.options;
    if (place === 'next-key') this.pending.append(buffer, start, end);
    else if (place === 'previous-key') this.previous?.raw(buffer, start, end);
    else if (place === 'database') this.inDb(buffer, start, end);
    else if (place === 'file' && records) this.outputs.record(buffer, start, end);
    else if (place === 'said-no' && records) this.outputs.aux(this.auxName, FALSE);
  }

  /** A hint about the database at hand. */
  private inDb(buffer: Uint8Array, start: number, end: number): void {
    const writer = this.outputs.only;
    writer?.selectDb(this.db);
    writer?.raw(buffer, start, end);
  }

  private copyPending(writer: RdbWriter): void {
    if (this.pending.length === 0) return;
    for (const piece of this.pending.pieces()) writer.raw(piece);
    this.forgetPending();
  }

  private forgetPending(): void {
    this.pendingAttributes = false;
    this.pending.clear();
  }
}
