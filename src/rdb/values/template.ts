// Hashes whose field names stand in a template (Redis 8.10). The numbers are known from source, not from real dumps.
//   HASH_TEMPLATE opcode  len id, len n, str x n
//   TMPL_LP (29)       fields, str = listpack: an integer to be ignored, then N values
//   TMPL_LP_REF (30)   str = listpack: the template's id, then N values
//   TMPL_ARRAY (31)    fields, str x N          TMPL_ARRAY_REF (32)  len id, str x N
//   fields             len 0, str = listpack of the N names | len 1, len N, str x N
import { ListpackCursor } from '../containers/listpack.js';
import type { RdbParser } from '../parser.js';

const TMPL_LP = 29;
const TMPL_LP_REF = 30;
const TMPL_ARRAY = 31;

/** All templates of a file together may have so many names and bytes: they stay in memory while it is read. */
const MOST_NAMES = 131_072;
const MOST_NAME_BYTES = 16 * 1024 * 1024;

/** Reads the record behind opcode HASH_TEMPLATE. */
export function readTemplate(p: RdbParser, offset: number): void {
  const id = p.length();
  const fields = readNames(p, p.length(), p.templateNames);
  p.templateNames += fields.length;
  if (fields.length === 0) p.problem('TEMPLATE_INVALID', offset, 'the template has no fields');
  if (!ascending(fields)) p.problem('TEMPLATE_INVALID', offset, "the template's fields are not in order");
  if (p.templates.has(id)) p.problem('TEMPLATE_INVALID', offset, `template ${id} is defined twice`);
  p.templates.set(id, fields);
  p.unusedTemplates.set(id, offset);
  p.visitor.hashTemplate(id, fields, offset);
}

export function walkTemplate(p: RdbParser): boolean {
  const { code } = p.key.type;
  if (code === TMPL_LP || code === TMPL_LP_REF) return walkPacked(p, code === TMPL_LP);
  return walkValues(p, code === TMPL_ARRAY);
}

function walkPacked(p: RdbParser, inline: boolean): boolean {
  const at = p.offset;
  let fields: readonly Uint8Array[] | undefined = inline ? readFieldSection(p) : undefined;
  p.string(p.blobRef, false);
  const fault = p.blobRef.resolve();
  if (fault) {
    if (p.detail) p.problem(fault, at, 'the compressed container does not decode');
    p.commit();
    return true;
  }
  const cursor = new ListpackCursor();
  const problem = p.detail ? p.expander.checkListpack(p.blobRef, 1) : undefined;
  if (problem) {
    p.problem(problem.code, at, problem.detail);
    p.commit();
    return true;
  }
  if (p.detail) {
    if (!cursor.open(p.blobRef.buffer, p.blobRef.start, p.blobRef.end) || !cursor.next()) {
      p.problem('TEMPLATE_INVALID', at, 'the value does not begin with the number of its template');
      p.commit();
      return true;
    }
    const id = cursor.integer ? Number(cursor.value) : -1;
    if (!inline) fields = takeTemplate(p, id);
    if (!fields) p.problem('TEMPLATE_UNKNOWN', at, `template ${id} is not defined`);
    else emitPacked(p, cursor, fields, at);
  }
  p.commit();
  return true;
}

function emitPacked(p: RdbParser, cursor: ListpackCursor, fields: readonly Uint8Array[], at: number): void {
  p.visitor.collection(fields.length);
  let i = 0;
  for (; i < fields.length && cursor.next(); i++) {
    p.setBytes(p.elementRef, fields[i]);
    cursor.load(p.valueRef);
    p.visitor.hashField(p.elementRef, p.valueRef, undefined);
  }
  if (i < fields.length || cursor.next()) {
    p.problem('TEMPLATE_INVALID', at, `the values do not match the ${fields.length} fields of the template`);
  }
}

function walkValues(p: RdbParser, inline: boolean): boolean {
  const { state } = p;
  if (state.stage === 0) {
    const at = p.mark;
    const fields = inline ? readFieldSection(p) : takeTemplate(p, p.length());
    if (!fields)
      p.stop('TEMPLATE_UNKNOWN', at, `template ${p.lengthLow} is not defined, so the value has no known end`);
    p.commit();
    p.templateFields = fields;
    state.left = fields.length;
    state.stage = 1;
    if (p.detail) p.visitor.collection(fields.length);
  }
  const fields = p.templateFields;
  while (state.left > 0) {
    p.breathe();
    p.string(p.valueRef, true);
    if (p.detail) {
      p.setBytes(p.elementRef, fields[fields.length - state.left]);
      p.visitor.hashField(p.elementRef, p.valueRef, undefined);
    }
    state.left--;
    p.commit();
    if (p.largeActive) return false;
  }
  return true;
}

function takeTemplate(p: RdbParser, id: number): readonly Uint8Array[] | undefined {
  p.unusedTemplates.delete(id);
  return p.templates.get(id);
}

function readFieldSection(p: RdbParser): Uint8Array[] {
  const at = p.position;
  const format = p.length();
  if (format === 1) return readNames(p, p.length(), 0);
  if (format !== 0) p.stop('TEMPLATE_INVALID', at, `field section of format ${format}; 0 and 1 are known`);
  p.string(p.blobRef, false);
  const problem = p.blobRef.resolve() ?? p.expander.checkListpack(p.blobRef, 1)?.code;
  if (problem) p.stop(problem, at, 'the listpack of field names is damaged, so the value has no known end');
  if (p.expander.entries > MOST_NAMES || p.blobRef.length > MOST_NAME_BYTES) tooManyNames(p, at);
  const names: Uint8Array[] = [];
  const cursor = new ListpackCursor();
  if (cursor.open(p.blobRef.buffer, p.blobRef.start, p.blobRef.end)) {
    while (cursor.next()) {
      cursor.load(p.elementRef);
      names.push(p.elementRef.toBytes());
    }
  }
  return names;
}

/** Names stay in memory, so their number and size are bounded; `before` of them are there already. */
function readNames(p: RdbParser, count: number, before: number): Uint8Array[] {
  const at = p.position;
  const names: Uint8Array[] = [];
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    p.string(p.elementRef, false);
    const problem = p.elementRef.measure();
    if (problem) p.stop(problem, p.mark, 'a field name does not decode');
    bytes += p.elementRef.length;
    if (before + i === MOST_NAMES) tooManyNames(p, at);
    if (bytes > MOST_NAME_BYTES || p.position - at > MOST_NAME_BYTES) tooManyNames(p, at);
    names.push(p.elementRef.toBytes());
  }
  return names;
}

function tooManyNames(p: RdbParser, at: number): never {
  p.stop('TEMPLATE_INVALID', at, `templates have more than ${MOST_NAMES} field names, or names of more than 16 MiB`);
}

/** By length, then by bytes, strictly. */
function ascending(names: readonly Uint8Array[]): boolean {
  for (let i = 1; i < names.length; i++) {
    const order = names[i - 1].length - names[i].length || Buffer.compare(names[i - 1], names[i]);
    if (order >= 0) return false;
  }
  return true;
}
