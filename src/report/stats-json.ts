import { bytesToText } from '../keyspace/bytes-text.js';
import type { AofStats } from '../stats/aof-stats.js';
import type { BusyKey } from '../stats/busiest-keys.js';
import { asciiJson } from './ascii-json.js';

/** The statistics as one JSON document, schema 1. */
export function statsJson(files: readonly AofStats[], bytes: 'text' | 'base64'): string {
  const name = (key: Uint8Array) => (bytes === 'base64' ? Buffer.from(key).toString('base64') : bytesToText(key));
  const keyJson = (key: BusyKey) => ({ ...key, key: name(key.key), bytes: Math.round(key.bytes) });
  return asciiJson({
    schema: 1,
    complete: files.every(({ complete }) => complete),
    ...(bytes === 'base64' ? { bytes } : {}),
    files: files.map(({ busiest, ...stats }) => ({
      ...stats,
      busiest: { byWrites: busiest.byWrites.map(keyJson), byBytes: busiest.byBytes.map(keyJson) },
    })),
  });
}
