import type { Kernels } from '../../bytes/kernels/kernels.js';
import { stringEncoding } from '../../measure/text-encoding.js';
import type { BytesRef } from '../../rdb/bytes-ref.js';
import type { StreamId } from '../../rdb/stream-id.js';
import { type KeyRecord, Level, RdbVisitor } from '../../rdb/visitor.js';
import { Losses } from '../../values/commands/losses.js';
import { scoreJson } from '../../values/json-number.js';
import type { BytesForm } from '../../values/json-out.js';
import type { KeySink } from '../byte-sink.js';
import type { KeyFormat, KeyWriter } from '../export-keys.js';
import { CsvOut } from './csv-out.js';

const COLUMNS = 'db,key,type,encoding,expireAtMs,freq,idle,id,field,value,score,fieldExpireAtMs\r\n';
const END = '\r\n';
/** Numbers of databases below this are not made into text each time. */
const SMALL = 16;
const SMALL_NUMBERS = Array.from({ length: SMALL }, (_, db) => `${db},`);

/** Comma-separated values, one line for each element: what they have in common stands in front of each. */
export class CsvFormat implements KeyFormat {
  readonly losses = new Losses();

  constructor(private readonly bytes: BytesForm) {}

  begin(sink: KeySink): void {
    sink.text(COLUMNS);
  }

  writer(_kernels: Kernels, sink: KeySink): KeyWriter {
    return new CsvWriter(new CsvOut(this.bytes, sink.take), this.bytes, this.losses);
  }

  end(): void {}
}

class CsvWriter extends RdbVisitor implements KeyWriter {
  private current: KeyRecord | undefined;
  /** The columns up to `idle`, of every line of the key. */
  private common: Uint8Array = new Uint8Array(0);
  private readonly commonPieces: Uint8Array[] = [];
  private readonly commonOut: CsvOut;
  private lines = 0;
  /** What stands behind a value in pieces. */
  private tail: string | undefined;

  constructor(
    private readonly out: CsvOut,
    form: BytesForm,
    private readonly losses: Losses,
  ) {
    super();
    this.commonOut = new CsvOut(form, (bytes) => this.commonPieces.push(bytes.slice()));
  }

  override key(key: KeyRecord): number {
    this.current = key;
    this.lines = 0;
    this.common = new Uint8Array(0);
    this.decoded(key.name);
    return Level.DATA;
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    this.settle();
    // A key without elements is one line, too.
    if (this.lines === 0) {
      this.line('', '');
      this.out.text(`,,${END}`);
    }
    if (key.type.type === 'module') this.losses.notes.add('values of modules');
    this.current = undefined;
  }

  cut(): void {
    this.settle();
  }

  enter(): void {}

  flush(): void {
    this.out.flush();
  }

  release(): void {}

  override string(value: BytesRef): void {
    this.line('', '', stringEncoding(value));
    this.value(value, `,,${END}`);
  }

  override listItem(item: BytesRef): void {
    this.line(String(this.lines), '');
    this.value(item, `,,${END}`);
  }

  override setMember(member: BytesRef): void {
    this.line('', '');
    this.value(member, `,,${END}`);
  }

  override zsetMember(member: BytesRef, score: number): void {
    this.line('', '');
    this.value(member, `,${scoreJson(score).replaceAll('"', '')},${END}`);
  }

  override hashField(field: BytesRef, value: BytesRef, expireAtMs: number | undefined): void {
    this.line('', field);
    this.value(value, `,,${expireAtMs === undefined ? '' : BigInt(expireAtMs)}${END}`);
  }

  override arrayElement(index: bigint, value: BytesRef): void {
    this.line(String(index), '');
    this.value(value, `,,${END}`);
  }

  override streamEntry(id: StreamId, fields: readonly Uint8Array[]): void {
    const text = String(id);
    for (let i = 0; i + 1 < fields.length; i += 2) {
      this.line(text, fields[i]);
      this.out.field(fields[i + 1], 0, fields[i + 1].length);
      this.out.text(`,,${END}`);
    }
  }

  override streamGroup(): void {
    this.losses.notes.add('groups and consumers of streams, which have no place in lines');
  }

  override streamIdmpProducer(): void {
    this.losses.notes.add('idempotent producers of streams, which have no place in lines');
  }

  override chunk(buffer: Uint8Array, start: number, end: number, last: boolean): void {
    if (this.tail === undefined) return;
    this.out.piece(buffer, start, end);
    if (last) this.settle();
  }

  /** The columns of a line up to the value. */
  private line(id: string, field: BytesRef | Uint8Array | '', encoding?: string): void {
    this.settle();
    const { out, current } = this;
    if (!current) return;
    if (encoding !== undefined) {
      // A string has no other line.
      this.lines++;
      writeCommon(out, current, encoding);
    } else {
      if (this.lines++ === 0) this.common = this.commonOf(current);
      out.raw(this.common);
    }
    out.text(`${id},`);
    if (field instanceof Uint8Array) out.field(field, 0, field.length);
    else if (field !== '' && this.decoded(field)) out.field(field.buffer, field.start, field.end);
    out.text(',');
  }

  private commonOf(key: KeyRecord): Uint8Array {
    const { commonOut, commonPieces } = this;
    commonPieces.length = 0;
    writeCommon(commonOut, key, key.type.encoding);
    commonOut.flush();
    return Buffer.concat(commonPieces);
  }

  /** A value; of a large one the start, and its pieces follow. One that does not decode is empty, and told as a problem. */
  private value(ref: BytesRef, tail: string): void {
    const { out } = this;
    if (ref.large) {
      out.beginField();
      this.tail = tail;
      return;
    }
    if (this.decoded(ref)) out.field(ref.buffer, ref.start, ref.end);
    out.text(tail);
  }

  /** Makes the bytes of a string valid; where it does not decode, that is told as a problem, and it counts as empty. */
  private decoded(ref: BytesRef): boolean {
    const fault = ref.resolve();
    if (fault !== undefined) this.problem(fault, this.current?.valueOffset ?? 0, 'a compressed string does not decode');
    return fault === undefined;
  }

  /** What a value in pieces left open. */
  private settle(): void {
    if (this.tail === undefined) return;
    this.out.endField();
    this.out.text(this.tail);
    this.tail = undefined;
  }
}

/** The columns up to `idle`. */
function writeCommon(
  out: CsvOut,
  { db, name, type, moduleType, expireAtMs, freq, idle }: KeyRecord,
  encoding: string,
): void {
  out.text(db < SMALL ? SMALL_NUMBERS[db] : `${db},`);
  if (name.resolve() === undefined) out.field(name.buffer, name.start, name.end);
  const expiry = expireAtMs === undefined || expireAtMs === -1 ? '' : BigInt(expireAtMs);
  out.text(`,${moduleType ?? type.type},${encoding},${expiry},${freq ?? ''},${idle ?? ''},`);
}
