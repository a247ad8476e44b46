// Writes RDB files by hand: what a test says is what stands in the file, right or wrong. Written from the format reference
// alone, so that reader and writer cannot share a mistake.
import { crc64 } from './crc64.js';
import { type MetaClass, type ModulePart, metaClass, moduleId, moduleParts } from './rdb/module.js';
import { bytesOf, le, len, type StringForm, str, type Text } from './rdb/primitives.js';
import type { Value } from './rdb/values.js';

export * from './rdb/intset.js';
export * from './rdb/listpack.js';
export * from './rdb/module.js';
export * from './rdb/primitives.js';
export * from './rdb/stream.js';
export * from './rdb/values.js';
export * from './rdb/ziplist.js';
export * from './rdb/zipmap.js';

/** What stands behind EOF: the right sum, zeros (`rdbchecksum no`), a sum that is off by one bit, or nothing. */
export type Trailer = 'right' | 'zero' | 'wrong' | 'none';

export class RdbBuilder {
  private readonly parts: Buffer[] = [];
  private length = 0;

  constructor(
    readonly version: number,
    readonly magic: 'REDIS' | 'VALKEY' = 'REDIS',
  ) {
    this.bytes(`${magic}${String(version).padStart(9 - magic.length, '0')}`);
  }

  /** Bytes so far: the file offset of what comes next. */
  get offset(): number {
    return this.length;
  }

  /** Any bytes as they are. */
  bytes(...parts: Text[]): this {
    for (const part of parts) {
      const bytes = bytesOf(part);
      this.parts.push(bytes);
      this.length += bytes.length;
    }
    return this;
  }

  aux(key: Text, value: Text, form: StringForm = 'server'): this {
    return this.opcode(250, str(key, form), str(value, form));
  }

  selectDb(db: number): this {
    return this.opcode(254, len(db));
  }

  resizeDb(keys: number, expires: number): this {
    return this.opcode(251, len(keys), len(expires));
  }

  slotInfo(slot: number, keys: number, expires: number): this {
    return this.opcode(244, len(slot), len(keys), len(expires));
  }

  expireSeconds(seconds: number): this {
    return this.opcode(253, le(seconds, 4));
  }

  expireMs(ms: number | bigint): this {
    return this.opcode(252, le(ms, 8));
  }

  idle(seconds: number): this {
    return this.opcode(248, len(seconds));
  }

  freq(counter: number): this {
    return this.opcode(249, le(counter, 1));
  }

  /** FUNCTION2: the text of a whole library. */
  functionLibrary(code: Text, form: StringForm = 'server'): this {
    return this.opcode(245, str(code, form));
  }

  functionPreGa(name: Text, engine: Text, code: Text, description?: Text): this {
    return this.opcode(
      246,
      str(name),
      str(engine),
      ...(description === undefined ? [len(0)] : [len(1), str(description)]),
      str(code, 'server'),
    );
  }

  moduleAux(name: string, version: number, when: number, parts: readonly ModulePart[]): this {
    return this.opcode(247, len(moduleId(name, version)), len(2), len(when), moduleParts(parts));
  }

  keyMeta(...classes: MetaClass[]): this {
    return this.opcode(243, len(classes.length), ...classes.map(metaClass));
  }

  /** Valkey's meaning of 243. */
  slotImport(job: Text, ranges: readonly (readonly [first: number, last: number])[]): this {
    return this.opcode(
      243,
      str(job),
      len(ranges.length),
      ...ranges.flatMap(([first, last]) => [len(first), len(last)]),
    );
  }

  hashTemplate(id: number, fields: readonly Text[]): this {
    return this.opcode(242, len(id), len(fields.length), ...fields.map((field) => str(field)));
  }

  /** Redis Enterprise. */
  ramLru(value: number): this {
    return this.opcode(107, len(value));
  }

  /** Redis Enterprise. */
  slotNum(value: number): this {
    return this.opcode(121, len(value));
  }

  key(name: Text, value: Value, form: StringForm = 'raw'): this {
    return this.opcode(value.type, str(name, form), value.body);
  }

  /** EOF and what follows; by default the sum that the version asks for. */
  finish(trailer: Trailer = this.version < 5 && this.magic === 'REDIS' ? 'none' : 'right'): Buffer {
    this.bytes(Buffer.of(0xff));
    const body = Buffer.concat(this.parts);
    if (trailer === 'none') return body;
    const sum = crc64(body);
    return Buffer.concat([body, le(trailer === 'zero' ? 0n : trailer === 'wrong' ? sum ^ 1n : sum, 8)]);
  }

  /** What is there so far, without an end. */
  unfinished(): Buffer {
    return Buffer.concat(this.parts);
  }

  private opcode(code: number, ...parts: Buffer[]): this {
    return this.bytes(Buffer.of(code), ...parts);
  }
}
