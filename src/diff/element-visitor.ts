import type { Kernels } from '../bytes/kernels/kernels.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import type { StreamId } from '../rdb/stream-id.js';
import { type KeyRecord, Level, RdbVisitor, type StreamMeta } from '../rdb/visitor.js';
import { addElement, Capture, type ElementKind } from './element-rows.js';
import type { MeaningBlock } from './meaning-block.js';
import type { RowSorter } from './row-sorter.js';

export interface ElementOptions {
  readonly kernels: Kernels;
  readonly block: MeaningBlock;
  readonly sorter: RowSorter;
  /** Bytes of names and values that are kept. */
  readonly most: number;
}

/** Makes a row of every element of the keys that `ranks` has, by their numbers on the side. */
export class ElementVisitor extends RdbVisitor {
  private readonly name: Capture;
  private readonly value: Capture;
  private rank = -1;
  /** The element whose value comes in pieces. */
  private open: { readonly kind: ElementKind; readonly expireAtMs: number | undefined } | undefined;
  private group = '';
  private consumer = '';

  constructor(
    private readonly options: ElementOptions,
    private readonly isRight: boolean,
    private readonly ranks: ReadonlyMap<number, number>,
    /** Of the next key. */
    public number: number,
  ) {
    super();
    const { kernels, block, most } = options;
    this.name = new Capture(kernels, block, most);
    this.value = new Capture(kernels, block, most);
  }

  override key(_key: KeyRecord): number {
    this.rank = this.ranks.get(this.number++) ?? -1;
    return this.rank < 0 ? Level.SKIP : Level.DATA;
  }

  override keyEnd(): void {
    this.endPieces();
  }

  override string(value: BytesRef): void {
    this.name.text('');
    this.take('value', value);
  }

  /** An item is its own name: of lists it is told which items came and went. */
  override listItem(item: BytesRef): void {
    this.take('item', item);
  }

  override setMember(member: BytesRef): void {
    this.name.ref(member);
    this.plain('member', '');
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.name.ref(member);
    this.plain('member', String(score + 0));
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.endPieces();
    this.name.ref(field);
    this.take('field', value, expireAtMs);
  }

  override arrayElement(index: bigint, value: BytesRef): void {
    this.endPieces();
    this.name.text(String(index));
    this.take('element', value);
  }

  override chunk(_buffer: Uint8Array, start: number, end: number): void {
    if (this.open) this.value.add(start, end);
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    this.name.text(String(id));
    const parts = fields.flatMap((field, i) => [...(i === 0 ? [] : [Buffer.from(' ')]), field]);
    this.value.bytes(Buffer.concat(parts));
    this.row('entry');
  }

  override streamMeta({ lastId }: StreamMeta): void {
    this.name.text('');
    this.plain('lastId', String(lastId));
  }

  override streamGroup(name: BytesRef, lastId: StreamId): void {
    this.group = Buffer.from(name.view()).toString('utf8');
    this.name.ref(name);
    this.plain('group', `last id ${lastId}`);
  }

  override streamPending(id: StreamId, deliveryMs: number, deliveryCount: bigint): void {
    this.name.text(`${this.group} ${id}`);
    this.plain('pending', `delivered ${deliveryCount} times, last ${deliveryMs}`);
  }

  override streamConsumer(name: BytesRef): void {
    this.consumer = Buffer.from(name.view()).toString('utf8');
    this.name.text(`${this.group} ${this.consumer}`);
    this.plain('consumer', '');
  }

  override streamConsumerPending(id: StreamId): void {
    this.name.text(`${this.group} ${id}`);
    this.plain('owner', this.consumer);
  }

  override streamNack(id: StreamId): void {
    this.name.text(`${this.group} ${id}`);
    this.plain('owner', '');
  }

  private plain(kind: ElementKind, value: string): void {
    this.value.text(value);
    this.row(kind);
  }

  private take(kind: ElementKind, value: BytesRef, expireAtMs?: number): void {
    this.endPieces();
    if (value.large) {
      this.value.begin();
      this.open = { kind, expireAtMs };
      return;
    }
    this.value.ref(value);
    this.row(kind, expireAtMs);
  }

  private endPieces(): void {
    if (!this.open) return;
    const { kind, expireAtMs } = this.open;
    this.open = undefined;
    this.value.end();
    this.row(kind, expireAtMs);
  }

  private row(kind: ElementKind, expireAtMs?: number): void {
    const { sorter } = this.options;
    const name = kind === 'item' ? this.value : this.name;
    addElement(sorter, this.rank, kind, this.isRight, name, this.value, expireAtMs);
  }
}
