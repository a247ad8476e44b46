// What MEMORY USAGE key SAMPLES 0 would say of a key behind a load, from the structure level of a walk.
import { type BytesRef, INTEGER } from '../../rdb/bytes-ref.js';
import type { ContainerKind } from '../../rdb/format.js';
import type { StreamId } from '../../rdb/stream-id.js';
import type { KeyRecord, StreamMeta } from '../../rdb/visitor.js';
import { type CollectionKind, CollectionMemory } from './collection-memory.js';
import { ContainerWalk } from './container-walk.js';
import { ListMemory } from './list-memory.js';
import { entriesOf, entryBytes, isInteger } from './listpack-size.js';
import type { MemoryModel } from './model.js';
import { StreamMemory } from './stream-memory.js';

/** The shortest entry of a container. */
const LEAST_ENTRY = 2;
/** A slot of an array, and the least it takes beside them. */
const ARRAY_SLOT = 8;
const ARRAY = 64;
/** Storage classes of array elements that need a block of their own: 0 is a long string. */
const ARRAY_STRING = 0;

/**
 * Estimates one key after the other: `begin`, the value's events as a visitor gets them at the structure level, `finish`.
 * Nothing is kept of a key, and nothing is allocated for an element.
 */
export class MemoryEstimator {
  private type: KeyRecord['type']['type'] = 'string';
  private layout: KeyRecord['type']['layout'] = 'string';
  private valueLength = 0;
  private integer = false;
  private arrayBytes = 0;
  private readonly list: ListMemory;
  private readonly stream: StreamMemory;
  private readonly elements: CollectionMemory;
  private readonly walk = new ContainerWalk();

  constructor(private readonly model: MemoryModel) {
    this.list = new ListMemory(model);
    this.stream = new StreamMemory(model);
    this.elements = new CollectionMemory(model);
  }

  /** A key begins. */
  begin(key: KeyRecord): void {
    this.type = key.type.type;
    this.layout = key.type.layout;
    if (this.type === 'list') this.list.reset();
    else if (this.type === 'stream') this.stream.reset();
    else if (isCollection(this.type)) this.elements.reset(this.type);
    this.valueLength = 0;
    this.integer = false;
    this.arrayBytes = 0;
  }

  string(value: BytesRef): void {
    this.valueLength = value.length;
    this.integer = value.form === INTEGER || isInteger(value);
  }

  /** Elements in plain form follow, nodes of a quicklist or of a stream, or fields of a template. */
  collection(count: number): void {
    if (isCollection(this.type)) this.elements.begin(count, this.layout.startsWith('hash') && this.layout !== 'hash');
  }

  listItem(item: BytesRef): void {
    if (this.layout === 'quicklist2') this.list.plainNode(item.length);
    else this.list.item(item.length, entryBytes(item));
  }

  setMember(member: BytesRef): void {
    this.elements.member(member);
  }

  zsetMember(member: BytesRef, score: number): void {
    this.elements.zsetMember(member, score);
  }

  hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.elements.field(field, value, expireAtMs);
  }

  /** The hint in front of hashes with field expiry: what matters comes with the fields. */
  hashMinExpire(_expireAtMs: number): void {}

  /** `elements` (entries divided by `tuple`) when the caller knows them; else the container's header is looked at. */
  container(kind: ContainerKind, blob: BytesRef, tuple: number, elements: number | undefined): void {
    const bytes = this.loadedBytes(kind, blob);
    const { type } = this;
    if (type === 'list') this.list.node(bytes);
    else if (isCollection(type)) this.compact(type, kind, blob, bytes, tuple, elements);
  }

  streamNode(id: StreamId, blob: BytesRef): void {
    this.stream.node(id, blob.length);
  }

  streamMeta(_meta: StreamMeta): void {}

  streamGroup(name: BytesRef): void {
    this.stream.group(name.length);
  }

  /** Ids come in ascending order: they decide about the shape of a radix tree, as do those of consumers. */
  streamPending(id: StreamId): void {
    this.stream.pendingEntry(id);
  }

  streamConsumer(name: BytesRef): void {
    this.stream.consumer(name.length);
  }

  streamConsumerPending(id: StreamId): void {
    this.stream.ownedEntry(id);
  }

  streamGroupEnd(): void {
    this.stream.endGroup();
  }

  arrayStart(count: number): void {
    this.arrayBytes = ARRAY + ARRAY_SLOT * count;
  }

  arrayElement(_index: bigint, value: BytesRef, tag: number): void {
    if (tag === ARRAY_STRING) this.arrayBytes += this.model.classes.of(value.length + ARRAY_SLOT);
  }

  /** False for modules and others whose values only they know: their serialized bytes stand for their memory. */
  get known(): boolean {
    return this.type !== 'module' && this.type !== 'cron';
  }

  /** Estimated bytes; at `keyEnd`. */
  finish(key: KeyRecord): number {
    const { keyspace } = this.model;
    const nameLength = key.name.length;
    // Servers take -1 for a key that does not expire.
    const expires = key.expireAtMs !== undefined && key.expireAtMs !== -1;
    if (this.type === 'string') return keyspace.string(nameLength, this.valueLength, this.integer, expires);
    return Math.round(keyspace.object(nameLength, expires) + this.valueBytes(key));
  }

  private valueBytes(key: KeyRecord): number {
    if (this.type === 'list') return this.list.bytes;
    if (this.type === 'stream') return this.stream.bytes;
    if (this.type === 'array') return this.arrayBytes;
    return this.known ? this.elements.bytes : key.valueBytes;
  }

  /** Bytes of the container that the server keeps. */
  private loadedBytes(kind: ContainerKind, blob: BytesRef): number {
    return kind === 'ziplist' && this.model.limits.listpacks ? this.walk.listpackBytes(blob) : blob.length;
  }

  private compact(
    type: CollectionKind,
    kind: ContainerKind,
    blob: BytesRef,
    bytes: number,
    tuple: number,
    known: number | undefined,
  ): void {
    const { elements, model } = this;
    const expiry = tuple === 3;
    const most = kind === 'intset' ? model.limits.intsetEntries : elements.most;
    const expiryStays = !expiry || model.fieldExpiry === 'listpack';
    const entry = kind === 'intset' ? 2 : LEAST_ENTRY * tuple;
    // A short container cannot have too many.
    if (expiryStays && blob.length <= most * entry) {
      elements.container(bytes, expiry);
      return;
    }
    const told = known ?? (entriesOf(kind, blob) ?? Number.POSITIVE_INFINITY) / tuple;
    if (expiryStays && told <= most) {
      elements.container(bytes, expiry);
      return;
    }
    const count = Math.min(Math.floor(told), Math.ceil(blob.length / entry));
    elements.convert(count, expiry);
    this.walk.add(elements, type, kind, blob, tuple, count);
  }
}

function isCollection(type: KeyRecord['type']['type']): type is CollectionKind {
  return type === 'hash' || type === 'set' || type === 'zset';
}
