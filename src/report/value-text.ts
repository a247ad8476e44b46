// One key with its value for people. It is written while it is read: nothing of it is kept.
import { bytesToLine } from '../keyspace/bytes-text.js';
import type { MomentOfFile } from '../keyspace/moment-of-file.js';
import { duration, moment } from '../keyspace/time-text.js';
import { stringEncoding } from '../measure/text-encoding.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { StreamId } from '../rdb/stream-id.js';
import { type KeyRecord, Level, type ModuleContext, RdbVisitor, type StreamMeta } from '../rdb/visitor.js';
import { binarySize, label, plural } from './format.js';
import type { Palette } from './palette.js';
import { ShownString, shortened } from './shown-string.js';
import { StreamText } from './stream-text.js';

/** How much of a value is shown. */
export interface TextLimits {
  /** Items, members, fields, entries; and of each consumer and producer, what belongs to it. */
  readonly elements: number;
  /** Bytes of the value of a string. */
  readonly string: number;
  /** Bytes of a string inside a collection. */
  readonly part: number;
}

/** What fits a screen or two. */
export const SHORT: TextLimits = { elements: 100, string: 4096, part: 256 };
const ALL = Number.POSITIVE_INFINITY;
export const FULL: TextLimits = { elements: ALL, string: ALL, part: ALL };

export interface ValueTextOptions {
  readonly write: (text: string) => void;
  readonly limits: TextLimits;
  readonly colors: Palette;
  /** What times are counted from. */
  readonly moment: MomentOfFile;
}

const NOUNS: Readonly<Record<string, readonly [one: string, many: string] | undefined>> = {
  list: ['item', 'items'],
  set: ['member', 'members'],
  zset: ['member', 'members'],
  hash: ['field', 'fields'],
  stream: ['entry', 'entries'],
  array: ['element', 'elements'],
};

/** Shows one key of the data level. */
export class ValueText extends RdbVisitor {
  private elements = 0;
  private readonly shown: ShownString;
  /** A string is being shown, and this follows it. */
  private tail: string | undefined;
  private readonly stream: StreamText;
  private current: KeyRecord | undefined;

  constructor(private readonly options: ValueTextOptions) {
    super();
    this.shown = new ShownString(options.write);
    this.stream = new StreamText((text) => this.line(text), options.limits);
  }

  override key(key: KeyRecord): number {
    this.current = key;
    this.line(`${this.options.colors.bold(bytesToLine(key.name.view()))}  (db ${key.db})`);
    if (key.type.type !== 'string' && key.type.type !== 'module') this.head(key.type.type, key.type.encoding);
    return Level.DATA;
  }

  override keyEnd(key: KeyRecord): void {
    this.endString();
    if (key.type.type !== 'stream') this.tellMore();
    const noun = NOUNS[key.type.type];
    const size = `${binarySize(key.valueOffset + key.valueBytes - key.offset)} in the file`;
    this.line('');
    this.line(this.options.colors.dim(noun ? `  ${plural(this.elements, ...noun)}, ${size}` : `  ${size}`));
    this.current = undefined;
  }

  override string(value: BytesRef): void {
    const { limits } = this.options;
    this.head('string', `${stringEncoding(value)}, ${plural(value.length, 'byte')}`);
    const cut = value.length > limits.string;
    this.show('  ', value, limits.string, cut ? ' (--full shows all, --raw writes the bytes)' : '');
  }

  override listItem(item: BytesRef): void {
    if (this.counts()) this.show(`  ${String(this.elements - 1).padStart(4)}  `, item);
  }

  override setMember(member: BytesRef): void {
    if (this.counts()) this.show('  ', member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    if (this.counts()) this.show(`  ${scoreText(score).padStart(12)}  `, member);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    if (!this.counts()) return;
    const { limits, colors } = this.options;
    const expiry = expireAtMs === undefined ? '' : colors.dim(`  (expires ${this.when(expireAtMs)})`);
    this.show(`  ${shortened(field.view(), limits.part)} = `, value, limits.part, expiry);
  }

  override arrayElement(index: bigint, value: BytesRef): void {
    if (this.counts()) this.show(`  ${String(index).padStart(4)}  `, value);
  }

  override chunk(buffer: Uint8Array, start: number, end: number, last: boolean): void {
    if (this.tail === undefined) return;
    this.shown.piece(buffer, start, end);
    if (last) this.endString();
  }

  override moduleStart(context: ModuleContext): void {
    if (context.kind !== 'value') return;
    this.head(context.module, `a value of a module, version ${context.version}`);
    this.line('  Its content is known to the module alone.');
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    if (!this.counts()) return;
    const { part } = this.options.limits;
    const pairs: string[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      pairs.push(`${shortened(fields[i], part)} = ${shortened(fields[i + 1], part)}`);
    }
    this.line(`  ${id}  ${pairs.join(', ')}`);
  }

  override streamMeta(meta: StreamMeta): void {
    this.tellMore();
    this.stream.meta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.stream.group(name.view(), lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.stream.pendingEntry(id, deliveryMs, deliveryCount);
  }

  override streamConsumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    this.stream.consumer(name.view(), seenMs, activeMs);
  }

  override streamConsumerPending(id: StreamId): void {
    this.stream.owned(id);
  }

  override streamNack(id: StreamId): void {
    this.stream.nack(id);
  }

  override streamGroupEnd(): void {
    this.stream.groupEnd();
  }

  override streamIdmp(durationSeconds: number, maxEntries: number): void {
    this.stream.idmp(durationSeconds, maxEntries);
  }

  override streamIdmpProducer(producer: BytesRef): void {
    this.stream.producer(producer.view());
  }

  override streamIdmpEntry(iid: BytesRef, id: StreamId): void {
    this.stream.producerEntry(iid.view(), id);
  }

  override streamIdmpTotals(): void {
    this.stream.endOfList();
  }

  private head(type: string, encoding: string): void {
    const { current } = this;
    if (!current) return;
    const { expireAtMs, freq, idle } = current;
    this.line(label('type', type === encoding ? type : `${type}, ${encoding}`));
    // Servers take -1 for "does not expire".
    this.line(label('expires', expireAtMs === undefined || expireAtMs === -1 ? 'never' : this.when(expireAtMs)));
    if (freq !== undefined) this.line(label('frequency', `LFU counter ${freq}`));
    if (idle !== undefined) this.line(label('idle', duration(idle * 1000)));
    this.line('');
  }

  /** A moment, and how far that is from what times are counted from. */
  private when(ms: number): string {
    const { nowMs, source } = this.options.moment;
    const now = source === 'clock' ? 'now' : 'the file was made';
    if (ms < nowMs) return `${moment(ms)}: it had expired ${duration(nowMs - ms)} before ${now}`;
    return `${moment(ms)}, ${duration(ms - nowMs)} ${source === 'clock' ? 'from now' : `after ${now}`}`;
  }

  /** Counts an element; whether it is shown. */
  private counts(): boolean {
    this.endString();
    return ++this.elements <= this.options.limits.elements;
  }

  /** A line with a string between `start` and `tail`; the rest of a large one follows in pieces. */
  private show(start: string, value: BytesRef, most = this.options.limits.part, tail = ''): void {
    this.options.write(start);
    this.tail = tail;
    this.shown.begin(most);
    if (value.large) return;
    const fault = value.resolve();
    if (fault === undefined) this.shown.piece(value.buffer, value.start, value.end);
    else this.problem(fault, this.current?.valueOffset ?? 0, 'a compressed string does not decode');
    this.endString();
  }

  private endString(): void {
    if (this.tail === undefined) return;
    this.shown.end();
    this.line(this.tail);
    this.tail = undefined;
  }

  private tellMore(): void {
    const left = this.elements - this.options.limits.elements;
    if (left > 0) this.line(`  … ${plural(left, 'more', 'more')} (--full shows all)`);
  }

  private line(text: string): void {
    this.options.write(`${text}\n`);
  }
}

function scoreText(score: number): string {
  if (Number.isFinite(score)) return Object.is(score, -0) ? '-0' : String(score);
  return Number.isNaN(score) ? 'nan' : score < 0 ? '-inf' : 'inf';
}
