import type { Dataset } from '../backup/dataset.js';
import { hashSlot } from '../keyspace/slot.js';
import type { BulkTarget } from '../live/bulk/bulk-target.js';
import { FOOTER, payloadVersion } from '../live/dump-payload.js';
import { expiryWithinMs, knowsExpireTime } from '../live/expire-time.js';
import { liveError } from '../live/live-error.js';
import type { LiveRdb } from '../live/live-rdb.js';
import { KeyPull } from '../live/pull/key-pull.js';
import { OLDEST_VALKEY_VERSION, type ValueType, valueTypes } from '../rdb/format.js';
import { type KeyRecord, Level, type ModuleContext, RdbVisitor } from '../rdb/visitor.js';
import type { KeyMapping } from './key-mapping.js';
import { OddKeys } from './odd-keys.js';

/** Values up to this size are held against the target's by their bytes; larger ones are compared by meaning. */
const MOST_KEPT = 64 * 1024;
/** From so many bytes on a call is faster than a loop. */
const LONG = 64;
/** What servers tell, and some files hold, for "does not expire". */
const NO_EXPIRY = -1;

export interface ReadOptions {
  readonly mapping: KeyMapping;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, keys: number) => void) | undefined;
}

/** What was read. */
export interface LoadedKeys {
  readonly asked: number;
  /** Keys that the target does not have with the very same bytes, by their places among all keys of the input. */
  readonly odd: OddKeys;
  /** The clock of the target when all was read, ms since the epoch. */
  readonly endedMs: number;
}

/** A key of the input, while the target is asked for it. */
interface Asked {
  readonly place: number;
  readonly db: number;
  readonly name: Uint8Array;
  /** -1 for none. */
  readonly expireAtMs: number;
  readonly type: ValueType;
  /** The value as it stands in the input; undefined when bytes would not prove anything. */
  readonly value: Uint8Array | undefined;
}

/**
 * Reads what a target has under the names of keys of an input. A key that has the same bytes, type and expiry there is proven; what
 * the target has instead of the others is written to `rdb`, under their names in the input.
 */
export async function readLoaded(
  dataset: Dataset,
  target: BulkTarget,
  rdb: LiveRdb,
  wanted: (key: KeyRecord) => boolean,
  { mapping, signal, onProgress }: ReadOptions,
): Promise<LoadedKeys> {
  const odd = new OddKeys();
  const withinMs = expiryWithinMs(target);
  const pull = await KeyPull.open<Asked>(target.nodes, {
    isCluster: target.isCluster,
    hasExpireTime: knowsExpireTime(target),
    take: (asked, buffer, start, end, expireAtMs) => {
      if (buffer && isSame(asked, buffer, start, end, expireAtMs ?? NO_EXPIRY, withinMs)) return;
      odd.add(asked.place);
      if (buffer) rdb.write(asked.db, asked.name, buffer, start, end, expireAtMs);
    },
    ready: () => rdb.ready(),
  });
  const stop = () => pull.close(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    const walk = new LoadedWalk(target, mapping, pull, wanted);
    await dataset.scan({
      visitor: () => walk,
      unchecked: true,
      ...(onProgress ? { onProgress: (done) => onProgress(done, walk.asked) } : {}),
    });
    await pull.drain();
    const [seconds, micros] = (await target.nodes[0].time().catch(fail)).map(Number);
    return { asked: walk.asked, odd, endedMs: seconds * 1000 + Math.floor(micros / 1000) };
  } finally {
    signal?.removeEventListener('abort', stop);
    pull.close();
  }
}

/** Whether a payload is the key as the input has it, byte by byte. */
function isSame(
  { value, type, expireAtMs: wantedMs }: Asked,
  buffer: Uint8Array,
  start: number,
  end: number,
  expireAtMs: number,
  withinMs: number,
): boolean {
  if (value === undefined || end - start !== 1 + value.length + FOOTER) return false;
  const isOnTime =
    wantedMs === expireAtMs ||
    (wantedMs !== NO_EXPIRY && expireAtMs !== NO_EXPIRY && Math.abs(wantedMs - expireAtMs) <= withinMs);
  if (!isOnTime || buffer[start] !== type.code) return false;
  // Redis and Valkey gave some numbers different meanings.
  const version = payloadVersion(buffer, end);
  const lineage = version >= OLDEST_VALKEY_VERSION ? 'valkey' : 'redis';
  if (valueTypes(lineage, version)[type.code]?.name !== type.name) return false;
  const from = start + 1;
  const { length } = value;
  if (length > LONG) return Buffer.compare(value, buffer.subarray(from, from + length)) === 0;
  for (let i = 0; i < length; i++) if (value[i] !== buffer[from + i]) return false;
  return true;
}

/** Asks a target for every key of an input that is wanted. */
class LoadedWalk extends RdbVisitor {
  asked = 0;
  /** Keys before the one at hand. */
  private place = -1;
  private readonly value = Buffer.allocUnsafeSlow(MOST_KEPT);
  /** Of the value at hand; more than MOST_KEPT when it was not kept. */
  private valueBytes = 0;
  private hasMeta = false;

  constructor(
    private readonly target: BulkTarget,
    private readonly mapping: KeyMapping,
    private readonly pull: KeyPull<Asked>,
    private readonly wanted: (key: KeyRecord) => boolean,
  ) {
    super();
  }

  override moduleStart({ kind }: ModuleContext): void {
    if (kind === 'meta') this.hasMeta = true;
  }

  override key(): number {
    this.place++;
    this.valueBytes = 0;
    return Level.RAW;
  }

  override raw(buffer: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const at = this.valueBytes;
    this.valueBytes += length;
    if (this.valueBytes > MOST_KEPT) return;
    if (length > LONG) this.value.set(buffer.subarray(start, end), at);
    else for (let i = 0; i < length; i++) this.value[at + i] = buffer[start + i];
  }

  override keyEnd(key: KeyRecord): void | Promise<void> {
    const { hasMeta } = this;
    this.hasMeta = false;
    if (!this.wanted(key)) return;
    this.asked++;
    const { target, mapping, pull } = this;
    const { db, type } = key;
    const name = key.name.toBytes();
    const there = mapping.nameOf(name);
    // Values with metadata have more than their own bytes; templates stand elsewhere in the file.
    const isPlain = this.valueBytes <= MOST_KEPT && !hasMeta && type.layout !== 'template';
    const value = isPlain ? Buffer.from(this.value.subarray(0, this.valueBytes)) : undefined;
    const asked = { place: this.place, db, name, expireAtMs: key.expireAtMs ?? NO_EXPIRY, type, value };
    const node = target.isCluster ? target.nodeOf(hashSlot(there)) : 0;
    pull.ask(node, mapping.dbOf(db), asked, there, key.valueBytes);
    if (pull.isFull) return pull.ready();
  }
}

function fail(error: unknown): never {
  throw liveError(error);
}
