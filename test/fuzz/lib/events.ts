// What a parser tells, as a number that two runs must share, and as text when they do not.
import type { BytesRef } from '../../../src/rdb/bytes-ref.js';
import type { KeyRecord, RdbVisitor } from '../../../src/rdb/visitor.js';
import type { Library } from './library.js';

const RAW_LEVEL = 1;
/** FNV-1a */
const START = 0x811c9dc5;

export interface Log {
  readonly visitor: RdbVisitor;
  /** Over all events and what they carry. */
  readonly hash: () => number;
  /** What must never be, whatever the bytes are. */
  readonly violations: string[];
  /** Only when asked for. */
  readonly lines: string[];
}

type Method = (this: RdbVisitor, ...args: unknown[]) => unknown;

/** A visitor that wants `level` of every value. With `keep`, the events are kept as text. */
export function eventLog(library: Library, level: number, bytes: Uint8Array, keep = false): Log {
  let hash = START;
  // The pieces of raw values and of large strings depend on how the bytes arrive: only what they add up to counts.
  let raw = START;
  let content = START;
  let whole: number | undefined;
  let inKey = false;
  const violations: string[] = [];
  const lines: string[] = [];
  const { FINDINGS, BytesRef: Ref, StreamId: Id } = library;

  const mix = (n: number) => {
    hash = Math.imul(hash ^ (n & 0xff), 0x01000193);
    hash = Math.imul(hash ^ ((n >>> 8) & 0xffffff), 0x01000193);
  };
  const addBytes = (sum: number, b: Uint8Array, start: number, end: number) => {
    let result = sum;
    for (let i = start; i < end; i++) result = Math.imul(result ^ b[i], 0x01000193);
    return result;
  };
  const mixBytes = (b: Uint8Array, start: number, end: number) => {
    hash = addBytes(hash, b, start, end);
  };
  const mixText = (text: string) => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  };
  const mixRef = (ref: BytesRef) => {
    mix(ref.form);
    mix(ref.length);
    if (ref.large) return mix(1);
    const view = ref.view();
    if (view.length !== ref.length && ref.resolve() === undefined)
      violations.push(`a string of ${ref.length} gives ${view.length}`);
    mixBytes(view, 0, view.length);
  };
  const mixAny = (value: unknown): void => {
    if (typeof value === 'number') mixText(Object.is(value, -0) ? '-0' : String(value));
    else if (typeof value === 'string') mixText(value);
    else if (value instanceof Ref) mixRef(value);
    else if (value instanceof Id) mixText(value.toString());
    else if (value instanceof Uint8Array) mixBytes(value, 0, value.length);
    else if (Array.isArray(value)) value.forEach(mixAny);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(mixAny);
    else mixText(String(value));
  };
  const show = (value: unknown): string => {
    if (value instanceof Ref) return value.large ? `large ${value.length}` : `${value.form}:${hex(value.view())}`;
    if (value instanceof Id) return value.toString();
    if (value instanceof Uint8Array) return hex(value);
    if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
    if (typeof value === 'object' && value !== null) return `{${Object.values(value).map(show).join(' ')}}`;
    return String(value);
  };
  const tell = (name: string, ...args: unknown[]) => {
    // A damaged string may or may not have given its content before the damage was met.
    if (whole !== undefined && name !== 'problem') mix(whole);
    whole = undefined;
    mixText(name);
    args.forEach(mixAny);
    if (keep) lines.push(`${name} ${args.map(show).join(' ')}`);
  };

  const visitor = new library.RdbVisitor();
  const plain = Object.getOwnPropertyNames(library.RdbVisitor.prototype).filter((name) => name !== 'constructor');
  const methods = visitor as unknown as Record<string, Method>;
  for (const name of plain) methods[name] = (...args) => tell(name, ...args);

  let rawLength = 0;
  visitor.key = (key: KeyRecord) => {
    const { db, name, type, offset, valueOffset, expireAtMs, freq, idle, slot } = key;
    tell('key', db, name, type.code, offset, valueOffset, expireAtMs, freq, idle, slot);
    if (inKey) violations.push(`a key at ${offset} begins inside another one`);
    if (offset >= valueOffset || valueOffset > bytes.length)
      violations.push(`key at ${offset}, value at ${valueOffset}`);
    inKey = true;
    rawLength = 0;
    return level;
  };
  visitor.keyEnd = (key: KeyRecord) => {
    tell('keyEnd', key.moduleType, key.valueBytes, raw);
    raw = START;
    content = START;
    if (!inKey) violations.push(`a key ends at ${key.valueOffset} that did not begin`);
    if (key.valueOffset + key.valueBytes > bytes.length) violations.push('a value ends behind the file');
    if (level & RAW_LEVEL && rawLength !== key.valueBytes) {
      violations.push(`raw tells ${rawLength} bytes of a value of ${key.valueBytes} at ${key.valueOffset}`);
    }
    inKey = false;
  };
  visitor.raw = (buffer, start, end) => {
    raw = addBytes(raw, buffer, start, end);
    rawLength += end - start;
    if (end <= start) violations.push('an empty piece of a raw value');
    if (!inKey) violations.push('raw bytes that belong to no key');
    if (keep) lines.push(`raw ${hex(buffer.subarray(start, end))}`);
  };
  visitor.chunk = (buffer, start, end, last) => {
    content = addBytes(content, buffer, start, end);
    if (last) {
      whole = content;
      content = START;
    }
    if (keep) lines.push(`chunk ${hex(buffer.subarray(start, end))}`);
  };
  visitor.problem = (code, offset, detail) => {
    tell('problem', code, offset, detail);
    if (code.startsWith('LZF_')) content = START;
    if (!(code in FINDINGS)) violations.push(`unknown code ${code}`);
    if (detail === '') violations.push(`${code} without a word`);
    if (!Number.isInteger(offset) || offset < 0 || offset > bytes.length) violations.push(`${code} at ${offset}`);
  };
  return { visitor, hash: () => hash >>> 0, violations, lines };
}

function hex(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 40)).toString('hex');
  return bytes.length > 40 ? `${text}…${bytes.length}` : text;
}
