import { OLDEST_VALKEY_VERSION } from '../../rdb/format.js';
import { isNewerVersion } from '../../rdb/newer.js';
import type { RdbHeader } from '../../rdb/visitor.js';

/** What Redis releases write, newest first. */
const REDIS_WRITES = [
  { from: 808, version: 14 },
  { from: 806, version: 13 },
  { from: 704, version: 12 },
  { from: 702, version: 11 },
  { from: 700, version: 10 },
  { from: 500, version: 9 },
  { from: 400, version: 8 },
  { from: 302, version: 7 },
] as const;
const HEADER_BYTES = 9;
const FORKED_AT = 9;
const LAST_COMMON = 11;

/** Since this version files name the release that wrote them. */
const NAMED_SINCE = 7;

/** The header that a file begins with, whether a server writes it or not; undefined for none. */
export function headerOf(start: Uint8Array): RdbHeader | undefined {
  const [, magic, digits = ''] =
    /^(REDIS|VALKEY)(\d+)/.exec(Buffer.from(start.subarray(0, 9)).toString('latin1')) ?? [];
  if (magic === undefined || magic.length + digits.length !== HEADER_BYTES) return undefined;
  const version = Number(digits);
  if (magic === 'VALKEY') return { magic, version, lineage: 'valkey' };
  return { magic: 'REDIS', version, lineage: version > LAST_COMMON ? 'redis' : 'common' };
}

/** Whether the version in a header is none that goes with the fields behind it; the checksum decides whether that is damage. */
export function isDoubtful({ lineage, version }: RdbHeader, start: Uint8Array): boolean {
  const isNamed = /(redis|valkey)-ver/.test(Buffer.from(start).toString('latin1'));
  return isNewerVersion(lineage, version) || (version < NAMED_SINCE && isNamed);
}

/** The header of a file whose first bytes are lost, told from the release that its auxiliary fields name. */
export function guessHeader(start: Uint8Array): RdbHeader {
  const text = Buffer.from(start).toString('latin1');
  const [, name, major = '0', minor = '0'] = /(redis|valkey)-ver[^0-9]{0,2}(\d+)\.(\d+)/.exec(text) ?? [];
  if (name === 'valkey' && Number(major) >= FORKED_AT) {
    return { magic: 'VALKEY', version: OLDEST_VALKEY_VERSION, lineage: 'valkey' };
  }
  const release = Number(major) * 100 + Number(minor);
  const version = name === 'redis' ? REDIS_WRITES.find(({ from }) => release >= from)?.version : undefined;
  const guess = version ?? LAST_COMMON;
  return { magic: 'REDIS', version: guess, lineage: guess > LAST_COMMON ? 'redis' : 'common' };
}
