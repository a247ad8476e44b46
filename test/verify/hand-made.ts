import { RdbBuilder, type Trailer, type Value } from '../helpers/rdb-builder.js';

/** The present of all hand-made files, so that no expectation depends on the day. */
export const NOW_MS = Date.UTC(2026, 6, 1);

/** A release that writes each version (section 1.2 of the format reference). */
const WRITERS: Readonly<Record<number, string>> = {
  7: '3.2.13',
  8: '4.0.14',
  9: '6.0.16',
  10: '7.0.15',
  11: '7.2.5',
  12: '8.0.2',
  13: '8.6.0',
  14: '8.8.0',
  15: '8.10.0',
  80: '9.1.2',
  81: '9.2.0',
};

/** Versions below this have no AUX fields. */
const AUX_SINCE = 7;
const VALKEY_SINCE = 80;
const HOUR_S = 3600;

export interface FileOptions {
  /** Default 11, which Redis and Valkey share. From 80 on the magic is Valkey's. */
  readonly version?: number;
  /** Who wrote it, when not the release that writes this version. */
  readonly writer?: { readonly name: 'redis' | 'valkey'; readonly version: string };
  readonly trailer?: Trailer;
}

/** Magic and the fields that every server writes behind it. */
export function head({ version = 11, writer }: FileOptions = {}): RdbBuilder {
  const valkey = version >= VALKEY_SINCE;
  const builder = new RdbBuilder(version, valkey ? 'VALKEY' : 'REDIS');
  if (version < AUX_SINCE) return builder;
  const { name, version: release } = writer ?? { name: valkey ? 'valkey' : 'redis', version: WRITERS[version] };
  return builder
    .aux(`${name}-ver`, release)
    .aux('redis-bits', '64')
    .aux('ctime', String(NOW_MS / 1000 - HOUR_S))
    .aux('used-mem', '1048576');
}

/** The same up to and with the announcement of the first database. */
export function database(keys: number, expires = 0, options: FileOptions = {}): RdbBuilder {
  const builder = head(options).selectDb(0);
  return (options.version ?? AUX_SINCE) < AUX_SINCE ? builder : builder.resizeDb(keys, expires);
}

/** A whole file with `value` under the key `k`. */
export function fileOf(value: Value, options: FileOptions = {}): Buffer {
  return database(1, 0, options).key('k', value).finish(options.trailer);
}

/** A value of any type and any bytes. */
export function rawValue(type: number, ...parts: Uint8Array[]): Value {
  return { type, body: Buffer.concat(parts) };
}
