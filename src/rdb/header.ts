import { type Lineage, OLDEST_VALKEY_VERSION } from './format.js';
import { isNewerVersion } from './newer.js';
import type { Reader } from './reader.js';
import { latin1 } from './values/plain.js';

const HEADER_BYTES = 9;
const LAST_COMMON_VERSION = 11;

export interface Header {
  readonly magic: 'REDIS' | 'VALKEY';
  readonly version: number;
  readonly lineage: Lineage;
  /** Newer than this release knows. */
  readonly newer: boolean;
}

/** Reads the nine bytes `REDISnnnn` or `VALKEYnnn`. Version 0, and numbers that no server of the magic writes, are refused. */
export function readHeader(reader: Reader): Header {
  reader.require(HEADER_BYTES);
  const at = reader.position;
  const text = latin1(reader.bytes, at, at + HEADER_BYTES);
  reader.position += HEADER_BYTES;
  const magic = text.startsWith('REDIS') ? 'REDIS' : text.startsWith('VALKEY') ? 'VALKEY' : undefined;
  if (magic === undefined) return reader.stop('INPUT_NOT_A_BACKUP', at, 'the file does not begin with REDIS or VALKEY');
  const digits = text.slice(magic.length);
  const version = /^\d+$/.test(digits) ? Number(digits) : 0;
  if (magic === 'VALKEY') {
    if (version < OLDEST_VALKEY_VERSION) reader.stop('RDB_BAD_VERSION', at, `no server writes ${printable(text)}`);
    return { magic, version, lineage: 'valkey', newer: isNewerVersion('valkey', version) };
  }
  if (version === 0 || version >= OLDEST_VALKEY_VERSION) {
    reader.stop('RDB_BAD_VERSION', at, `no server writes ${printable(text)}`);
  }
  const lineage = version <= LAST_COMMON_VERSION ? 'common' : 'redis';
  return { magic, version, lineage, newer: isNewerVersion(lineage, version) };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
