import type { Redis } from 'ioredis';
import semver from 'semver';
import type { Sink } from '../bytes/sinks/sink.js';
import type { LiveServer } from './connect.js';
import { KeyReader } from './key-reader.js';
import { liveError } from './live-error.js';
import { LiveRdb } from './live-rdb.js';

/** Names asked for at a time: SCAN looks at so many keys, and blocks the server for as long. */
const SCAN_COUNT = 500;
/** Since Redis 7.0. */
const EXPIRETIME_SINCE = '7.0.0';
/** PTTL and TIME are not quite the same moment. */
const PTTL_WITHIN_MS = 2;

export interface LiveCopyOptions {
  /** Only keys that match this glob; the server looks. */
  readonly match?: string;
  /** Only databases for which this holds. */
  readonly wantedDb?: (db: number) => boolean;
  /** Only keys for which this holds; the others are not read. */
  readonly wanted?: (db: number, name: Uint8Array) => boolean;
  /** Called now and then with how many keys were written, and about how many there are. */
  readonly onProgress?: (keys: number, all: number) => void;
}

/** What was copied. */
export interface LiveCopy {
  /** Keys written. SCAN may name one twice while a server moves its tables: the later one is the newer one. */
  readonly keys: number;
  /** Keys that SCAN named and that were gone when they were read. */
  readonly vanished: number;
  /** What the clock of the server said before and after, ms since the epoch. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** How far expiries may be off, ms: 0 since Redis 7.0. */
  readonly expiryWithinMs: number;
}

/**
 * Writes an RDB of what a running server, or cluster, holds, by SCAN and DUMP: nothing on the server changes. It is no snapshot:
 * keys that change meanwhile are there in one of their states. Closes the sink. Rejects with LiveError, or the error of the sink.
 */
export async function copyLive(server: LiveServer, sink: Sink, options: LiveCopyOptions = {}): Promise<LiveCopy> {
  try {
    return await new Copier(server, sink, options).run();
  } catch (error) {
    sink.abandon();
    throw error;
  }
}

class Copier {
  private vanished = 0;
  private all = 0;
  private readonly hasExpireTime: boolean;

  constructor(
    private readonly server: LiveServer,
    private readonly sink: Sink,
    private readonly options: LiveCopyOptions,
  ) {
    this.hasExpireTime =
      server.lineage === 'valkey' || semver.gte(semver.coerce(server.version) ?? '0.0.0', EXPIRETIME_SINCE);
  }

  async run(): Promise<LiveCopy> {
    const { nodes } = this.server;
    const startedMs = await timeOf(nodes[0]);
    const rdb = new LiveRdb(this.server, this.sink, startedMs);
    const places = [];
    for (const client of nodes) {
      // Since Redis 7.2; without it the keys count as used.
      await client.call('CLIENT', 'NO-TOUCH', 'ON').catch(() => undefined);
      for (const { db, keys } of await databasesOf(client)) {
        if (!this.isWantedDb(db)) continue;
        this.all += keys;
        places.push({ client, db });
      }
    }
    for (const { client, db } of places) await this.copyDatabase(client, db, rdb);
    await rdb.end();
    const endedMs = await timeOf(nodes[0]);
    return {
      keys: rdb.keys,
      vanished: this.vanished,
      startedMs,
      endedMs,
      expiryWithinMs: this.hasExpireTime ? 0 : PTTL_WITHIN_MS,
    };
  }

  private isWantedDb(db: number): boolean {
    const { address } = this.server;
    return (address.db === undefined || address.db === db) && (this.options.wantedDb?.(db) ?? true);
  }

  private async copyDatabase(client: Redis, db: number, rdb: LiveRdb): Promise<void> {
    const { match, wanted, onProgress } = this.options;
    const { isCluster } = this.server;
    if (!isCluster) await client.select(db).catch(fail);
    const reader = new KeyReader(client, isCluster, this.hasExpireTime);
    const more = match === undefined ? [] : ['MATCH', match];
    let cursor = '0';
    do {
      const reply = await client.callBuffer('SCAN', cursor, 'COUNT', String(SCAN_COUNT), ...more).catch(fail);
      const [next, found] = reply as [Buffer, Buffer[]];
      cursor = next.toString('latin1');
      const names = wanted ? found.filter((name) => wanted(db, name)) : found;
      if (names.length === 0) continue;
      for await (const { name, payload, expireAtMs } of reader.read(names)) {
        if (payload) await rdb.write(db, name, payload, expireAtMs);
        else this.vanished++;
      }
      onProgress?.(rdb.keys, this.all);
    } while (cursor !== '0');
  }
}

/** How many keys a server, or all masters of a cluster, have now. Rejects with LiveError. */
export async function countKeys({ nodes, address }: LiveServer): Promise<number> {
  const databases = (await Promise.all(nodes.map(databasesOf))).flat();
  return databases.reduce((sum, { db, keys }) => sum + (address.db === undefined || address.db === db ? keys : 0), 0);
}

/** Databases that have keys, and how many. */
async function databasesOf(client: Redis): Promise<{ db: number; keys: number }[]> {
  const info = await client.info('keyspace').catch(fail);
  return [...info.matchAll(/^db(\d+):keys=(\d+)/gm)].map(([, db, keys]) => ({ db: Number(db), keys: Number(keys) }));
}

async function timeOf(client: Redis): Promise<number> {
  const [seconds, micros] = (await client.time().catch(fail)).map(Number);
  return seconds * 1000 + Math.floor(micros / 1000);
}

function fail(error: unknown): never {
  throw liveError(error);
}
