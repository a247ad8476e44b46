// The memory of one set, hash or sorted set that a server loads: compact where its limits allow, else a table.
import type { BytesRef } from '../../rdb/bytes-ref.js';
import { expirySetBytes } from './field-expiry.js';
import { entryBytes, integerOf, isInteger, LISTPACK_FRAME, ZIPLIST_FRAME } from './listpack-size.js';
import type { MemoryModel } from './model.js';
import { scoreEntryBytes } from './score.js';

export type CollectionKind = 'set' | 'hash' | 'zset';

const INTSET_HEADER = 8;
/** Expiry of a field in a listpack: a number of 64 bits, or 0. */
const EXPIRY_ENTRY = 10;
const NO_EXPIRY_ENTRY = 2;
/** The block that a listpack with field expiry hangs on (Redis 7.4). */
const LISTPACK_EX = 24;

/** Sums up the elements of one collection after the other. Each is counted as a table's and as a listpack's until it is clear. */
export class CollectionMemory {
  private kind: CollectionKind = 'set';
  private count = 0;
  private table = 0;
  private compact = 0;
  private maybeCompact = false;
  private maybeIntset = false;
  private intsetWidth = 2;
  /** How many elements follow by the file, and how many the table was made for, when it becomes one. */
  private announced = 0;
  private madeFor = 0;
  private withExpiry = false;
  private expiring = 0;
  private firstExpiry = 0;
  private lastExpiry = 0;
  /** A container that stays as it is. */
  private whole = 0;

  constructor(private readonly model: MemoryModel) {}

  reset(kind: CollectionKind): void {
    this.kind = kind;
    this.count = 0;
    this.table = 0;
    this.compact = 0;
    this.maybeCompact = false;
    this.maybeIntset = false;
    this.intsetWidth = 2;
    this.announced = 0;
    this.madeFor = 0;
    this.withExpiry = false;
    this.expiring = 0;
    this.whole = 0;
  }

  /** `announced` elements follow. `expiry`: in a form that has room for the expiry of fields. */
  begin(announced: number, expiry: boolean): void {
    const { limits, fieldExpiry } = this.model;
    this.withExpiry = expiry && fieldExpiry !== 'none';
    if (announced === 0) return;
    this.announced = announced;
    this.madeFor = announced;
    if (this.kind === 'set') {
      this.maybeIntset = announced <= limits.intsetEntries;
      this.maybeCompact = announced <= limits.setEntries;
    } else {
      this.maybeCompact = announced <= this.most && !(this.withExpiry && fieldExpiry === 'table');
      // Redis lets this table alone grow while it is loaded.
      if (this.withExpiry && fieldExpiry === 'listpack' && announced > limits.hashEntries) this.madeFor = 0;
    }
  }

  /** The server takes a container apart, because it would not keep it: elements follow as plain ones. */
  convert(elements: number, expiry: boolean): void {
    this.withExpiry = expiry && this.model.fieldExpiry !== 'none';
    this.maybeCompact = false;
    this.maybeIntset = false;
    const { limits } = this.model;
    const grows = this.kind === 'zset' ? !limits.listpackLists : this.kind === 'hash' && !limits.listpacks;
    this.madeFor = grows ? 0 : elements;
  }

  /** How many elements a compact collection may have. */
  get most(): number {
    const { limits } = this.model;
    if (this.kind === 'hash') return limits.hashEntries;
    return this.kind === 'zset' ? limits.zsetEntries : limits.setEntries;
  }

  member(ref: BytesRef): void {
    this.memberOf(ref.length);
    if (this.maybeIntset) {
      if (isInteger(ref)) this.widen(integerOf(ref));
      else this.maybeIntset = false;
    }
    if (this.maybeCompact) this.compactElement(ref);
  }

  /** `times` members of which only the length matters. */
  memberOf(length: number, times = 1): void {
    this.count += times;
    this.table += times * this.model.tables.member(length);
  }

  zsetMember(ref: BytesRef, score: number): void {
    this.zsetMemberOf(ref.length);
    if (!this.maybeCompact) return;
    this.compactElement(ref);
    this.compact += scoreEntryBytes(score, this.model.limits.shortestScores);
  }

  zsetMemberOf(length: number, times = 1): void {
    this.count += times;
    this.table += times * this.model.tables.zsetMember(length);
  }

  field(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.fieldOf(field.length, value.length, expireAtMs);
    if (!this.maybeCompact) return;
    this.compactElement(field);
    this.compactElement(value);
    if (this.withExpiry) this.compact += expireAtMs === undefined ? NO_EXPIRY_ENTRY : EXPIRY_ENTRY;
  }

  fieldOf(fieldLength: number, valueLength: number, expireAtMs: number | undefined, times = 1): void {
    const expires = expireAtMs !== undefined && this.withExpiry;
    this.count += times;
    this.table += times * this.model.tables.field(fieldLength, valueLength, expires);
    if (!expires) return;
    if (this.expiring++ === 0) this.firstExpiry = this.lastExpiry = expireAtMs;
    else if (expireAtMs < this.firstExpiry) this.firstExpiry = expireAtMs;
    else if (expireAtMs > this.lastExpiry) this.lastExpiry = expireAtMs;
  }

  /** A container of `bytes` that the server keeps. `expiry`: with the expiry of fields. */
  container(bytes: number, expiry: boolean): void {
    const { model } = this;
    this.whole = model.exactContainers ? bytes : model.classes.of(bytes);
    if (expiry) this.whole += model.classes.of(LISTPACK_EX);
  }

  /** Bytes of the value beside its object. */
  get bytes(): number {
    if (this.whole > 0) return this.whole;
    if (this.maybeIntset) return this.block(INTSET_HEADER + this.intsetWidth * this.count);
    if (this.maybeCompact) {
      const bytes = this.block(this.frame + this.compact);
      return this.withExpiry ? bytes + this.model.classes.of(LISTPACK_EX) : bytes;
    }
    const { tables, classes, fieldExpiry } = this.model;
    let bytes = this.table + tables.table(this.count, this.madeFor);
    if (this.kind === 'set') bytes += tables.setEntries(this.count, this.madeFor);
    if (this.kind === 'zset') bytes += tables.zset;
    if (this.kind === 'hash') bytes += tables.hashExtra;
    if (fieldExpiry === 'table') bytes += expirySetBytes(this.expiring, this.firstExpiry, this.lastExpiry, classes);
    return bytes;
  }

  private block(bytes: number): number {
    return this.model.exactContainers ? bytes : this.model.classes.of(bytes);
  }

  private compactElement(ref: BytesRef): void {
    if (ref.length <= this.model.limits.elementBytes) this.compact += entryBytes(ref);
    else this.endCompact();
  }

  /** A hash becomes a table half-way, which is made for the fields so far, then for those to come. */
  private endCompact(): void {
    if (this.kind === 'hash' && this.maybeCompact) this.madeFor = Math.max(this.count, this.announced - this.count);
    this.maybeCompact = false;
  }

  private get frame(): number {
    return this.model.limits.listpacks ? LISTPACK_FRAME : ZIPLIST_FRAME;
  }

  private widen(value: number): void {
    if (this.intsetWidth === 8) return;
    const width = value >= -32768 && value <= 32767 ? 2 : value >= -2147483648 && value <= 2147483647 ? 4 : 8;
    if (width > this.intsetWidth) this.intsetWidth = width;
  }
}
