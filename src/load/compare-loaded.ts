// Holds what a target has against the input, key by key, by meaning.
import type { Redis } from 'ioredis';
import semver from 'semver';
import { type Dataset, openDataset } from '../backup/dataset.js';
import { reserveSpool } from '../backup/spool.js';
import { FileSink } from '../bytes/sinks/file.js';
import type { Change } from '../diff/change.js';
import { DatasetSide } from '../diff/dataset-side.js';
import { diff } from '../diff/diff.js';
import { hashSlot } from '../keyspace/slot.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { KeyReader } from '../live/key-reader.js';
import { liveError } from '../live/live-error.js';
import { LiveRdb } from '../live/live-rdb.js';
import type { KeyRecord } from '../rdb/visitor.js';
import { eachKey } from './each-key.js';
import type { KeyMapping } from './key-mapping.js';

/** Keys asked for at a time. */
const BATCH = 500;
const EXPIRETIME_SINCE = '7.0.0';
/** PTTL and TIME are not quite the same moment. */
const PTTL_WITHIN_MS = 2;
const DEFAULT_MEMORY = 64 * 1024 * 1024;

export interface CompareOptions {
  readonly mapping: KeyMapping;
  readonly maxMemory?: number | undefined;
  readonly tmpDir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** What a comparison found; database and name are those of the input. */
export interface Compared {
  readonly compared: number;
  readonly expired: number;
  readonly changes: () => Iterable<Change>;
  readonly missing: number;
  readonly different: number;
  close(): void;
}

/**
 * Compares keys of an input with what the target has under their names there. Keys that have expired meanwhile are no difference.
 * `wanted` makes what every walk over the input asks about its keys, in their order. The target's values pass through a temporary file. Rejects with LiveError, SpillError and errors of the system.
 */
export async function compareWithTarget(
  dataset: Dataset,
  target: BulkTarget,
  wanted: () => Promise<(key: KeyRecord) => boolean>,
  { mapping, maxMemory = DEFAULT_MEMORY, tmpDir, signal, onProgress }: CompareOptions,
): Promise<Compared> {
  const spool = reserveSpool(tmpDir);
  try {
    const sink = new FileSink(spool.path, { mode: 0o600, durable: false });
    const copier = new TargetCopier(target, mapping, new LiveRdb(target, sink, Date.now()));
    try {
      await eachKey(dataset, await wanted(), (key) => copier.add(key, signal), {
        ...(onProgress ? { onProgress } : {}),
      });
      await copier.end();
    } catch (error) {
      sink.abandon();
      throw error;
    }
    const copy = await openDataset(spool.path);
    try {
      const expiredBy = copier.endedMs;
      const common = { filter: {}, now: 'real', clockMs: expiredBy, expiredBy } as const;
      const left = new DatasetSide([dataset], { ...common, wanted: await wanted() });
      const found = await diff(left, new DatasetSide([copy], common), {
        filter: {},
        ignoreTtl: false,
        ttlTolerance: copier.expiryWithinMs,
        maxMemory,
        depth: 1,
        ...(tmpDir === undefined ? {} : { tmpDir }),
      });
      const { summary } = found;
      return {
        compared: copier.asked,
        expired: summary.left.inputs.reduce((sum, { expired }) => sum + expired, 0),
        missing: summary.removed,
        different: summary.changed,
        changes: found.changes,
        close: found.close,
      };
    } finally {
      await copy.close();
    }
  } finally {
    spool.remove();
  }
}

/** A key under both of its names. */
interface Asked {
  /** In the input. */
  readonly name: Uint8Array;
  readonly there: Buffer;
  /** Of its value, in the input. */
  readonly bytes: number;
}

/** Reads keys of a target under the names that they have there, and writes them under those of the input. */
class TargetCopier {
  asked = 0;
  endedMs = 0;
  private readonly hasExpireTime: boolean;
  private readonly selected = new Map<Redis, number>();
  private batch: Asked[] = [];
  private db = 0;
  /** The batch that is being read while the next one is collected. */
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly target: BulkTarget,
    private readonly mapping: KeyMapping,
    private readonly rdb: LiveRdb,
  ) {
    this.hasExpireTime =
      target.lineage === 'valkey' || semver.gte(semver.coerce(target.version) ?? '0.0.0', EXPIRETIME_SINCE);
  }

  /** How far expiries may be off, ms. */
  get expiryWithinMs(): number {
    return this.hasExpireTime ? 0 : PTTL_WITHIN_MS;
  }

  add(key: KeyRecord, signal: AbortSignal | undefined): void | Promise<void> {
    signal?.throwIfAborted();
    const { db, valueBytes } = key;
    const name = key.name.toBytes();
    const asked = { name, there: Buffer.from(this.mapping.nameOf(name)), bytes: valueBytes };
    this.asked++;
    const other = db !== this.db && this.batch.length > 0;
    if (!other) {
      this.db = db;
      this.batch.push(asked);
      return this.batch.length >= BATCH ? this.readAhead() : undefined;
    }
    // Connections are in one database at a time.
    return this.flush().then(() => {
      this.db = db;
      this.batch.push(asked);
    });
  }

  async end(): Promise<void> {
    await this.flush();
    for (const [node, db] of this.selected) if (db !== 0) await node.select(0).catch(fail);
    const [seconds, micros] = (await this.target.nodes[0].time().catch(fail)).map(Number);
    this.endedMs = seconds * 1000 + Math.floor(micros / 1000);
    await this.rdb.end();
  }

  /** Begins to read the batch at hand, and resolves when the one before is read. */
  private readAhead(): Promise<void> {
    const before = this.reading;
    this.reading = this.read();
    // Whoever waits for it next is told.
    this.reading.catch(() => undefined);
    return before;
  }

  private async flush(): Promise<void> {
    await this.readAhead();
    await this.reading;
  }

  private async read(): Promise<void> {
    const { batch, target, rdb, db } = this;
    if (batch.length === 0) return;
    this.batch = [];
    const there = this.mapping.dbOf(db);
    for (const [node, keys] of this.byNode(batch)) {
      if ((this.selected.get(node) ?? 0) !== there) await node.select(there).catch(fail);
      this.selected.set(node, there);
      const reader = new KeyReader(node, target.isCluster, this.hasExpireTime);
      const names = keys.map((key) => key.there);
      const own = new Map(keys.map((key) => [key.there, key.name]));
      const sizes = keys.map(({ bytes }) => bytes);
      for await (const { name, payload, expireAtMs } of reader.read(names, sizes)) {
        if (payload) await rdb.write(db, own.get(name) ?? name, payload, expireAtMs);
      }
    }
  }

  private byNode(batch: readonly Asked[]): Map<Redis, Asked[]> {
    const { target } = this;
    if (!target.isCluster) return new Map([[target.nodes[0], [...batch]]]);
    const groups = new Map<Redis, Asked[]>();
    for (const key of batch) {
      const node = target.nodes[target.nodeOf(hashSlot(key.there))];
      const group = groups.get(node);
      if (group) group.push(key);
      else groups.set(node, [key]);
    }
    return groups;
  }
}

function fail(error: unknown): never {
  throw liveError(error);
}
