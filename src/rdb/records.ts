// What stands between the keys: one function for each opcode that carries more than an attribute of the next key. Each reads
// its whole record before it tells anybody, because a record that the window does not hold is read again.
import type { BytesRef } from './bytes-ref.js';
import type { Opcode } from './format.js';
import type { RdbParser } from './parser.js';
import { readModuleId } from './values/module.js';
import { latin1 } from './values/plain.js';
import { readTemplate } from './values/template.js';

const SLOTS = 16384;
const JOB_NAME_BYTES = 40;
/** The module opcode that stands in front of "when". */
const MODULE_UINT = 2;
const META_CLASSES_MOST = 7;
/** Of a library's name, more than any server takes. */
const KNOWN_TEXT = 1024;
const SLOT_HINT = 'slot-info';
/** KeyDB puts this time stamp between the attributes and the key. */
const KEYDB_TIME_STAMP = 'mvcc-tstamp';

/** Servers take this length for a failed read, and stop. */
const RESERVED_LENGTH = 2n ** 64n - 1n;

/** Reads lengths of a record, and tells when servers would not take one of them. */
function lengths(p: RdbParser, count: number, opcode: string, offset: number): number[] {
  const read: number[] = [];
  let reserved = false;
  for (let i = 0; i < count; i++) {
    const length = p.length();
    read.push(length);
    // Rounded, it is 2^64.
    if (length >= 2 ** 64 && p.exactLength() === RESERVED_LENGTH) reserved = true;
  }
  if (reserved) p.problem('RDB_BAD_LENGTH', offset, `${opcode} holds 2^64 - 1, which servers take for a failed read`);
  return read;
}

/** Reads the record behind an opcode. EOF is not a record. */
export function readRecord(p: RdbParser, opcode: Exclude<Opcode, 'EOF'>, offset: number): void {
  const { key, visitor } = p;
  switch (opcode) {
    case 'EXPIRETIME':
      key.setExpire(p.int32() * 1000, true, offset, p);
      return;
    case 'EXPIRETIME_MS':
      key.setExpire(p.int64(), false, offset, p);
      return;
    case 'FREQ':
      key.setFreq(p.byte(), offset, p);
      return;
    case 'IDLE':
      key.setIdle(lengths(p, 1, opcode, offset)[0], offset, p);
      return;
    case 'RAM_LRU':
    case 'SLOT_NUM':
      p.length();
      visitor.enterpriseRecord(offset);
      return;
    case 'SELECTDB': {
      const [db] = lengths(p, 1, opcode, offset);
      key.noteDangling(opcode, offset, p);
      key.db = db;
      key.slot = undefined;
      visitor.selectDb(db, offset);
      return;
    }
    case 'RESIZEDB': {
      const [keys, expires] = lengths(p, 2, opcode, offset);
      key.noteDangling(opcode, offset, p);
      visitor.resizeDb(keys, expires, offset);
      return;
    }
    case 'SLOT_INFO': {
      const [slot, keys, expires] = lengths(p, 3, opcode, offset);
      key.slot = slot;
      visitor.slotInfo(slot, keys, expires, offset);
      return;
    }
    case 'AUX':
      aux(p, offset);
      return;
    case 'FUNCTION2':
      p.string(p.auxValue, false);
      if (p.decoded(p.auxValue, offset)) visitor.functionLibrary(p.auxValue, undefined, offset);
      return;
    case 'FUNCTION_PRE_GA':
      functionPreGa(p, offset);
      return;
    case 'SLOT_IMPORT':
      slotImport(p, offset);
      return;
    case 'HASH_TEMPLATE':
      readTemplate(p, offset);
      return;
    case 'MODULE_AUX':
      moduleAux(p, offset);
      return;
    case 'KEY_META':
      keyMeta(p, offset);
      return;
  }
}

/** str key, str value. */
function aux(p: RdbParser, offset: number): void {
  p.string(p.auxKey, false);
  p.string(p.auxValue, false);
  if (!p.decoded(p.auxKey, offset) || !p.decoded(p.auxValue, offset)) return;
  if (p.key.attributesAt >= 0 && text(p.auxKey) !== KEYDB_TIME_STAMP) p.key.noteDangling('AUX', offset, p);
  p.visitor.aux(p.auxKey, p.auxValue, offset);
  const slot = slotHint(p.auxKey, p.auxValue);
  if (slot !== undefined) p.key.slot = slot;
}

/** str name, str engine, len has_description, [str description], str code: the form of the 7.0 release candidates. */
function functionPreGa(p: RdbParser, offset: number): void {
  const name = knownText(p);
  const engine = knownText(p);
  if (p.length() !== 0) knownText(p);
  p.string(p.auxValue, false);
  if (name === undefined || engine === undefined)
    p.problem('LZF_BAD_REFERENCE', offset, 'a compressed name does not decode');
  else if (p.decoded(p.auxValue, offset)) p.visitor.functionLibrary(p.auxValue, { name, engine }, offset);
}

/** str job name, len n, (len first, len last) x n. */
function slotImport(p: RdbParser, offset: number): void {
  p.string(p.auxKey, false);
  const count = p.length();
  if (count > SLOTS) p.stop('SLOT_IMPORT_INVALID', p.mark, `${count} slot ranges; there are ${SLOTS} slots`);
  const ranges: [number, number][] = [];
  for (let i = 0; i < count; i++) ranges.push([p.length(), p.length()]);
  if (!p.decoded(p.auxKey, offset)) return;
  if (p.auxKey.length !== JOB_NAME_BYTES) {
    p.problem('SLOT_IMPORT_INVALID', offset, `the job name has ${p.auxKey.length} bytes instead of 40`);
  }
  for (const [first, last] of ranges) {
    if (first > last || last >= SLOTS) p.problem('SLOT_IMPORT_INVALID', offset, `slot range ${first}-${last}`);
  }
  p.visitor.slotImport(p.auxKey, ranges, offset);
}

/** len module id, len 2, len when; module values follow. */
function moduleAux(p: RdbParser, offset: number): void {
  const { name, version } = readModuleId(p);
  const opcode = p.length();
  const when = p.length();
  if (opcode !== MODULE_UINT) {
    p.stop('MODULE_AUX_INVALID', p.mark, `opcode ${opcode} where MODULE_AUX says when (2)`);
  }
  if (when !== 1 && when !== 2) p.problem('MODULE_AUX_INVALID', offset, `"when" is ${when}; 1 and 2 are known`);
  p.visitor.moduleStart({ kind: 'aux', module: name, version, when }, offset);
  p.expectAuxValues();
}

/** len n; then for each class a spec and module values. */
function keyMeta(p: RdbParser, offset: number): void {
  const count = p.length();
  if (count > META_CLASSES_MOST) {
    p.problem('RDB_KEY_META_BAD', offset, `${count} metadata classes; at most ${META_CLASSES_MOST} exist`);
  }
  p.key.noteAttribute(offset);
  p.expectMetaClasses(count);
}

/** The next string, at most 1 KiB of it; undefined when it does not decode. */
function knownText(p: RdbParser): string | undefined {
  p.string(p.auxKey, false);
  if (p.auxKey.resolve() !== undefined) return undefined;
  const { buffer, start, end } = p.auxKey;
  return latin1(buffer, start, Math.min(end, start + KNOWN_TEXT));
}

function text(ref: BytesRef): string {
  return ref.resolve() === undefined ? latin1(ref.buffer, ref.start, ref.end) : '';
}

/** The slot of a `slot-info` AUX field (Valkey), which stands before the first key of every slot. */
function slotHint(key: BytesRef, value: BytesRef): number | undefined {
  if (key.length !== SLOT_HINT.length || text(key) !== SLOT_HINT) return undefined;
  const slot = Number(/^(\d+),/.exec(text(value))?.[1]);
  return Number.isInteger(slot) ? slot : undefined;
}
