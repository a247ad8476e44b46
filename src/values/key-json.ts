// One key with its value as a JSON object, in the form that docs and contract give it.
import type { Kernels } from '../bytes/kernels/kernels.js';
import { stringEncoding } from '../measure/text-encoding.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { ContainerKind } from '../rdb/format.js';
import type { StreamId } from '../rdb/stream-id.js';
import { latin1, parseDouble } from '../rdb/values/plain.js';
import { type KeyRecord, Level, type ModuleContext, RdbVisitor, type StreamMeta } from '../rdb/visitor.js';
import { integerJson, scoreJson } from './json-number.js';
import { type BytesForm, JsonOut, type Shape } from './json-out.js';
import { Literal } from './literal.js';
import { OneBlock, type OutBlocks, type TakeBytes } from './out-blocks.js';
import { StreamJson } from './stream-json.js';

/** What the expiries of one hash's fields collect before it becomes a piece. */
const EXPIRY_CAPACITY = 60 * 1024;
/** One byte more than any number takes, so that a longer text is none. */
const LONGEST_SCORE = 257;

const SHAPE: Readonly<Record<string, Shape | undefined>> = {
  list: 'items',
  set: 'items',
  hash: 'fields',
  zset: 'scores',
};

const NULL = new Literal('null');

const BRACKETS: Readonly<Record<string, '{' | '[' | undefined>> = { list: '[', set: '[', zset: '[', hash: '{' };

/**
 * Writes each key of the data level as `{"db":0,"key":"user:1","type":"hash","encoding":"listpack","expireAtMs":null,
 * "value":{…}}`, without a line end. Elements are written as they come: of a value, only the expiries of fields and the
 * pending entries of one group are kept. A visitor for a single key or for many; extend `key` to choose.
 */
export class KeyJson extends RdbVisitor {
  readonly out: JsonOut;
  private readonly stream: StreamJson;
  private current: KeyRecord | undefined;
  /** What stands behind the name was written. */
  private headed = false;
  private inEntry = false;
  private isStream = false;
  private expiries: JsonOut | undefined;
  private hasExpiries = false;
  private readonly expiryPieces: Uint8Array[] = [];
  private module: string | undefined;
  /** What an object of the database begins with. */
  private start = new Literal('');
  private startDb = -1;
  /** What stands behind the name, by type and encoding. */
  private readonly heads = new Map<string, Map<string, Literal>>();
  private arrayCount = 0;
  private arrayLength = 0n;

  /** `prefix`: members in front of the others, such as `"schema":1,`. */
  constructor(
    private readonly kernels: Kernels,
    private readonly form: BytesForm,
    output: TakeBytes | OutBlocks,
    private readonly prefix = '',
  ) {
    super();
    this.out = new JsonOut(kernels, form, typeof output === 'function' ? new OneBlock(kernels, output) : output);
    this.stream = new StreamJson(this.out, (name) => this.write(name));
  }

  override key(key: KeyRecord): number {
    const { out } = this;
    this.current = key;
    this.headed = false;
    this.hasExpiries = false;
    this.module = undefined;
    this.isStream = key.type.type === 'stream';
    out.open('{');
    out.item();
    if (key.db !== this.startDb) {
      this.startDb = key.db;
      this.start = new Literal(`${this.prefix}"db":${key.db},"key":`);
    }
    out.literal(this.start);
    this.write(key.name);
    // Encodings of strings and types of modules are known with the value.
    if (key.type.type !== 'string' && key.type.type !== 'module') this.head(key.type.type, key.type.encoding);
    return Level.DATA;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.finish(key);
    this.out.close();
  }

  /** Writes what follows the value; the object stays open for more members. */
  protected finish(key: KeyRecord): void {
    const { out } = this;
    this.endElement();
    if (!this.headed) this.head(key.moduleType ?? key.type.type, key.type.encoding);
    if (this.isStream) this.stream.end();
    else if (key.type.type === 'array') this.endArray();
    else if (BRACKETS[key.type.type]) out.close();
    if (this.expiries && this.hasExpiries) this.writeExpiries(this.expiries);
    if (key.freq !== undefined) out.member('freq', String(key.freq));
    if (key.idle !== undefined) out.member('idle', integerJson(key.idle));
    if (this.module !== undefined) out.member('module', `${this.module},"bytes":${key.valueBytes}}`);
    this.current = undefined;
  }

  /** The input ended inside the value: closes everything but the object. */
  protected abandon(): void {
    const { current } = this;
    this.endElement();
    if (current) this.head(current.moduleType ?? current.type.type, current.type.encoding);
    this.out.closeAll();
    this.current = undefined;
  }

  override string(value: BytesRef): void {
    this.head('string', stringEncoding(value), false);
    this.write(value);
  }

  override listItem(item: BytesRef): void {
    this.next();
    this.write(item);
  }

  override setMember(member: BytesRef): void {
    this.next();
    this.write(member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    const { out } = this;
    this.next('[');
    this.write(member);
    out.ascii(',');
    out.score(score);
    out.ascii(']');
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.next();
    this.write(field);
    this.out.ascii(':');
    if (expireAtMs !== undefined) this.keepExpiry(field, expireAtMs);
    this.write(value);
  }

  override chunk(buffer: Uint8Array, start: number, end: number, last: boolean): void {
    // Those of modules are no part of the value.
    this.out.piece(buffer, start, end);
    if (last) this.out.endString();
  }

  override arrayStart(_count: number, insertIndex: bigint | undefined): void {
    const { out } = this;
    this.arrayCount = 0;
    this.arrayLength = 0n;
    out.member('insertIndex', insertIndex === undefined ? 'null' : `"${insertIndex}"`);
    out.member('elements');
    out.open('[');
  }

  override arrayElement(index: bigint, value: BytesRef): void {
    this.next(`["${index}",`);
    this.inEntry = true;
    this.arrayCount++;
    if (index >= this.arrayLength) this.arrayLength = index + 1n;
    this.write(value);
  }

  override moduleStart(context: ModuleContext): void {
    if (context.kind !== 'value') return;
    this.head(context.module, 'module');
    this.module = `{"name":${JSON.stringify(context.module)},"version":${context.version}`;
  }

  override takeContainer(kind: ContainerKind, blob: BytesRef, tuple: number): boolean {
    const { kernels, current, out } = this;
    const shape = SHAPE[current?.type.type ?? ''];
    if (!shape || kind === 'zipmap' || tuple > 2 || blob.buffer !== kernels.bytes) return false;
    this.endElement();
    if (kind === 'intset') return out.integers(blob.start, blob.end);
    return out.entries(kind, blob.start, blob.end, shape, this.score);
  }

  override takeStreamNode(id: StreamId, blob: BytesRef): boolean {
    const { kernels, out } = this;
    const length = blob.end - blob.start;
    if (blob.buffer !== kernels.bytes) return false;
    const ms = BigInt.asIntN(64, id.ms);
    const seq = BigInt.asIntN(64, id.seq);
    if (kernels.call.checkStreamNode(blob.start, length, ms, seq) !== 0) return false;
    return out.streamNode(blob.start, blob.end, ms, seq);
  }

  /** Gives memory back, when this object is no longer used. */
  release(): void {
    this.out.release();
    this.expiries?.release();
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.stream.entry(id, fields);
  }

  override streamMeta(meta: StreamMeta): void {
    this.stream.meta(meta);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.stream.group(name, lastId, entriesRead);
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.stream.pendingEntry(id, deliveryMs, deliveryCount);
  }

  override streamConsumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    this.stream.consumer(name, seenMs, activeMs);
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
    this.stream.producer(producer);
  }

  override streamIdmpEntry(iid: BytesRef, id: StreamId): void {
    this.stream.producerEntry(iid, id);
  }

  override streamIdmpTotals(added: number, duplicates: number): void {
    this.stream.idmpTotals(added, duplicates);
  }

  /** The members up to the value; what the value has around its elements is opened. */
  private head(type: string, encoding: string, empty = true): void {
    const { out, current } = this;
    if (this.headed || !current) return;
    this.headed = true;
    out.literal(this.headOf(type, encoding));
    const { expireAtMs } = current;
    // Servers take -1 for "does not expire".
    if (expireAtMs === undefined || expireAtMs === -1) out.literal(NULL);
    else out.integer(expireAtMs);
    out.member('value');
    const bracket = BRACKETS[type];
    if (bracket) out.open(bracket);
    else if (this.isStream) this.stream.begin();
    else if (type === 'array') out.open('{');
    else if (empty) out.ascii('null');
  }

  private headOf(type: string, encoding: string): Literal {
    let heads = this.heads.get(type);
    if (!heads) {
      heads = new Map();
      this.heads.set(type, heads);
    }
    let head = heads.get(encoding);
    if (!head) {
      head = new Literal(`,"type":${JSON.stringify(type)},"encoding":"${encoding}","expireAtMs":`);
      heads.set(encoding, head);
    }
    return head;
  }

  /** Begins the next element. */
  private next(start = ''): void {
    this.endElement();
    this.out.item(start);
  }

  /** The last element may have waited for its pieces. */
  private endElement(): void {
    this.out.endString();
    if (this.inEntry) this.out.ascii(']');
    this.inEntry = false;
  }

  private endArray(): void {
    const { out } = this;
    out.close();
    out.member('count', String(this.arrayCount));
    out.member('length', integerJson(this.arrayLength));
    out.close();
  }

  /** A score that is not written as it stands. */
  private readonly score = (start: number, end: number, integer: bigint): string => {
    if (start === 0) return scoreJson(Number(integer));
    const score = parseDouble(latin1(this.kernels.bytes, start, Math.min(end, start + LONGEST_SCORE)));
    if (score === undefined) {
      this.problem('ZSET_SCORE_INVALID', this.current?.valueOffset ?? 0, 'a score is not a number');
    }
    return scoreJson(score ?? 0);
  };

  /** A string; of a large one the start, and its pieces follow. One that does not decode is empty, and told as a problem. */
  private write(ref: BytesRef): void {
    const { out } = this;
    if (ref.large) {
      out.beginString();
      return;
    }
    const fault = ref.resolve();
    if (fault === undefined) out.string(ref.buffer, ref.start, ref.end);
    else {
      out.ascii('""');
      this.problem(fault, this.current?.valueOffset ?? 0, 'a compressed string does not decode');
    }
  }

  private keepExpiry(field: BytesRef, expireAtMs: number): void {
    const expiries = this.expiryOut();
    expiries.item();
    if (field.resolve() === undefined) expiries.string(field.buffer, field.start, field.end);
    else expiries.ascii('""');
    expiries.ascii(':');
    expiries.integer(expireAtMs);
  }

  private expiryOut(): JsonOut {
    const { kernels, form, expiryPieces } = this;
    if (!this.expiries) {
      const block = new OneBlock(kernels, (bytes) => expiryPieces.push(bytes.slice()), EXPIRY_CAPACITY);
      this.expiries = new JsonOut(kernels, form, block);
    }
    if (!this.hasExpiries) {
      expiryPieces.length = 0;
      this.expiries.restart();
      this.expiries.open('{');
      this.hasExpiries = true;
    }
    return this.expiries;
  }

  private writeExpiries(expiries: JsonOut): void {
    expiries.close();
    expiries.flush();
    this.out.member('fieldExpireAtMs');
    for (const piece of this.expiryPieces) this.out.bytes(piece);
    this.expiryPieces.length = 0;
  }
}
