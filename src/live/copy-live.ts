import type { Redis } from 'ioredis';
import type { Sink } from '../bytes/sinks/sink.js';
import type { LiveServer } from './connect.js';
import { expiryWithinMs, knowsExpireTime } from './expire-time.js';
import { liveError } from './live-error.js';
import { LiveRdb } from './live-rdb.js';
import { KeyPull } from './pull/key-pull.js';

/** Names asked for at a time: SCAN looks at so many keys, and blocks the server for as long. */
const SCAN_COUNT = 500;
/** Answers of SCAN whose keys are not yet read. */
const SCANS_AHEAD = 4;

export interface LiveCopyOptions {
  /** Only keys that match this glob; the server looks. */
  readonly match?: string;
  /** Only databases for which this holds. */
  readonly wantedDb?: (db: number) => boolean;
  /** Only keys for which this holds; the others are not read. */
  readonly wanted?: (db: number, name: Uint8Array) => boolean;
  /** Called now and then with how many keys were looked at, and about how many there are. */
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

/** Keys that SCAN has named, with their sizes. */
interface Found {
  readonly names: readonly Buffer[];
  readonly sizes: Float64Array;
}

interface Place {
  /** Of `nodes`. */
  readonly node: number;
  readonly db: number;
}

/** A key that was asked for. */
interface Asked {
  readonly db: number;
  readonly name: Buffer;
}

class Copier {
  private vanished = 0;
  private all = 0;
  /** Keys that SCAN has told. */
  private seen = 0;

  constructor(
    private readonly server: LiveServer,
    private readonly sink: Sink,
    private readonly options: LiveCopyOptions,
  ) {}

  async run(): Promise<LiveCopy> {
    const { server } = this;
    const { nodes, isCluster } = server;
    const startedMs = await timeOf(nodes[0]);
    const rdb = new LiveRdb(server, this.sink, startedMs);
    const places: Place[] = [];
    for (const [node, client] of nodes.entries()) {
      for (const { db, keys } of await databasesOf(client)) {
        if (!this.isWantedDb(db)) continue;
        this.all += keys;
        places.push({ node, db });
      }
    }
    const hasExpireTime = knowsExpireTime(server);
    const pull = await KeyPull.open<Asked>(nodes, {
      ...{ isCluster, hasExpireTime },
      take: ({ db, name }, buffer, start, end, expireAtMs) => {
        if (buffer) rdb.write(db, name, buffer, start, end, expireAtMs);
        else this.vanished++;
      },
      ready: () => rdb.ready(),
    });
    try {
      for (const place of places) await this.copyDatabase(place, pull);
    } finally {
      pull.close();
    }
    await rdb.end();
    const endedMs = await timeOf(nodes[0]);
    return { keys: rdb.keys, vanished: this.vanished, startedMs, endedMs, expiryWithinMs: expiryWithinMs(server) };
  }

  private isWantedDb(db: number): boolean {
    const { address } = this.server;
    return (address.db === undefined || address.db === db) && (this.options.wantedDb?.(db) ?? true);
  }

  private async copyDatabase(place: Place, pull: KeyPull<Asked>): Promise<void> {
    const { node, db } = place;
    for await (const { names, sizes } of this.scanAhead(place, pull)) {
      for (const [i, name] of names.entries()) pull.ask(node, db, { db, name }, name, sizes[i]);
      pull.flush();
      if (pull.isFull) await pull.ready();
      this.options.onProgress?.(this.seen, this.all);
    }
    await pull.drain();
    this.options.onProgress?.(this.seen, this.all);
  }

  /** Looks for the next names, and asks for their sizes, while the keys before are read. */
  private async *scanAhead(place: Place, pull: KeyPull<Asked>): AsyncGenerator<Found> {
    const ahead: Promise<Found>[] = [];
    for await (const names of this.scan(place)) {
      const found = pull.sizes(place.node, place.db, names).then((sizes) => ({ names, sizes }));
      // Whoever waits for it is told.
      found.catch(() => undefined);
      ahead.push(found);
      if (ahead.length < SCANS_AHEAD) continue;
      const [first] = ahead.splice(0, 1);
      yield await first;
    }
    for (const found of ahead) yield await found;
  }

  private async *scan({ node, db }: Place): AsyncGenerator<readonly Buffer[]> {
    const { match, wanted } = this.options;
    const client = this.server.nodes[node];
    if (!this.server.isCluster) await client.select(db).catch(fail);
    const more = match === undefined ? [] : ['MATCH', match];
    let cursor = '0';
    do {
      const reply = await client.callBuffer('SCAN', cursor, 'COUNT', String(SCAN_COUNT), ...more).catch(fail);
      const [next, found] = reply as [Buffer, Buffer[]];
      cursor = next.toString('latin1');
      this.seen += found.length;
      const names = wanted ? found.filter((name) => wanted(db, name)) : found;
      if (names.length > 0) yield names;
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
