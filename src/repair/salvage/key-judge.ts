import type { Kernels } from '../../bytes/kernels/kernels.js';
import type { Window } from '../../bytes/window.js';
import { FINDINGS, type FindingCode } from '../../errors.js';
import { type BytesRef, INTEGER, LZF } from '../../rdb/bytes-ref.js';
import { type CollectionType, ContainerChecker } from '../../rdb/containers/check.js';
import type { ContainerKind, Opcode } from '../../rdb/format.js';
import type { StreamId } from '../../rdb/stream-id.js';
import { type KeyRecord, Level, RdbVisitor } from '../../rdb/visitor.js';
import { BrokenLibraries } from './broken-libraries.js';
import type { NameModel } from './name-model.js';

/** Expiries between 2001 and 2255 are what one expects. */
const EARLIEST_MS = 1e12;
const LATEST_MS = 9e12;
/** Shorter ones can be had by chance. */
const LEAST_COMPRESSED = 16;

/**
 * Bits of evidence that a record stands where a record begins: about so many bits of chance bytes would have to be right by
 * accident.
 */
const BITS = {
  type: 4,
  expiry: 20,
  container: 20,
  compressed: 16,
  integer: 2,
  element: 1,
  streamEntry: 8,
  module: 12,
} as const;
const COLLECTIONS = new Set<string>(['list', 'set', 'zset', 'hash']);
/** Of all elements in plain form together. */
const MOST_ELEMENT_BITS = 4;
const MOST_BITS = 24;

/** One key that could be read. The judge uses one object for all. */
export interface JudgedKey {
  /** File offset of its first byte: an attribute, or its type. */
  start: number;
  /** File offset behind its value. */
  end: number;
  bits: number;
  /** What is wrong with the value; undefined when nothing is. */
  fault: FindingCode | undefined;
}

/** Records that are no part of a key. */
const STANDING_ALONE = new Set<Opcode>([
  'AUX',
  'FUNCTION2',
  'FUNCTION_PRE_GA',
  'HASH_TEMPLATE',
  'MODULE_AUX',
  'RESIZEDB',
  'SELECTDB',
  'SLOT_IMPORT',
  'SLOT_INFO',
]);

/** What a judge tells. */
export interface JudgeListener {
  key(judged: JudgedKey, key: KeyRecord): void;
  /** A record between the keys ends at a file offset. */
  record(opcode: Opcode, end: number): void;
  /** A record between the keys was read, and cannot be what was written. */
  brokenRecord?(opcode: Opcode, code: FindingCode, start: number, end: number): void;
  selectDb?(db: number): void;
  resizeDb?(keys: number, expires: number): void;
  end?(offset: number): void;
}

/**
 * Reads every value as deep as its bytes can be told from others, and weighs how much each key speaks for standing at a real
 * beginning.
 */
export class KeyJudge extends RdbVisitor {
  readonly templates = new Map<number, readonly Uint8Array[]>();
  private readonly checker: ContainerChecker;
  private readonly libraries = new BrokenLibraries();
  private readonly judged: JudgedKey = { start: 0, end: 0, bits: 0, fault: undefined };
  private elementBits = 0;
  /** Nothing of the value was seen yet: later parts may be those of other keys, which a wrong count swallowed. */
  private isFirst = true;
  private type: CollectionType = 'list';
  /** The value at hand is none of those that must not be empty, or it is not. */
  private holdsAny = true;

  constructor(
    kernels: Kernels,
    private readonly window: Window,
    private readonly names: NameModel,
    private readonly listener: JudgeListener,
  ) {
    super();
    this.checker = new ContainerChecker(kernels);
  }

  override selectDb(db: number): void {
    this.listener.selectDb?.(db);
  }

  override resizeDb(keys: number, expires: number): void {
    this.listener.resizeDb?.(keys, expires);
  }

  override hashTemplate(id: number, fields: readonly Uint8Array[]): void {
    this.templates.set(id, fields);
  }

  override aux(name: BytesRef, value: BytesRef): void {
    this.libraries.aux(name, value);
  }

  override functionLibrary(code: BytesRef, preGa: { name: string } | undefined): void {
    const fault = preGa ? undefined : this.libraries.faultOf(code);
    if (fault) this.blame(fault);
  }

  override recordBytes(opcode: Opcode, _buffer: Uint8Array, start: number, end: number): void {
    const { judged, window } = this;
    this.listener.record(opcode, window.offsetOf(end));
    if (!judged.fault || !STANDING_ALONE.has(opcode)) return;
    this.listener.brokenRecord?.(opcode, judged.fault, window.offsetOf(start), window.offsetOf(end));
    judged.fault = undefined;
  }

  override key(key: KeyRecord): number {
    const { judged } = this;
    judged.bits = BITS.type + this.names.evidence(key.name);
    const { type } = key.type;
    this.type = type === 'set' || type === 'zset' || type === 'hash' ? type : 'list';
    this.elementBits = 0;
    this.isFirst = true;
    this.holdsAny = type === 'stream' || !COLLECTIONS.has(type);
    // Nodes of streams are taken apart by the parser, which tells what is wrong with them.
    return type === 'stream' ? Level.DATA : Level.STRUCTURE;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    const { judged } = this;
    if (!this.holdsAny) this.blame('EMPTY_COLLECTION');
    const { expireAtMs } = key;
    if (expireAtMs !== undefined && expireAtMs > EARLIEST_MS && expireAtMs < LATEST_MS) judged.bits += BITS.expiry;
    judged.bits = Math.min(MOST_BITS, judged.bits + Math.min(MOST_ELEMENT_BITS, this.elementBits));
    // Zeros read like keys without a name, one after the other.
    if (judged.fault || key.name.length === 0) judged.bits = 0;
    judged.start = key.offset;
    judged.end = key.valueOffset + key.valueBytes;
    this.listener.key(judged, key);
    judged.fault = undefined;
  }

  override string(value: BytesRef): void {
    this.weigh(value);
    if (value.form === INTEGER) this.judged.bits += BITS.integer;
  }

  override listItem(item: BytesRef): void {
    this.weigh(item);
  }

  override setMember(member: BytesRef): void {
    this.weigh(member);
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.weigh(member);
    if (Number.isNaN(score)) this.blame('ZSET_SCORE_NAN');
  }

  override hashField(field: BytesRef, value: BytesRef): void {
    this.weigh(field);
    this.weigh(value);
  }

  override arrayElement(_index: bigint, value: BytesRef): void {
    this.weigh(value);
  }

  override container(kind: ContainerKind, blob: BytesRef, tuple: number): void {
    const fault = blob.resolve();
    if (fault) {
      this.blame(fault);
      return;
    }
    const problem = this.checker.check(kind, blob, tuple, this.type);
    if (this.checker.entries > 0 || kind === 'intset' || kind === 'zipmap') this.holdsAny = true;
    if (problem) this.blame(problem.code);
    else if (this.isFirst) this.judged.bits += BITS.container;
    this.isFirst = false;
  }

  override streamEntry(_id: StreamId): void {
    this.judged.bits += BITS.streamEntry;
  }

  override moduleEnd(): void {
    this.judged.bits += BITS.module;
  }

  override end(offset: number): void {
    this.listener.end?.(offset);
  }

  override problem(code: FindingCode): void {
    if (FINDINGS[code] === 'error') this.blame(code);
  }

  private weigh(ref: BytesRef): void {
    this.holdsAny = true;
    this.elementBits += BITS.element;
    const { isFirst } = this;
    this.isFirst = false;
    if (ref.form !== LZF) return;
    const fault = ref.measure();
    if (fault) this.blame(fault);
    else if (isFirst && ref.stored >= LEAST_COMPRESSED) this.judged.bits += BITS.compressed;
  }

  protected blame(code: FindingCode): void {
    this.judged.fault ??= code;
  }
}
