// Module values and key metadata (sections 3.6 and 7 of the format reference).
import { f32le, f64le, le, len, type StringForm, str, type Text } from './primitives.js';

export type ModulePart =
  | { sint: number | bigint }
  | { uint: number | bigint }
  | { float: number }
  | { double: number }
  | { string: Text; form?: StringForm };

const MODULE_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The last two are the other way round than in module names. */
const CLASS_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** The 64-bit id of a module type: nine characters of six bits, then ten bits of version. */
export function moduleId(name: string, version: number): bigint {
  let id = 0n;
  for (const character of name) id = (id << 6n) | BigInt(place(MODULE_ALPHABET, character));
  return (id << 10n) | BigInt(version);
}

/** Values with their opcodes, and the closing 0. */
export function moduleParts(parts: readonly ModulePart[]): Buffer {
  return Buffer.concat([...parts.map(modulePart), len(0)]);
}

function modulePart(part: ModulePart): Buffer {
  if ('sint' in part) return Buffer.concat([len(1), len(part.sint)]);
  if ('uint' in part) return Buffer.concat([len(2), len(part.uint)]);
  if ('float' in part) return Buffer.concat([len(3), f32le(part.float)]);
  if ('double' in part) return Buffer.concat([len(4), f64le(part.double)]);
  return Buffer.concat([len(5), str(part.string, part.form ?? 'server')]);
}

/** One class of a KEY_META record. */
export interface MetaClass {
  name: string;
  version: number;
  flags: number;
  parts: readonly ModulePart[];
}

export function metaClass({ name, version, flags, parts }: MetaClass): Buffer {
  let spec = 0n;
  for (const character of name) spec = (spec << 6n) | BigInt(place(CLASS_ALPHABET, character));
  return Buffer.concat([le((spec << 8n) | BigInt((version << 3) | flags), 4), moduleParts(parts)]);
}

function place(alphabet: string, character: string): number {
  const at = alphabet.indexOf(character);
  if (at < 0) throw new RangeError(`${character} is not in the alphabet of module names`);
  return at;
}
