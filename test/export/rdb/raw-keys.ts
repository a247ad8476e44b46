import { createHash, type Hash } from 'node:crypto';
import { type KeyRecord, Level, RdbVisitor } from '../../../src/rdb/visitor.js';
import { parse } from '../../helpers/parse.js';

/** Everything that a file says of one key; the value as a digest of its bytes. */
export type RawKey = string;

/** The keys of a file in its order, and whether it could be read to its end. */
export async function rawKeys(bytes: Uint8Array): Promise<{ complete: boolean; keys: RawKey[] }> {
  const visitor = new RawVisitor();
  const { complete } = await parse(bytes, visitor, { sized: true });
  return { complete, keys: visitor.keys };
}

class RawVisitor extends RdbVisitor {
  readonly keys: RawKey[] = [];
  private hash: Hash = createHash('sha256');

  override key(): number {
    this.hash = createHash('sha256');
    return Level.RAW;
  }

  override raw(buffer: Uint8Array, start: number, end: number): void {
    this.hash.update(buffer.subarray(start, end));
  }

  override keyEnd(key: KeyRecord): void {
    const { db, name, type, expireAtMs, expireInSeconds, idle, freq } = key;
    const value = this.hash.digest('hex');
    this.keys.push(
      JSON.stringify([db, Buffer.from(name.toBytes()).toString('base64'), type.code, value, expireAtMs ?? null]) +
        JSON.stringify([expireInSeconds && expireAtMs !== undefined, idle ?? null, freq ?? null]),
    );
  }
}
