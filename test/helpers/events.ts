import type { FindingCode } from '../../src/errors.js';
import type { BytesRef } from '../../src/rdb/bytes-ref.js';
import type { ContainerKind } from '../../src/rdb/format.js';
import type { StreamId } from '../../src/rdb/stream-id.js';
import {
  type KeyRecord,
  Level,
  type ModuleContext,
  type ModuleValue,
  type RdbHeader,
  RdbVisitor,
  type StreamMeta,
} from '../../src/rdb/visitor.js';
import { crc64 } from './crc64.js';
import { type Delivery, type Parsed, parse } from './parse.js';

/** Everything that a parser told, one line each, and how it ended. */
export interface Told {
  events: string[];
  result: Parsed;
}

export interface Listening extends Delivery {
  /** Levels of every value; DATA when left out. */
  readonly level?: number;
}

/** Parses `bytes` and writes down what the visitor is told. */
export async function eventsOf(bytes: Uint8Array, listening: Listening = {}): Promise<Told> {
  const visitor = new EventVisitor(listening.level ?? Level.DATA);
  const result = await parse(bytes, visitor, listening);
  return { events: visitor.events, result };
}

const SHOWN = 300;

/** Bytes as readable text; long ones by their length and checksum. */
export function shown(bytes: Uint8Array): string {
  if (bytes.length > SHOWN) return `<${bytes.length} bytes, ${crc64(bytes).toString(16)}>`;
  return JSON.stringify(Buffer.from(bytes).toString('latin1'));
}

/**
 * Writes events down as text, with all that they carry. Pieces of raw values and of large strings are put together, as
 * their sizes depend on how the bytes arrive. So does how much of a damaged large string comes before the damage: that is
 * left out.
 */
class EventVisitor extends RdbVisitor {
  readonly events: string[] = [];
  private rawPieces: Uint8Array[] = [];
  private chunks: Uint8Array[] = [];

  constructor(private readonly level: number) {
    super();
  }

  override header(header: RdbHeader): void {
    this.tell('header', header.magic, header.version, header.lineage);
  }

  override aux(key: BytesRef, value: BytesRef, offset: number): void {
    this.tell('aux', text(key), text(value), at(offset));
  }

  override selectDb(db: number, offset: number): void {
    this.tell('db', db, at(offset));
  }

  override resizeDb(keys: number, expires: number, offset: number): void {
    this.tell('size', keys, expires, at(offset));
  }

  override slotInfo(slot: number, keys: number, expires: number, offset: number): void {
    this.tell('slot', slot, keys, expires, at(offset));
  }

  override slotImport(job: BytesRef, ranges: readonly [number, number][], offset: number): void {
    this.tell('import', text(job), ...ranges.map(([first, last]) => `${first}-${last}`), at(offset));
  }

  override functionLibrary(code: BytesRef, preGa: { name: string; engine: string } | undefined, offset: number): void {
    this.tell('function', text(code), ...(preGa ? [preGa.name, preGa.engine] : []), at(offset));
  }

  override hashTemplate(id: number, fields: readonly Uint8Array[], offset: number): void {
    this.tell('template', id, ...fields.map(shown), at(offset));
  }

  override key(key: KeyRecord): number {
    const { expireAtMs, freq, idle, slot } = key;
    const attributes = Object.entries({ expireAtMs, freq, idle, slot }).filter(([, value]) => value !== undefined);
    this.tell(
      'key',
      text(key.name),
      `db ${key.db}`,
      key.type.name,
      ...attributes.map(([name, value]) => `${name} ${value}`),
      at(key.offset),
    );
    return this.level;
  }

  override keyEnd(key: KeyRecord): void {
    if (this.level & Level.RAW) this.tell('raw', shown(Buffer.concat(this.rawPieces)));
    this.rawPieces = [];
    this.tell('end of', text(key.name), `${key.valueBytes} bytes`, at(key.valueOffset));
  }

  override raw(buffer: Uint8Array, start: number, end: number): void {
    this.rawPieces.push(buffer.slice(start, end));
  }

  override collection(count: number): void {
    this.tell('count', count);
  }

  override string(value: BytesRef): void {
    this.tell('string', this.element(value));
  }

  override listItem(item: BytesRef): void {
    this.tell('item', this.element(item));
  }

  override setMember(member: BytesRef): void {
    this.tell('member', text(member));
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.tell('member', text(member), Object.is(score, -0) ? '-0' : score);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.tell('field', text(field), this.element(value), ...(expireAtMs === undefined ? [] : [`until ${expireAtMs}`]));
  }

  override hashMinExpire(expireAtMs: number): void {
    this.tell('minimum', expireAtMs);
  }

  override chunk(buffer: Uint8Array, start: number, end: number, last: boolean): void {
    this.chunks.push(buffer.slice(start, end));
    if (!last) return;
    this.tell('content', shown(Buffer.concat(this.chunks)));
    this.chunks = [];
  }

  override container(kind: ContainerKind, blob: BytesRef, tuple: number): void {
    this.tell(kind, `by ${tuple}`, text(blob));
  }

  override streamNode(id: StreamId, blob: BytesRef): void {
    this.tell('node', String(id), text(blob));
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.tell('entry', String(id), ...fields.map(shown));
  }

  override streamMeta(meta: StreamMeta): void {
    const { length, lastId, firstId, maxDeletedId, entriesAdded } = meta;
    const later = firstId ? [`first ${firstId}`, `deleted ${maxDeletedId}`, `added ${entriesAdded}`] : [];
    this.tell('stream', `length ${length}`, `last ${lastId}`, ...later);
  }

  override streamGroup(name: BytesRef, lastId: StreamId, entriesRead: number | undefined): void {
    this.tell('group', text(name), `last ${lastId}`, ...(entriesRead === undefined ? [] : [`read ${entriesRead}`]));
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.tell('pending', String(id), deliveryMs, `${deliveryCount}x`);
  }

  override streamConsumer(name: BytesRef, seenMs: number, activeMs: number | undefined): void {
    this.tell('consumer', text(name), `seen ${seenMs}`, ...(activeMs === undefined ? [] : [`active ${activeMs}`]));
  }

  override streamConsumerPending(id: StreamId): void {
    this.tell('owns', String(id));
  }

  override streamNack(id: StreamId): void {
    this.tell('released', String(id));
  }

  override streamGroupEnd(): void {
    this.tell('end of group');
  }

  override streamIdmp(durationSeconds: number, maxEntries: number): void {
    this.tell('idmp', `${durationSeconds} s`, `max ${maxEntries}`);
  }

  override streamIdmpProducer(producer: BytesRef): void {
    this.tell('producer', text(producer));
  }

  override streamIdmpEntry(iid: BytesRef, id: StreamId): void {
    this.tell('iid', text(iid), String(id));
  }

  override streamIdmpTotals(added: number, duplicates: number): void {
    this.tell('idmp', `added ${added}`, `duplicates ${duplicates}`);
  }

  override arrayStart(count: number, insertIndex: bigint | undefined): void {
    this.tell('array', count, ...(insertIndex === undefined ? [] : [`insert ${insertIndex}`]));
  }

  override arrayElement(index: bigint, value: BytesRef, tag: number, double: number): void {
    this.tell(`[${index}]`, this.element(value), `tag ${tag}`, ...(tag === 2 ? [double] : []));
  }

  override moduleStart(context: ModuleContext, offset: number): void {
    const more =
      context.kind === 'aux' ? [`when ${context.when}`] : context.kind === 'meta' ? [`flags ${context.flags}`] : [];
    this.tell('module', context.kind, context.module, `v${context.version}`, ...more, at(offset));
  }

  override moduleValue(value: ModuleValue): void {
    this.tell(value.kind, value.kind === 'string' ? this.element(value.value) : String(value.value));
  }

  override moduleEnd(): void {
    this.tell('end of module');
  }

  override end(offset: number, checksum: bigint | undefined): void {
    this.tell('end', ...(checksum === undefined ? [] : [checksum.toString(16)]), at(offset));
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    if (detail === '') throw new Error(`${code} is told without a word`);
    this.tell('!', code, at(offset));
  }

  /** Where a large string is announced, its pieces begin; those of a damaged one before it never came to an end. */
  private element(ref: BytesRef): string {
    if (ref.large) this.chunks = [];
    return text(ref);
  }

  private tell(...words: (string | number)[]): void {
    this.events.push(words.join(' '));
  }
}

function text(ref: BytesRef): string {
  return ref.large ? `large ${ref.length}` : shown(ref.toBytes());
}

function at(offset: number): string {
  return `@${offset}`;
}
