import { type Window, WindowFull } from '../bytes/window.js';
import type { FindingCode } from '../errors.js';
import { BytesRef } from './bytes-ref.js';
import { Expander } from './expander.js';
import {
  CHECKSUM_SINCE,
  knownElsewhere,
  type Lineage,
  OP,
  type Opcode,
  opcodeOf,
  type ValueType,
  valueTypes,
} from './format.js';
import { readHeader } from './header.js';
import { KeyState } from './key-state.js';
import { LargeString } from './large-string.js';
import { metaClass } from './module-id.js';
import { LARGE_STRING, PAUSE, ParseStop, Reader, UNDERFLOW } from './reader.js';
import { readRecord } from './records.js';
import { StreamId } from './stream-id.js';
import { walkModuleValues } from './values/module.js';
import { type Walker, WalkState } from './values/state.js';
import { WALKERS } from './values/walkers.js';
import { Level, type RdbVisitor } from './visitor.js';

const EXPIRETIME_MS_SINCE = 3;
/** IDLE and FREQ. */
const EVICTION_SINCE = 9;
/** The value type of strings, the same in every lineage. */
const STRING = 0;
/** Expiry, type, name and value of a string whose name and value have at most 63 bytes. */
const LONGEST_SMALL_STRING = 9 + 1 + 64 + 64;

/** What the parser does next. */
const HEADER = 0;
const RECORD = 1;
const VALUE = 2;
const AUX_VALUES = 3;
const META_CLASS = 4;
const META_VALUES = 5;
const TRAILER = 6;
const DONE = 7;

/** How a file is parsed. */
export interface ParseOptions {
  /** Walk compressed strings that nobody decodes, so that damage in them is told. */
  readonly checkCompressed?: boolean;
  /** Strings above this many bytes pass in pieces; default 1 MiB. */
  readonly largeString?: number;
  /**
   * The window does not begin with the header: the walk goes on between two records.
   * @internal
   */
  readonly resume?: ParseState;
}

/** What has to be known to go on reading a file behind its start. */
export interface ParseState {
  readonly lineage: Lineage;
  readonly version: number;
  /** The database that the next keys belong to. */
  readonly db: number;
  /** Field names of hash templates, by id. */
  readonly templates: ReadonlyMap<number, readonly Uint8Array[]>;
}

/** Where and why the walk ended before EOF. */
export interface ParseFailure {
  readonly code: FindingCode;
  /** File offset of the element that could not be read. */
  readonly offset: number;
  readonly message: string;
  /** The key whose record was being read, when its name was complete. */
  readonly inKey: boolean;
}

/** How far a file could be read. */
export type ParseResult =
  | { readonly complete: true /** File offset behind the trailer. */; readonly end: number }
  | { readonly complete: false; readonly failure: ParseFailure };

/**
 * Reads one RDB file from a window, record by record, and tells a visitor. All the numbers of the format come from
 * `format.ts`; each value layout has its walker in `values/`.
 *
 * Records are read with plain synchronous code. Where the window ends inside an element, the element is rolled back, the
 * window gets more bytes, and the element is read again: so every element is told once, whatever the chunks.
 */
export class RdbParser extends Reader {
  /** The key at hand; during a value and in `key`, `keyEnd`. */
  readonly key: KeyState;
  readonly valueRef: BytesRef;
  readonly elementRef: BytesRef;
  readonly blobRef: BytesRef;
  readonly expander: Expander;
  readonly state = new WalkState();
  readonly id = new StreamId();
  readonly metaIds: readonly StreamId[] = [new StreamId(), new StreamId(), new StreamId()];
  /** Templates of the file, by id. */
  readonly templates = new Map<number, readonly Uint8Array[]>();
  /** File offsets of the templates that no hash has referred to yet. */
  readonly unusedTemplates = new Map<number, number>();
  /** Field names of all templates. */
  templateNames = 0;
  templateFields: readonly Uint8Array[] = [];
  /** The value's elements are wanted, as structure or as data. */
  detail = false;
  /** Compact containers are taken apart. */
  expand = false;
  lineage: Lineage = 'common';
  version = 0;

  /** Strings of records. */
  readonly auxKey: BytesRef;
  readonly auxValue: BytesRef;
  private readonly checkCompressed: boolean;
  private readonly mayBeFull: boolean;
  private types: readonly (ValueType | undefined)[] = [];
  /** Records may take the short ways: every opcode there is known to the file's version. */
  private quick = false;
  private next = HEADER;
  private walker: Walker = WALKERS.string;
  private large: LargeString | undefined;
  private rawOn = false;
  private rawFrom = 0;
  /** The record whose bytes are told in pieces. */
  private openRecord: Opcode | undefined;
  private waiting: Promise<void> | undefined;
  private metaLeft = 0;
  private metaPending = false;

  constructor(
    window: Window,
    readonly visitor: RdbVisitor,
    options: ParseOptions = {},
  ) {
    super(window, options.largeString ?? LARGE_STRING);
    const ref = () => new BytesRef(window.kernels);
    this.key = new KeyState(ref());
    this.valueRef = ref();
    this.elementRef = ref();
    this.blobRef = ref();
    this.auxKey = ref();
    this.auxValue = ref();
    this.checkCompressed = options.checkCompressed ?? false;
    this.expander = new Expander(this);
    this.mayBeFull = visitor.isFull !== undefined;
    const { resume } = options;
    if (!resume) return;
    this.begin(resume.lineage, resume.version);
    this.key.db = resume.db;
    for (const [id, fields] of resume.templates) this.templates.set(id, fields);
  }

  /** Reads to the end of the RDB, or as far as it can be read. Rejects only for I/O errors and those of the visitor. */
  async run(): Promise<ParseResult> {
    for (;;) {
      try {
        this.work();
        if (this.waiting) {
          const waiting = this.waiting;
          this.waiting = undefined;
          await waiting;
          continue;
        }
        this.window.position = this.position;
        return { complete: true, end: this.offset };
      } catch (error) {
        if (error === UNDERFLOW) {
          try {
            if (await this.refill()) continue;
          } catch (full) {
            if (full instanceof WindowFull) return this.failed(this.tooLarge(full));
            throw full;
          }
          return this.failed(this.ranOut());
        }
        if (error === PAUSE) {
          this.position = this.mark;
          await this.visitor.ready?.();
          continue;
        }
        if (error instanceof ParseStop) {
          this.window.position = this.mark;
          return this.failed(error);
        }
        throw error;
      }
    }
  }

  problem(code: FindingCode, offset: number, detail: string): void {
    this.visitor.problem(code, offset, detail);
  }

  /** Describes bytes that lie outside the kernels' memory. */
  setBytes(ref: BytesRef, bytes: Uint8Array): void {
    ref.setCopy(bytes);
  }

  /** Called between two elements, with everything before committed: stops here while the visitor is full. */
  breathe(): void {
    if (this.mayBeFull && this.visitor.isFull?.()) throw PAUSE;
  }

  private work(): void {
    for (;;) {
      this.breathe();
      switch (this.next) {
        case HEADER:
          this.header();
          break;
        case RECORD:
          this.record();
          break;
        case VALUE:
          this.value();
          break;
        case AUX_VALUES:
          if (!this.moduleValues()) continue;
          this.visitor.moduleEnd();
          this.endRecord();
          break;
        case META_CLASS:
          this.metaClass();
          break;
        case META_VALUES:
          if (!this.moduleValues()) continue;
          this.visitor.moduleEnd();
          this.metaLeft--;
          if (this.metaLeft > 0) this.next = META_CLASS;
          else this.endRecord();
          break;
        case TRAILER:
          this.trailer();
          break;
        default:
          return;
      }
      if (this.waiting) return;
    }
  }

  /** Returns true with at least the needed bytes in the window, false when the input ends before. */
  private async refill(): Promise<boolean> {
    const told = this.rawOn ? this.tellRaw(this.mark) : undefined;
    if (told !== undefined) await told;
    if (this.openRecord) await this.tellRecord(this.openRecord, this.mark);
    // The name stays behind when the window moves on.
    if (this.next === VALUE) this.key.name.detach();
    this.window.position = this.mark;
    const filled = await this.window.fill(this.needed);
    this.refresh();
    this.rawFrom = this.position;
    return filled;
  }

  private tooLarge(full: WindowFull): ParseStop {
    this.position = this.mark;
    return new ParseStop('RDB_STRING_TOO_LARGE', this.offset, `an element cannot be held: ${full.message}`);
  }

  private ranOut(): ParseStop {
    this.window.position = this.mark;
    const { offset, window } = this;
    if (window.sourceError) return new ParseStop(window.sourceError.code, offset, window.sourceError.message);
    if (this.next === TRAILER) {
      const left = window.bytesRead - offset;
      return new ParseStop('RDB_CHECKSUM_MISSING', offset, `the file ends ${left} bytes behind EOF instead of 8`);
    }
    if (this.large) {
      const { stored, offset: start } = this.large;
      const claim = `a string claims ${stored} bytes, and the file ends after ${window.bytesRead - start}`;
      return new ParseStop('RDB_TRUNCATED', start, `${claim}: it was cut, or this length is damaged`);
    }
    return new ParseStop('RDB_TRUNCATED', offset, `the file ends inside ${this.place()}`);
  }

  private place(): string {
    if (this.next === HEADER) return 'its header';
    if (this.next === VALUE) return 'the value of this key';
    if (this.position >= this.end && this.mark === this.end) return 'the sequence of records: EOF is missing';
    return 'a record';
  }

  private failed(stop: ParseStop): ParseResult {
    const inKey = this.next === VALUE;
    return { complete: false, failure: { code: stop.code, offset: stop.offset, message: stop.message, inKey } };
  }

  private header(): void {
    const at = this.offset;
    const header = readHeader(this);
    this.begin(header.lineage, header.version);
    this.visitor.header(header);
    if (header.newer)
      this.problem('RDB_VERSION_NEWER', at, `version ${header.version} is newer than this release knows`);
    this.commit();
  }

  private begin(lineage: Lineage, version: number): void {
    this.lineage = lineage;
    this.version = version;
    this.types = valueTypes(lineage, version);
    this.quick = version >= EXPIRETIME_MS_SINCE;
    this.next = RECORD;
  }

  private record(): void {
    if (this.position >= this.end) this.underflow(1);
    const code = this.bytes[this.position];
    const mayStartRun = code === STRING ? this.quick : code >= OP.IDLE && code <= OP.EXPIRETIME_MS && this.mayRun(code);
    if (mayStartRun && this.key.attributesAt < 0 && !this.metaPending) {
      if (this.smallStrings()) return;
    }
    const type = this.types[code];
    if (type !== undefined) this.keyRecord(type);
    else if (code === OP.EXPIRETIME_MS && this.quick && !this.metaPending) this.expireTimeMs();
    else this.opcode(code);
  }

  private mayRun(code: number): boolean {
    if (code === OP.EXPIRETIME_MS) return this.quick;
    return (code === OP.IDLE || code === OP.FREQ) && this.version >= EVICTION_SINCE;
  }

  /**
   * Runs of small strings are most of what most files hold. They pass here in a loop of its own, told as any other key but
   * without the state that other values need. Ends before anything else; returns whether it got anywhere.
   */
  private smallStrings(): boolean {
    const { bytes, end, key, valueRef, visitor } = this;
    const base = this.window.offsetOf(0);
    if (visitor.smallStrings) {
      const reached = visitor.smallStrings(this.position, end, base);
      if (reached > this.position) {
        this.position = reached;
        this.mark = reached;
        return true;
      }
    }
    const type = this.types[STRING];
    const first = this.position;
    let at = first;
    while (type !== undefined && at + LONGEST_SMALL_STRING <= end) {
      let start = at;
      if (bytes[at] === OP.EXPIRETIME_MS) start += 9;
      if (bytes[start] !== STRING || bytes[start + 1] >= 0x40) break;
      const value = start + 2 + bytes[start + 1];
      const lead = bytes[value];
      let next = value + 1;
      if (lead < 0x40) {
        next += lead;
        valueRef.setRaw(value + 1, next);
      } else if (lead === 0xc0) {
        next += 1;
        valueRef.setInteger(this.view.getInt8(value + 1), 2);
      } else if (lead === 0xc1) {
        next += 2;
        valueRef.setInteger(this.view.getInt16(value + 1, true), 3);
      } else if (lead === 0xc2) {
        next += 4;
        valueRef.setInteger(this.view.getInt32(value + 1, true), 5);
      } else break;
      if (start !== at) {
        this.position = at + 1;
        key.setExpire(this.int64(), false, base + at, this);
      }
      key.name.setRaw(start + 2, value);
      key.type = type;
      key.moduleType = undefined;
      key.offset = base + at;
      key.typeOffset = base + start;
      key.valueOffset = base + value;
      key.valueBytes = next - value;
      const level = visitor.key(key);
      if ((level & Level.RAW) !== 0) visitor.raw(bytes, value, next);
      if ((level & (Level.STRUCTURE | Level.DATA)) !== 0) visitor.string(valueRef);
      at = next;
      this.position = at;
      this.mark = at;
      this.waiting = visitor.keyEnd(key) ?? undefined;
      key.clearAttributes();
      if (this.waiting || visitor.smallStrings) break;
    }
    return at !== first;
  }

  /** The most frequent opcode, without the look-up of the others. */
  private expireTimeMs(): void {
    const { offset } = this;
    this.position++;
    this.key.setExpire(this.int64(), false, offset, this);
    this.visitor.recordBytes?.('EXPIRETIME_MS', this.bytes, this.mark, this.position);
    this.commit();
  }

  private keyRecord(type: ValueType): void {
    const { key } = this;
    const at = this.position++;
    this.string(key.name, false);
    const { window } = this;
    key.type = type;
    key.moduleType = undefined;
    key.typeOffset = window.offsetOf(at);
    key.offset = key.attributesAt < 0 ? key.typeOffset : key.attributesAt;
    key.valueOffset = window.offsetOf(this.position);
    this.commit();
    const fault = key.name.form === 2 ? key.name.resolve() : undefined;
    if (type.since > this.version) {
      const detail = `value type ${type.code} (${type.name}) exists since RDB ${type.since}, the header says ${this.version}`;
      this.problem('RDB_TYPE_NEWER_THAN_HEADER', window.offsetOf(at), detail);
    }
    if (fault) this.problem(fault, window.offsetOf(at), 'the compressed name of the key does not decode');
    const level = this.visitor.key(key);
    this.detail = (level & (Level.STRUCTURE | Level.DATA)) !== 0;
    this.expand = (level & Level.DATA) !== 0;
    this.rawOn = (level & Level.RAW) !== 0;
    this.rawFrom = this.position;
    this.metaPending = false;
    this.walker = WALKERS[type.layout];
    this.state.reset();
    this.next = VALUE;
    this.value();
  }

  private value(): void {
    if (this.large) this.pumpLarge(this.large);
    while (!this.walker(this)) {
      this.large = LargeString.of(this, this.valueRef, this.expand, this.detail && this.checkCompressed);
      this.pumpLarge(this.large);
    }
    const { key } = this;
    if (this.rawOn) this.tellRaw(this.position);
    this.rawOn = false;
    key.valueBytes = this.window.offsetOf(this.position) - key.valueOffset;
    if (this.specialLengthAt >= 0) this.noteSpecialLength();
    this.next = RECORD;
    const waiting = this.visitor.keyEnd(key);
    key.clearAttributes();
    if (key.valueBytes > LARGE_STRING) this.releaseBuffers();
    if (waiting !== undefined) this.waiting = waiting;
  }

  private pumpLarge(large: LargeString): void {
    while (!large.pump()) {
      this.breathe();
      this.underflow(this.end - this.position + 1);
    }
    this.largeActive = false;
    this.large = undefined;
  }

  private releaseBuffers(): void {
    this.valueRef.release();
    this.elementRef.release();
    this.blobRef.release();
    this.key.name.release();
  }

  private tellRaw(end: number): void | Promise<void> {
    const from = this.rawFrom;
    this.rawFrom = end;
    if (end > from) return this.visitor.raw(this.bytes, from, end);
  }

  private noteSpecialLength(): void {
    this.problem('RDB_SPECIAL_LENGTH', this.specialLengthAt, 'a length has the lead bits of a string encoding');
    this.specialLengthAt = -1;
  }

  private opcode(code: number): void {
    const at = this.position;
    const offset = this.offset;
    const opcode = opcodeOf(this.lineage, this.version, code);
    if (opcode === undefined) this.unknown(code, at);
    this.position++;
    const { key } = this;
    if (this.metaPending && opcode.name !== 'EOF') {
      this.problem('RDB_KEY_META_MISPLACED', offset, `${opcode.name} stands between KEY_META and the value type`);
      this.metaPending = false;
      key.dontTellDangling();
    }
    if (opcode.name === 'EOF') {
      if (this.specialLengthAt >= 0) this.noteSpecialLength();
      this.endOfFile(offset);
      return;
    }
    readRecord(this, opcode.name, offset);
    if (opcode.since > this.version) {
      const detail = `opcode ${code} (${opcode.name}) exists since RDB ${opcode.since}, the header says ${this.version}`;
      this.problem('RDB_OPCODE_NEWER_THAN_HEADER', offset, detail);
    }
    if (this.specialLengthAt >= 0) this.noteSpecialLength();
    this.rawFrom = at;
    if (this.next === RECORD) this.tellRecord(opcode.name, this.position);
    else this.openRecord = opcode.name;
    this.commit();
  }

  /** The last piece of a record that came in pieces. */
  private endRecord(): void {
    if (this.openRecord) this.tellRecord(this.openRecord, this.position);
    this.openRecord = undefined;
    this.next = RECORD;
  }

  private tellRecord(opcode: Opcode, end: number): void | Promise<void> {
    const from = this.rawFrom;
    this.rawFrom = end;
    if (end > from) return this.visitor.recordBytes?.(opcode, this.bytes, from, end);
  }

  private unknown(code: number, at: number): never {
    const hint = knownElsewhere(this.lineage, code);
    const seen = hint ? `; it is used by ${hint}` : '';
    const hex = `0x${code.toString(16).padStart(2, '0')}`;
    if (code >= 128) this.stop('RDB_UNKNOWN_OPCODE', at, `${code} (${hex}) is no known opcode${seen}`);
    this.stop('RDB_UNKNOWN_TYPE', at, `${code} (${hex}) is no known value type${seen}`);
  }

  /** MODULE_AUX: values follow, up to their end mark. */
  expectAuxValues(): void {
    this.next = AUX_VALUES;
  }

  /** KEY_META: so many classes follow, and then nothing but the type of the key. */
  expectMetaClasses(count: number): void {
    this.metaPending = true;
    this.metaLeft = count;
    if (count > 0) this.next = META_CLASS;
  }

  /** Decodes a string of a record; tells when it cannot be. */
  decoded(ref: BytesRef, offset: number): boolean {
    const fault = ref.resolve();
    if (fault) this.problem(fault, offset, 'a compressed string does not decode');
    return fault === undefined;
  }

  private metaClass(): void {
    const { offset } = this;
    const { name, version, flags } = metaClass(this.uint32());
    this.visitor.moduleStart({ kind: 'meta', module: name, version, flags }, offset);
    this.commit();
    this.next = META_VALUES;
  }

  /** Module values outside a key's value. Returns false when called again. */
  private moduleValues(): boolean {
    if (this.large) this.pumpLarge(this.large);
    if (walkModuleValues(this, true)) return true;
    this.large = LargeString.of(this, this.valueRef, false, this.checkCompressed);
    return false;
  }

  private endOfFile(offset: number): void {
    if (this.metaPending) this.problem('RDB_KEY_META_MISPLACED', offset, 'no key follows KEY_META');
    else this.key.noteDangling('EOF', offset, this);
    if (this.longLengthAt >= 0) {
      this.problem('RDB_LENGTH_NOT_SHORTEST', this.longLengthAt, 'a length is not written in its shortest form');
    }
    for (const [id, at] of this.unusedTemplates)
      this.problem('TEMPLATE_UNUSED', at, `no hash refers to template ${id}`);
    this.commit();
    this.window.sum(this.position);
    if (this.version < CHECKSUM_SINCE) {
      this.visitor.end(offset, undefined);
      this.next = DONE;
    } else this.next = TRAILER;
  }

  private trailer(): void {
    const offset = this.offset - 1;
    const stored = this.bigUint64();
    this.commit();
    this.window.discard(this.position);
    this.visitor.end(offset, stored);
    this.next = DONE;
  }
}

/** Reads an RDB file from `window` and tells `visitor`. */
export function parseRdb(window: Window, visitor: RdbVisitor, options?: ParseOptions): Promise<ParseResult> {
  return new RdbParser(window, visitor, options).run();
}
