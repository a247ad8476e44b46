// Single elements of keys as rows, so that those of both sides come together in any number and any order.
import type { Kernels } from '../bytes/kernels/kernels.js';
import type { BytesRef } from '../rdb/bytes-ref.js';
import { FINGERPRINT, Kind, type MeaningBlock, Slot } from './meaning-block.js';
import type { Row, RowSorter } from './row-sorter.js';

/** What an element is. */
export type ElementKind =
  | 'value'
  | 'item'
  | 'member'
  | 'field'
  | 'element'
  | 'entry'
  | 'lastId'
  | 'group'
  | 'consumer'
  | 'pending'
  | 'owner';

const KINDS: readonly ElementKind[] = [
  ...(['value', 'item', 'member', 'field', 'element', 'entry', 'lastId'] as const),
  ...(['group', 'consumer', 'pending', 'owner'] as const),
];

/** A byte string of which only the beginning is kept. */
export interface Shown {
  readonly start: Uint8Array;
  /** Bytes of the whole. */
  readonly length: number;
}

/** One element of one side, read back. */
export interface ElementRow {
  /** Of the key in its list. */
  readonly rank: number;
  readonly kind: ElementKind;
  readonly name: Shown;
  /** The same for the same element of the other side. */
  readonly identity: string;
  readonly isRight: boolean;
  readonly value: Shown;
  readonly expireAtMs: number | null;
  /** The same when value and expiry are. */
  readonly content: string;
}

/** Takes a byte string, whole or in pieces: its start, its length, and its fingerprint. */
export class Capture {
  readonly start: Uint8Array;
  readonly fingerprint = new Uint8Array(FINGERPRINT);
  length = 0;

  constructor(
    private readonly kernels: Kernels,
    private readonly block: MeaningBlock,
    /** So many bytes are kept. */
    readonly most: number,
  ) {
    this.start = new Uint8Array(most);
  }

  begin(): void {
    this.length = 0;
    this.kernels.call.meaningBegin(Kind.RAW);
  }

  /** [start, end) of the kernels' memory. */
  add(start: number, end: number): void {
    const room = Math.max(0, this.most - this.length);
    this.start.set(this.kernels.bytes.subarray(start, Math.min(end, start + room)), Math.min(this.length, this.most));
    this.length += end - start;
    this.kernels.call.meaningAdd(start, end - start);
  }

  end(): void {
    const at = this.block.slot(Slot.PLAIN);
    this.kernels.call.meaningEnd(at);
    this.fingerprint.set(this.block.bytesAt(at));
  }

  /** What does not decode is empty. */
  ref(ref: BytesRef): void {
    this.begin();
    if (ref.resolve() === undefined) this.add(ref.start, ref.end);
    this.end();
  }

  bytes(bytes: Uint8Array): void {
    this.begin();
    const at = this.block.put(bytes);
    this.add(at, at + bytes.length);
    this.end();
  }

  text(text: string): void {
    this.bytes(Buffer.from(text));
  }

  get shown(): Uint8Array {
    return this.start.subarray(0, Math.min(this.length, this.most));
  }
}

const NEVER = -1;
const KEY_HEAD = 5;
const REST_HEAD = 1 + 8 + 8 + 8 + FINGERPRINT;

/** Adds an element to the sorter. */
export function addElement(
  sorter: RowSorter,
  rank: number,
  kind: ElementKind,
  isRight: boolean,
  name: Capture,
  value: Capture,
  expireAtMs: number | undefined,
): void {
  const { shown } = name;
  const isCut = name.length > shown.length;
  const key = new Uint8Array(KEY_HEAD + shown.length + (isCut ? FINGERPRINT : 0));
  new DataView(key.buffer).setUint32(0, rank);
  key[4] = KINDS.indexOf(kind);
  key.set(shown, KEY_HEAD);
  if (isCut) key.set(name.fingerprint, KEY_HEAD + shown.length);
  const rest = new Uint8Array(REST_HEAD + value.shown.length);
  const view = new DataView(rest.buffer);
  view.setUint8(0, isRight ? 1 : 0);
  view.setFloat64(1, expireAtMs ?? NEVER);
  view.setFloat64(9, name.length);
  view.setFloat64(17, value.length);
  rest.set(value.fingerprint, 25);
  rest.set(value.shown, REST_HEAD);
  sorter.add(key, rest);
}

/** Reads a row that `addElement` made. Copies. */
export function readElement({ key, rest }: Row): ElementRow {
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
  const expiry = view.getFloat64(1);
  const length = view.getFloat64(9);
  const nameEnd = length > key.length - KEY_HEAD ? key.length - FINGERPRINT : key.length;
  return {
    rank: new DataView(key.buffer, key.byteOffset, 4).getUint32(0),
    kind: KINDS[key[4]],
    name: { start: key.slice(KEY_HEAD, Math.max(KEY_HEAD, nameEnd)), length },
    identity: Buffer.from(key).toString('latin1'),
    isRight: rest[0] === 1,
    value: { start: rest.slice(REST_HEAD), length: view.getFloat64(17) },
    expireAtMs: expiry === NEVER ? null : expiry,
    content: Buffer.from(rest.subarray(25, REST_HEAD)).toString('latin1') + String(expiry),
  };
}
