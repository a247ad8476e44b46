// What modules save: len module_id, then (len opcode, value) pairs until opcode 0. The opcodes describe themselves, so a
// reader that does not have the module can still pass.
import { type ModuleId, moduleId } from '../module-id.js';
import type { RdbParser } from '../parser.js';

const END = 0;
const SINT = 1;
const UINT = 2;
const FLOAT = 3;
const DOUBLE = 4;
const STRING = 5;

export function walkModule(p: RdbParser): boolean {
  const { state } = p;
  if (state.stage === 0) {
    const at = p.offset;
    const id = readModuleId(p);
    p.commit();
    state.stage = 1;
    p.key.moduleType = id.name;
    if (p.detail) p.visitor.moduleStart({ kind: 'value', module: id.name, version: id.version }, at);
  }
  if (!walkModuleValues(p, p.detail)) return false;
  if (p.detail) p.visitor.moduleEnd();
  return true;
}

export function readModuleId(p: RdbParser): ModuleId {
  p.length();
  return moduleId(p.exactLength());
}

/** Up to and including opcode 0. Returns false when a large string has to pass first. */
export function walkModuleValues(p: RdbParser, tell: boolean): boolean {
  for (;;) {
    p.breathe();
    const at = p.position;
    const opcode = p.length();
    if (opcode === END) {
      p.commit();
      return true;
    }
    readValue(p, opcode, at, tell);
    p.commit();
    if (p.largeActive) return false;
  }
}

function readValue(p: RdbParser, opcode: number, at: number, tell: boolean): void {
  switch (opcode) {
    case SINT:
      p.length();
      if (tell) p.visitor.moduleValue({ kind: 'sint', value: BigInt.asIntN(64, p.exactLength()) });
      return;
    case UINT:
      p.length();
      if (tell) p.visitor.moduleValue({ kind: 'uint', value: p.exactLength() });
      return;
    case FLOAT: {
      const value = p.float();
      if (tell) p.visitor.moduleValue({ kind: 'float', value });
      return;
    }
    case DOUBLE: {
      const value = p.double();
      if (tell) p.visitor.moduleValue({ kind: 'double', value });
      return;
    }
    case STRING:
      p.string(p.valueRef, true);
      if (tell) p.visitor.moduleValue({ kind: 'string', value: p.valueRef });
      return;
    default:
      p.stop('MODULE_BAD_OPCODE', at, `module data holds the opcode ${opcode}; 0 to 5 are known`);
  }
}
