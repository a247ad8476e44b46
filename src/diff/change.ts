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

/** As TYPE answers: types whose values mean the same wherever they are saved. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['string', 'list', 'set', 'zset', 'hash', 'stream', 'array']);

/** Whether values of a type are compared by meaning, and not by the bytes that a module saved. */
export function isPlainType(type: string): boolean {
  return PLAIN_TYPES.has(type);
}

/** Whether other bytes are all that is known: modules need not save a value as the same ones. Graphs of vector sets differ. */
export function isUnsure({ what, left, right }: Change): boolean {
  return what.length === 1 && what[0] === 'value' && left !== null && right !== null && !isPlainType(left.type);
}

const SIDE_BYTES = 8 * 4 + 2;
/** In front of the name: size, and database. As big-endian bytes, numbers that are not negative stand in their order. */
const HEAD = 16;
/** Sizes have 53 bits; the larger ones come first. */
const LARGEST = 2 ** 53 - 1;

/** Names of types, by number, so that no text is made for each row. Modules may have any number of names: some stand in rows. */
class TypeNames {
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** INLINE for a name that has to stand in the row. */
  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length >= MOST_TYPES) return INLINE;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  nameOf(number: number): string {
    return this.names[number];
  }
}

const MOST_TYPES = 1000;
const INLINE = 0xff00;
const types = new TypeNames();

function writeSide(view: DataView, at: number, side: KeySide | null, number: number): number {
  const type = side?.type ?? '';
  view.setFloat64(at, side?.expireAtMs ?? NEVER);
  view.setFloat64(at + 8, side?.bytes ?? 0);
  view.setFloat64(at + 16, side?.elements ?? 0);
  view.setFloat64(at + 24, number);
  const known = types.numberOf(type);
  if (known < INLINE) {
    view.setUint16(at + 32, known);
    return at + SIDE_BYTES;
  }
  view.setUint16(at + 32, INLINE + type.length);
  for (let i = 0; i < type.length; i++) view.setUint8(at + SIDE_BYTES + i, type.charCodeAt(i));
  return at + SIDE_BYTES + type.length;
}

function sideEnd(view: DataView, at: number): number {
  const type = view.getUint16(at + 32);
  return at + SIDE_BYTES + Math.max(0, type - INLINE);
}

function readSide(view: DataView, at: number): KeySide {
  const expireAtMs = view.getFloat64(at);
  const number = view.getUint16(at + 32);
  let type = number < INLINE ? types.nameOf(number) : '';
  for (let i = 0; i < number - INLINE; i++) type += String.fromCharCode(view.getUint8(at + SIDE_BYTES + i));
  return {
    type,
    expireAtMs: expireAtMs === NEVER ? null : expireAtMs,
    bytes: view.getFloat64(at + 8),
    elements: view.getFloat64(at + 16),
  };
}

let lastView: DataView = new DataView(new ArrayBuffer(0));

/** A view of the whole buffer: the same one for many rows. */
function viewOf({ buffer }: Uint8Array): DataView {
  if (lastView.buffer !== buffer) lastView = new DataView(buffer);
  return lastView;
}

const NOTHING: readonly What[] = [];
/** By the bits of what changed. */
const SETS = Array.from({ length: 1 << 4 }, (_, bits) => WHAT.filter((_what, i) => (bits & (1 << i)) !== 0));

/** Rows in the order of the output: size of the change, the largest first, then database, then the bytes of the name. */
export class ChangeRows {
  private key = new Uint8Array(1024);
  private readonly rest = new Uint8Array(1024);
  private readonly restView = new DataView(this.rest.buffer);

  /** The row of a change; good until the next one. */
  write({ change, db, key, what, left, right, leftNumber, rightNumber }: Change): Row {
    const length = HEAD + key.length;
    if (this.key.length < length) this.key = new Uint8Array(2 * length);
    const view = new DataView(this.key.buffer);
    const size = LARGEST - sizeOf(left, right);
    view.setUint32(0, Math.floor(size / 2 ** 32));
    view.setUint32(4, size >>> 0);
    view.setFloat64(8, db);
    this.key.set(key, HEAD);
    const out = this.restView;
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
    const at = rest.byteOffset;
    const change = CHANGES[view.getUint8(at)];
    const left = at + 2;
    const right = sideEnd(view, left);
    return {
      change,
      db: viewOf(key).getFloat64(key.byteOffset + 8),
      key: key.subarray(HEAD),
      what: change === 'changed' ? SETS[view.getUint8(at + 1)] : NOTHING,
      left: change === 'added' ? null : readSide(view, left),
      right: change === 'removed' ? null : readSide(view, right),
      leftNumber: view.getFloat64(left + 24),
      rightNumber: view.getFloat64(right + 24),
    };
  }

  /** Only the name. */
  static nameOf({ key }: Row): Uint8Array {
    return key.subarray(HEAD);
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
    const view = new DataView(rest.buffer);
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
    const at = rest.byteOffset + 4 * FINGERPRINT;
    this.fingerprints = Buffer.from(rest.subarray(0, 4 * FINGERPRINT));
    this.has = view.getUint8(at);
    this.db = view.getFloat64(at + 1);
    this.side = readSide(view, at + 9);
    this.number = view.getFloat64(at + 9 + 24);
    this.key = rest.slice(sideEnd(view, at + 9) - rest.byteOffset);
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
