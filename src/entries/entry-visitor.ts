import { ENOUGH } from '../backup/scan.js';
import type { FindingCode } from '../errors.js';
import type { KeyFilter } from '../keyspace/filters.js';
import type { MomentOfFile } from '../keyspace/moment-of-file.js';
import { stringEncoding } from '../measure/text-encoding.js';
import { AuxFields } from '../rdb/aux-fields.js';
import { type BytesRef, LZF } from '../rdb/bytes-ref.js';
import { type KeyRecord, Level } from '../rdb/visitor.js';
import type { Entry } from './entry.js';
import type { EntryQueue } from './entry-queue.js';
import { type LargeKey, ValueTooLargeError } from './errors.js';
import type { ReadOptions } from './options.js';
import { StreamCollector } from './stream-collector.js';
import { copyOf, ValueCollector } from './value-collector.js';

/** What an entry takes in memory beside its value. */
const ENTRY_BYTES = 512;
const NO_BYTES = new Uint8Array(0);

/** Told of what is wrong with the input; `key` is the one being read. */
export type TellProblem = (code: FindingCode, offset: number, message: string, key: KeyRecord | undefined) => void;

/** Makes an entry of each key that passes the filter, and hands it over when it is whole. */
export class EntryVisitor extends ValueCollector {
  private readonly facts = new AuxFields();
  private current: KeyRecord | undefined;
  private encoding = '';
  private started = false;
  /** The value at hand is damaged. */
  private broken = false;
  /** No more entries are wanted: what is left is only read for its end. */
  private enough = false;
  private entries = 0;
  /** Of the value at hand: parts that were handed over. */
  private parts = 0;

  constructor(
    private readonly options: ReadOptions,
    private readonly filter: KeyFilter,
    private readonly moment: MomentOfFile,
    private readonly queue: EntryQueue<Entry>,
    private readonly tell: TellProblem,
  ) {
    super(options.maxValueBytes, options.partBytes);
  }

  override isFull(): boolean {
    return this.queue.isFull;
  }

  override ready(): Promise<void> {
    return this.queue.ready();
  }

  /** Nothing more is handed over. */
  stop(): void {
    this.enough = true;
  }

  override aux(key: BytesRef, value: BytesRef): void {
    const field = this.facts.add(key, value);
    if (field?.key === 'ctime') this.moment.takeCtime(field.value);
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    this.tell(code, offset, detail, this.current);
  }

  /** The value at hand is damaged. */
  spoil(): void {
    this.broken = true;
  }

  override key(key: KeyRecord): number {
    if (!this.started) this.start();
    // A name that does not decode was told already.
    if (this.enough || (key.name.form === LZF && key.name.resolve() !== undefined)) return Level.SKIP;
    if (!this.filter.matchesKey(key)) return Level.SKIP;
    this.current = key;
    this.broken = false;
    this.parts = 0;
    this.reset();
    const { type } = key.type;
    this.encoding = key.type.encoding;
    if (type === 'stream') this.stream = new StreamCollector();
    const raw = this.options.raw ? Level.RAW : 0;
    if (type === 'module') return Level.RAW | Level.STRUCTURE;
    return type === 'cron' ? Level.RAW : Level.DATA | raw;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    if (this.current === undefined) return;
    this.current = undefined;
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    if (this.broken || !this.filter.matchesValue(key, bytes, this.elements)) return;
    if (this.tooLarge) this.tellTooLarge(key, bytes);
    else this.queue.push(this.entry(key, bytes, true), ENTRY_BYTES + this.held);
    if (++this.entries >= this.filter.limit) this.reached();
    return this.queue.isFull ? this.queue.ready() : undefined;
  }

  override string(value: BytesRef): void {
    this.encoding = stringEncoding(value);
    super.string(value);
  }

  protected override undecodable(fault: FindingCode): void {
    this.problem(fault, this.current?.valueOffset ?? 0, 'a compressed string does not decode');
  }

  protected override endPart(): void {
    const { current } = this;
    if (!current || this.broken) return;
    this.queue.push(this.entry(current, 0, false), ENTRY_BYTES + this.held);
    this.parts++;
  }

  private entry(key: KeyRecord, bytes: number, last: boolean): Entry {
    const { name, expireAtMs } = key;
    name.resolve();
    const { raw } = this.options;
    const value = this.value(key);
    // One literal: objects of one shape, made without looking anything up. `value` makes what belongs to the type.
    return {
      type: key.type.type,
      db: key.db,
      key: copyOf(name.buffer, name.start, name.end),
      value,
      // Servers take -1 for "does not expire".
      expireAtMs: expireAtMs === -1 ? undefined : expireAtMs,
      idle: key.idle,
      freq: key.freq,
      encoding: this.encoding,
      elements: last && this.parts === 0 ? this.elements : this.elementsHeld,
      rdbType: key.type.code,
      offset: key.offset,
      bytes,
      raw: raw ? this.takeRaw() : undefined,
      part: last && this.parts === 0 ? undefined : { index: this.parts, last },
    } as Entry;
  }

  private value(key: KeyRecord): Entry['value'] {
    switch (key.type.type) {
      case 'string':
        return this.bytes ?? NO_BYTES;
      case 'list':
      case 'set':
        return this.items;
      case 'zset':
        return this.members;
      case 'hash':
        return this.fields;
      case 'array':
        return this.arrayValue();
      case 'stream':
        return (this.stream ?? new StreamCollector()).value();
      case 'module':
        return { name: key.moduleType ?? '', version: this.moduleVersion, bytes: this.takeRaw() };
      case 'cron':
        return this.takeRaw();
    }
  }

  private tellTooLarge(record: KeyRecord, bytes: number): void {
    const { onTooLarge, maxValueBytes } = this.options;
    const key: LargeKey = {
      db: record.db,
      key: record.name.toBytes(),
      type: record.moduleType ?? record.type.type,
      offset: record.offset,
      bytes,
      elements: this.elements,
      maxValueBytes,
    };
    if (!onTooLarge) throw new ValueTooLargeError(key);
    onTooLarge(key);
  }

  private start(): void {
    this.started = true;
    this.filter.setNow(this.moment.nowMs);
    if (this.filter.limit <= 0) this.reached();
  }

  private reached(): void {
    // Commands may follow that change these keys: only the end of the file tells.
    if (this.facts.fields['aof-preamble'] !== '1') throw ENOUGH;
    this.enough = true;
  }
}
