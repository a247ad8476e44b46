// One difference, and how it stands in rows: those of keys that both sides have wait for their partner by the fingerprint of
// the name; then all stand in the order of the output.
import { FINGERPRINT } from './meaning-block.js';
import type { Row } from './row-sorter.js';

/** What differs of a key that both sides have. `fieldExpire`: only expiries of fields of a hash. */
export type What = 'type' | 'value' | 'expire' | 'fieldExpire';

/** A key as one side has it. */
export interface KeySide {
  /** As TYPE answers; types of modules by their own name. */
  readonly type: string;
  /** ms since the epoch; null for a key that does not expire. */
  readonly expireAtMs: number | null;
  /** What the key takes in the file: attributes, type, name and value. */
  readonly bytes: number;
  /** Items, members, fields, entries; 1 for a string, 0 for a module. */
  readonly elements: number;
}

/** One difference. The bytes of the name are good until the next one is asked for. */
export interface Change {
  readonly change: 'added' | 'removed' | 'changed';
  readonly db: number;
  readonly key: Uint8Array;
  /** Of a key that both sides have. */
  readonly what: readonly What[];
  readonly left: KeySide | null;
  readonly right: KeySide | null;
  /** The number of the key on each side, by which it can be looked at again. */
  readonly leftNumber: number;
  readonly rightNumber: number;
}

/** A key of one side that differs, as the second look saw it. */
export interface SeenKey extends KeySide {
  /** The number of the key on its side. */
  readonly number: number;
  readonly db: number;
  readonly key: Uint8Array;
}

/** The fingerprints of a key; views. */
export interface SeenMeaning {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
  /** Of a hash, without the expiries of its fields; of anything else the same as `value`. */
  readonly plain: Uint8Array;
  /** Of a stream, where the format has them. */
  readonly counters: Uint8Array | undefined;
  readonly idmp: Uint8Array | undefined;
}

const WHAT: readonly What[] = ['type', 'value', 'expire', 'fieldExpire'];
const CHANGES = ['added', 'removed', 'changed'] as const;
/** What servers take for "does not expire". */
const NEVER = -1;

/** How many bytes a change gave or took. */
export function sizeOf(left: KeySide | null, right: KeySide | null): number {
  return Math.abs((right?.bytes ?? 0) - (left?.bytes ?? 0));
}

const SIDE_BYTES = 8 * 4 + 1;
/** In front of the name: size, and database. As big-endian bytes, numbers that are not negative stand in their order. */
const HEAD = 16;
/** Sizes have 53 bits; the larger ones come first. */
const LARGEST = 2 ** 53 - 1;

function writeSide(view: DataView, at: number, side: KeySide | null, number: number): number {
  const type = side?.type ?? '';
  view.setFloat64(at, side?.expireAtMs ?? NEVER);
  view.setFloat64(at + 8, side?.bytes ?? 0);
  view.setFloat64(at + 16, side?.elements ?? 0);
  view.setFloat64(at + 24, number);
  view.setUint8(at + 32, type.length);
  for (let i = 0; i < type.length; i++) view.setUint8(at + SIDE_BYTES + i, type.charCodeAt(i));
  return at + SIDE_BYTES + type.length;
}

function readSide(view: DataView, at: number): { side: KeySide; number: number; end: number } {
  const expireAtMs = view.getFloat64(at);
  const length = view.getUint8(at + 32);
  let type = '';
  for (let i = 0; i < length; i++) type += String.fromCharCode(view.getUint8(at + SIDE_BYTES + i));
  const side = {
    type,
    expireAtMs: expireAtMs === NEVER ? null : expireAtMs,
    bytes: view.getFloat64(at + 8),
    elements: view.getFloat64(at + 16),
  };
  return { side, number: view.getFloat64(at + 24), end: at + SIDE_BYTES + length };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Rows in the order of the output: size of the change, the largest first, then database, then the bytes of the name. */
export class ChangeRows {
  private key = new Uint8Array(1024);
  private readonly rest = new Uint8Array(1024);

  /** The row of a change; good until the next one. */
  write({ change, db, key, what, left, right, leftNumber, rightNumber }: Change): Row {
    const length = HEAD + key.length;
    if (this.key.length < length) this.key = new Uint8Array(2 * length);
    const view = viewOf(this.key);
    const size = LARGEST - sizeOf(left, right);
    view.setUint32(0, Math.floor(size / 2 ** 32));
    view.setUint32(4, size >>> 0);
    view.setFloat64(8, db);
    this.key.set(key, HEAD);
    const out = viewOf(this.rest);
    out.setUint8(0, CHANGES.indexOf(change));
    out.setUint8(
      1,
      what.reduce((bits, each) => bits | (1 << WHAT.indexOf(each)), 0),
    );
    const end = writeSide(out, writeSide(out, 2, left, leftNumber), right, rightNumber);
    return { key: this.key.subarray(0, length), rest: this.rest.subarray(0, end) };
  }

  static read({ key, rest }: Row): Change {
    const view = viewOf(rest);
    const change = CHANGES[view.getUint8(0)];
    const bits = view.getUint8(1);
    const left = readSide(view, 2);
    const right = readSide(view, left.end);
    return {
      change,
      db: viewOf(key).getFloat64(8),
      key: key.subarray(HEAD),
      what: WHAT.filter((_, i) => (bits & (1 << i)) !== 0),
      left: change === 'added' ? null : left.side,
      right: change === 'removed' ? null : right.side,
      leftNumber: left.number,
      rightNumber: right.number,
    };
  }
}

const HAS_COUNTERS = 1;
const HAS_IDMP = 2;

/** Rows of keys that both sides have: by the fingerprint of the name, the left side first. */
export class PairRows {
  private readonly key = new Uint8Array(FINGERPRINT + 1);
  private rest = new Uint8Array(1024);

  write(side: 0 | 1, seen: SeenKey, meaning: SeenMeaning): Row {
    this.key.set(meaning.name);
    this.key[FINGERPRINT] = side;
    const most = 1024 + seen.key.length;
    if (this.rest.length < most) this.rest = new Uint8Array(2 * most);
    const { rest } = this;
    const view = viewOf(rest);
    rest.fill(0, 0, 4 * FINGERPRINT);
    rest.set(meaning.value);
    rest.set(meaning.plain, FINGERPRINT);
    if (meaning.counters) rest.set(meaning.counters, 2 * FINGERPRINT);
    if (meaning.idmp) rest.set(meaning.idmp, 3 * FINGERPRINT);
    const at = 4 * FINGERPRINT;
    view.setUint8(at, (meaning.counters ? HAS_COUNTERS : 0) | (meaning.idmp ? HAS_IDMP : 0));
    view.setFloat64(at + 1, seen.db);
    const end = writeSide(view, at + 9, seen, seen.number);
    rest.set(seen.key, end);
    return { key: this.key, rest: rest.subarray(0, end + seen.key.length) };
  }
}

/** One key of a pair, read back. Copies. */
export class PairKey {
  readonly name: string;
  readonly isRight: boolean;
  readonly db: number;
  readonly key: Uint8Array;
  readonly side: KeySide;
  readonly number: number;
  private readonly fingerprints: Buffer;
  private readonly has: number;

  constructor({ key, rest }: Row) {
    this.name = Buffer.from(key.subarray(0, FINGERPRINT)).toString('latin1');
    this.isRight = key[FINGERPRINT] === 1;
    const view = viewOf(rest);
    const at = 4 * FINGERPRINT;
    this.fingerprints = Buffer.from(rest.subarray(0, at));
    this.has = view.getUint8(at);
    this.db = view.getFloat64(at + 1);
    const { side, number, end } = readSide(view, at + 9);
    this.side = side;
    this.number = number;
    this.key = rest.slice(end);
  }

  /** What differs to the same key of the other side. Expiries: as in the comparison, `tolerance` ms apart at most. */
  differs(other: PairKey, tolerance: number): What[] {
    const what: What[] = [];
    const isType = this.side.type !== other.side.type;
    const isPlain = this.same(other, 1);
    if (isType) what.push('type');
    const both = this.has & other.has;
    const isNewer =
      ((both & HAS_COUNTERS) !== 0 && !this.same(other, 2)) || ((both & HAS_IDMP) !== 0 && !this.same(other, 3));
    if (isType || !isPlain || isNewer) what.push('value');
    if (!sameExpiry(this.side.expireAtMs, other.side.expireAtMs, tolerance)) what.push('expire');
    if (!isType && isPlain && !this.same(other, 0)) what.push('fieldExpire');
    return what;
  }

  private same(other: PairKey, slot: number): boolean {
    const from = slot * FINGERPRINT;
    return this.fingerprints.compare(other.fingerprints, from, from + FINGERPRINT, from, from + FINGERPRINT) === 0;
  }
}

function sameExpiry(left: number | null, right: number | null, tolerance: number): boolean {
  if (left === right || tolerance < 0) return true;
  return left !== null && right !== null && Math.abs(left - right) <= tolerance;
}
