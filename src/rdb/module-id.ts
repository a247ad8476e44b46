// Names packed into numbers: six bits a character. Module types and key metadata classes swap the last two characters.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const MODULE_ALPHABET = `${LETTERS}-_`;
const CLASS_ALPHABET = `${LETTERS}_-`;

/** A module type: nine characters, and the version of its encoding. */
export interface ModuleId {
  readonly name: string;
  readonly version: number;
}

/** Unpacks the 64-bit id of a module type: nine characters of six bits, then ten bits of version. */
export function moduleId(id: bigint): ModuleId {
  let name = '';
  for (let k = 8; k >= 0; k--) name += MODULE_ALPHABET[Number((id >> BigInt(10 + 6 * k)) & 63n)];
  return { name, version: Number(id & 1023n) };
}

/** A class of key metadata (RDB 13): four characters, version, flags. */
export interface MetaClass {
  readonly name: string;
  readonly version: number;
  /** Bit 0: a server that does not know the class may ignore it. */
  readonly flags: number;
}

/** Unpacks a 32-bit class spec: four characters of six bits, five bits of version, three bits of flags. */
export function metaClass(spec: number): MetaClass {
  let name = '';
  for (let k = 3; k >= 0; k--) name += CLASS_ALPHABET[(spec >>> (8 + 6 * k)) & 63];
  return { name, version: (spec >>> 3) & 31, flags: spec & 7 };
}
