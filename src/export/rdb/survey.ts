import { Damage, type Ending, endingOf } from '../../backup/damage.js';
import type { Kernels } from '../../bytes/kernels/kernels.js';
import { AUX_BYTES, auxPlace } from '../../copy/aux-place.js';
import type { FindingCode } from '../../errors.js';
import { bytesToText } from '../../keyspace/bytes-text.js';
import { KeyFilter } from '../../keyspace/filters.js';
import { MomentOfFile, readCtime } from '../../keyspace/moment-of-file.js';
import { MeasuringVisitor } from '../../measure/measuring-visitor.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { Opcode, ValueType } from '../../rdb/format.js';
import type { KeyRecord, ModuleContext, RdbHeader } from '../../rdb/visitor.js';
import { mayBeCopied } from './copied.js';
import { type FileRecord, libraryName, RecordList } from './file-records.js';
import type { Input } from './inputs.js';
import { ExportError, type RdbExportOptions } from './options.js';

const MOST_DATABASES = 65_536;

/** The keys of one database of an input that pass the filter. */
export interface Section {
  keys: number;
  expires: number;
  /** Of the last of them; see `Survey.ordinals`. */
  lastOrdinal: number;
}

/** What stands in an input, as far as a merge has to know it before it writes. */
export interface Survey {
  readonly input: Input;
  readonly header: RdbHeader;
  readonly ending: Ending;
  /** It can be read to its end, and nothing speaks against its content. */
  readonly sound: boolean;
  readonly records: readonly FileRecord[];
  readonly templates: ReadonlyMap<number, readonly Uint8Array[]>;
  /** When it was made, ms since the epoch. */
  readonly createdAtMs: number | undefined;
  readonly sections: ReadonlyMap<number, Section>;
  readonly types: ReadonlySet<ValueType>;
  readonly hasKeyMeta: boolean;
  /** Keys that pass the filter as far as it looks at what stands in front of a value; they are numbered in their order. */
  readonly ordinals: number;
}

/** Told of each key that passes the filter, with its number in this input. */
export type OnName = (name: BytesRef, key: KeyRecord, ordinal: number) => void;

/** Reads an input for what a merge has to know. */
export async function survey(
  input: Input,
  kernels: Kernels,
  options: RdbExportOptions,
  onName: OnName,
  onProgress: (done: number) => void,
): Promise<Survey> {
  const damage = new Damage();
  const moment = new MomentOfFile(options.now ?? 'file', input.dataset.modifiedMs);
  const visitor = new SurveyVisitor(kernels, new KeyFilter(options.filters ?? {}), moment, damage, onName);
  const scan = await input.dataset.scan({ kernels, onProgress, visitor: () => visitor });
  const ending = endingOf(scan, damage);
  return {
    input,
    ending,
    sound: mayBeCopied(scan, ending, options.partial),
    header: scan.header ?? { magic: 'REDIS', version: 1, lineage: 'common' },
    records: visitor.list.records,
    templates: visitor.templates,
    createdAtMs: visitor.createdAtMs,
    sections: visitor.sections,
    types: visitor.types,
    hasKeyMeta: visitor.hasKeyMeta,
    ordinals: visitor.ordinals,
  };
}

class SurveyVisitor extends MeasuringVisitor {
  readonly list = new RecordList();
  readonly templates = new Map<number, readonly Uint8Array[]>();
  readonly sections = new Map<number, Section>();
  readonly types = new Set<ValueType>();
  createdAtMs: number | undefined;
  hasKeyMeta = false;
  ordinals = 0;
  private ordinal = 0;
  private current: KeyRecord | undefined;
  private started = false;
  /** Of the key at hand: it has a number, and its value decides whether it is taken. */
  private isCounted = false;
  private isMeasured = false;
  /** Names the record whose bytes come next; undefined for one that is left out. */
  private next: { kind: FileRecord['kind']; name: string } | undefined;
  /** A part of that record was taken, and more is to come. */
  private open = false;
  private ended = false;

  constructor(
    kernels: Kernels,
    private readonly filter: KeyFilter,
    private readonly moment: MomentOfFile,
    private readonly damage: Damage,
    private readonly onName: OnName,
  ) {
    super(kernels);
  }

  override aux(key: BytesRef, value: BytesRef): void {
    const name = key.length > AUX_BYTES ? '' : bytesToText(key.view());
    const text = value.length > AUX_BYTES ? '' : bytesToText(value.view());
    if (name === 'ctime') {
      this.moment.takeCtime(text);
      this.createdAtMs = readCtime(text) ?? this.createdAtMs;
    }
    if (auxPlace(name, text, false) === 'file') this.next = { kind: 'aux', name };
  }

  override functionLibrary(code: BytesRef, preGa: { name: string } | undefined): void {
    this.next = { kind: 'function', name: preGa?.name ?? libraryName(code.view()) };
  }

  override slotImport(job: BytesRef): void {
    this.next = { kind: 'import', name: bytesToText(job.view()) };
  }

  override hashTemplate(id: number, fields: readonly Uint8Array[]): void {
    this.templates.set(id, fields);
    this.next = { kind: 'template', name: String(id) };
  }

  override moduleStart(context: ModuleContext): void {
    this.ended = false;
    if (context.kind === 'aux') this.next = { kind: 'module', name: `${context.module} ${context.when}` };
  }

  override moduleEnd(): void {
    this.ended = true;
  }

  override recordBytes(opcode: Opcode, buffer: Uint8Array, start: number, end: number): void {
    if (opcode === 'KEY_META') this.hasKeyMeta = true;
    const { next } = this;
    if (!next || (opcode === 'MODULE_AUX') !== (next.kind === 'module')) return;
    this.list.add({ ...next, behind: this.started }, buffer, start, end, this.open);
    this.open = opcode === 'MODULE_AUX' && !this.ended;
    if (!this.open) this.next = undefined;
  }

  /** Only a key that is there to its end counts. */
  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.current = undefined;
    if (!this.isCounted) return;
    this.ordinal = this.ordinals++;
    if (!this.isMeasured) this.take(key);
    return super.keyEnd(key);
  }

  override problem(code: FindingCode, offset: number, detail: string): void {
    this.damage.add(code, offset, detail, this.current);
  }

  protected override wants(key: KeyRecord): boolean {
    if (!this.started) {
      this.started = true;
      this.filter.setNow(this.moment.nowMs);
    }
    this.current = key;
    this.isCounted = this.filter.matchesKey(key);
    this.isMeasured = this.isCounted && this.filter.needsValue;
    return this.isMeasured;
  }

  protected override measured(key: KeyRecord): void {
    const bytes = key.valueOffset + key.valueBytes - key.offset;
    if (this.filter.matchesValue(key, bytes, this.measure.elements)) this.take(key);
  }

  private take(key: KeyRecord): void {
    const { db, expireAtMs } = key;
    let section = this.sections.get(db);
    if (!section) {
      if (this.sections.size >= MOST_DATABASES)
        throw new ExportError('unusable', 'there are more databases than any server has');
      section = { keys: 0, expires: 0, lastOrdinal: 0 };
      this.sections.set(db, section);
    }
    section.keys++;
    if (expireAtMs !== undefined) section.expires++;
    section.lastOrdinal = this.ordinal;
    this.types.add(key.type);
    this.onName(key.name, key, this.ordinal);
  }
}
